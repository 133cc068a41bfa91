from pathlib import Path

import pytest
from media_makers import make_sound, steady, write_media

from packager.build import build_package
from packager.rungs_video import count_frames_ahead


@pytest.mark.parametrize(
    ("width", "height", "frames"), [(256, 144, 8), (854, 480, 8), (1280, 720, 5), (1920, 1080, 2), (7680, 4320, 2)]
)
def test_few_large_frames_wait_and_many_small_ones(width: int, height: int, frames: int) -> None:
    assert count_frames_ahead(width, height) == frames


class Bar:
    """Keeps the shares it is told of the encoding."""

    def __init__(self) -> None:
        self.shares: list[float] = []

    def tell(self, stage: str, share: float | None = None) -> None:
        if stage == "Encoding" and share is not None:
            self.shares.append(share)


def test_the_bar_goes_forward_and_not_beyond_the_end(tmp_path: Path) -> None:
    source = write_media(tmp_path / "both.mkv", sound=make_sound(6), pictures=steady(150), size=(320, 240))
    bar = Bar()
    build_package(source, None, tmp_path / "package", watcher=bar)
    assert bar.shares == sorted(bar.shares)
    assert bar.shares[0] >= 0
    assert bar.shares[-1] <= 1
    assert len(set(bar.shares)) > 1
