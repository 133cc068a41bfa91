from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import events as ev
from simulator.drivers.virtual import play_virtually
from simulator.errors import BrokenPackageError
from simulator.metrics import measure_session
from simulator.package_folder import PackageFolder
from simulator.presentation import Medium
from simulator.profile import ABR_NAMES, PlayerConfig
from simulator.scenario import Scenario, Tap
from simulator.session import open_player, replay
from simulator.trace import SHAPES, Period, Trace, constant_trace

FLIPS = tuple(
    Tap(at_us, Medium.VIDEO if number % 2 == 0 else Medium.AUDIO)
    for number, at_us in enumerate((7_300_000, 19_100_000, 28_700_000, 41_900_000, 50_010_000))
)


def test_two_virtual_runs_are_equal_event_for_event(hollow_package: Path) -> None:
    folder = PackageFolder(hollow_package)
    scenario = Scenario("commuter", FLIPS, SHAPES["3g"])
    one, other = (play_virtually(folder, "master.m3u8", scenario) for _ in range(2))
    assert one == other


def test_the_inputs_replay_to_the_same_events(hollow_package: Path) -> None:
    session = play_virtually(PackageFolder(hollow_package), "master.m3u8", Scenario("c", FLIPS, SHAPES["3g"]))
    assert replay(session.uri, session.scenario, session.inputs, session.over_at_us) == session.events


@pytest.mark.parametrize("shape", ["3g", "4g", "wifi"])
def test_every_flip_comes_and_the_sound_never_stops(hollow_package: Path, shape: str) -> None:
    session = play_virtually(PackageFolder(hollow_package), "master.m3u8", Scenario(shape, FLIPS, SHAPES[shape]))
    metrics = measure_session(session.events)
    assert [flip.wants for flip in metrics.flips] == [tap.wants for tap in FLIPS]
    assert all(flip.settled_at_us is not None for flip in metrics.flips)
    assert (metrics.rebuffer_count, metrics.ending) == (0, "Ended")


@pytest.mark.parametrize("abr", ABR_NAMES)
def test_no_rule_starves_the_sound(hollow_package: Path, abr: str) -> None:
    scenario = Scenario(abr, FLIPS[:1], SHAPES["3g"], config=PlayerConfig(abr=abr))
    session = play_virtually(PackageFolder(hollow_package), "master.m3u8", scenario)
    metrics = measure_session(session.events)
    assert (metrics.rebuffer_count, metrics.ending) == (0, "Ended")


def test_the_rule_of_the_scenario_chooses_the_pictures_rungs(hollow_package: Path) -> None:
    scenario = Scenario("best", FLIPS[:1], SHAPES["wifi"], config=PlayerConfig(abr="fixed:1"))
    session = play_virtually(PackageFolder(hollow_package), "master.m3u8", scenario)
    rungs = [e.rung for e in session.events if isinstance(e, ev.Buffered) and e.medium is Medium.VIDEO]
    assert len(rungs) > 5
    assert set(rungs[1:]) == {"360p"}


def test_taps_come_at_their_song_time(hollow_package: Path) -> None:
    session = play_virtually(PackageFolder(hollow_package), "master.m3u8", Scenario("s", FLIPS, SHAPES["4g"]))
    assert [e.playhead_us for e in session.events if isinstance(e, ev.TapTaken)] == [tap.playhead_us for tap in FLIPS]


def test_a_starved_link_rebuffers_but_ends(hollow_package: Path) -> None:
    # 80 kbit/s carries no rung of 96 kbit/s in real time.
    scenario = Scenario("starved", FLIPS[:1], constant_trace(80_000, 100_000))
    metrics = measure_session(play_virtually(PackageFolder(hollow_package), "master.m3u8", scenario).events)
    assert metrics.rebuffer_count > 0
    assert (metrics.played_s, metrics.ending) == (61.44, "Ended")


def test_a_listener_leaves_when_the_scenario_says(hollow_package: Path) -> None:
    scenario = replace(Scenario("short", FLIPS), leaves_at_us=9_000_000)
    session = play_virtually(PackageFolder(hollow_package), "master.m3u8", scenario)
    assert session.events[-1].at_us == 9_000_000
    assert isinstance(session.events[-1], ev.Departed)


def test_a_missing_segment_is_the_packages_fault(tmp_path: Path, hollow_package: Path) -> None:
    (tmp_path / "master.m3u8").write_text((hollow_package / "master.m3u8").read_text())
    with pytest.raises(BrokenPackageError, match=r"playlist\.m3u8: No such file .* a playlist names it"):
        play_virtually(PackageFolder(tmp_path), "master.m3u8", Scenario("x"))


@settings(max_examples=60, deadline=None)
@given(
    rates=st.lists(st.integers(60, 6_000), min_size=1, max_size=8).filter(lambda r: max(r) > 150),
    latency_ms=st.integers(0, 400),
    taps=st.lists(st.integers(1, 60_000), max_size=8, unique=True).map(sorted),
    config=st.builds(PlayerConfig, abr=st.sampled_from(ABR_NAMES), audio_abr=st.sampled_from(ABR_NAMES)),
)
def test_whatever_the_link_the_finger_and_the_rules_do(
    hollow_package: Path, rates: list[int], latency_ms: int, taps: list[int], config: PlayerConfig
) -> None:
    """Every session ends, playheads never run backwards, buffers are never negative, and it replays."""
    trace = Trace("any", (Period(1_000_000, rate * 1000, latency_ms * 1000) for rate in rates))
    sides = (Medium.VIDEO, Medium.AUDIO)
    scenario = Scenario("any", tuple(Tap(ms * 1000, sides[n % 2]) for n, ms in enumerate(taps)), trace, config=config)
    session = play_virtually(PackageFolder(hollow_package), "master.m3u8", scenario, keep_bodies=False)
    assert isinstance(session.events[-1], ev.Ended)
    times = [e.at_us for e in session.events]
    assert times == sorted(times)
    playheads = [e.playhead_us for e in session.events if hasattr(e, "playhead_us")]
    assert playheads == sorted(playheads)
    sound = [e for e in session.events if isinstance(e, ev.Buffered) and e.medium is Medium.AUDIO]
    assert [e.index for e in sound] == list(range(16))
    assert replay(session.uri, session.scenario, session.inputs, session.over_at_us) == session.events


@pytest.mark.parametrize("shape", ["3g", "4g", "wifi"])
def test_waking_the_player_more_often_changes_nothing(hollow_package: Path, shape: str) -> None:
    """A live driver wakes late and for nothing; what the player does must depend on its inputs alone."""
    session = play_virtually(PackageFolder(hollow_package), "master.m3u8", Scenario(shape, FLIPS, SHAPES[shape]))
    player = open_player(session.uri, session.scenario)
    for before, happened in pairwise(session.inputs):
        player.feed(before)
        for step in range(1, 4):
            player.advance(before.at_us + (happened.at_us - before.at_us) * step // 4)
    player.feed(session.inputs[-1])
    player.advance(session.over_at_us)
    assert tuple(player.take_events()) == session.events
