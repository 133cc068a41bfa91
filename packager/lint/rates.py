"""Bit rates of a media playlist, as RFC 8216 section 4.1 defines them, in exact arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import lcm


@dataclass(frozen=True, slots=True)
class Weight:
    """A segment on the scale: its EXTINF and its bytes, container included."""

    duration_s: Fraction
    size_bytes: int

    def __post_init__(self) -> None:
        assert self.duration_s >= 0, self.duration_s
        assert self.size_bytes >= 0, self.size_bytes


@dataclass(frozen=True, slots=True)
class Peak:
    """The fastest stretch of a playlist: its rate, and where it starts and how long it lasts."""

    rate_bps: Fraction
    start_s: Fraction
    duration_s: Fraction


def find_peak(weights: Sequence[Weight], target_duration_s: int) -> Peak | None:
    """The peak segment bit rate: the fastest run of segments that lasts 0.5 to 1.5 target durations.

    Where no run lasts that long (a jingle of half a second) the whole playlist is the run. None without any duration.
    """
    lasting = _join_instants(weights)
    # Whole ticks of one clock: rationals took a tenth of a lint.
    hz = lcm(*{weight.duration_s.denominator for weight in lasting})
    steps = (weight.duration_s.numerator * (hz // weight.duration_s.denominator) for weight in lasting)
    starts = list(accumulate(steps, initial=0))
    sizes = list(accumulate((weight.size_bytes for weight in lasting), initial=0))
    first, last = _find_fastest(starts, sizes, target_duration_s * hz) or (0, len(starts) - 1)
    ticks = starts[last] - starts[first]
    if not ticks:
        return None
    rate_bps = Fraction((sizes[last] - sizes[first]) * 8 * hz, ticks)
    return Peak(rate_bps, Fraction(starts[first], hz), Fraction(ticks, hz))


def _find_fastest(starts: Sequence[int], sizes: Sequence[int], target: int) -> tuple[int, int] | None:
    """The fastest run of segments of 0.5 to 1.5 targets: its first, and the one after it. None without such a run."""
    best: tuple[int, int] | None = None
    best_bytes, best_ticks = 0, 1
    for first, start in enumerate(starts):
        for last in range(first + 1, len(starts)):
            ticks, size_bytes = starts[last] - start, sizes[last] - sizes[first]
            if 2 * ticks > 3 * target:
                break
            if 2 * ticks >= target and (best is None or size_bytes * best_ticks > best_bytes * ticks):
                best, best_bytes, best_ticks = (first, last), size_bytes, ticks
    return best


def _join_instants(weights: Sequence[Weight]) -> list[Weight]:
    """The same bytes without the segments of no duration: each is counted with its neighbour.

    Otherwise a broken playlist, all of EXTINF:0, has a run for every pair of its segments.
    """
    joined: list[Weight] = []
    waiting_bytes = 0
    for weight in weights:
        waiting_bytes += weight.size_bytes
        if weight.duration_s > 0:
            joined.append(Weight(weight.duration_s, waiting_bytes))
            waiting_bytes = 0
    if joined and waiting_bytes:
        joined[-1] = Weight(joined[-1].duration_s, joined[-1].size_bytes + waiting_bytes)
    return joined


def find_average_bps(weights: Sequence[Weight]) -> Fraction | None:
    """All bits over all seconds; None without any duration."""
    duration_s = sum((weight.duration_s for weight in weights), Fraction(0))
    return sum(weight.size_bytes for weight in weights) * 8 / duration_s if duration_s else None
