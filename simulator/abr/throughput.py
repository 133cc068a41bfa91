"""The throughput rule: the best rung that the link can keep up with, and that will be here before the buffer is dry.

The rule of dash.js and Sabre (Spiteri, Sitaraman, Sparacio: From Theory to Practice, MMSys 2018), with the
insufficient-buffer rule after it. Ours differs from theirs in three parameters, each for a reason: `SABRE` has theirs.
"""

from dataclasses import dataclass

from simulator.abr.contract import Decision, Progress, View


@dataclass(frozen=True, slots=True)
class Throughput:
    """The rule and its parameters.

    `safety` is the part of the share that is spent; a better rung must fit `headroom` times over, so that an estimate
    at a rung's edge does not toggle it. A segment must come within `buffer_factor` of the buffer's time, a factor that
    is multiplied by itself with each choice down to `buffer_floor`. A segment on its way may take `patience` segment
    durations; it is not judged before `grace_us`.
    """

    safety: float = 0.8
    headroom: float = 1.1
    counts_latency: bool = (
        False  # a player that asks for the next segment while one arrives pays it once, not each time
    )
    buffer_factor: float = 0.9
    buffer_floor: float = 0.9
    patience: float = 1.8
    grace_us: float = 500_000

    def start(self) -> float:
        """The factor of the insufficient-buffer rule."""
        return self.buffer_factor

    def choose(self, view: View, memory: float) -> tuple[Decision, float]:
        """The best rung that fits, capped by the buffer; the cheapest when nothing is known."""
        decision = self._choose_sustainable(view)
        if view.throughput_bps is None:
            return decision, memory
        return cap_by_buffer(decision, view, memory), max(self.buffer_floor, memory * self.buffer_factor)

    def _choose_sustainable(self, view: View) -> Decision:
        if view.share_bps is None:
            return Decision(0, "nothing is known of the link yet")
        budget_bps = view.share_bps * self.safety
        latency_us = view.latency_us if self.counts_latency else 0
        rung = find_sustainable(view, budget_bps, latency_us, self.headroom)
        budget_kbps = max(0, int(budget_bps / 1000))
        if rung == 0 and view.bitrates_bps[0] > budget_bps:
            return Decision(0, f"nothing fits {budget_kbps} kbit/s")
        return Decision(rung, f"fits {budget_kbps} kbit/s")

    def reconsider(self, view: View, memory: float, progress: Progress) -> tuple[int | None, float]:
        """Give up what would take `patience` segments, for a rung that this very transfer's rate can sustain."""
        if progress.since_request_us < self.grace_us or progress.since_first_byte_us <= 0 or not progress.arrived_bits:
            return None, memory
        rate_bps = progress.arrived_bits * 1e6 / progress.since_first_byte_us
        left_bits = progress.size_bits - progress.arrived_bits
        if progress.since_request_us + left_bits * 1e6 / rate_bps <= self.patience * view.segment_us:
            return None, memory
        rung = find_sustainable(view, rate_bps * self.safety, view.latency_us if self.counts_latency else 0)
        other_bits = progress.size_bits * view.bitrates_bps[rung] / view.bitrates_bps[progress.rung]
        is_better = rung < progress.rung and other_bits < left_bits
        return (rung if is_better else None), memory


SABRE = Throughput(safety=0.9, headroom=1.0, counts_latency=True, buffer_floor=0.5)


def find_sustainable(view: View, budget_bps: float, latency_us: float = 0, headroom: float = 1.0) -> int:
    """The best rung of which a segment comes, latency included, within a segment's duration; 0 when none does.

    A rung above the one in use must fit `headroom` times over.
    """
    transfer_us = view.segment_us - latency_us
    rung = 0
    for index, bitrate_bps in enumerate(view.bitrates_bps):
        spare = headroom if view.last_rung is not None and index > view.last_rung else 1
        if view.segment_us * bitrate_bps * spare <= transfer_us * budget_bps:
            rung = index
    return rung


def cap_by_buffer(decision: Decision, view: View, factor: float) -> Decision:
    """The decision, lowered until a segment is expected within `factor` of the time the buffer lasts."""
    if view.throughput_bps is None:
        return decision
    safe_bits = factor * (view.level_us - view.latency_us) / 1e6 * view.throughput_bps
    rung = decision.rung
    while rung > 0 and view.bitrates_bps[rung] * view.segment_us / 1e6 > safe_bits:
        rung -= 1
    if rung == decision.rung:
        return decision
    return Decision(rung, f"a segment must come within {int(view.level_us / 1000)} ms")
