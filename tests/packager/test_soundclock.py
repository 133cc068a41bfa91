from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from packager.soundclock import HeardFrame, find_splices
from packager.sources import Splice

RATE = 48_000
FRAME = 1024


def frames(*late_ms: float, fault_before: int | None = None) -> list[HeardFrame]:
    """AAC frames, each so many milliseconds later than the ones before it add up to."""
    return [
        HeardFrame(Fraction(number * FRAME, RATE) + Fraction(late) / 1000, FRAME, follows_fault=number == fault_before)
        for number, late in enumerate(late_ms)
    ]


def test_sound_that_stands_where_it_should_is_left_alone() -> None:
    assert find_splices(frames(*[0] * 50), RATE) == ()
    assert find_splices([], RATE) == ()


def test_a_step_that_stays_is_filled_and_one_that_comes_back_is_not() -> None:
    assert find_splices(frames(*[0] * 10, *[20] * 40), RATE) == (Splice(10 * FRAME, 960),)
    assert find_splices(frames(*[0] * 10, 10, 20, 10, *[0] * 40), RATE) == ()


def test_a_lost_packet_leaves_its_own_length() -> None:
    lost = 1000 * FRAME / RATE
    assert find_splices(frames(*[0] * 10, *[lost] * 40, fault_before=10), RATE) == (
        Splice(10 * FRAME, FRAME, is_damage=True),
    )


def test_holes_add_up() -> None:
    assert find_splices(frames(*[0] * 40, *[50] * 40, *[1050] * 40), RATE) == (
        Splice(40 * FRAME, 2400),
        Splice(80 * FRAME, 48_000),
    )


def test_an_overlap_is_left_out() -> None:
    assert find_splices(frames(*[0] * 40, *[-20] * 40), RATE) == (Splice(40 * FRAME, -960),)


def test_timestamps_rounded_to_milliseconds_are_no_steps() -> None:
    rounded = [HeardFrame(Fraction(round(n * FRAME * 1000 / RATE), 1000), FRAME) for n in range(500)]
    assert find_splices(rounded, RATE) == ()


def test_a_clock_that_drifts_is_followed_in_steps_of_a_tenth_of_a_second() -> None:
    (only,) = find_splices(frames(*(n * 0.5 for n in range(250))), RATE)
    # Frame 201 is the first one more than 100 ms late; what follows it is 106 ms late in the middle.
    assert only.at_sample == 201 * FRAME
    assert 4800 < only.sample_count < 5200


def test_timestamps_that_stand_still_are_not_believed() -> None:
    assert find_splices([HeardFrame(Fraction(0), FRAME)] * 100, RATE) == ()


def test_frames_without_a_time_follow_the_one_before() -> None:
    assert find_splices([HeardFrame(None, FRAME)] * 20, RATE) == ()


@given(st.lists(st.integers(-80, 2000), max_size=5), st.integers(30, 60))
def test_mended_sound_ends_when_its_last_frame_does(steps_ms: list[int], apart: int) -> None:
    late = [0] * apart
    for step in steps_ms:
        late += [late[-1] + (step if abs(step) >= 5 else 0)] * apart
    total = sum(each.sample_count for each in find_splices(frames(*late), RATE))
    assert total == late[-1] * 48
