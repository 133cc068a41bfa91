"""How fast the link is, judged from what came over it.

Two exponentially weighted means with half-lives of 3 s and 8 s of download time, zero-bias corrected; the smaller one
counts (Spiteri, Sitaraman, Sparacio: From Theory to Practice, MMSys 2018, as in dash.js and Sabre). Transfers share one
link, so bytes are summed over all of them while at least one is being answered; waiting for first bytes does not count.
"""

FAST_HALF_LIFE_S = 3.0
SLOW_HALF_LIFE_S = 8.0
MIN_SAMPLE_BYTES = 4_000  # a playlist or an init segment says little about a link


class ThroughputEstimator:
    """Feeds on transfers, gives bits per second and the round trip."""

    __slots__ = ("_active", "_busy_since_us", "_busy_us", "_bytes", "_fast", "_latency_us", "_slow", "_weight_s")

    def __init__(self) -> None:
        self._active = 0
        self._busy_since_us = 0
        self._busy_us = 0
        self._bytes = 0
        self._fast = 0.0
        self._slow = 0.0
        self._weight_s = 0.0
        self._latency_us: float | None = None

    @property
    def throughput_bps(self) -> int | None:
        """The estimate; None before the first sample."""
        if self._weight_s == 0:
            return None
        fast: float = self._fast / (1 - 0.5 ** (self._weight_s / FAST_HALF_LIFE_S))
        slow: float = self._slow / (1 - 0.5 ** (self._weight_s / SLOW_HALF_LIFE_S))
        return round(min(fast, slow))

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
        self._fast += (rate_bps - self._fast) * (1 - 0.5 ** (duration_s / FAST_HALF_LIFE_S))
        self._slow += (rate_bps - self._slow) * (1 - 0.5 ** (duration_s / SLOW_HALF_LIFE_S))
        self._weight_s += duration_s
        self._busy_us = 0
        self._bytes = 0
