"""Sabre's books: the buffer, what is played from it, and the figures it prints at the end."""

import math
from collections.abc import Sequence

from simulator.compat.sabre_link import Stretch


class SabreBook:
    """Buffer and tallies of one session; times in milliseconds, bitrates in kbit/s."""

    def __init__(self, bitrates_kbps: Sequence[int], segment_ms: float, most_ms: float, first: Stretch) -> None:
        self._bitrates = bitrates_kbps
        self._segment_ms = segment_ms
        self._most_ms = most_ms
        self._buffer: list[int] = []
        self._consumed_ms = 0.0  # of the first segment in the buffer
        self._last: int | None = None
        self._sustainable = self._find_sustainable(first)
        self._rises: list[_Rise] = []
        self._over: list[float] = []
        self._under: list[float] = []
        self._rampup_ms: float | None = None
        self._reaction_ms = 0.0
        self.play_ms = 0.0
        self._rebuffer_ms = 0.0
        self._rebuffers = 0
        self._utility = self._bitrate = self._change = self._log_change = 0.0

    @property
    def level_ms(self) -> float:
        """What is still to be played."""
        return self._segment_ms * len(self._buffer) - self._consumed_ms

    def append(self, rung: int) -> None:
        """A segment came whole."""
        self._buffer.append(rung)

    def compare(self, estimate_kbps: float, rate_kbps: float) -> None:
        """A download's rate, held against what was estimated for it."""
        if estimate_kbps > rate_kbps:
            self._over.append(estimate_kbps - rate_kbps)
        else:
            self._under.append(rate_kbps - estimate_kbps)

    def play(self, duration_ms: float) -> None:
        """Time passes: plays from the buffer; what it has not got is rebuffering."""
        if not self._buffer:
            self._rebuffer_ms += duration_ms
            self.play_ms += duration_ms
            return
        if self._consumed_ms > 0:
            rest_ms = self._segment_ms - self._consumed_ms
            if duration_ms < rest_ms:
                self._consumed_ms += duration_ms
                self.play_ms += duration_ms
                return
            duration_ms -= rest_ms
            self.play_ms += rest_ms
            self._consumed_ms = 0.0
            self._buffer.pop(0)
        while duration_ms > 0 and self._buffer:
            self._begin(self._buffer[0])
            played_ms = min(duration_ms, self._segment_ms)
            if duration_ms >= self._segment_ms:
                self._buffer.pop(0)
            else:
                self._consumed_ms = duration_ms
            self.play_ms += played_ms
            duration_ms -= played_ms
        if duration_ms > 0:
            self._rebuffer_ms += duration_ms
            self.play_ms += duration_ms
            self._rebuffers += 1
        self._settle_rises(self.play_ms)

    def play_out(self) -> None:
        """Everything left is played."""
        self.play(self.level_ms)

    def _begin(self, rung: int) -> None:
        bitrate = self._bitrates[rung]
        self._utility += math.log(bitrate / self._bitrates[0])
        self._bitrate += bitrate
        if self._last is not None and rung != self._last:
            self._change += abs(bitrate - self._bitrates[self._last])
            self._log_change += abs(math.log(bitrate / self._bitrates[self._last]))
        self._last = rung
        if self._rampup_ms is None and rung >= self._sustainable:
            self._rampup_ms = self.play_ms
        for rise in self._rises:
            if rise.reached_ms is None and rung >= rise.rung:
                rise.reached_ms = self.play_ms

    def note_period(self, at_ms: float, stretch: Stretch) -> None:
        """The network changed: a rise of what it sustains starts the clock of the reaction to it."""
        before, self._sustainable = self._sustainable, self._find_sustainable(stretch)
        rung = self._sustainable
        if rung == before:
            return
        self._settle_rises(at_ms)
        for rise in self._rises:
            if rise.reached_ms is None and rise.rung > rung:
                rise.reached_ms = at_ms
        is_news = rung > max((before, *self._buffer, *(rise.rung for rise in self._rises)))
        if is_news:
            self._rises.append(_Rise(at_ms, rung))

    def _find_sustainable(self, stretch: Stretch) -> int:
        effective_kbps = stretch.bandwidth_kbps * (1 - stretch.latency_ms / self._segment_ms)
        return max((index for index, rate in enumerate(self._bitrates) if rate <= effective_kbps), default=0)

    def _settle_rises(self, now_ms: float) -> None:
        while self._rises and self._rises[0].at_ms < now_ms - self._most_ms:
            rise = self._rises.pop(0)
            took_ms = math.inf if rise.reached_ms is None else rise.reached_ms - rise.at_ms
            self._reaction_ms += min(self._most_ms, took_ms)

    def figures(self, segments: int) -> dict[str, float]:
        """What Sabre prints, under its names."""
        scale = self._segment_ms / self.play_ms
        penalty = 5 * self._rebuffer_ms / self._segment_ms
        errors = [*self._over, *(-error for error in self._under)]
        rampup_ms = segments * self._segment_ms if self._rampup_ms is None else self._rampup_ms
        return {
            "buffer size": self._most_ms,
            "total played utility": self._utility,
            "time average played utility": self._utility * scale,
            "total played bitrate": self._bitrate,
            "time average played bitrate": self._bitrate * scale,
            "total play time": self.play_ms / 1000,
            "total play time chunks": self.play_ms / self._segment_ms,
            "total rebuffer": self._rebuffer_ms / 1000,
            "rebuffer ratio": self._rebuffer_ms / self.play_ms,
            "time average rebuffer": self._rebuffer_ms / 1000 * scale,
            "total rebuffer events": self._rebuffers,
            "time average rebuffer events": self._rebuffers * scale,
            "total bitrate change": self._change,
            "time average bitrate change": self._change * scale,
            "total log bitrate change": self._log_change,
            "time average log bitrate change": self._log_change * scale,
            "time average score": (self._utility - penalty) * scale,
            "over estimate count": len(self._over),
            "over estimate": _mean(self._over),
            "leq estimate count": len(self._under),
            "leq estimate": _mean(self._under),
            "estimate": _mean(errors),
            "rampup time": rampup_ms / 1000,
            "total reaction time": self._reaction_ms / 1000,
        }


class _Rise:
    """The network came to sustain `rung` at `at_ms`; it was played, or the network fell below it, at `reached_ms`."""

    def __init__(self, at_ms: float, rung: int) -> None:
        self.at_ms = at_ms
        self.rung = rung
        self.reached_ms: float | None = None


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
