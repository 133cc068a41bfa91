import io
import json
import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from packager.colour import Colour
from packager.sprites import SpritePlan, fit_thumbnail
from packager.store import stage_package
from packager.thumbnails import ThumbnailWriter, encode_jpeg
from samples.barcode import read_barcode

_CUE = re.compile(r"00:00:(\d\d\.\d{3}) --> .*\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)\n")


def decode_jpeg(content: bytes) -> NDArray[np.uint8]:
    with av.open(io.BytesIO(content), "r") as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24").astype(np.uint8)


def test_each_cue_shows_the_frame_of_its_time(small_package: Path) -> None:
    folder = small_package / "thumbnails"
    shown = []
    for start, file, *place in _CUE.findall((folder / "thumbnails.vtt").read_text()):
        x, y, width, height = map(int, place)
        sheet = decode_jpeg((folder / file).read_bytes())
        shown.append((Fraction(start), read_barcode(sheet[y : y + height, x : x + width])))
    assert shown == [(Fraction(2 * n), 50 * n) for n in range(12)]


def test_a_sheet_is_no_higher_than_its_thumbnails(small_package: Path) -> None:
    sheet = decode_jpeg((small_package / "thumbnails/00000.jpg").read_bytes())
    assert sheet.shape == (3 * 144, 5 * 180, 3)


def test_the_index_tells_of_them(small_package: Path) -> None:
    index = json.loads((small_package / "package.json").read_text())
    assert index["thumbnails"] == {
        "track": "thumbnails/thumbnails.vtt", "count": 12, "interval": "2", "width": 180, "height": 144,
    }  # fmt: skip


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (16, 16, 16)])
def test_colours_come_through(colour: tuple[int, int, int]) -> None:
    picture = np.full((32, 48, 3), colour, np.uint8)
    content = encode_jpeg(picture)
    assert content == encode_jpeg(picture)
    assert content.startswith(b"\xff\xd8\xff")
    assert np.abs(decode_jpeg(content).astype(int) - picture).max() <= 4


def test_a_large_picture_is_seen_whole(tmp_path: Path) -> None:
    left_and_right = np.full((360, 640, 3), (200, 40, 40), np.uint8)
    left_and_right[:, 320:] = (40, 40, 200)
    frame = VideoFrame.from_ndarray(left_and_right, format="rgb24").reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    with stage_package(tmp_path / "package") as staging:
        writer = ThumbnailWriter(staging, SpritePlan(Fraction(25), 1, *fit_thumbnail(640, 360)), Colour(1, 1, 1))
        writer.take(0, frame)
        writer.finish()
    sheet = decode_jpeg((tmp_path / "package/thumbnails/00000.jpg").read_bytes())
    assert np.abs(sheet[72, [64, 192]].astype(int) - [(200, 40, 40), (40, 40, 200)]).max() <= 6
