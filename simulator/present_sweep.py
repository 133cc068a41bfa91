"""Shows a sweep to whoever asked: a bar while it runs, a table for people, JSON for programs, HTML for later."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from simulator.report import render_sweep_report
from simulator.sweep import SweepOutcome
from simulator.sweep_summary import Line
from simulator.sweep_table import print_summary
from simulator.whole_file import writing_whole

SCHEMA_VERSION = 1


@contextmanager
def watch_sweep() -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that is told of how many sessions of how many are there; nothing at all in a pipe."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Sessions", total=None)
        yield lambda done, planned: progress.update(task, completed=done, total=planned)


def present_sweep(outcome: SweepOutcome, out: Path, report: Path | None, *, as_json: bool) -> None:
    """Print the summary and write the report. Raises InputError when that cannot be written."""
    if report is not None and outcome.summary is not None:
        made_at = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z")
        with writing_whole(report) as aside:
            aside.write_text(render_sweep_report(outcome.summary, made_at), encoding="utf-8")
    if as_json:
        json.dump(describe_sweep(outcome, out), sys.stdout, indent=2)
        sys.stdout.write("\n")
        return
    console = Console(width=None if sys.stdout.isatty() else 120)
    if outcome.summary is not None:
        print_summary(outcome.summary, console)
    there = f", {outcome.known:,} of them were there already" if outcome.known else ""
    console.print(f"Results: {out} ({outcome.planned:,} planned{there})", soft_wrap=True)
    if report is not None:
        console.print(f"Report: {report}", soft_wrap=True)
    if outcome.was_interrupted:
        console.print("Interrupted: what was played is kept; the same command goes on from there.", style="bold")


def describe_sweep(outcome: SweepOutcome, out: Path) -> dict[str, Any]:
    """A sweep as JSON values; units stand in the names, null is where there was nothing to measure."""
    summary = outcome.summary
    return {
        "schema_version": SCHEMA_VERSION,
        "results": str(out),
        "planned": outcome.planned,
        "was_interrupted": outcome.was_interrupted,
        "sessions": summary.sessions if summary else 0,
        "good_percent": summary.good_percent if summary else None,
        "is_proven": summary.is_proven if summary else False,
        "contenders": [_describe_line(line) for line in summary.lines] if summary else [],
        "hard_traces": [
            {"trace": trace, "fell_short": short, "sessions": sessions}
            for trace, short, sessions in (summary.hard_traces if summary else ())
        ],
    }


def _describe_line(line: Line) -> dict[str, Any]:
    described = asdict(line)
    del described["waits_s"]
    return {**described.pop("contender"), **described, "good_percent": line.good_percent}
