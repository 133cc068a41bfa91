"""No adaptation: one rung throughout, to compare the others with."""

from dataclasses import dataclass

from simulator.abr.contract import Decision, View


@dataclass(frozen=True, slots=True)
class Fixed:
    """That rung, counted from the cheapest; the best one where the ladder is shorter."""

    rung: int = 0

    def start(self) -> None:
        """Nothing to remember."""

    def choose(self, view: View, memory: None) -> tuple[Decision, None]:
        """The rung, whatever happens."""
        return Decision(min(self.rung, len(view.bitrates_bps) - 1), "fixed"), memory
