import pytest

from packager.rungs_video import count_frames_ahead


@pytest.mark.parametrize(
    ("width", "height", "frames"), [(256, 144, 8), (854, 480, 6), (1280, 720, 2), (1920, 1080, 2), (7680, 4320, 2)]
)
def test_few_large_frames_wait_and_many_small_ones(width: int, height: int, frames: int) -> None:
    assert count_frames_ahead(width, height) == frames
