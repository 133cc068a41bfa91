from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from packager.build import plan_sources
from packager.colour import Colour
from packager.forecast import forecast_package
from packager.ladder import LadderStep
from packager.ladder_format import read_ladder
from packager.plan import plan_package
from packager.sources import AudioTrack, Source, Turn, VideoTrack
from packager.watching import NobodyWatching
from packager.wishes import AS_USUAL

SOUND = AudioTrack(1, "aac", 48_000, 2, "und", Fraction(0), 480_000)
# 10 s of 1280x720 at 25 fps in 1.25 MB: 1 Mbit/s. Films of that size usually need 0.025 * 25 * 921,600 = 576 kbit/s.
PICTURE = VideoTrack(
    index=0, codec="h264", width=1280, height=720, turn=Turn.NONE, is_interlaced=False, colour=Colour(1, 1, 1),
    frame_rate=Fraction(25), frame_count=250, start=Fraction(0), duration=Fraction(10), coded_bytes=1_250_000,
)  # fmt: skip
TWO_RUNGS = """
video.rungs = [{side = 720, cap_kbps = 2000}, {side = 144, cap_kbps = 100}]
video.h264.crf = 23
audio.rungs = [{kbps = 100}]
"""


def forecast(text: str, picture: VideoTrack = PICTURE) -> int:
    """What is expected of the upper rung."""
    source = Source("both.mp4", 1, "", SOUND, picture)
    return forecast_package(plan_package(source, source, read_ladder("mine.toml", text)), picture).video_bps[0]


def test_a_rung_of_the_sources_size_needs_the_mean_of_what_it_spends_and_what_is_usual() -> None:
    assert forecast(TWO_RUNGS) == 758_947  # the square root of 1,000,000 * 576,000


def test_no_rung_is_expected_to_exceed_its_cap() -> None:
    assert forecast(TWO_RUNGS.replace("2000", "700")) == 700_000


def test_what_probes_have_found_is_what_is_expected() -> None:
    ladder = read_ladder("mine.toml", TWO_RUNGS)
    steps = (LadderStep(720, 2_000_000, crf=25, expected_bps=900_000), LadderStep(144, 99_000, expected_bps=90_000))
    found = replace(ladder, steps=steps)
    source = Source("both.mp4", 1, "", SOUND, PICTURE)
    plan = plan_package(source, source, found)
    assert forecast_package(plan, PICTURE).video_bps == (900_000, 90_000)
    assert plan.video_rungs[0].coding.crf == 25


def test_six_steps_of_crf_halve_the_rate() -> None:
    assert forecast(TWO_RUNGS.replace("23", "29")) == 379_473


def test_a_quarter_of_the_area_needs_a_third_of_the_rate() -> None:
    assert forecast(TWO_RUNGS.replace("720", "360")) == 250_359  # 758,947 * 0.25 ** 0.8


def test_a_source_that_nobody_has_weighed_is_expected_to_need_least() -> None:
    assert forecast(TWO_RUNGS, replace(PICTURE, coded_bytes=0)) == 1000


def test_disk_at_most_is_what_the_caps_allow() -> None:
    source = Source("both.mp4", 1, "", SOUND, PICTURE)
    weighed = forecast_package(plan_package(source, source, read_ladder("mine.toml", TWO_RUNGS)), PICTURE)
    assert weighed.audio_bps == (105_000,)
    # 10.5 s of 2.1 Mbit/s, 10 s of 105 kbit/s and of thumbnails, 500 rows of 12 bytes, 9 headers of 200, and the rest.
    assert weighed.most_bytes == 2_756_250 + 131_250 + 42_500 + 6_000 + 1_800 + 20_000


def test_a_real_package_weighs_what_was_expected(small_source: Path, small_package: Path) -> None:
    sources, plan = plan_sources(small_source, None, AS_USUAL, NobodyWatching())
    expected = forecast_package(plan, sources[-1].video)
    weight = sum(path.stat().st_size for path in small_package.rglob("*") if path.is_file())
    assert weight <= expected.most_bytes
    assert weight == pytest.approx(expected.expected_bytes, rel=0.5)
