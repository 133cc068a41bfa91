"""RobustMPC: the plan for the next segments that scores best at a cautious throughput (Yin et al., SIGCOMM 2015).

The throughput is the harmonic mean of the last downloads, divided by one plus the largest of the recent errors of
that prediction. Quality is Mbit/s; a second of rebuffering costs 4.3, a change of rung its difference (QoE-linear).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.abr.contract import Decision, View


@dataclass(frozen=True, slots=True)
class Predictions:
    """The last measured rates and the relative errors of what was predicted for them; the standing prediction."""

    rates_bps: tuple[float, ...] = ()
    errors: tuple[float, ...] = ()
    predicted_bps: float | None = None


@dataclass(frozen=True, slots=True)
class RobustMpc:
    """Looks `horizon` segments ahead and `window` downloads back, 5 each as in the paper."""

    horizon: int = 5
    window: int = 5
    rebuffer_penalty: float = 4.3

    def start(self) -> Predictions:
        """Nothing has been measured."""
        return Predictions()

    def choose(self, view: View, memory: Predictions) -> tuple[Decision, Predictions]:
        """The first step of the best plan."""
        memory = self._learn(view, memory)
        if memory.predicted_bps is None:
            return Decision(0, "nothing is known of the link yet"), memory
        cautious_bps = memory.predicted_bps / (1 + max(memory.errors, default=0.0))
        if view.share_bps is not None and view.throughput_bps:
            cautious_bps *= max(0.0, view.share_bps / view.throughput_bps)
        if cautious_bps <= 0:
            return Decision(0, "nothing is left of the link"), memory
        rung = self._plan(view, cautious_bps)
        return Decision(rung, f"best plan at {int(cautious_bps / 1000)} kbit/s"), memory

    def _learn(self, view: View, memory: Predictions) -> Predictions:
        if view.last_download is None or view.last_download.rate_bps <= 0:
            return memory
        rate_bps = view.last_download.rate_bps
        errors = memory.errors
        if memory.predicted_bps is not None:
            errors = (*errors, abs(memory.predicted_bps - rate_bps) / rate_bps)[-self.window :]
        rates = (*memory.rates_bps, rate_bps)[-self.window :]
        return Predictions(rates, errors, len(rates) / sum((1 / rate for rate in rates), 0.0))

    def _plan(self, view: View, rate_bps: float) -> int:
        """The first rung of the plan with the best score; the cheaper one of equals. Exact: branch and bound."""
        steps = min(self.horizon, view.remaining)
        times_s = [self._expect(view, step, rate_bps) for step in range(steps)]
        values = [bitrate_bps / 1e6 for bitrate_bps in view.bitrates_bps]
        last = values[view.last_rung] if view.last_rung is not None else values[0]
        search = _Search(values, times_s, view.segment_us / 1e6, view.goal_us / 1e6, self.rebuffer_penalty)
        return search.find_first_rung(view.level_us / 1e6, last)

    def _expect(self, view: View, step: int, rate_bps: float) -> list[float]:
        sizes: Sequence[float] = (
            view.sizes_bits[step]
            if step < len(view.sizes_bits)
            else [bitrate_bps * view.segment_us / 1e6 for bitrate_bps in view.bitrates_bps]
        )
        return [view.latency_us / 1e6 + size_bits / rate_bps for size_bits in sizes]


class _Search:
    """Depth first over the plans; a branch that cannot beat the best plan known is not followed."""

    def __init__(
        self, values: list[float], times_s: list[list[float]], segment_s: float, goal_s: float, penalty: float
    ) -> None:
        self._values, self._times_s = values, times_s
        self._segment_s, self._goal_s, self._penalty = segment_s, goal_s, penalty
        self._best, self._first = float("-inf"), 0

    def find_first_rung(self, level_s: float, last: float) -> int:
        self._follow(0, 0, level_s, last, 0.0)
        return self._first

    def _follow(self, step: int, first: int, level_s: float, last: float, score: float) -> None:
        if step == len(self._times_s):
            if score > self._best:
                self._best, self._first = score, first
            return
        if score + (len(self._times_s) - step) * self._values[-1] <= self._best:
            return
        for rung, (value, time_s) in enumerate(zip(self._values, self._times_s[step], strict=True)):
            stalled_s = max(0.0, time_s - level_s)
            after_s = min(self._goal_s, max(0.0, level_s - time_s) + self._segment_s)
            gain = value - self._penalty * stalled_s - abs(value - last)
            self._follow(step + 1, rung if step == 0 else first, after_s, value, score + gain)
