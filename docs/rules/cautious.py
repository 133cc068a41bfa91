"""A rule of your own, as an example: one rung below what the link can carry, and the cheapest while little is buffered.

    midnote play out/song --shape 3g --rule docs/rules/cautious.py
    midnote sweep out/song --rule throughput --rule docs/rules/cautious.py

A rule file holds one class with `start` and `choose`; `reconsider` is optional (`simulator/abr/adaptation.py` has them
all, `contract.py` what they see). The class is made without arguments: parameters are fields with defaults. A rule
keeps nothing but what it is handed back as its memory, and gives the same decision for the same view: no clock, no
chance, no network. So a recorded session can be played again by it, and proven.
"""

from dataclasses import dataclass

from simulator.abr.contract import Decision, View


@dataclass(frozen=True, slots=True)
class Cautious:
    """Its parameters."""

    reserve_us: float = 6_000_000  # below this much of buffer nothing but the cheapest rung is fetched
    patience: int = 2  # how many segments in a row must allow a better rung before it is taken

    def start(self) -> int:
        """For how many segments in a row a better rung would have fitted."""
        return 0

    def choose(self, view: View, memory: int) -> tuple[Decision, int]:
        """The rung of the next segment, why, and what to remember."""
        if view.share_bps is None or view.level_us < self.reserve_us:
            return Decision(0, "too little is known or buffered"), 0
        fitting = sum(bitrate_bps <= view.share_bps for bitrate_bps in view.bitrates_bps)
        rung = max(0, fitting - 2)
        last = view.last_rung or 0
        if rung <= last:
            return Decision(rung, "one below what fits"), 0
        if memory + 1 < self.patience:
            return Decision(last, "waits to see whether it lasts"), memory + 1
        return Decision(last + 1, "it has lasted: one rung up"), 0
