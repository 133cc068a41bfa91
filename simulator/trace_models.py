"""Networks that were never recorded: a Markov chain over a few conditions, a step each second, the same for a seed.

Each second the link is in one condition: a range of bandwidth, from which the second draws its own, and a latency.
The conditions and odds are in the shape of public drive logs (long fair stretches, short dips, tunnels), not fitted
to any: they are there to disturb a player in ways that can be repeated, not to stand for an operator.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.draws import draw_integers
from simulator.errors import InputError
from simulator.trace import US_PER_S, Period, Trace

LAP_S = 600  # longer than nearly all songs, so that no session hears the trace start again


@dataclass(frozen=True, slots=True)
class Condition:
    """How the link is for a while, and how likely (in percent) each condition of the model comes next."""

    lowest_kbps: int
    highest_kbps: int
    latency_ms: int
    next_percent: tuple[int, ...]

    def __post_init__(self) -> None:
        assert sum(self.next_percent) == 100, "something comes next"
        assert 0 <= self.lowest_kbps <= self.highest_kbps, "a range runs upwards"


MODELS: dict[str, tuple[Condition, ...]] = {
    "lte": (  # near the mast, at the edge of the cell, handed over
        Condition(12_000, 30_000, 40, (85, 14, 1)),
        Condition(2_000, 9_000, 60, (12, 82, 6)),
        Condition(200, 900, 150, (10, 50, 40)),
    ),
    "3g-commute": (  # at a stop, moving, crowded, in a tunnel
        Condition(1_800, 3_500, 90, (80, 18, 2, 0)),
        Condition(700, 1_800, 120, (15, 70, 12, 3)),
        Condition(150, 600, 220, (5, 35, 55, 5)),
        Condition(0, 0, 300, (0, 20, 15, 65)),
    ),
    "wifi-dropouts": (  # by the router, two walls away, gone
        Condition(25_000, 60_000, 8, (94, 5, 1)),
        Condition(3_000, 12_000, 25, (20, 77, 3)),
        Condition(0, 0, 50, (40, 20, 40)),
    ),
}


def make_trace(name: str, seed: int) -> Trace:
    """The trace of that model and seed, always the same. Raises InputError, which lists the models there are."""
    if name not in MODELS:
        raise InputError(f"model {name!r} is unknown; there are {', '.join(MODELS)}")
    return Trace(f"{name}:{seed}", _walk(MODELS[name], seed))


def _walk(conditions: Sequence[Condition], seed: int) -> Iterator[Period]:
    """Starts in the best condition: a trace that carried nothing would be no network."""
    draws = draw_integers(seed)
    now = conditions[0]
    for _ in range(LAP_S):
        spread = now.highest_kbps - now.lowest_kbps + 1
        yield Period(US_PER_S, (now.lowest_kbps + next(draws) % spread) * 1000, now.latency_ms * 1000)
        now = conditions[_pick(now.next_percent, next(draws) % 100)]


def _pick(percents: Sequence[int], drawn: int) -> int:
    for index, percent in enumerate(percents):
        drawn -= percent
        if drawn < 0:
            return index
    raise AssertionError("percents sum to 100")
