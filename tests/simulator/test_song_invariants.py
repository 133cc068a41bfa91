"""What holds of every session of several songs: seeded ones, skipped at any instant, whatever is going on then."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from test_invariants import (
    ENDINGS,
    S,
    check_buffers,
    check_playhead,
    check_stalls,
    make_config,
    make_control,
    make_fault,
    make_taps,
    make_trace,
    open_requests,
)

from benchmarks.hollow import write_hollow_package
from simulator import events as ev
from simulator.commands import Part
from simulator.controls import Skip
from simulator.drivers import virtual
from simulator.faults import Faults
from simulator.inputs import Input, Skipped
from simulator.listener import Clock
from simulator.package_shelf import PackageShelf
from simulator.presentation import Medium
from simulator.profile import NEXT_SONGS, PlayerConfig
from simulator.queue_listener import QueueListener
from simulator.scenario import Scenario
from simulator.session import Session, SongAddress, replay_session
from simulator.song_metrics import measure_play, measure_songs
from simulator.song_timeline import trace_play
from simulator.songs import SongPart, split_session
from simulator.verdict import judge

SEGMENT_US = 3_840_000


class ImpatientListener(QueueListener):
    """Goes on to the next song at these clock times too, whatever the player is doing then."""

    def __init__(self, scenario: Scenario, skips_us: Sequence[int]) -> None:
        super().__init__(scenario)
        self._skips_us = list(skips_us)

    def acts_at(self, player: Clock) -> int | None:
        times = (super().acts_at(player), self._skips_us[0] if self._skips_us else None)
        return min((at_us for at_us in times if at_us is not None), default=None)

    def act(self, player: Clock, now_us: int) -> Input | None:
        if self._skips_us and self._skips_us[0] <= now_us:
            del self._skips_us[0]
            return Skipped(now_us)
        return super().act(player, now_us)


def make_scenario(chance: random.Random, name: str) -> Scenario:
    songs = chance.randrange(2, 5)
    taps = sorted((replace(tap, song=chance.randint(1, songs)) for tap in make_taps(chance)), key=lambda t: t.song)
    sides = (Medium.VIDEO, Medium.AUDIO)
    controls = [replace(make_control(chance), song=chance.randint(1, songs)) for _ in range(chance.choice((0, 2, 6)))]
    skips = [Skip(chance.randrange(60 * S), chance.randint(1, songs - 1)) for _ in range(chance.choice((0, 0, 1, 3)))]
    config = replace(
        make_config(chance), next_song=chance.choice((*NEXT_SONGS, "early")), next_goal_us=chance.choice((0, 8, 20)) * S
    )
    return Scenario(
        name,
        tuple(replace(tap, wants=sides[number % 2]) for number, tap in enumerate(taps)),
        make_trace(chance),
        chance.randrange(5 * S, 150 * S) if chance.random() < 0.2 else None,
        chance.choice((Medium.AUDIO, Medium.AUDIO, Medium.VIDEO)) if not taps else Medium.AUDIO,
        config,
        faults=Faults(tuple(make_fault(chance) for _ in range(chance.choice((0, 0, 1, 2)))), chance.randrange(1000)),
        controls=(*controls, *skips),
        next_songs=("more",) * (songs - 1),
    )


def check_session(session: Session) -> None:
    """Every law at once; a failure names the seed, which makes the session again."""
    events = session.events
    assert isinstance(events[-1], ENDINGS), "it ends, and that is said last"
    assert [e.at_us for e in events] == sorted(e.at_us for e in events), "time runs one way"
    assert replay_session(session) == events, "it replays"
    parts = split_session(session)
    turns = [part for part in parts if part.began_at_us is not None]
    assert [part.number for part in turns] == list(range(1, len(turns) + 1)), "songs come one after another"
    for part in turns:
        check_song(part)
    for part, follower in pairwise(turns):
        assert follower.began_at_us == part.events[-1].at_us, "a song has its turn when the one before is over"
        check_first_sound(part, follower)
    for part, follower in zip(turns, parts[1:], strict=False):
        check_manners(session, part, follower)
    metrics = measure_play(session)
    judge(metrics, None, session.scenario)
    assert metrics.wasted_bytes <= metrics.fetched_bytes, "nothing is wasted that never came"
    timeline = trace_play(session)
    assert all(a.end_us == b.start_us for a, b in pairwise(timeline.modes))


def check_song(part: SongPart) -> None:
    endings = [event for event in part.events if isinstance(event, ENDINGS)]
    assert endings == [part.events[-1]], "a song ends once, and last"
    check_playhead(part.events)
    check_buffers(part.events)
    check_stalls(part.session)


def check_first_sound(part: SongPart, follower: SongPart) -> None:
    """A song that is at hand begins when the one before it is over, without a gap but the player's own."""
    at_us = part.events[-1].at_us
    first = next((e for e in follower.events if isinstance(e, ev.Buffered) and e.medium is Medium.AUDIO), None)
    started = next((e.at_us for e in follower.events if isinstance(e, ev.PlaybackStarted)), None)
    if started is None or first is None:
        return
    hole_us = part.session.scenario.config.profile.next_hole_us
    assert started == max(at_us + hole_us, first.at_us), "it begins as soon as it can, and not before"


def check_manners(session: Session, part: SongPart, follower: SongPart) -> None:
    """What is fetched ahead is bounded, takes nothing from the song that plays, and begins with an idle link."""
    config = session.scenario.config
    ahead = [e for e in follower.events if follower.began_at_us is None or e.at_us < follower.began_at_us]
    sound = [e for e in ahead if isinstance(e, ev.Buffered) and e.medium is Medium.AUDIO]
    if sound:
        bound_us = min(max(config.next_goal_us, config.audio_critical_us), config.audio_goal_us)
        assert sound[-1].end_us <= bound_us + SEGMENT_US, "no more of its sound than its beginning"
    if config.next_song == "cold":
        assert not ahead, "nothing is fetched ahead"
    numbers = {event: number for number, event in enumerate(session.events)}
    own_events = set(part.events)
    retried = {number for number, e in enumerate(ahead) if isinstance(e, ev.Retried)}
    for number, event in enumerate(ahead):
        if isinstance(event, ev.Requested) and event.part is Part.SEGMENT and not retried & set(range(number)):
            own = [e for e in session.events[: numbers[event]] if e in own_events]
            busy = open_requests(own, Medium.AUDIO) | open_requests(own, Medium.VIDEO)
            assert not busy or has_all_sound(own), f"{event} while the present song fetched {busy}"
    for event in part.events:
        if isinstance(event, ev.RebufferStarted):
            under_way = still_open([e for e in ahead if e.at_us <= event.at_us])
            assert not under_way, f"{event} while of the next song {under_way} were fetched"


def has_all_sound(events: Sequence[ev.Event]) -> bool:
    """Whether the last thing that came of a song's sound is the last segment, of 3 or of 16."""
    sound = [e for e in events if isinstance(e, ev.Buffered) and e.medium is Medium.AUDIO]
    return bool(sound) and sound[-1].index in {2, 15}


def still_open(events: Sequence[ev.Event]) -> set[int]:
    asked = {e.request_id for e in events if isinstance(e, ev.Requested)}
    return asked - {e.request_id for e in events if isinstance(e, ev.Received | ev.Retried | ev.Aborted | ev.Lost)}


@pytest.fixture(scope="module")
def shelf(hollow_package: Path, tmp_path_factory: pytest.TempPathFactory) -> PackageShelf:
    """Songs of 61 s, 12 s, 61 s and 12 s."""
    short = write_hollow_package(tmp_path_factory.mktemp("short") / "package", 3)
    return PackageShelf(hollow_package, {"song-2": short, "song-3": hollow_package, "song-4": short})


def check_seeds(shelf: PackageShelf, seeds: range, patch: pytest.MonkeyPatch) -> None:
    for seed in seeds:
        chance = random.Random(seed)
        scenario = make_scenario(chance, f"seed {seed}")
        skips_us = sorted(chance.randrange(120 * S) for _ in range(chance.choice((0, 0, 1, 4))))
        patch.setattr(virtual, "open_listener", lambda asked, at=skips_us: ImpatientListener(asked, at))
        follow = tuple(SongAddress("more", f"song-{n}/master.m3u8") for n in range(2, len(scenario.next_songs) + 2))
        try:
            session = virtual.play_virtually(shelf, "master.m3u8", scenario, keep_bodies=False, next_songs=follow)
            check_session(session)
        except Exception as broken:
            raise AssertionError(f"seed {seed}: {broken!r}") from broken


@pytest.mark.parametrize("first", range(0, 150, 50))
def test_what_holds_of_every_session_of_several_songs(
    shelf: PackageShelf, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    check_seeds(shelf, range(first, first + 50), monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 4000, 500))
def test_what_holds_of_thousands_of_sessions_of_several_songs(
    shelf: PackageShelf, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    check_seeds(shelf, range(first, first + 500), monkeypatch)


def test_fetching_ahead_costs_the_present_song_no_sound(shelf: PackageShelf) -> None:
    """On links that break, the first song stops as often and as long as if nothing had been fetched ahead."""
    gaps_s = {"cold": 0.0, "early": 0.0}
    for seed in range(60):
        stopped_s = set()
        for policy in gaps_s:
            chance = random.Random(seed)
            scenario = Scenario(
                policy, tuple(make_taps(chance)), make_trace(chance), config=PlayerConfig(next_song=policy),
                next_songs=("more",),
            )  # fmt: skip
            session = virtual.play_virtually(
                shelf, "master.m3u8", scenario, keep_bodies=False,
                next_songs=(SongAddress("more", "song-2/master.m3u8"),),
            )  # fmt: skip
            (_, first), *_ = measure_songs(split_session(session))
            stopped_s.add(first.rebuffer_s)
            gaps_s[policy] += (measure_play(session).songs[1].gap_us or 0) / 1e6
        assert len(stopped_s) == 1, f"seed {seed}: {stopped_s}"
    assert gaps_s["early"] < gaps_s["cold"] / 2
