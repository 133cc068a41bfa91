from hypothesis import given
from hypothesis import strategies as st
from outcome_specimen import EVENTS

from simulator import events as ev
from simulator.songclock import Leg, SongClock, read_song_clock


def test_playhead_runs_with_the_clock_except_while_it_waits() -> None:
    clock = read_song_clock(EVENTS)
    assert clock == SongClock(
        (Leg(1_000_000, 0, True), Leg(9_000_000, 8_000_000, False), Leg(11_000_000, 8_000_000, True)), 13_000_000
    )
    assert [clock.song_at(s * 1_000_000) for s in (0, 1, 5, 9, 10, 11, 13)] == [
        0, 0, 4_000_000, 8_000_000, 8_000_000, 8_000_000, 10_000_000,
    ]  # fmt: skip


def test_a_song_time_at_which_the_playhead_waits_is_reached_before_and_left_after() -> None:
    clock = read_song_clock(EVENTS)
    assert clock.reached_at(8_000_000) == 9_000_000
    assert clock.left_at(8_000_000) == 11_000_000


def test_song_times_beyond_the_last_sample_heard_have_no_clock_time() -> None:
    clock = read_song_clock(EVENTS)
    assert (clock.reached_at(10_000_000), clock.left_at(10_000_000)) == (13_000_000, None)
    assert (clock.reached_at(10_000_001), clock.left_at(10_000_001)) == (None, None)


def test_a_session_that_never_started_stands_at_0() -> None:
    clock = read_song_clock([ev.GaveUp(700_000, 0, "status 404")])
    assert (clock.song_at(500_000), clock.reached_at(0)) == (0, None)


@given(st.lists(st.tuples(st.integers(1, 10**7), st.integers(1, 10**7)), min_size=1, max_size=5), st.data())
def test_clock_and_song_are_inverse_where_the_playhead_runs(runs: list[tuple[int, int]], data: st.DataObject) -> None:
    legs: list[Leg] = []
    clock_us, song_us = 0, 0
    for running_us, waiting_us in runs:
        legs += [Leg(clock_us, song_us, True), Leg(clock_us + running_us, song_us + running_us, False)]
        clock_us, song_us = clock_us + running_us + waiting_us, song_us + running_us
    clock = SongClock(tuple(legs), clock_us)
    at_us = data.draw(st.integers(0, song_us - 1))
    reached_us, left_us = clock.reached_at(at_us), clock.left_at(at_us)
    assert reached_us is not None
    assert left_us is not None
    assert clock.song_at(reached_us) == clock.song_at(left_us) == at_us
    assert reached_us <= left_us
