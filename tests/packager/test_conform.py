from collections.abc import Iterable
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from packager.conform import Conformer, Tally


def conform(rate: int, count: int, times: Iterable[Fraction], lead: int = 0) -> tuple[list[int], Tally]:
    """Which source frame (by index) each output frame shows."""
    conformer = Conformer[int](Fraction(rate), count, lead)
    shown = [each for index, time in enumerate(times) for each in conformer.feed(time, index)]
    shown += conformer.finish()
    assert [number for number, _ in shown] == list(range(count))
    return [frame for _, frame in shown], conformer.tally


def test_constant_frames_pass_one_by_one() -> None:
    assert conform(25, 5, [Fraction(n, 25) for n in range(5)]) == ([0, 1, 2, 3, 4], Tally())


def test_millisecond_timestamps_neither_drop_nor_repeat() -> None:
    times = [Fraction(n * 1000 // 24, 1000) for n in range(1000)]
    assert conform(24, 1000, times) == (list(range(1000)), Tally())


def test_a_missing_frame_is_filled_with_the_one_before() -> None:
    times = [Fraction(n, 25) for n in (0, 1, 3, 4)]
    assert conform(25, 5, times) == ([0, 1, 1, 2, 3], Tally(dropped=0, repeated=1))


def test_twice_the_rate_drops_every_second_frame() -> None:
    assert conform(25, 4, [Fraction(n, 50) for n in range(8)]) == ([0, 2, 4, 6], Tally(dropped=3, repeated=0))


def test_twice_the_rate_in_milliseconds_drops_every_second_frame() -> None:
    shown, _ = conform(60, 60, [Fraction(round(n * 1000 / 120), 1000) for n in range(120)])
    assert shown == list(range(0, 120, 2))


def test_the_first_frame_stands_before_its_time_and_the_last_after_it() -> None:
    assert conform(25, 8, [Fraction(n, 25) for n in range(3)], lead=3) == ([0, 0, 0, 0, 1, 2, 2, 2], Tally())


def test_what_is_too_long_is_left_off() -> None:
    assert conform(25, 2, [Fraction(n, 25) for n in range(9)]) == ([0, 1], Tally())


def test_nothing_drifts_in_ten_minutes_of_ntsc_timestamps() -> None:
    rate = Fraction(30000, 1001)
    conformer = Conformer[int](rate, 17_982, 0)
    shown = [each for n in range(17_982) for each in conformer.feed(Fraction(round(n * 1000 / rate), 1000), n)]
    shown += conformer.finish()
    assert all(number == frame for number, frame in shown)


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=60, unique=True).map(sorted), st.integers(1, 80))
def test_each_output_frame_shows_the_latest_source_frame_due(milliseconds: list[int], count: int) -> None:
    times = [Fraction(each - milliseconds[0], 1000) for each in milliseconds]
    shown, _ = conform(25, count, times)
    for number, frame in enumerate(shown):
        limit = Fraction(number, 25) + Fraction(18, 1000)  # 0.45 frames
        due = [index for index, time in enumerate(times) if time <= limit]
        assert frame == (due[-1] if due else 0)
