"""Bit rates of a media playlist, as RFC 8216 section 4.1 defines them, in exact arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate


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
    shortest_s, longest_s = Fraction(target_duration_s, 2), Fraction(3 * target_duration_s, 2)
    lasting = _join_instants(weights)
    starts = list(accumulate((weight.duration_s for weight in lasting), initial=Fraction(0)))
    sizes = list(accumulate((weight.size_bytes for weight in lasting), initial=0))
    best: Peak | None = None
    for first, start_s in enumerate(starts):
        for last in range(first + 1, len(starts)):
            duration_s = starts[last] - start_s
            if duration_s > longest_s:
                break
            if duration_s >= shortest_s:
                rate_bps = (sizes[last] - sizes[first]) * 8 / duration_s
                if best is None or rate_bps > best.rate_bps:
                    best = Peak(rate_bps, start_s, duration_s)
    if best is None and starts[-1] > 0:
        return Peak(sizes[-1] * 8 / starts[-1], Fraction(0), starts[-1])
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
