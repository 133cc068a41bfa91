"""What a rule is, and one lane's run of it. A rule keeps nothing: what it remembers is a value.

Apart from `contract`, because protocols are not compiled and the values there are.
"""

from typing import Generic, Protocol, TypeGuard, TypeVar

from simulator.abr.contract import Decision, Progress, View

Memory = TypeVar("Memory")


class Rule(Protocol[Memory]):
    """A way to adapt. Its parameters are its fields; what it has to remember, it hands back."""

    def start(self) -> Memory:
        """What the rule remembers before its first choice."""
        ...

    def choose(self, view: View, memory: Memory) -> tuple[Decision, Memory]:
        """The rung of the next segment, and what to remember."""
        ...


class ImpatientRule(Rule[Memory], Protocol[Memory]):
    """A rule that may also change its mind about a segment on its way."""

    def reconsider(self, view: View, memory: Memory, progress: Progress) -> tuple[int | None, Memory]:
        """The rung to give a segment up for while it is on its way; None: let it come. `view` is that of now."""
        ...


def is_impatient(rule: Rule[Memory]) -> TypeGuard[ImpatientRule[Memory]]:
    """Whether a rule may also change its mind. To ask `isinstance` of a protocol took long in short sessions."""
    return hasattr(rule, "reconsider")


class Adaptation(Generic[Memory]):
    """One lane's run of a rule: the rule and what it remembers so far."""

    __slots__ = ("_impatient", "_memory", "_rule")

    def __init__(self, rule: Rule[Memory]) -> None:
        self._rule = rule
        self._impatient: ImpatientRule[Memory] | None = rule if is_impatient(rule) else None
        self._memory = rule.start()

    def choose(self, view: View) -> Decision:
        """The rule's decision for the next segment."""
        decision, self._memory = self._rule.choose(view, self._memory)
        return decision

    def reconsider(self, view: View, progress: Progress) -> int | None:
        """The rung to give a segment on its way up for; None: let it come, as a patient rule always does."""
        if self._impatient is None:
            return None
        rung, self._memory = self._impatient.reconsider(view, self._memory, progress)
        return rung
