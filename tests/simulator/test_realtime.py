"""Over real HTTP, in real time: seconds, so everything is asked of few sessions."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from simulator import events as ev
from simulator.drivers.realtime import play_live
from simulator.errors import BrokenPackageError, OriginError
from simulator.journal import read_journal, write_journal
from simulator.origin import serve_folder
from simulator.package_folder import PackageFolder
from simulator.play import play_folder_live
from simulator.presentation import Medium
from simulator.profile import PlayerConfig
from simulator.prove import prove_session
from simulator.scenario import Scenario, Tap
from simulator.session import replay
from simulator.trace import SHAPES

FLIPS = (Tap(1_700_000, Medium.VIDEO), Tap(4_300_000, Medium.AUDIO), Tap(5_100_000, Medium.VIDEO))


@pytest.mark.slow
def test_a_live_session_is_proven_and_replays(small_package: Path, tmp_path: Path) -> None:
    scenario = Scenario("live", FLIPS, SHAPES["4g"], leaves_at_us=7_500_000)
    session = asyncio.run(play_folder_live(small_package, scenario))
    assert isinstance(session.events[-1], ev.Departed)
    assert replay(session.uri, session.scenario, session.inputs, session.over_at_us) == session.events
    write_journal(session, tmp_path / "j.zip")
    proof = prove_session(read_journal(tmp_path / "j.zip"), PackageFolder(small_package))
    assert (proof.missing_samples, proof.repeated_samples, proof.wrong_samples) == (0, 0, 0)
    assert [flip.flip.wants for flip in proof.flips] == [tap.wants for tap in FLIPS]
    assert all(flip.is_untouched for flip in proof.flips)
    assert all(flip.flip.settled_at_us is not None for flip in proof.flips)


@pytest.mark.slow
def test_a_live_session_watches_itself(small_package: Path) -> None:
    seen: list[type[ev.Event]] = []
    scenario = Scenario("watched", (), leaves_at_us=800_000)

    async def play() -> None:
        async with serve_folder(small_package) as origin:
            await play_live(f"{origin.url}/master.m3u8", scenario, lambda playhead_us, event: seen.append(type(event)))

    asyncio.run(play())
    assert seen[0] is ev.Requested
    assert ev.PlaybackStarted in seen
    assert seen[-1] is ev.Departed


def test_an_origin_that_does_not_answer_is_named() -> None:
    scenario = replace(Scenario("nobody"), config=PlayerConfig(attempts=1))
    with pytest.raises(OriginError, match=r"http://127\.0\.0\.1:9/master\.m3u8: .* is the origin running"):
        asyncio.run(play_live("http://127.0.0.1:9/master.m3u8", scenario))


def test_a_missing_playlist_is_named(small_package: Path) -> None:
    scenario = replace(Scenario("lost"), config=PlayerConfig(attempts=1))

    async def play() -> None:
        async with serve_folder(small_package) as origin:
            await play_live(f"{origin.url}/nothing.m3u8", scenario)

    with pytest.raises(OriginError, match=r"nothing\.m3u8: status 404 where 200 was expected"):
        asyncio.run(play())


def test_something_else_for_a_playlist_is_named(small_package: Path) -> None:
    async def play() -> None:
        async with serve_folder(small_package) as origin:
            await play_live(f"{origin.url}/package.json", Scenario("odd"))

    with pytest.raises(BrokenPackageError, match=r"package\.json: it does not start with #EXTM3U"):
        asyncio.run(play())
