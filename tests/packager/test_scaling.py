import numpy as np
import pytest
from av.video.frame import VideoFrame
from media_makers import draw_number

from packager.scaling import ScalingChain

SIZES = ((320, 180), (320, 180), (160, 90))


@pytest.fixture
def frame() -> VideoFrame:
    return VideoFrame.from_ndarray(draw_number(5, 320, 180), format="yuv420p")


def test_each_size_has_a_frame_of_its_own(frame: VideoFrame) -> None:
    scaled = ScalingChain(SIZES).scale(frame)
    assert [(each.width, each.height) for each in scaled] == list(SIZES)
    assert len({id(each) for each in scaled}) == len(SIZES)
    assert np.array_equal(scaled[0].to_ndarray(), scaled[1].to_ndarray())


def test_what_fits_is_not_copied(frame: VideoFrame) -> None:
    assert ScalingChain(SIZES).scale(frame)[0] is frame


def test_a_frame_that_is_shown_again_is_not_scaled_again(frame: VideoFrame) -> None:
    chain = ScalingChain(SIZES)
    assert chain.scale(frame) is chain.scale(frame)


def test_small_sizes_are_scaled_from_the_next_larger_one(frame: VideoFrame) -> None:
    *_, above, below = ScalingChain(((240, 136), (160, 90))).scale(frame)
    (at_once,) = ScalingChain(((160, 90),)).scale(above)
    assert np.array_equal(below.to_ndarray(), at_once.to_ndarray())
