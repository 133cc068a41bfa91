"""Who opens the song, flips where, and leaves when: the same seed gives the same listener, on any machine."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.presentation import Medium
from simulator.scenario import Scenario, Tap

# How listeners behave is assumed, not measured: quick enough that a run of 20 s sees flips both ways from everyone and
# some who leave and come back. Seconds, drawn uniformly.
FIRST_FLIP_S = (1.0, 6.0)
FLIP_GAP_S = (2.0, 9.0)
STAY_S = (8.0, 60.0)
AWAY_S = (0.5, 3.0)


@dataclass(frozen=True, slots=True)
class Visit:
    """One session of a listener, and how long the listener stays away after it."""

    scenario: Scenario
    away_s: float


def plan_visits(seed: int, listener: str) -> Iterator[Visit]:
    """The visits of one listener, without end; each depends on nothing but the seed, the listener and its number."""
    number = 0
    while True:
        number += 1
        yield plan_visit(seed, listener, number)


def plan_visit(seed: int, listener: str, number: int) -> Visit:
    """Open the song, flip every few seconds at instants that are no segment boundaries, leave after a while.

    Taps are song times, drawn to the microsecond: segments start on frames, which one in some 30,000 instants hits.
    """
    chance = random.Random(f"{seed}/{listener}/{number}")
    stay_us = _draw_us(chance, STAY_S)
    taps: list[Tap] = []
    at_us = _draw_us(chance, FIRST_FLIP_S)
    while at_us < stay_us:
        wants = Medium.AUDIO if len(taps) % 2 else Medium.VIDEO
        taps.append(Tap(at_us, wants))
        at_us += _draw_us(chance, FLIP_GAP_S)
    scenario = Scenario(f"listener {listener}, visit {number}", tuple(taps), leaves_at_us=stay_us)
    return Visit(scenario, chance.uniform(*AWAY_S))


def _draw_us(chance: random.Random, span_s: tuple[float, float]) -> int:
    low_s, high_s = span_s
    return chance.randint(round(low_s * 1_000_000), round(high_s * 1_000_000))
