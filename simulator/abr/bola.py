"""BOLA: the rung whose utility is worth its bits at this buffer level (Spiteri, Urgaonkar, Sitaraman, INFOCOM 2016).

As in Sabre: utilities are ln(bitrate / lowest); the level that is aimed at grows with the song's beginning and shrinks
towards its end; a step up is held to what the throughput sustains, and one rung more (BOLA-U of the paper).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from simulator.abr.contract import Decision, Progress, View
from simulator.abr.throughput import find_sustainable


@dataclass(frozen=True, slots=True)
class Bola:
    """`gamma_p` weighs a steady picture against a good one; 5 is the paper's and Sabre's."""

    gamma_p: float = 5.0
    counts_latency: bool = True

    def start(self) -> int:
        """The rung of the last choice."""
        return 0

    def choose(self, view: View, memory: int) -> tuple[Decision, int]:
        """The best score at this level; upwards no further than one rung above what the link sustains."""
        if view.share_bps is None:
            return Decision(0, "nothing is known of the link yet"), 0
        utilities = find_utilities(view.bitrates_bps)
        rung = find_best_score(view, utilities, self._scale(view, utilities), self.gamma_p, view.level_us)
        reason = f"best score at {view.level_us / 1e6:.1f} s of buffer"
        if rung > memory:
            sustained = find_sustainable(view, view.share_bps, view.latency_us if self.counts_latency else 0)
            if rung > sustained:
                rung = memory if memory > sustained else sustained + 1
                reason += f", held to {int(view.share_bps / 1000)} kbit/s"
        return Decision(rung, reason), rung

    def reconsider(self, view: View, memory: int, progress: Progress) -> tuple[int | None, int]:
        """Give up for a rung whose whole segment is worth more than the rest of this one, and is smaller."""
        left_bits = progress.size_bits - progress.arrived_bits
        if progress.arrived_bits <= 0 or left_bits <= 0:
            return None, memory
        utilities = find_utilities(view.bitrates_bps)
        scale_us = self._scale(view, utilities)
        best, choice = (scale_us * (self.gamma_p + utilities[progress.rung]) - view.level_us) / left_bits, None
        if best < 0:
            return None, memory
        for rung in range(progress.rung):
            size_bits = progress.size_bits * view.bitrates_bps[rung] / view.bitrates_bps[progress.rung]
            score = (scale_us * (self.gamma_p + utilities[rung]) - view.level_us) / size_bits
            if size_bits < left_bits and score > best:
                best, choice = score, rung
        return choice, (memory if choice is None else choice)

    def _scale(self, view: View, utilities: Sequence[float]) -> float:
        """V of the paper, in microseconds: it stretches the utilities over the buffer that is aimed at."""
        segments = max(3, min(view.since_start, view.remaining) / 2)
        goal_us = min(view.goal_us, segments * view.segment_us)
        return (goal_us - view.segment_us) / (utilities[-1] + self.gamma_p)


@lru_cache(maxsize=64)  # a session has two ladders, and asks once a choice
def find_utilities(bitrates_bps: tuple[int, ...]) -> tuple[float, ...]:
    """What each rung is worth: the logarithm of its bitrate, 0 for the cheapest."""
    return tuple(math.log(bitrate_bps / bitrates_bps[0]) for bitrate_bps in bitrates_bps)


def find_best_score(view: View, utilities: Sequence[float], scale_us: float, gamma_p: float, level_us: float) -> int:
    """The rung with the most utility beyond the level's worth for its bits; the cheaper one of equals."""
    best, choice = -math.inf, 0
    for rung, bitrate_bps in enumerate(view.bitrates_bps):
        score = (scale_us * (utilities[rung] + gamma_p) - level_us) / bitrate_bps
        if score > best:
            best, choice = score, rung
    return choice
