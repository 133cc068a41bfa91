"""What a sweep plays: every package over every trace, by every rule and profile, for every listener.

Listeners are made from seeds: the same seed taps at the same instants whatever the trace, rule or profile is, so that
these are compared on the same ground.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice, product

from simulator.controls import Hover
from simulator.draws import draw_integers
from simulator.errors import InputError
from simulator.ownrule import OwnRule
from simulator.presentation import Medium
from simulator.profile import JOINS, START_RUNGS, WARMTHS, PlayerConfig, find_profile
from simulator.scenario import Scenario, Tap
from simulator.trace import Trace

# A listener leaves the song's edges alone, and does not tap again within this time of a tap: tapping back before the
# picture can be there measures a finger.
_EDGE_PERCENT = 3
_LEAST_GAP_US = 4_000_000

# Listeners come to the button this long before they tap it: between a glance and a click of a mouse, half a second
# to a second.
_HOVER_US = 700_000

USUAL_SWITCHING = "usual"

# Raised when the same job would give other figures, so that old ones are not taken for new.
RESULTS_VERSION = 3


@dataclass(frozen=True, slots=True)
class Contender:
    """A player to be compared: its adaptation rule, its profile, and its policy of switching, each by name.

    A policy is words of `[switching]` joined by `+`, as in `segment+own`; what it does not say is as usual.
    """

    rule: str
    profile: str = "two-element"
    switching: str = USUAL_SWITCHING
    own_rules: tuple[OwnRule, ...] = ()  # what `file:` means in the rule's name, without the code

    def set_up(self, config: PlayerConfig) -> PlayerConfig:
        """The player that it is. Raises InputError for names that there are not."""
        profile = find_profile(self.profile)
        config = replace(config, abr=self.rule, audio_abr=self.rule, own_rules=self.own_rules, profile=profile)
        for word in self.switching.split("+"):
            config = _set_switching(config, word)
        return config


def _set_switching(config: PlayerConfig, word: str) -> PlayerConfig:
    """The player with the setting of `[switching]` that a word belongs to: no two settings share one."""
    kind = word.partition(":")[0]
    if kind in WARMTHS:
        return replace(config, warm=word)
    if kind in JOINS:
        return replace(config, join=word)
    if kind in START_RUNGS:
        return replace(config, start_rung=word)
    if word == USUAL_SWITCHING:
        return config
    raise InputError(f"switching: {word!r} is unknown; there are {', '.join((*WARMTHS, *JOINS, *START_RUNGS))}")


@dataclass(frozen=True, slots=True)
class Job:
    """One session of a sweep. `trace` names a shape, a model or a file; `key` is what its result is kept under."""

    key: str
    package: str
    trace: str
    contender: Contender
    listener: str
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Course:
    """Where sessions are played: a package or a trace, by name, and a digest of what stands behind the name."""

    name: str
    digest: str


def digest_trace(trace: Trace) -> str:
    """What a trace is, whatever it is called."""
    text = ";".join(f"{p.duration_us},{p.bandwidth_bps},{p.latency_us}" for p in trace.periods)
    return sha256(text.encode()).hexdigest()[:16]


def plan_jobs(
    packages: Sequence[Course],
    traces: Sequence[Course],
    contenders: Sequence[Contender],
    listeners: Sequence[Scenario],
    *,
    is_proven: bool,
) -> Iterator[Job]:
    """Every combination; contenders follow each other closely, so that a sweep cut short compares like with like."""
    for listener, package, trace, contender in product(listeners, packages, traces, contenders):
        scenario = replace(listener, config=contender.set_up(listener.config))
        key = _make_key(package, trace, scenario, is_proven=is_proven)
        yield Job(key, package.name, trace.name, contender, listener.name, scenario)


def make_listeners(count: int, taps: int, duration_us: int, seed: int) -> tuple[Scenario, ...]:
    """Listeners of a song that long who each flip up to `taps` times at random instants, to video first."""
    return tuple(_make_listener(taps, duration_us, seed + number) for number in range(count))


def _make_listener(taps: int, duration_us: int, seed: int) -> Scenario:
    drawn = _draw_taps(taps, duration_us, seed)
    hovers = tuple(Hover(tap.playhead_us - _HOVER_US) for tap in drawn if tap.wants is Medium.VIDEO)
    return Scenario(f"listener {seed}", drawn, controls=hovers)


def _draw_taps(count: int, duration_us: int, seed: int) -> tuple[Tap, ...]:
    edge_us = duration_us * _EDGE_PERCENT // 100
    spread_us = duration_us - 2 * edge_us
    drawn = sorted(edge_us + each % spread_us for each in islice(draw_integers(seed), count))
    sides = (Medium.VIDEO, Medium.AUDIO)
    return tuple(Tap(at_us, sides[number % 2]) for number, at_us in enumerate(_spread_out(drawn)))


def _spread_out(times_us: Iterable[int]) -> Iterator[int]:
    """The times, without those that come too soon after the one before."""
    last_us = -_LEAST_GAP_US
    for at_us in times_us:
        if at_us - last_us >= _LEAST_GAP_US:
            yield at_us
            last_us = at_us


def _make_key(package: Course, trace: Course, scenario: Scenario, *, is_proven: bool) -> str:
    """Whatever decides the result of a session, and nothing else, decides its key."""
    asked = replace(scenario, name="", link=None, limits=dict(sorted(scenario.limits.items())))
    parts = (RESULTS_VERSION, package.digest, trace.digest, asked, is_proven)
    return sha256(repr(parts).encode()).hexdigest()[:32]
