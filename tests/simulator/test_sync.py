import pytest

from simulator import events as ev
from simulator.metrics import Flip
from simulator.presentation import Medium
from simulator.sync import Interval, PictureFrame, find_running, measure_offset_us

FRAMES = [PictureFrame(n * 40_000, 40_000) for n in range(25)]
SHOWN = Interval(100_000, 900_000)


def test_frames_that_follow_each_other_have_no_offset() -> None:
    assert measure_offset_us(FRAMES, SHOWN) == 0
    assert measure_offset_us(reversed(FRAMES), SHOWN) == 0


def test_a_lost_frame_leaves_the_picture_behind_the_sound() -> None:
    assert measure_offset_us(FRAMES[:10] + FRAMES[11:], SHOWN) == 40_000


def test_frames_that_end_early_leave_the_picture_behind_the_sound() -> None:
    assert measure_offset_us(FRAMES[:20], SHOWN) == 100_000


def test_frames_that_begin_late_put_the_picture_ahead() -> None:
    assert measure_offset_us([PictureFrame(f.at_us + 80_000, 40_000) for f in FRAMES], Interval(0, 900_000)) == -80_000


def test_no_frames_at_all_is_an_offset_of_the_whole_stretch() -> None:
    assert measure_offset_us([], SHOWN) == 800_000


def test_rounding_to_microseconds_is_no_offset() -> None:
    thirds = [PictureFrame(round(n * 1e6 / 30), 33_333) for n in range(30)]
    assert measure_offset_us(thirds, SHOWN) == 0


@pytest.mark.parametrize(
    ("events", "running"),
    [
        ([ev.FirstFrame(10, 1_000_000, "v"), ev.VideoStopped(20, 5_000_000, "tap")], [(1_500_000, 5_000_000)]),
        ([ev.FirstFrame(10, 1_000_000, "v"), ev.VideoStopped(20, 1_400_000, "tap")], []),
        (
            [
                ev.FirstFrame(10, 1_000_000, "v"), ev.VideoFroze(12, 3_000_000), ev.VideoResumed(13, 4_000_000),
                ev.Ended(20, 9_000_000), ev.FirstFrame(30, 9_000_000, "v"),
            ],
            [(1_500_000, 3_000_000), (4_000_000, 9_000_000)],
        ),
    ],
)  # fmt: skip
def test_running_is_what_the_player_took_for_running(events: list[ev.Event], running: list[tuple[int, int]]) -> None:
    flip = Flip(1, Medium.VIDEO, 5, 900_000, settled_at_us=10, settled_playhead_us=1_000_000)
    assert find_running(events, flip) == tuple(Interval(*pair) for pair in running)
