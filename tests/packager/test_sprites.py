from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.sprites import SpritePlace, SpritePlan, fit_thumbnail, print_thumbnail_track


def test_a_track_reads_like_this() -> None:
    plan = SpritePlan(Fraction(30_000, 1001), 310, 256, 144)  # 10.34 s, a thumbnail every 60 frames
    assert print_thumbnail_track(plan) == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:02.002\n00000.jpg#xywh=0,0,256,144\n\n"
        "00:00:02.002 --> 00:00:04.004\n00000.jpg#xywh=256,0,256,144\n\n"
        "00:00:04.004 --> 00:00:06.006\n00000.jpg#xywh=512,0,256,144\n\n"
        "00:00:06.006 --> 00:00:08.008\n00000.jpg#xywh=768,0,256,144\n\n"
        "00:00:08.008 --> 00:00:10.010\n00000.jpg#xywh=1024,0,256,144\n\n"
        "00:00:10.010 --> 00:00:10.344\n00000.jpg#xywh=0,144,256,144\n"
    )


def test_the_hour_comes_after_the_sheet_is_long_full() -> None:
    plan = SpritePlan(Fraction(25), 3602 * 25, 10, 10)
    last = print_thumbnail_track(plan).splitlines()[-2:]
    assert last == ["01:00:00.000 --> 01:00:02.000", "00072.jpg#xywh=0,0,10,10"]


def test_thumbnails_fill_a_sheet_row_by_row() -> None:
    plan = SpritePlan(Fraction(25), 27 * 50, 256, 144)
    assert [plan.place(n) for n in (0, 4, 5, 24, 25, 26)] == [
        SpritePlace(0, 0, 0), SpritePlace(0, 1024, 0), SpritePlace(0, 0, 144), SpritePlace(0, 1024, 576),
        SpritePlace(1, 0, 0), SpritePlace(1, 256, 0),
    ]  # fmt: skip
    assert (plan.count_rows(0), plan.count_rows(1)) == (5, 1)


@given(st.fractions(1, 120, max_denominator=1001), st.integers(1, 4000))
def test_every_wanted_frame_has_a_place_on_its_sheet(rate: Fraction, frames: int) -> None:
    plan = SpritePlan(rate, frames, 16, 9)
    assert plan.count == sum(plan.is_wanted(frame) for frame in range(frames))
    last = plan.place(plan.count - 1)
    assert last.y + plan.height == plan.count_rows(last.sheet) * plan.height


@pytest.mark.parametrize(
    ("picture", "thumbnail"),
    [((256, 144), (256, 144)), ((640, 360), (256, 144)), ((360, 640), (144, 256)), ((98, 122), (98, 122))],
)
def test_thumbnails_of_large_pictures_are_small(picture: tuple[int, int], thumbnail: tuple[int, int]) -> None:
    assert fit_thumbnail(*picture) == thumbnail
