import numpy as np
import pytest
from av.video.frame import VideoFrame

from packager.quality import QualityMeter


def plain(luma: int) -> VideoFrame:
    planes = np.full((48, 64), luma, np.uint8)
    planes[32:] = 128
    return VideoFrame.from_ndarray(planes, format="yuv420p")


def test_what_is_unchanged_has_an_ssim_of_one() -> None:
    meter = QualityMeter(64, 32)
    meter.add(plain(100), plain(100))
    assert (meter.ssim, meter.ssim_db) == (1.0, 60.0)


def test_pictures_that_differ_in_brightness_are_judged_as_the_formula_says() -> None:
    # Wang et al. 2004: (2 * 100 * 110 + C1) / (100^2 + 110^2 + C1), C1 = (0.01 * 255)^2; flat pictures have no more.
    meter = QualityMeter(64, 32)
    meter.add(plain(100), plain(110))
    assert meter.ssim == pytest.approx(22_006.5 / 22_106.5, abs=1e-5)
    assert meter.ssim_db == pytest.approx(23.4, abs=0.1)


def test_the_mean_is_over_all_pictures() -> None:
    meter = QualityMeter(64, 32)
    meter.add(plain(100), plain(100))
    meter.add(plain(100), plain(110))
    assert meter.ssim == pytest.approx((1 + 22_006.5 / 22_106.5) / 2, abs=1e-5)
