"""How fast the link is, judged from what came over it.

Two exponentially weighted means with half-lives of 3 s and 8 s of download time, zero-bias corrected; the smaller one
counts (Spiteri, Sitaraman, Sparacio: From Theory to Practice, MMSys 2018, as in dash.js and Sabre). Transfers share one
link, so bytes are summed over all of them while at least one is being answered; waiting for first bytes does not count.
"""

from typing import Final

FAST_HALF_LIFE_S: Final = 3.0
SLOW_HALF_LIFE_S: Final = 8.0
MIN_SAMPLE_BYTES: Final = 4_000  # a playlist or an init segment says little about a link


class DecayingMean:
    """A mean in which a sample counts half once `half_life` more has been added, without a bias towards zero."""

    __slots__ = ("_sum", "_weight", "half_life")

    def __init__(self, half_life: float) -> None:
        self.half_life = half_life
        self._sum = 0.0
        self._weight = 0.0

    @property
    def value(self) -> float | None:
        """The mean; None before the first sample."""
        if self._weight == 0:
            return None
        return self._sum / (1 - float(0.5 ** (self._weight / self.half_life)))

    def add(self, sample: float, weight: float) -> float:
        """The mean with a sample more, which counts as much as its weight, in the unit of the half-life."""
        kept: float = 0.5 ** (weight / self.half_life)
        self._sum = kept * self._sum + (1 - kept) * sample
        self._weight += weight
        missing: float = 0.5 ** (self._weight / self.half_life)
        return self._sum / (1 - missing)


class ThroughputEstimator:
    """Feeds on transfers, gives bits per second and the round trip."""

    __slots__ = ("_active", "_busy_since_us", "_busy_us", "_bytes", "_fast", "_latency_us", "_slow", "throughput_bps")

    def __init__(self) -> None:
        self._active = 0
        self._busy_since_us = 0
        self._busy_us = 0
        self._bytes = 0
        self._fast = DecayingMean(FAST_HALF_LIFE_S)
        self._slow = DecayingMean(SLOW_HALF_LIFE_S)
        self._latency_us: float | None = None
        self.throughput_bps: int | None = None  # the estimate; None before the first sample

    @property
    def latency_us(self) -> int:
        """Mean time from request to first byte, recent ones weighing more; 0 before the first answer."""
        return int(self._latency_us or 0)

    def note_answer(self, now_us: int, waited_us: int) -> None:
        """A transfer has begun to arrive, `waited_us` after it was asked for."""
        if self._active == 0:
            self._busy_since_us = now_us
        self._active += 1
        self._latency_us = waited_us if self._latency_us is None else 0.7 * self._latency_us + 0.3 * waited_us

    def note_bytes(self, size_bytes: int) -> None:
        """Bytes of some transfer have arrived."""
        self._bytes += size_bytes

    def note_end(self, now_us: int) -> None:
        """An answered transfer has ended, whole or not: a sample is taken if it has enough to say."""
        self._active -= 1
        self._busy_us += now_us - self._busy_since_us
        self._busy_since_us = now_us
        if self._bytes >= MIN_SAMPLE_BYTES and self._busy_us > 0:
            self._take_sample()

    def _take_sample(self) -> None:
        duration_s = self._busy_us / 1e6
        rate_bps = self._bytes * 8 / duration_s
        self.throughput_bps = round(min(self._fast.add(rate_bps, duration_s), self._slow.add(rate_bps, duration_s)))
        self._busy_us = 0
        self._bytes = 0
