"""Shows outcomes to whoever asked: a table for people, JSON for programs, HTML and JUnit files for later."""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from simulator.errors import InputError
from simulator.markdown import render_markdown
from simulator.outcome import Outcome
from simulator.p1203 import describe_stretches
from simulator.report import render_report
from simulator.results import describe_outcome, render_junit
from simulator.song_metrics import measure_songs
from simulator.songs import find_presentation, split_session
from simulator.table import print_outcome
from simulator.whole_file import writing_whole


@dataclass(frozen=True, slots=True)
class Files:
    """What to write besides the terminal: an HTML report, JUnit XML, a Markdown page to add to, a P.1203 folder."""

    report: Path | None = None
    junit: Path | None = None
    step_summary: Path | None = None
    p1203: Path | None = None


def present_outcomes(outcomes: Sequence[Outcome], wanted: Files, *, as_json: bool) -> None:
    """Print the outcomes and write the files wanted. Raises InputError when a file cannot be written."""
    if wanted.report is not None:
        made_at = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z")
        with writing_whole(wanted.report) as aside:
            aside.write_text(render_report(outcomes, made_at), encoding="utf-8")
    if wanted.junit is not None:
        with writing_whole(wanted.junit) as aside:
            aside.write_text(render_junit(outcomes), encoding="utf-8")
    if wanted.step_summary is not None:
        _add_to(wanted.step_summary, render_markdown(outcomes))
    if wanted.p1203 is not None:
        _write_p1203(outcomes, wanted.p1203)
    if as_json:
        described = [describe_outcome(outcome) for outcome in outcomes]
        json.dump(described[0] if len(described) == 1 else described, sys.stdout, indent=2)
        sys.stdout.write("\n")
        return
    console = Console()
    for outcome in outcomes:
        print_outcome(outcome, console)
    if wanted.report is not None:
        console.print(f"Report: {wanted.report}", soft_wrap=True)


def _add_to(path: Path, text: str) -> None:
    """CI servers give every step of a job the same file: what others wrote stays."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as fault:
        raise InputError(f"{path}: cannot be written: {fault.strerror}") from fault


def _write_p1203(outcomes: Sequence[Outcome], folder: Path) -> None:
    """`<scenario>-<stretch>.json` for every stretch that was watched; of several songs `<scenario>-song-2-...`."""
    for outcome in outcomes:
        for song, described in _describe_songs(outcome):
            name = re.sub(r"[^\w.-]+", "-", f"{outcome.name}{song}")
            with writing_whole(folder / f"{name}-{described['I13']['streamId']}.json") as aside:
                aside.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


def _describe_songs(outcome: Outcome) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each stretch, with what its song adds to its file's name."""
    if not outcome.metrics.songs:
        for described in describe_stretches(outcome.session.events, outcome.metrics, outcome.presentation):
            yield "", described
    for part, metrics in measure_songs(split_session(outcome.session)) if outcome.metrics.songs else ():
        for described in describe_stretches(part.events, metrics, find_presentation(part.session)):
            yield f"-song-{part.number}", described
