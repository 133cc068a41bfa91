"""A package of single files is the same package: the same segments, played and proven through byte ranges."""

import asyncio
import re
from pathlib import Path

import av
import pytest

from packager.inspection import lint_folder
from simulator import events as ev
from simulator.drivers.blocking import BlockingPlay
from simulator.drivers.virtual import play_virtually
from simulator.metrics import measure_session
from simulator.origin import running_origin
from simulator.package_folder import PackageFolder
from simulator.play import judge_session, plan_default_taps, play_folder_live
from simulator.scenario import Scenario

RUNGS = ("audio/aac-96", "audio/aac-256", "video/144p", "video/256p")
FLIPS = Scenario("flips", plan_default_taps(24_000_000))

_RANGE = re.compile(r"#EXT-X-BYTERANGE:([0-9]+)@([0-9]+)\nmedia.mp4\n")


def read_ranges(rung: Path, playlist: str) -> list[bytes]:
    content = (rung / "media.mp4").read_bytes()
    found = _RANGE.findall((rung / playlist).read_text())
    return [content[int(offset) : int(offset) + int(length)] for length, offset in found]


@pytest.mark.parametrize("rung", RUNGS)
def test_the_ranges_are_the_segments_of_a_package_in_folders(
    small_package: Path, single_file_package: Path, rung: str
) -> None:
    files = sorted((small_package / rung).glob("*.m4s"))
    assert read_ranges(single_file_package / rung, "playlist.m3u8") == [path.read_bytes() for path in files]
    init = (small_package / rung / "init.mp4").read_bytes()
    assert (single_file_package / rung / "media.mp4").read_bytes().startswith(init)
    kept = {path.name for path in (single_file_package / rung).iterdir()}
    assert kept == {"media.mp4", "playlist.m3u8"} | ({"iframes.m3u8"} if rung.startswith("video") else set())


def test_iframes_are_the_heads_of_their_segments(single_file_package: Path) -> None:
    rung = single_file_package / "video/144p"
    pairs = zip(read_ranges(rung, "iframes.m3u8"), read_ranges(rung, "playlist.m3u8"), strict=True)
    assert all(segment.startswith(iframe) and len(iframe) < len(segment) for iframe, segment in pairs)


def test_lint_finds_nothing(single_file_package: Path) -> None:
    assert lint_folder(single_file_package) == ()


def test_each_file_plays_alone(single_file_package: Path) -> None:
    with av.open(single_file_package / "video/144p/media.mp4") as container:
        assert [frame.pts for frame in container.decode(video=0)] == [number * 400 for number in range(600)]


def test_flips_are_proven(single_file_package: Path) -> None:
    outcome = judge_session(play_virtually(PackageFolder(single_file_package), "master.m3u8", FLIPS))
    assert outcome.verdict.is_good
    assert outcome.proof.heard_samples == 24 * 48_000


def test_the_sound_comes_through_ranges_over_http(single_file_package: Path) -> None:
    scenario = Scenario("short", leaves_at_us=1_000_000)
    session = asyncio.run(play_folder_live(single_file_package, scenario))
    assert any(resource.byte_range for resource in session.resources.values())
    assert judge_session(session).proof.missing_samples == 0
    with running_origin(single_file_package) as origin:
        played = BlockingPlay(origin.url_of("master.m3u8"), scenario).play()
    assert isinstance(played.events[-1], ev.Departed)
    assert measure_session(played.events).rebuffer_count == 0
