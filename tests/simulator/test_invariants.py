"""What holds of every session, whatever link, faults, listener and player: thousands of seeded ones in virtual time."""

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from simulator import events as ev
from simulator.commands import Part
from simulator.controls import Control, Hover, Pause, ScreenOff, Seek, SpeedChange
from simulator.drivers.virtual import play_virtually
from simulator.faults import Aim, Fault, FaultKind, Faults
from simulator.package_folder import PackageFolder
from simulator.passages import find_passages
from simulator.presentation import Medium
from simulator.profile import ABR_NAMES, JOINS, PROFILES, START_RUNGS, WARMTHS, PlayerConfig
from simulator.scenario import Scenario, Tap
from simulator.session import Session, replay
from simulator.trace import Period, Trace

S = 1_000_000
SONG_US = 61_440_000
CLOCK_STEP_US = 2  # at the fastest speed below, the song moves so far in one microsecond of the clock
ENDINGS = (ev.Ended, ev.Departed, ev.GaveUp)


def make_scenario(seed: int) -> Scenario:
    chance = random.Random(seed)
    return Scenario(
        f"seed {seed}",
        tuple(make_taps(chance)),
        make_trace(chance),
        chance.randrange(5 * S, 90 * S) if chance.random() < 0.2 else None,
        Medium.AUDIO,
        make_config(chance),
        faults=Faults(tuple(make_fault(chance) for _ in range(chance.choice((0, 0, 1, 2, 4)))), seed),
        controls=tuple(make_control(chance) for _ in range(chance.choice((0, 1, 3, 6)))),
    )


def make_taps(chance: random.Random) -> Iterator[Tap]:
    times = sorted(chance.sample(range(SONG_US), chance.randrange(6)))
    for number, at_us in enumerate(times):
        yield Tap(at_us, Medium.AUDIO if number % 2 else Medium.VIDEO)


def make_trace(chance: random.Random) -> Trace:
    rates = [chance.choice((0, 40, 150, 400, 900, 3_000, 20_000)) for _ in range(chance.randrange(1, 12))]
    rates[0] = rates[0] or 300  # some of it carries something
    lasts_us = chance.choice((S // 5, S, 4 * S))
    return Trace("any", (Period(lasts_us, rate * 1000, chance.choice((0, 20, 300)) * 1000) for rate in rates))


def make_config(chance: random.Random) -> PlayerConfig:
    start = chance.choice(START_RUNGS)
    return PlayerConfig(
        chance.choice(list(PROFILES.values())),
        chance.choice(ABR_NAMES),
        chance.choice(ABR_NAMES),
        join=chance.choice(JOINS),
        warm=chance.choice(WARMTHS),
        start_rung="fixed:1" if start == "fixed" else start,
    )


AMOUNTS = {FaultKind.DELAY: 3000, FaultKind.STATUS_CODE: 503, FaultKind.TIMEOUT: 0, FaultKind.THROTTLE: 9000,
           FaultKind.TRUNCATE: 0.5, FaultKind.CORRUPT: 9, FaultKind.RESET: 0.3, FaultKind.WRONG_LENGTH: 99}  # fmt: skip


def make_fault(chance: random.Random) -> Fault:
    kind = chance.choice(list(FaultKind))
    aim = Aim(
        frozenset(chance.sample(range(16), 3)) if chance.random() < 0.3 else None,
        medium=chance.choice((None, Medium.VIDEO, Medium.AUDIO)),
        part=chance.choice((None, *Part)),
        from_us=chance.choice((0, 10 * S)),
    )
    return Fault(kind, AMOUNTS[kind], aim, chance.choice((0.05, 0.3, 1)), chance.choice((None, 1, 5)))


def make_control(chance: random.Random) -> Control:
    at_us = chance.randrange(SONG_US)
    return chance.choice(
        (
            Seek(at_us, chance.randrange(SONG_US + 5 * S)),
            Seek(at_us, max(0, at_us - chance.randrange(1, 9 * S))),
            Pause(at_us, chance.randrange(1, 20 * S)),
            SpeedChange(at_us, chance.choice((50, 125, 200))),
            ScreenOff(at_us, chance.randrange(1, 20 * S)),
            Hover(at_us),
        )
    )


def check_session(session: Session) -> None:
    """Every law at once; a failure names the seed, which makes the session again."""
    events = session.events
    assert [type(e) for e in events if isinstance(e, ENDINGS)] == [type(events[-1])], "it ends once, and last"
    assert [e.at_us for e in events] == sorted(e.at_us for e in events), "time runs one way"
    check_playhead(events)
    check_buffers(events)
    check_stalls(session)
    assert replay(session.uri, session.scenario, session.inputs, session.over_at_us) == events, "it replays"


def check_playhead(events: Sequence[ev.Event]) -> None:
    """It runs backwards only where the listener moves it."""
    last_us = 0
    for event in events:
        playhead_us = getattr(event, "playhead_us", None)
        if playhead_us is not None:
            assert playhead_us >= last_us, f"{event} lies before {last_us}"
            last_us = event.to_us if isinstance(event, ev.SeekStarted) else playhead_us


def check_buffers(events: Sequence[ev.Event]) -> None:
    """Nothing is heard that was not appended: the buffer was never negative. Segments follow one another."""
    for passage in find_passages(events):
        assert all(a.end_us == b.start_us for a, b in pairwise(passage.appended)), "the sound has no hole"
        for heard in passage.heard:
            if heard.start_us < heard.end_us:
                assert passage.appended, f"{heard} was heard of nothing"
                assert passage.appended[0].start_us <= heard.start_us, f"{heard} begins before what was appended"
                assert heard.end_us <= passage.appended[-1].end_us + CLOCK_STEP_US, (
                    f"{heard} ends after what was appended"
                )


def check_stalls(session: Session) -> None:
    """The sound runs dry only when the link left no choice.

    At that instant no segment of the picture is under way (one that is, is given up when the sound falls to its
    critical level, and none is asked for below it), and the sound itself is being asked for: something of it is under
    way, or waits to be tried again after a failure.
    """
    events = session.events
    for number, event in enumerate(events):
        if isinstance(event, ev.RebufferStarted) and not is_tied(session, number):
            assert not open_requests(events[:number], Medium.VIDEO), f"{event} while the picture was being fetched"
            assert open_requests(events[:number], Medium.AUDIO), f"{event} while the link was idle"


def is_tied(session: Session, number: int) -> bool:
    """Whether the sound was stopped by its player because the picture had run dry."""
    if session.scenario.config.profile.plays_on_us is None:
        return False
    picture = [
        e
        for e in session.events[:number]
        if isinstance(e, ev.VideoFroze | ev.VideoResumed | ev.FirstFrame | ev.VideoStopped)
    ]
    return bool(picture) and isinstance(picture[-1], ev.VideoFroze)


def open_requests(events: Sequence[ev.Event], medium: Medium) -> set[tuple[Part, str, int]]:
    """What of a medium's segments is under way, or will be tried again; of the sound, anything at all."""
    open_ones: dict[int, tuple[Part, str, int]] = {}
    for event in events:
        if isinstance(event, ev.Requested) and event.medium is medium:
            what = (event.part, event.rung, event.index)
            open_ones = {number: each for number, each in open_ones.items() if each != what}
            if medium is Medium.AUDIO or event.part is Part.SEGMENT:
                open_ones[event.request_id] = what
        elif isinstance(event, ev.Received | ev.Aborted | ev.Lost):
            open_ones.pop(event.request_id, None)
    return set(open_ones.values())


def check_seeds(package: Path, seeds: range) -> None:
    folder = PackageFolder(package)
    for seed in seeds:
        scenario = make_scenario(seed)
        session = play_virtually(folder, "master.m3u8", scenario, keep_bodies=False)
        try:
            check_session(session)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}: {broken}") from broken


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_what_holds_of_every_session(hollow_package: Path, first: int) -> None:
    check_seeds(hollow_package, range(first, first + 50))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 11_000, 1000))
def test_what_holds_of_ten_thousand_sessions(hollow_package: Path, first: int) -> None:
    check_seeds(hollow_package, range(first, first + 1000))
