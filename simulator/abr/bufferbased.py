"""The buffer-based rule: the level alone picks the rung (Huang et al., SIGCOMM 2014; linear, as in Pensieve)."""

from dataclasses import dataclass

from simulator.abr.contract import Decision, View


@dataclass(frozen=True, slots=True)
class BufferBased:
    """The cheapest rung below `reservoir_us`, the best one from `cushion_us` above it, evenly between."""

    reservoir_us: float = 5_000_000
    cushion_us: float = 10_000_000

    def start(self) -> None:
        """Nothing to remember."""

    def choose(self, view: View, memory: None) -> tuple[Decision, None]:
        """The rung for this level."""
        top = len(view.bitrates_bps) - 1
        above_us = view.level_us - self.reservoir_us
        rung = 0 if above_us < 0 else top if above_us >= self.cushion_us else int(top * above_us / self.cushion_us)
        return Decision(rung, f"{view.level_us / 1e6:.1f} s of buffer"), memory
