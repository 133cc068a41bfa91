"""A small real package, made by the packager from a small real song and video, for every test that plays or proves."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import settings

from packager.build import build_package
from packager.delivery import Delivery, Encryption
from packager.ladder_files import load_ladder
from packager.wishes import PackageWishes
from samples.barcode import draw_barcode
from samples.canvas import Picture
from samples.song import make_song

# A busy machine is no failure.
settings.register_profile("midnote", deadline=None)
settings.load_profile("midnote")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-goldens", action="store_true", help="write what is found now; then read the diff")


SMALL_S = 24
FPS = 25
WIDTH, HEIGHT = 320, 256
KEY = bytes(range(16))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests neither fill the cache of whoever runs them nor find anything in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def small_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 s of the sample song beside a moving picture with barcodes: H.264 and FLAC in Matroska, both from 0."""
    return _write_source(tmp_path_factory.mktemp("source") / "small.mkv", seed=1, fps=FPS, frames=SMALL_S * FPS)


def _write_source(path: Path, seed: int, fps: int, frames: int) -> Path:
    pcm = make_song(seed)[: frames * 48_000 // fps]
    with av.open(path, "w") as container:
        picture = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "18"})
        picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = container.add_stream("flac", rate=48_000, layout="stereo")
        for number in range(frames):
            container.mux(picture.encode(_draw_frame(number, fps)))
        for start in range(0, len(pcm), 4096):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(pcm[start : start + 4096].reshape(1, -1)), format="s16", layout="stereo"
            )
            frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
            container.mux(sound.encode(frame))
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))
    return path


def _draw_frame(number: int, fps: int) -> av.VideoFrame:
    """A sliding gradient under the barcode of its number."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    y = ((columns + rows + number * 3) % 200 + 20).astype(np.uint8)
    u = np.full((HEIGHT // 2, WIDTH // 2), 110 + number % 30, np.uint8)
    v = np.full((HEIGHT // 2, WIDTH // 2), 140 - number % 30, np.uint8)
    draw_barcode(Picture(y, u, v), number)
    planes = np.concatenate([y.ravel(), u.ravel(), v.ravel()]).reshape(HEIGHT * 3 // 2, WIDTH)
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, fps)
    return frame


@pytest.fixture(scope="session")
def small_package(small_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of `small_source`: 7 segments of 3.84 s, the last one shorter."""
    out = tmp_path_factory.mktemp("package") / "small"
    build_package(small_source, None, out)
    return out


@pytest.fixture(scope="session")
def other_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another song: 12.5 s (no whole number of AAC frames) at 30 fps, with a ladder of other rungs, 3 segments."""
    source = _write_source(tmp_path_factory.mktemp("source") / "other.mkv", seed=2, fps=30, frames=375)
    out = tmp_path_factory.mktemp("package") / "other"
    build_package(source, None, out, PackageWishes(ladder=load_ladder("data-saver")))
    return out


@pytest.fixture(scope="session")
def encrypted_package(small_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as `small_package`, but encrypted, with the key in it."""
    out = tmp_path_factory.mktemp("package") / "encrypted"
    build_package(small_source, None, out, PackageWishes(delivery=Delivery(encryption=Encryption(KEY))))
    return out


@pytest.fixture(scope="session")
def single_file_package(small_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as `small_package`, but each rung in one file."""
    out = tmp_path_factory.mktemp("package") / "single"
    build_package(small_source, None, out, PackageWishes(delivery=Delivery(is_single_file=True)))
    return out
