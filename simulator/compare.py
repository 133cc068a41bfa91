"""Compares two runs from their files to what is shown: two sweeps, or two recorded sessions."""

import dataclasses
import json
import sys
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.comparison import Comparison, compare_sweeps, judge_change
from simulator.errors import InputError
from simulator.journal import read_journal
from simulator.outcome import Outcome, count
from simulator.play import judge_session
from simulator.report import render_comparison, render_report
from simulator.results import describe_outcome
from simulator.rule_file import give_rules
from simulator.session import Session
from simulator.sweep_store import open_store
from simulator.sweep_summary import summarise
from simulator.table import print_pair
from simulator.whole_file import writing_whole

SCHEMA_VERSION = 1


def compare_runs(before: Path, after: Path, report: Path | None, rules: Sequence[Path] = (), *, as_json: bool) -> int:
    """Show what changed between two runs of one kind. Returns 1 when something certainly got worse, else 0.

    Raises InputError when a file is neither a sweep nor a journal, or when the two are not of one kind.
    """
    kinds = _is_journal(before), _is_journal(after)
    if kinds[0] != kinds[1]:
        raise InputError(f"{before} and {after}: one is a journal and one a sweep; give two of a kind")
    if kinds[0]:
        return _compare_sessions(before, after, report, rules, as_json=as_json)
    if rules:
        raise InputError(f"{rules[0]}: sweeps are compared by their results, which need no rule; leave --rule out")
    return _compare_sweeps(before, after, report, as_json=as_json)


def _is_journal(path: Path) -> bool:
    if not path.is_file():
        raise InputError(f"{path}: no such file; give a journal (.zip) or the results of a sweep (.sqlite)")
    return zipfile.is_zipfile(path)


# Two sessions


def _compare_sessions(before: Path, after: Path, report: Path | None, rules: Sequence[Path], *, as_json: bool) -> int:
    sessions = give_rules([read_journal(before), read_journal(after)], rules)
    one, other = (_judge(session, word) for session, word in zip(sessions, ("before", "after"), strict=True))
    if report is not None:
        _write(report, render_report([one, other], _now()))
    if as_json:
        _print_json({"before": describe_outcome(one), "after": describe_outcome(other)})
    else:
        print_pair(one, other, Console())
        _tell_report(report)
    return int(one.verdict.is_good and not other.verdict.is_good)


def _judge(session: Session, word: str) -> Outcome:
    named = dataclasses.replace(session.scenario, name=f"{word}: {session.scenario.name}")
    outcome = judge_session(session)
    return dataclasses.replace(outcome, session=dataclasses.replace(session, scenario=named))


# Two sweeps


def _compare_sweeps(before: Path, after: Path, report: Path | None, *, as_json: bool) -> int:
    with open_store(before, is_new_allowed=False) as first, open_store(after, is_new_allowed=False) as second:
        one, other = first.read_sessions(), second.read_sessions()
        waits = {**first.read_waits(), **second.read_waits()}
    comparison = compare_sweeps(one, other)
    if not comparison.pairs:
        raise InputError(
            f"{before} and {after}: no session of one is in the other; sweep the same packages, traces and listeners"
        )
    if report is not None:
        labelled = [dataclasses.replace(row, rule="before", profile="", switching="") for row in one]
        labelled += [dataclasses.replace(row, rule="after", profile="", switching="") for row in other]
        _write(report, render_comparison(comparison, summarise(labelled, waits), _now()))
    if as_json:
        _print_json(describe_comparison(comparison))
    else:
        print_comparison(comparison, Console(width=None if sys.stdout.isatty() else 100))
        _tell_report(report)
    return int(comparison.is_worse)


def describe_comparison(comparison: Comparison) -> dict[str, Any]:
    """A comparison as JSON values."""
    return {
        "pairs": comparison.pairs,
        "only_before": comparison.only_before,
        "only_after": comparison.only_after,
        "is_worse": comparison.is_worse,
        "figures": [
            {
                "name": change.figure.name,
                "unit": change.figure.unit or None,
                "pairs": change.pairs,
                "before": change.before,
                "after": change.after,
                "difference": dataclasses.asdict(change.difference),
                "is_certain": change.is_certain,
                "is_worse": change.is_worse,
            }
            for change in comparison.changes
        ],
    }


def print_comparison(comparison: Comparison, console: Console) -> None:
    """A line for each figure, and what could not be paired."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("mean of a session", "before", "after", "change", "95 % interval", ""):
        table.add_column(name, justify="left" if name in {"mean of a session", ""} else "right", no_wrap=True)
    for change in comparison.changes:
        unit = f", {change.figure.unit}" if change.figure.unit else ""
        interval = change.difference
        table.add_row(
            f"{change.figure.name}{unit}",
            f"{change.before:,.3f}",
            f"{change.after:,.3f}",
            f"{interval.value:+,.3f}",
            f"{interval.low:+,.3f} .. {interval.high:+,.3f}",
            Text(judge_change(change), style=_STYLES[judge_change(change)]),
        )
    console.print(table)
    console.print(f"{count(comparison.pairs, 'session')} in both", style="bold", end="")
    console.print(f"; only before {comparison.only_before:,}, only after {comparison.only_after:,}")


_STYLES = {"better": "green", "worse": "bold red", "same": "dim", "not certain": "dim"}


# Both


def _write(path: Path, text: str) -> None:
    with writing_whole(path) as aside:
        aside.write_text(text, encoding="utf-8")


def _now() -> str:
    return datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z")


def _print_json(described: dict[str, Any]) -> None:
    json.dump({"schema_version": SCHEMA_VERSION, **described}, sys.stdout, indent=2)
    sys.stdout.write("\n")


def _tell_report(report: Path | None) -> None:
    if report is not None:
        Console().print(f"Report: {report}", soft_wrap=True)
