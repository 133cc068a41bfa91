"""BOLA-E: BOLA that starts at the link's rate and keeps its nerve while the buffer is full (MMSys 2018).

A placeholder of imagined buffer stands for what BOLA cannot see: at the start, that the throughput is known; later, the
time for which the buffer was full and nothing was asked for. The insufficient-buffer rule keeps it honest.
"""

from dataclasses import dataclass

from simulator.abr.bola import find_best_score, find_utilities
from simulator.abr.contract import Decision, Download, Progress, View
from simulator.abr.throughput import cap_by_buffer, find_sustainable


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Imagined buffer, and the factor of the insufficient-buffer rule (None before the first choice)."""

    level_us: float = 0.0
    buffer_factor: float | None = None


@dataclass(frozen=True, slots=True)
class BolaE:
    """Below `minimum_us` of buffer the cheapest rung is wanted; each rung needs `per_rung_us` more to spread out."""

    minimum_us: float = 10_000_000
    per_rung_us: float = 2_000_000
    buffer_factor: float = 0.9
    buffer_floor: float = 0.5

    def start(self) -> Placeholder:
        """Nothing is imagined."""
        return Placeholder()

    def choose(self, view: View, memory: Placeholder) -> tuple[Decision, Placeholder]:
        """BOLA's choice at the imagined level; upwards no further than one rung above what the link sustains."""
        if view.share_bps is None:
            return Decision(view.last_rung or 0, "nothing is known of the link yet"), memory
        scale = _Scale.spread(view, self)
        sustained = find_sustainable(view, view.share_bps, view.latency_us)
        if memory.buffer_factor is None:
            placeholder_us = max(0.0, scale.lowest_level(sustained) - view.level_us)
            reason = f"starts at {int(view.share_bps / 1000)} kbit/s"
            return Decision(sustained, reason), Placeholder(placeholder_us, self.buffer_factor)
        placeholder_us = self._settle(view, memory.level_us, scale) + view.waited_us
        return self._choose_steadily(view, scale, sustained, placeholder_us, memory.buffer_factor)

    def _choose_steadily(
        self, view: View, scale: "_Scale", sustained: int, placeholder_us: float, factor: float
    ) -> tuple[Decision, Placeholder]:
        utilities = find_utilities(view.bitrates_bps)
        rung = find_best_score(view, utilities, scale.scale_us, scale.gamma_p, view.level_us + placeholder_us)
        last = view.last_rung or 0
        if rung > last and rung > sustained:
            rung = max(last, sustained) + 1
        excess_us = max(0.0, view.level_us + placeholder_us - scale.highest_level(rung))
        taken_us = min(excess_us, placeholder_us)
        placeholder_us -= taken_us
        wait_us = 0.0 if rung == len(view.bitrates_bps) - 1 else excess_us - taken_us
        reason = f"best score at {(view.level_us + placeholder_us) / 1e6:.1f} s of buffer"
        decision = cap_by_buffer(Decision(rung, reason, wait_us), view, factor)
        if decision.rung < rung:
            placeholder_us = min(placeholder_us, max(0.0, scale.lowest_level(decision.rung) - view.level_us))
        return decision, Placeholder(placeholder_us, max(self.buffer_floor, factor * self.buffer_factor))

    def _settle(self, view: View, placeholder_us: float, scale: "_Scale") -> float:
        """The placeholder after the last download: within what its rung allows."""
        done = view.last_download
        if done is None:
            return placeholder_us
        level_us = view.level_us + view.waited_us
        if done.given_up_for is not None:
            wanted_us = scale.lowest_level(done.given_up_for) if done.given_up_for else self.minimum_us
            return min(placeholder_us, max(0.0, wanted_us - level_us))
        return self._settle_whole(done, level_us, placeholder_us, scale)

    def _settle_whole(self, done: Download, level_us: float, placeholder_us: float, scale: "_Scale") -> float:
        before_us = level_us + done.took_us
        placeholder_us = min(placeholder_us, max(0.0, scale.highest_level(done.rung) - before_us))
        return max(placeholder_us, scale.lowest_level(done.rung) - before_us) if level_us > 0 else placeholder_us

    def reconsider(self, view: View, memory: Placeholder, progress: Progress) -> tuple[int | None, Placeholder]:
        """Give up for a rung whose whole segment is worth more than what is left of this one a latency from now."""
        left_bits = progress.size_bits - progress.arrived_bits
        if progress.arrived_bits <= 0 or left_bits <= 0 or progress.since_first_byte_us <= 0:
            return None, memory
        latency_us = progress.since_request_us - progress.since_first_byte_us
        left_bits -= latency_us * progress.arrived_bits / progress.since_first_byte_us
        if left_bits <= 0:
            return None, memory
        scale = _Scale.spread(view, self)
        level_us = max(0.0, view.level_us + memory.level_us - latency_us)
        best, choice = (scale.highest_level(progress.rung) - level_us) / left_bits, None
        for rung in range(progress.rung):
            size_bits = progress.size_bits * view.bitrates_bps[rung] / view.bitrates_bps[progress.rung]
            score = (scale.highest_level(rung) - level_us) / size_bits
            if size_bits < left_bits and score > best:
                best, choice = score, rung
        return choice, memory


@dataclass(frozen=True, slots=True)
class _Scale:
    """Between which levels BOLA wants which rung."""

    bitrates_bps: tuple[int, ...]
    utilities: tuple[float, ...]
    scale_us: float
    gamma_p: float

    @classmethod
    def spread(cls, view: View, rule: BolaE) -> "_Scale":
        """The ladder spread from the rule's minimum over the buffer, or over the least it needs if that is more."""
        utilities = tuple(1 + utility for utility in find_utilities(view.bitrates_bps))
        goal_us = max(rule.minimum_us + rule.per_rung_us * len(utilities), view.goal_us)
        span = max(utilities[-1] - 1, 1e-9)  # a ladder of one rung has no span, and no choice either
        gamma_p = span / (goal_us / rule.minimum_us - 1)
        # Utilities of find_best_score start at 0, these at 1: its gamma is one more.
        return cls(tuple(view.bitrates_bps), utilities, rule.minimum_us / gamma_p, gamma_p + 1)

    def highest_level(self, rung: int) -> float:
        """Above it, waiting is better than this rung."""
        return self.scale_us * (self.utilities[rung] - 1 + self.gamma_p)

    def lowest_level(self, rung: int) -> float:
        """From it on, this rung is better than each below it; 0 for the cheapest."""
        bitrate_bps, utility = self.bitrates_bps[rung], self.utilities[rung]
        return max(
            (
                self.scale_us
                * (self.gamma_p - 1 + (bitrate_bps * lower - lower_bps * utility) / (bitrate_bps - lower_bps))
                for lower_bps, lower in zip(self.bitrates_bps[:rung], self.utilities[:rung], strict=True)
                if lower < utility
            ),
            default=0.0,
        )
