"""Which rung to fetch next: rules as pure decisions that give their reason, one to a file."""

from collections.abc import Callable, Iterable
from typing import Any

from simulator.abr.adaptation import Adaptation, Rule
from simulator.abr.bola import Bola
from simulator.abr.bolae import BolaE
from simulator.abr.bufferbased import BufferBased
from simulator.abr.contract import Decision, Download, View
from simulator.abr.dynamic import Dynamic
from simulator.abr.fixed import Fixed
from simulator.abr.own import find_own_rule
from simulator.abr.robustmpc import RobustMpc
from simulator.abr.throughput import Throughput
from simulator.ownrule import PREFIX, OwnRule

__all__ = ["RULES", "Adaptation", "Bola", "BolaE", "BufferBased", "Decision", "Download", "Dynamic", "Fixed",
           "RobustMpc", "Rule", "Throughput", "View", "make_rule"]  # fmt: skip

# By the names of `profile.ABR_NAMES`; the number is the part of the share that the player's configuration spends.
RULES: dict[str, Callable[[float], Rule[Any]]] = {
    "throughput": lambda safety: Throughput(safety=safety),
    "bola": lambda _: Bola(),
    "bola-e": lambda _: BolaE(),
    "dynamic": lambda safety: Dynamic(throughput=Throughput(safety=safety)),
    "robust-mpc": lambda _: RobustMpc(),
    "buffer-based": lambda _: BufferBased(),
    "fixed": lambda _: Fixed(),
}


def make_rule(name: str, safety: float, own_rules: Iterable[OwnRule] = ()) -> Rule[Any]:
    """The rule of that name, which has been checked; `fixed:N` for the rung that is N above the cheapest.

    `file:mine.py` is one of `own_rules`. Raises InputError when its code was not loaded.
    """
    if name.startswith(PREFIX):
        return find_own_rule(name, own_rules)
    kind, _, rung = name.partition(":")
    return Fixed(int(rung)) if rung else RULES[kind](safety)
