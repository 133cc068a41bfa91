"""Sabre's network: one transfer at a time over a trace that loops, in milliseconds and bits (1 kbit/s is 1 bit/ms)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# A transfer is looked at again after this much of it, or after this long if that is later (NetworkModel's minima).
LOOK_AFTER_BITS = 12_000
LOOK_AFTER_MS = 50.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A period of the trace."""

    duration_ms: float
    bandwidth_kbps: float
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Arrival:
    """How far a transfer is: bits that are here, time since it was asked for, and that until its first bit."""

    arrived_bits: float
    since_request_ms: float
    latency_ms: float


class SabreLink:
    """A clock over the trace. `crossings` collects each period that begins, with the time at which it does."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = stretches
        self._index = 0
        self._left_ms = stretches[0].duration_ms
        self.now_ms = 0.0
        self.crossings: list[tuple[float, Stretch]] = []

    @property
    def stretch(self) -> Stretch:
        """The period of now."""
        return self._stretches[self._index]

    def wait(self, duration_ms: float) -> None:
        """Time passes, nothing is carried."""
        while duration_ms > self._left_ms:
            duration_ms -= self._left_ms
            self._cross()
        self._spend(duration_ms)

    def pay_latency(self) -> float:
        """One latency passes: part by part where the period changes in its middle."""
        units, total_ms = 1.0, 0.0
        while units > 0:
            needed_ms = units * self.stretch.latency_ms
            if needed_ms <= self._left_ms:
                self._spend(needed_ms)
                return total_ms + needed_ms
            units -= self._left_ms / self.stretch.latency_ms
            total_ms += self._left_ms
            self._cross()
        return total_ms

    def download(self, size_bits: float) -> Iterator[Arrival]:
        """Carries a body, a look at a time; the last look has all of it. Whoever stops looking has given it up."""
        latency_ms = self.pay_latency()
        arrived, took_ms, look_ms = 0.0, latency_ms, LOOK_AFTER_MS - latency_ms
        while arrived < size_bits:
            bits, spent_ms = self._carry(size_bits - arrived, LOOK_AFTER_BITS, look_ms)
            arrived, took_ms, look_ms = arrived + bits, took_ms + spent_ms, LOOK_AFTER_MS
            yield Arrival(arrived, took_ms, latency_ms)

    def download_whole(self, size_bits: float) -> Arrival:
        """Carries a body that nobody looks at."""
        latency_ms = self.pay_latency()
        took_ms, missing = latency_ms, size_bits
        while (carries := self._left_ms * self.stretch.bandwidth_kbps) < missing:
            missing -= carries
            took_ms += self._left_ms
            self._cross()
        rest_ms = missing / self.stretch.bandwidth_kbps
        self._spend(rest_ms)
        return Arrival(size_bits, took_ms + rest_ms, latency_ms)

    def _carry(self, size_bits: float, look_bits: float, look_ms: float) -> tuple[float, float]:
        """Bits carried and time spent until the next look, or until all `size_bits` are here."""
        total_bits, total_ms = 0.0, 0.0
        while size_bits > 0 and (look_bits > 0 or look_ms > 0):
            bandwidth = self.stretch.bandwidth_kbps
            wanted_bits = min(size_bits, max(look_bits, look_ms * bandwidth))
            is_idle = bandwidth == 0 and look_bits <= 0 and look_ms <= self._left_ms
            if is_idle or (bandwidth > 0 and wanted_bits <= self._left_ms * bandwidth):
                spent_ms = look_ms if is_idle else wanted_bits / bandwidth
                self._spend(spent_ms)
                return total_bits + (0.0 if is_idle else wanted_bits), total_ms + spent_ms
            bits, spent_ms = self._left_ms * bandwidth, self._left_ms
            self._cross()
            total_bits, total_ms = total_bits + bits, total_ms + spent_ms
            size_bits, look_bits, look_ms = size_bits - bits, look_bits - bits, look_ms - spent_ms
        return total_bits, total_ms

    def _spend(self, duration_ms: float) -> None:
        self._left_ms -= duration_ms
        self.now_ms += duration_ms

    def _cross(self) -> None:
        self.now_ms += self._left_ms
        self._index = (self._index + 1) % len(self._stretches)
        self._left_ms = self.stretch.duration_ms
        self.crossings.append((self.now_ms, self.stretch))
