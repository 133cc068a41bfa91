import io
import json
import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from packager.thumbnails import encode_jpeg
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
