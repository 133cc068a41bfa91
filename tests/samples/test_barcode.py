from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from samples.barcode import draw_barcode, list_cells, read_barcode
from samples.canvas import Picture

RED, BLUE, WHITE, BLACK = (63, 102, 240), (32, 240, 118), (235, 128, 128), (16, 128, 128)


def make_rgb(number: int, height: int = 144, width: int = 256) -> NDArray[np.uint8]:
    """A barcode over mid-grey, as a decoder would give it."""
    cells = {RED: (255, 0, 0), BLUE: (0, 0, 255), WHITE: (255, 255, 255), BLACK: (0, 0, 0)}
    strip = np.array([cells[cell] for cell in list_cells(number)], np.uint8)
    rgb = np.full((height, width, 3), 128, np.uint8)
    rgb[: height // 8] = strip[np.arange(width) * 16 // width]
    return rgb


def encode_harshly(pictures: list[NDArray[np.uint8]], width: int, height: int, crf: int) -> list[NDArray[np.uint8]]:
    """The yuv420p pictures scaled, squeezed by x264 and decoded to RGB."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.framerate = width, height, "yuv420p", Fraction(25)
    encoder.options = {"preset": "ultrafast", "crf": str(crf)}
    packets = []
    for pts, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p").reformat(width=width, height=height)
        frame.pts = pts
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    frames = [frame for packet in [*packets, None] for frame in decoder.decode(packet)]
    return [frame.to_ndarray(format="rgb24").astype(np.uint8) for frame in frames]


def draw_over_noise(number: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    buffer = rng.integers(16, 236, (1080, 1280), np.uint8)
    draw_barcode(Picture.in_buffer(buffer), number)
    return buffer


def test_cells_are_two_red_twelve_bits_two_blue() -> None:
    assert list_cells(0b1000_0000_0101) == (RED, RED, WHITE, *[BLACK] * 8, WHITE, BLACK, WHITE, BLUE, BLUE)


def test_strip_is_the_top_90_rows_in_cells_of_80_pixels() -> None:
    buffer = np.full((1080, 1280), 77, np.uint8)
    picture = Picture.in_buffer(buffer)
    draw_barcode(picture, 1)
    assert (picture.y[89, 159], picture.y[89, 160]) == (63, 16)
    assert (picture.y[0, 1040 - 1], picture.y[0, 1040], picture.y[0, 1119], picture.y[0, 1120]) == (16, 235, 235, 32)
    assert (picture.y[90] == 77).all()
    assert (picture.u[45] == 77).all()
    assert picture.u[44, 0] == 102


@given(number=st.integers(0, 4095), height=st.integers(36, 300), width=st.integers(64, 500))
def test_reader_gives_back_the_number_at_any_size(number: int, height: int, width: int) -> None:
    assert read_barcode(make_rgb(number, height, width)) == number


@pytest.mark.parametrize(("width", "height", "crf"), [(256, 144, 45), (426, 240, 47), (640, 360, 48)])
def test_barcode_outlives_harsh_encoding_among_noise(width: int, height: int, crf: int) -> None:
    rng = np.random.default_rng(5)
    numbers = [0, 1, 4095, 2730, 1365, *range(1020, 1030)]
    decoded = encode_harshly([draw_over_noise(number, rng) for number in numbers], width, height, crf)
    assert [read_barcode(rgb) for rgb in decoded] == numbers


def test_picture_without_red_guards_has_no_number() -> None:
    rgb = make_rgb(5)
    rgb[:, :16] = 0
    assert read_barcode(rgb) is None


def test_picture_without_blue_guards_has_no_number() -> None:
    rgb = make_rgb(5)
    rgb[:, -16:] = 255
    assert read_barcode(rgb) is None


def test_mixture_of_two_frames_has_no_number() -> None:
    mixed = (make_rgb(7).astype(np.uint16) + make_rgb(8)) // 2
    assert read_barcode(mixed.astype(np.uint8)) is None


def test_strip_hanging_upside_down_has_no_number() -> None:
    assert read_barcode(make_rgb(7)[:, ::-1]) is None


@pytest.mark.parametrize("number", [-1, 4096])
def test_number_beyond_12_bits_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=rf"barcode: frame number {number} does not fit 12 bits \(0 to 4095\)"):
        list_cells(number)
