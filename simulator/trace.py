"""A network over time: bandwidth and latency, piecewise constant, repeating for ever.

All arithmetic is in integers: time in microseconds, rates in bits per second, amounts in
"microbits" (bits per second times microseconds), so that no sum ever drifts.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from simulator.errors import InputError

US_PER_S: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time in which bandwidth and latency do not change."""

    duration_us: int
    bandwidth_bps: int
    latency_us: int

    def __post_init__(self) -> None:
        if self.duration_us <= 0:
            raise InputError(f"trace: a period lasts {self.duration_us} us; it must last longer than 0")
        if self.bandwidth_bps < 0 or self.latency_us < 0:
            raise InputError(
                f"trace: bandwidth {self.bandwidth_bps} bit/s, latency {self.latency_us} us: neither may be negative"
            )


class Trace:
    """What a link can carry, from time 0 on; after its last period it starts again."""

    __slots__ = ("_carried", "_ends", "_lap_microbits", "_lap_us", "name", "periods")

    def __init__(self, name: str, periods: Iterable[Period]) -> None:
        """Raises InputError when the trace is empty or can never carry a bit."""
        self.name = name
        self.periods: tuple[Period, ...] = tuple(periods)
        self._ends = tuple(accumulate(p.duration_us for p in self.periods))
        self._carried = tuple(accumulate((p.bandwidth_bps * p.duration_us for p in self.periods), initial=0))
        if not self.periods or self._carried[-1] == 0:
            raise InputError(f"trace {name}: it never carries a bit; give it a period with some bandwidth")
        self._lap_us = self._ends[-1]
        self._lap_microbits = self._carried[-1]

    def period_at(self, at_us: int) -> Period:
        """The period that holds the instant `at_us` (its start belongs to it, its end does not)."""
        return self.periods[self.find_period(at_us)[0]]

    def find_period(self, at_us: int) -> tuple[int, int]:
        """Which period holds the instant `at_us`, and the time at which it began."""
        within_us = at_us % self._lap_us
        index = bisect_right(self._ends, within_us)
        started_us = self._ends[index - 1] if index else 0
        return index, at_us - within_us + started_us

    def carried_until(self, at_us: int) -> int:
        """Microbits that the link can carry from time 0 to `at_us`."""
        laps, within_us = divmod(at_us, self._lap_us)
        index = bisect_right(self._ends, within_us)
        started_us = self._ends[index - 1] if index else 0
        return (
            laps * self._lap_microbits
            + self._carried[index]
            + self.periods[index].bandwidth_bps * (within_us - started_us)
        )

    def time_when_carried(self, microbits: int) -> int:
        """The first microsecond at which the link can have carried `microbits` since time 0. O(log n)."""
        if microbits <= 0:
            return 0
        laps, rest = divmod(microbits, self._lap_microbits)
        if rest == 0:
            laps, rest = laps - 1, self._lap_microbits
        # The first period by whose end that much is carried. `_carried` begins with the 0 before it all.
        index = bisect_left(self._carried, rest, lo=1) - 1
        started_us = self._ends[index - 1] if index else 0
        missing = rest - self._carried[index]
        return laps * self._lap_us + started_us - (-missing // self.periods[index].bandwidth_bps)

    def with_latency(self, latency_us: int) -> "Trace":
        """The same bandwidths with that latency throughout. Raises InputError when it is negative."""
        return Trace(self.name, (Period(p.duration_us, p.bandwidth_bps, latency_us) for p in self.periods))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled as what it was made of, compiled or not."""
        return Trace, (self.name, self.periods)

    def __repr__(self) -> str:
        return f"Trace({self.name!r}, {len(self.periods)} periods, {self._lap_us / US_PER_S:g} s)"


class TraceReader:
    """Tells of a trace what it tells itself, but quicker where the times asked for go on within one period or a few."""

    __slots__ = ("_bandwidth_bps", "_carried", "_carried_after", "_from_us", "_index", "_latency_us", "_trace",
                 "_until_us")  # fmt: skip

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._read(0, 0, 0)

    def latency_at(self, at_us: int) -> int:
        """The latency at that instant."""
        if not self._from_us <= at_us < self._until_us:
            self._turn_to(at_us)
        return self._latency_us

    def carried_until(self, at_us: int) -> int:
        """Microbits that the link can carry from time 0 to `at_us`."""
        if not self._from_us <= at_us < self._until_us:
            self._turn_to(at_us)
        return self._carried + self._bandwidth_bps * (at_us - self._from_us)

    def time_when_carried(self, microbits: int) -> int:
        """The first microsecond at which the link can have carried `microbits` since time 0."""
        if not self._carried < microbits <= self._carried_after:
            return self._trace.time_when_carried(microbits)
        return self._from_us - (self._carried - microbits) // self._bandwidth_bps

    def _turn_to(self, at_us: int) -> None:
        """Read the period that holds the instant: most often it is the next."""
        if at_us >= self._until_us:
            index = self._index + 1 if self._index + 1 < len(self._trace.periods) else 0
            self._read(index, self._until_us, self._carried_after)
        if not self._from_us <= at_us < self._until_us:
            index, from_us = self._trace.find_period(at_us)
            self._read(index, from_us, self._trace.carried_until(from_us))

    def _read(self, index: int, from_us: int, carried: int) -> None:
        period = self._trace.periods[index]
        self._index, self._from_us, self._until_us = index, from_us, from_us + period.duration_us
        self._bandwidth_bps, self._latency_us = period.bandwidth_bps, period.latency_us
        self._carried, self._carried_after = carried, carried + period.bandwidth_bps * period.duration_us


def constant_trace(bandwidth_bps: int, latency_us: int = 0, name: str = "constant") -> Trace:
    """A link that never changes."""
    return Trace(name, (Period(US_PER_S, bandwidth_bps, latency_us),))


def _alternating(name: str, latency_ms: int, kbps: Iterable[int]) -> Trace:
    return Trace(name, tuple(Period(US_PER_S, rate * 1000, latency_ms * 1000) for rate in kbps))


# Bandwidths per second in the shape of drive logs (dips and recoveries), not copied from any; means 1.6 and 11 Mbit/s.
SHAPES: dict[str, Trace] = {
    "3g": _alternating(
        "3g",
        120,
        (1700, 1900, 1500, 1200, 900, 1300, 1800, 2300, 2600, 2200, 1600, 1100, 1400, 1700, 2000, 1000),
    ),
    "4g": _alternating("4g", 45, (12000, 14500, 9000, 6500, 11000, 16000, 13000, 8000, 5000, 9500, 15000, 12500)),
    "wifi": _alternating("wifi", 12, (45000, 52000, 38000, 60000)),
}
