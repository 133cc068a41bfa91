from pathlib import Path

import pytest
from media_makers import steady, write_media

from packager.build import build_package
from packager.ladder import plan_candidates
from packager.ladder_format import read_ladder
from packager.probe import probe_source
from packager.probing import probe_title
from packager.watching import NobodyWatching
from packager.wishes import PackageWishes

TEXT = """
segment_s = 4
video = {target_db = 18, most_rungs = 3, rungs = [{side = 256, cap_kbps = 1000}, {side = 144, cap_kbps = 400}]}
audio.rungs = [{kbps = 96}]
"""


def test_more_bits_are_better_and_a_smaller_picture_is_worse(small_source: Path) -> None:
    track = probe_source(small_source).video
    assert track is not None
    _, rungs = plan_candidates(read_ladder("auto.toml", TEXT), track.width, track.height)
    points = probe_title(small_source, track, rungs, 96, NobodyWatching())
    assert [(point.side, point.crf) for point in points] == [(side, crf) for side in (256, 144) for crf in (21, 30, 39)]
    for size in (points[:3], points[3:]):
        assert [point.bitrate_bps for point in size] == sorted({point.bitrate_bps for point in size}, reverse=True)
        assert [point.quality_db for point in size] == sorted({point.quality_db for point in size}, reverse=True)
    assert points[3].quality_db < points[0].quality_db


def test_the_rung_to_join_on_is_tried_at_its_own_rate_factor_only(small_source: Path) -> None:
    track = probe_source(small_source).video
    assert track is not None
    _, rungs = plan_candidates(read_ladder("auto.toml", TEXT), track.width, track.height)
    points = probe_title(small_source, track, rungs, 96, NobodyWatching(), rungs[-1])
    assert [(point.side, point.crf) for point in points] == [(256, 21), (256, 30), (256, 39), (144, 23)]


def test_a_film_of_two_pictures_is_probed_too(tmp_path: Path) -> None:
    path = write_media(tmp_path / "short.mkv", pictures=steady(2))
    track = probe_source(path).video
    assert track is not None
    _, rungs = plan_candidates(read_ladder("auto.toml", TEXT), track.width, track.height)
    points = probe_title(path, track, rungs, 96, NobodyWatching())
    assert [(point.side, point.crf) for point in points] == [(108, 21), (108, 30), (108, 39)]


@pytest.mark.slow
def test_rungs_of_a_title_have_the_rates_that_the_probes_found(small_source: Path, tmp_path: Path) -> None:
    wishes = PackageWishes(ladder=read_ladder("auto.toml", TEXT))
    index = build_package(small_source, None, tmp_path / "package", wishes)
    assert index.notes[0].startswith("per title: ")
    for rung in index.video_rungs:
        assert rung.peak_bps <= 2 * rung.average_bps
        assert rung.average_bps < rung.cap_bps
