"""A user's own rule at work: the player gets a decision that it can carry out, or the user one line about the fault."""

from collections.abc import Callable, Iterable
from traceback import extract_tb
from typing import Any

from simulator.abr.adaptation import Rule, is_impatient
from simulator.abr.contract import Decision, Progress, View
from simulator.errors import InputError
from simulator.ownrule import OwnRule


def find_own_rule(name: str, own_rules: Iterable[OwnRule]) -> Rule[Any]:
    """A new rule of the file that `name` (`file:mine.py`) means.

    Raises InputError unless that file was loaded: a scenario or a journal alone never makes its code run.
    """
    own = next((own for own in own_rules if own.name == name), None)
    if own is None:
        raise InputError(
            f"the rule {name!r} is code, and nobody said that it may run; read that file, and if you trust it, "
            "give it to `midnote play` or `midnote sweep` with --rule"
        )
    if own.make is None:
        raise InputError(
            f"the session was played by a rule of its user's own, {own.file} (sha256 {own.sha256}); read that file, "
            f"and if you trust it, give it to this command with --rule {own.file}"
        )
    rule = guard(own.path, own.make)
    return _ImpatientOwn(own.path, rule) if is_impatient(rule) else _Own(own.path, rule)


def guard(path: str, call: Callable[..., Any], *arguments: Any) -> Any:
    """What a user's code gives. Raises InputError, which names its line, for whatever it raises."""
    try:
        return call(*arguments)
    except (Exception, SystemExit) as fault:
        raise InputError(_blame(path, fault)) from fault


def _blame(path: str, fault: BaseException) -> str:
    """One line about a fault: the last line of the user's file that had a part in it, and what was wrong."""
    lines = [frame.lineno for frame in extract_tb(fault.__traceback__) if frame.filename == path]
    line, what = lines[-1] if lines else None, str(fault)
    if isinstance(fault, SyntaxError) and fault.filename == path:
        line, what = fault.lineno, fault.msg
    where = path if line is None else f"{path}:{line}"
    return f"{where}: {type(fault).__name__}: {' '.join(what.split())}; mend the rule"


class _Own:
    """A rule of a user's class; it is asked like any other."""

    def __init__(self, path: str, rule: Any) -> None:
        self._path = path
        self._rule = rule

    def start(self) -> Any:
        """What the rule remembers before its first choice."""
        return guard(self._path, self._rule.start)

    def choose(self, view: View, memory: Any) -> tuple[Decision, Any]:
        """The rung of the next segment, and what to remember."""
        answer = guard(self._path, self._rule.choose, view, memory)
        match answer:
            case (Decision(rung=int() as rung, reason=str()) as decision, after) if 0 <= rung < len(view.bitrates_bps):
                return decision, after
            case _:
                raise self._refuse("choose", answer, f"(Decision(rung, reason), memory) with a {_rungs(view)}")

    def _refuse(self, method: str, answer: object, expected: str) -> InputError:
        return InputError(f"{self._path}: {method}() returned {answer!r}; it must return {expected}")


class _ImpatientOwn(_Own):
    """A rule of a user's class that may also give a segment up."""

    def reconsider(self, view: View, memory: Any, progress: Progress) -> tuple[int | None, Any]:
        """The rung to give a segment up for while it is on its way; None: let it come."""
        answer = guard(self._path, self._rule.reconsider, view, memory, progress)
        match answer:
            case (None, after):
                return None, after
            case (int() as rung, after) if 0 <= rung < len(view.bitrates_bps):
                return rung, after
            case _:
                raise self._refuse("reconsider", answer, f"(None, memory) or (rung, memory) with a {_rungs(view)}")


def _rungs(view: View) -> str:
    return f"rung from 0 to {len(view.bitrates_bps) - 1}"
