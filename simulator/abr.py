"""Which rung to fetch next: pure decisions that give their reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.presentation import Rung


@dataclass(frozen=True, slots=True)
class Decision:
    """A rung, as an index into its ladder, and why."""

    rung: int
    reason: str


# A better rung must fit with a tenth to spare, so that an estimate at a rung's edge does not toggle it.
HEADROOM = 1.1


def choose_by_throughput(rungs: Sequence[Rung], budget_bps: int | None, current: int | None) -> Decision:
    """The best rung whose average fits the budget; the cheapest when nothing is known or nothing fits.

    The throughput rule of dash.js and Sabre, where `budget_bps` is the estimate times a safety factor.
    `current` is the rung in use (None: none yet); a better one needs some headroom.
    """
    if budget_bps is None:
        return Decision(0, "nothing is known of the link yet")
    fitting = [
        index
        for index, rung in enumerate(rungs)
        if rung.average_bps * (HEADROOM if current is not None and index > current else 1) <= budget_bps
    ]
    if not fitting:
        return Decision(0, f"nothing fits {budget_bps // 1000} kbit/s")
    return Decision(fitting[-1], f"fits {budget_bps // 1000} kbit/s")


def cap_by_buffer(
    decision: Decision, rungs: Sequence[Rung], segment_us: int, level_us: int, throughput_bps: int | None
) -> Decision:
    """The decision, lowered until a segment is expected before the buffer has run dry.

    The insufficient-buffer rule of dash.js with its factor of 0.9.
    """
    if throughput_bps is None:
        return decision
    rung = decision.rung
    while rung > 0 and rungs[rung].average_bps * segment_us > 0.9 * level_us * throughput_bps:
        rung -= 1
    if rung == decision.rung:
        return decision
    return Decision(rung, f"a segment must come within {level_us // 1000} ms")
