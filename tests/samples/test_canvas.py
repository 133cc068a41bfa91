import numpy as np
import pytest

from samples.canvas import WIDTH, Glow, Layer, Picture, convert_colour, dim


def make_picture(luma: int = 100, height: int = 8, width: int = WIDTH) -> Picture:
    picture = Picture.in_buffer(np.full((height * 3 // 2, width), 128, np.uint8))
    picture.y[:] = luma
    return picture


def test_buffer_holds_luma_and_then_both_chroma_planes() -> None:
    picture = Picture.in_buffer(np.arange(24, dtype=np.uint8).reshape(6, 4))
    assert picture.y[3, 3] == 15
    assert picture.u.tolist() == [[16, 17], [18, 19]]
    assert picture.v.tolist() == [[20, 21], [22, 23]]


@pytest.mark.parametrize(
    ("rgb", "yuv"), [((0, 0, 0), (16, 128, 128)), ((255, 255, 255), (235, 128, 128)), ((255, 0, 0), (63, 102, 240))]
)
def test_colours_are_bt709_of_limited_range(rgb: tuple[float, float, float], yuv: tuple[int, int, int]) -> None:
    assert tuple(round(channel) for channel in convert_colour(rgb)) == yuv


def test_layer_covers_what_is_behind_it_and_wraps_around() -> None:
    shape = np.zeros((8, 2000), np.float32)
    shape[:, :10] = 1
    layer = Layer.from_fields(np.full((8, 2000), 50, np.float32), shape, (0, 0, 255), top=0)
    picture = make_picture()
    layer.cover(picture, x=1990)
    assert picture.y[0, [9, 10, 19, 20]].tolist() == [100, 50, 50, 100]
    assert picture.u[0, [4, 5, 9, 10]].tolist() == [128, 240, 240, 128]


def test_layer_moves_by_quarters_of_a_pixel() -> None:
    shape = np.zeros((8, 2000), np.float32)
    shape[:, 100:200] = 1
    layer = Layer.from_fields(np.full((8, 2000), 55, np.float32), shape, (0, 0, 0), top=0)
    picture = make_picture(luma=235)
    layer.cover(picture, x=0.25)
    assert picture.y[0, [98, 99, 100, 199, 200]].tolist() == [235, 205, 55, 105, 235]


def test_light_stops_at_the_ceiling_and_at_the_edges_of_the_stage() -> None:
    glow = Glow.from_field(np.ones((4, 4), np.float32), (255, 255, 255), strength=0.5)
    picture = make_picture(luma=100)
    glow.shine(picture, x=-2, y=6)
    glow.shine(picture, x=-2, y=6)
    assert picture.y[6, :3].tolist() == [235, 235, 100]
    assert (picture.y[:6] == 100).all()


def test_light_moves_chroma_both_ways() -> None:
    glow = Glow.from_field(np.ones((2, 2), np.float32), (255, 0, 0), strength=0.5)
    picture = make_picture(luma=16)
    glow.shine(picture, 0, 0)
    assert (picture.y[0, 0], picture.u[0, 0], picture.v[0, 0]) == (39, 115, 184)


def test_dimming_ends_at_black() -> None:
    picture = make_picture(luma=216)
    dim(picture, 0.5)
    assert picture.y[0, 0] == 116
    dim(picture, 0)
    assert (picture.y[0, 0], picture.u[0, 0]) == (16, 128)
