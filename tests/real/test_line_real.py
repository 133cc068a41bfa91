"""Real songs and videos, from source to verdict: packaged once each, linted, played with flips, every flip proven."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from packager.build import build_package
from packager.inspection import lint_folder
from packager.ladder_files import load_ladder
from packager.lint.finding import Profile
from packager.manifest import PackageIndex
from packager.wishes import PackageWishes
from simulator.play import (
    judge_session,
    measure_duration_us,
    plan_default_taps,
    plan_taps,
    play_folder_live,
    play_session,
)
from simulator.scenario import Scenario
from simulator.trace import SHAPES

ROOT = Path(__file__).parent.parent.parent
MEDIA = Path(os.environ.get("MIDNOTE_MEDIA", ROOT.parent / "shared" / "media"))

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not MEDIA.is_dir(), reason=f"no media corpus at {MEDIA} (MIDNOTE_MEDIA names another place)"),
]


@dataclass(frozen=True)
class Source:
    audio: str
    video: str | None
    segments: int
    rungs: tuple[str, ...]


SOURCES = [
    Source("videos/made_freecol-opening_77s_480p25_44k.mp4", None, 21, ("480p", "360p", "240p", "144p")),
    Source("videos/moviepy_bbb_720p24_30s.webm", None, 6, ("720p", "480p", "360p", "240p", "144p")),
    Source("videos/wpt_movie_300s_timer.mp4", None, 57, ("240p", "144p")),
    Source("songs/singularity_awakening.ogg", None, 55, ()),
    Source(
        "songs/joshua-morin_on-the-run.ogg", "videos/androidx_long_1080p_lowbitrate.mp4",
        68, ("1080p", "720p", "480p", "360p", "144p"),
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Made:
    source: Source
    index: PackageIndex
    folder: Path


@pytest.fixture(scope="module", params=SOURCES, ids=lambda source: Path(source.audio).stem)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    source: Source = request.param
    folder = tmp_path_factory.mktemp("real") / "package"
    index = build_package(MEDIA / source.audio, MEDIA / source.video if source.video else None, folder)
    return Made(source, index, folder)


def test_the_grid_is_exact_and_the_ladder_fits(made: Made) -> None:
    assert made.index.grid.segment_count == made.source.segments
    assert made.index.grid.worst_boundary_error == 0
    assert tuple(rung.name for rung in made.index.video_rungs) == made.source.rungs


@pytest.mark.parametrize("profile", list(Profile))
def test_it_lints_clean(made: Made, profile: Profile) -> None:
    assert [str(finding) for finding in lint_folder(made.folder, profile)] == []


@pytest.mark.parametrize("shape", ["3g", "4g"])
def test_every_flip_of_the_whole_song_is_proven(made: Made, shape: str) -> None:
    taps = plan_default_taps(measure_duration_us(str(made.folder))) if made.source.rungs else ()
    outcome = judge_session(play_session(str(made.folder), Scenario(shape, taps, SHAPES[shape]), virtual=True))
    assert outcome.verdict.reasons() == ()
    assert len(outcome.proof.flips) == len(taps)


def test_a_ladder_fitted_to_a_film_joins_as_soon_over_a_slow_link(tmp_path: Path) -> None:
    film = MEDIA / "videos/made_tos_23.976_10bit_5.1ac3.mp4"
    folder = tmp_path / "package"
    index = build_package(film, None, folder, PackageWishes(ladder=load_ladder("auto")))
    *rungs, join = index.video_rungs
    assert join.name == "144p"
    assert rungs[-1].average_bps > 1.4 * join.average_bps
    assert index.notes[-1] == "per title: 144p is there for a switch to video, which joins on it at once"
    outcome = judge_session(
        play_session(str(folder), Scenario("3g", plan_taps([1.7, 4.3, 5.9]), SHAPES["3g"]), virtual=True)
    )
    assert outcome.verdict.reasons() == ()
    assert len(outcome.proof.flips) == 3


def test_flips_over_real_http_are_proven(made: Made) -> None:
    taps = plan_taps([1.7, 4.3, 5.9]) if made.source.rungs else ()
    scenario = Scenario("live", taps, SHAPES["4g"], leaves_at_us=9_000_000)
    outcome = judge_session(asyncio.run(play_folder_live(made.folder, scenario)))
    assert outcome.verdict.reasons() == ()
    assert len(outcome.proof.flips) == len(taps)
