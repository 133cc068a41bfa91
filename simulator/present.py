"""Shows outcomes to whoever asked: a table for people, JSON for programs, HTML and JUnit files for later."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console

from simulator.outcome import Outcome
from simulator.report import render_report
from simulator.results import describe_outcome, render_junit
from simulator.table import print_outcome
from simulator.whole_file import writing_whole


def present_outcomes(outcomes: Sequence[Outcome], report: Path | None, junit: Path | None, *, as_json: bool) -> None:
    """Print the outcomes and write the files asked for. Raises InputError when a file cannot be written."""
    if report is not None:
        made_at = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z")
        with writing_whole(report) as aside:
            aside.write_text(render_report(outcomes, made_at), encoding="utf-8")
    if junit is not None:
        with writing_whole(junit) as aside:
            aside.write_text(render_junit(outcomes), encoding="utf-8")
    if as_json:
        described = [describe_outcome(outcome) for outcome in outcomes]
        json.dump(described[0] if len(described) == 1 else described, sys.stdout, indent=2)
        sys.stdout.write("\n")
        return
    console = Console()
    for outcome in outcomes:
        print_outcome(outcome, console)
    if report is not None:
        console.print(f"Report: {report}", soft_wrap=True)
