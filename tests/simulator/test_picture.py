from simulator.picture import FrameCount, Picture, compare_pictures
from simulator.sync import Interval

# Ten frames of 40 ms, each with a picture of its own, but for the fifth and sixth, which are the same.
PACKAGE = tuple(Picture(n * 40_000, 40_000, 500 if n in {5, 6} else n) for n in range(10))
ALL = Interval(0, 400_000)


def test_the_same_frames_are_exact() -> None:
    found = compare_pictures(PACKAGE, PACKAGE, ALL)
    assert found == FrameCount(expected=10)
    assert found.is_exact


def test_a_frame_that_never_came_is_lost() -> None:
    assert compare_pictures(PACKAGE[:3] + PACKAGE[4:], PACKAGE, ALL) == FrameCount(expected=10, lost=1)


def test_a_frame_that_repeats_the_one_before_is_doubled_and_not_wrong_as_well() -> None:
    frozen = (*PACKAGE[:3], Picture(120_000, 40_000, 2), *PACKAGE[4:])
    assert compare_pictures(frozen, PACKAGE, ALL) == FrameCount(expected=10, doubled=1)


def test_a_time_that_comes_twice_is_doubled() -> None:
    assert compare_pictures((*PACKAGE, PACKAGE[4]), PACKAGE, ALL) == FrameCount(expected=10, doubled=1)


def test_another_picture_is_wrong() -> None:
    other = (*PACKAGE[:3], Picture(120_000, 40_000, 77), *PACKAGE[4:])
    assert compare_pictures(other, PACKAGE, ALL) == FrameCount(expected=10, wrong=1)


def test_a_frame_that_the_package_has_not_is_wrong() -> None:
    late = (*PACKAGE[:3], Picture(130_000, 30_000, 3), *PACKAGE[4:])
    assert compare_pictures(late, PACKAGE, ALL) == FrameCount(expected=10, lost=1, wrong=1)


def test_only_what_is_on_the_screen_counts() -> None:
    # From 90 ms to 200 ms: frames 2, 3 and 4; rounding at the end does not bring in frame 5.
    assert compare_pictures((), PACKAGE, Interval(90_000, 200_001)) == FrameCount(expected=3, lost=3)


def test_counts_add_up() -> None:
    assert sum([FrameCount(1, 2, 3, 4, 5), FrameCount(10, 20, 30, 40, 50)], FrameCount()) == FrameCount(
        11, 22, 33, 44, 55
    )
