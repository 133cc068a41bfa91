import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.ladder import Ladder, VideoCodec, VideoRung, pair_with_audio, plan_video_ladder
from packager.ladder_files import load_ladder, preset_names

DEFAULT, APPLE = load_ladder("default"), load_ladder("apple")


def test_1080p_gets_the_four_highest_steps_and_the_join_rung() -> None:
    assert plan_video_ladder(DEFAULT, 1920, 1080) == (
        VideoRung(1920, 1080, 5_000_000),
        VideoRung(1280, 720, 2_800_000),
        VideoRung(854, 480, 1_300_000),
        VideoRung(640, 360, 700_000),
        VideoRung(256, 144, 130_000),
    )


def test_4k_is_packaged_as_1080p_at_most() -> None:
    assert plan_video_ladder(DEFAULT, 3840, 2160)[0] == VideoRung(1920, 1080, 5_000_000)


def test_a_source_between_steps_keeps_its_size_and_a_cap_by_area() -> None:
    # 540^2 lies a quarter of the way from 480^2 to 720^2 (61,200 of 288,000): 1.3 + 0.2125 * 1.5 Mb/s.
    assert plan_video_ladder(DEFAULT, 960, 540) == (
        VideoRung(960, 540, 1_618_750),
        VideoRung(640, 360, 700_000),
        VideoRung(426, 240, 300_000),
        VideoRung(256, 144, 130_000),
    )


def test_an_upright_video_gets_rungs_by_its_width() -> None:
    assert [(rung.width, rung.height) for rung in plan_video_ladder(DEFAULT, 1080, 1920)] == [
        (1080, 1920), (720, 1280), (480, 854), (360, 640), (144, 256),
    ]  # fmt: skip


def test_a_tiny_source_gets_one_rung_of_its_own_size() -> None:
    assert plan_video_ladder(DEFAULT, 160, 120) == (VideoRung(160, 120, 90_277),)


def test_rungs_of_an_upright_video_are_named_by_their_short_side() -> None:
    names = ["1080p", "720p", "480p", "360p", "144p"]
    assert [rung.name for rung in plan_video_ladder(DEFAULT, 1080, 1920)] == names
    assert [rung.name for rung in plan_video_ladder(DEFAULT, 1920, 1080)] == names


def test_twins_of_one_size_are_told_apart_by_their_cap() -> None:
    rungs = plan_video_ladder(APPLE, 1280, 720)
    assert [rung.name for rung in rungs] == [
        "720p-4500", "720p-3000", "540p", "432p-1100", "432p-730", "360p", "234p",
    ]  # fmt: skip
    assert (rungs[0].width, rungs[1].width) == (1280, 1280)


def test_each_codec_has_a_whole_set_under_names_of_its_own() -> None:
    rungs = plan_video_ladder(DEFAULT.with_codecs([VideoCodec.HEVC, VideoCodec.H264]), 640, 360)
    assert [(rung.name, rung.cap_bps) for rung in rungs] == [
        ("360p", 700_000), ("240p", 300_000), ("144p", 130_000),
        ("hevc-360p", 525_000), ("hevc-240p", 225_000), ("hevc-144p", 97_500),
    ]  # fmt: skip


def test_a_source_between_twins_gets_both_of_the_step_below() -> None:
    assert [rung.name for rung in plan_video_ladder(APPLE, 1600, 900)][:4] == ["900p", "720p-4500", "720p-3000", "540p"]


@given(st.sampled_from([load_ladder(name) for name in preset_names()]), st.integers(16, 5000), st.integers(16, 5000))
def test_rungs_fall_and_are_never_larger_than_the_source(ladder: Ladder, width: int, height: int) -> None:
    rungs = plan_video_ladder(ladder, width, height)
    assert 1 <= len(rungs) <= ladder.most_rungs + 2
    assert all(rung.width <= width and rung.height <= height for rung in rungs)
    sizes = [(rung.width * rung.height, rung.cap_bps) for rung in rungs]
    assert sizes == sorted(set(sizes), reverse=True)
    assert len({rung.name for rung in rungs}) == len(rungs)


@pytest.mark.parametrize(
    ("rungs", "paired"), [(1, (1,)), (2, (2, 0)), (3, (2, 1, 0)), (4, (2, 1, 0, 0)), (5, (2, 1, 1, 0, 0))]
)
def test_the_best_picture_has_the_best_sound(rungs: int, paired: tuple[int, ...]) -> None:
    assert pair_with_audio(rungs, 3) == paired


def test_audio_rungs_are_named_by_their_rate() -> None:
    assert [rung.name for rung in DEFAULT.audio] == ["aac-96", "aac-160", "aac-256"]
