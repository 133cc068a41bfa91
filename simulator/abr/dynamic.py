"""DYNAMIC: throughput while the buffer is low, BOLA when it is not (Spiteri, Sitaraman, Sparacio, MMSys 2018)."""

from dataclasses import dataclass, field

from simulator.abr.bola import Bola
from simulator.abr.contract import Decision, Progress, View
from simulator.abr.throughput import Throughput


@dataclass(frozen=True, slots=True)
class Turns:
    """Whose turn it is, and what each of the two rules remembers: both are asked each time."""

    is_bola: bool
    bola: int
    throughput: float


@dataclass(frozen=True, slots=True)
class Dynamic:
    """Changes over at `threshold_us` of buffer, and only to the rule that asks for no less (up) or for more (down)."""

    bola: Bola = field(default_factory=Bola)
    throughput: Throughput = field(default_factory=Throughput)
    threshold_us: float = 10_000_000

    def start(self) -> Turns:
        """Throughput begins."""
        return Turns(is_bola=False, bola=self.bola.start(), throughput=self.throughput.start())

    def choose(self, view: View, memory: Turns) -> tuple[Decision, Turns]:
        """The decision of the rule whose turn it is."""
        by_bola, bola = self.bola.choose(view, memory.bola)
        by_throughput, throughput = self.throughput.choose(view, memory.throughput)
        is_bola = memory.is_bola
        if is_bola and view.level_us < self.threshold_us and by_bola.rung < by_throughput.rung:
            is_bola = False
        elif not is_bola and view.level_us > self.threshold_us and by_bola.rung >= by_throughput.rung:
            is_bola = True
        return (by_bola if is_bola else by_throughput), Turns(is_bola, bola, throughput)

    def reconsider(self, view: View, memory: Turns, progress: Progress) -> tuple[int | None, Turns]:
        """As the throughput rule does, whoever chose: BOLA alone gives up too readily on a shallow buffer."""
        rung, throughput = self.throughput.reconsider(view, memory.throughput, progress)
        return rung, Turns(memory.is_bola, memory.bola, throughput)
