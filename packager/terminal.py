"""What a person sees while a package is made, and when it is whole."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from packager.copyindex import CopiedAudioRung, CopyIndex
from packager.ladder import Ladder, LadderStep
from packager.manifest import AudioRungRecord, PackageIndex
from packager.preview import Preview


class ProgressBar:
    """A watcher that draws a bar on the terminal."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def tell(self, stage: str, share: float | None = None) -> None:
        """Draw how far the work is."""
        self._progress.update(self._task, description=stage, completed=share)


@contextmanager
def draw_progress(first: str = "Reading the sources") -> Iterator[ProgressBar]:
    """A bar on standard error while the block runs; nothing where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    console = Console(stderr=True)
    with Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=not sys.stderr.isatty()
    ) as progress:
        yield ProgressBar(progress, progress.add_task(first, total=1))


def print_summary(index: PackageIndex | CopyIndex, out: Path, reused: Sequence[str] = ()) -> None:
    """The rungs, those that were `reused`, the worst cut, the notes, where the package is, and what to do next."""
    console = Console(highlight=False, soft_wrap=True)
    segments = _count(index.grid.segment_count, "segment")
    console.print(Text(f"{index.title}: {_minutes(index.grid.duration)} in {segments}"))
    console.print(_rung_table(index))
    if index.video_rungs:
        console.print(Text(f"Grid: {index.grid.explanation}"))
        error_ms = float(index.grid.worst_boundary_error * 1000)
        console.print(Text(f"Worst audio cut: {error_ms:.3g} ms from its video cut"))
    for line in _song_lines(index):
        console.print(Text(line))
    if reused:
        console.print(Text(f"Re-used from the cache: {', '.join(reused)}"))
    for note in index.notes:
        console.print(Text(f"Note: {note}"))
    console.print(Text(f"Package: {out}"))
    console.print(Text(f"Next: midnote serve {out}"))


def _song_lines(index: PackageIndex | CopyIndex) -> Iterator[str]:
    """What is known of the song; its loudness only where it was decoded."""
    if isinstance(index, PackageIndex):
        yield f"Loudness: {index.loudness}"
    for window in index.song.availability:
        yield f"Available: {window}"
    for words in index.lyrics:
        yield f"Lyrics: {words.name}, {_count(words.cue_count, 'line')} from {words.source}"


def print_json(content: dict[str, object]) -> None:
    """Put it on standard output, for programs."""
    sys.stdout.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def print_preview(preview: Preview) -> None:
    """The plan: sources, rungs with what is expected of them, the grid, the disk it will take, the notes."""
    console = Console(highlight=False, soft_wrap=True)
    for source in preview.sources:
        console.print(Text(f"{source.name}: {'; '.join(filter(None, (source.video, source.audio)))}"))
    console.print(Text(f"Ladder {preview.ladder.name}: {preview.ladder.about}"))
    console.print(_plan_table(preview))
    grid = preview.grid
    count = _count(grid.segment_count, "segment")
    lengths = f"{float(grid.usual_segment):.4g} s, the last {float(grid.last_segment):.4g} s"
    console.print(
        Text(f"Segments: {_minutes(grid.duration)} in {count} of {lengths}; target {grid.target_duration_s} s")
    )
    console.print(Text(f"Grid: {grid.explanation}"))
    if preview.video_rungs:
        console.print(Text(f"Worst audio cut: {float(grid.worst_boundary_error * 1000):.3g} ms from its video cut"))
    console.print(
        Text(f"Disk: {_megabytes(preview.expected_bytes)} expected, {_megabytes(preview.most_bytes)} at most")
    )
    for note in (*preview.notes, preview.reckoning):
        console.print(Text(f"Note: {note}"))


def _plan_table(preview: Preview) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("rung", "codec"):
        table.add_column(heading)
    for heading in ("size", "expected kb/s", "cap kb/s", "with"):
        table.add_column(heading, justify="right")
    for video in preview.video_rungs:
        coding, size = f"{video.codec} {video.preset} CRF {video.crf}", f"{video.width}x{video.height}"
        table.add_row(video.name, coding, size, _kbps(video.expected_bps), _kbps(video.cap_bps), video.audio_rung)
    for audio in reversed(preview.audio_rungs):
        table.add_row(audio.name, "", "", _kbps(audio.expected_bps), "", "")
    return table


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.3g} MB"


def print_ladders(ladders: Iterable[Ladder]) -> None:
    """Each ladder: its name, whom it is for, and its rungs."""
    console = Console(highlight=False, soft_wrap=True)
    for ladder in ladders:
        console.print(Text(ladder.name, style="bold"))
        console.print(Text(f"  {ladder.about}"))
        codecs = ", ".join(f"{coding.codec.value} {coding.preset} CRF {coding.crf}" for coding in ladder.sets)
        console.print(Text(f"  video  {', '.join(map(_step, ladder.steps))} ({codecs})"))
        console.print(Text(f"  audio  {', '.join(rung.name for rung in ladder.audio)}"))
    console.print(Text("Start your own:  midnote ladders default > mine.toml"))


def _step(step: LadderStep) -> str:
    return f"{step.side}p {_kbps(step.cap_bps)}k"


def _rung_table(index: PackageIndex | CopyIndex) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("rung")
    table.add_column("codec")
    for heading in ("size", "average kb/s", "peak kb/s", "with"):
        table.add_column(heading, justify="right")
    for video in index.video_rungs:
        size = f"{video.width}x{video.height}"
        table.add_row(video.name, video.codec, size, _kbps(video.average_bps), _kbps(video.peak_bps), video.audio_rung)
    audios: Sequence[AudioRungRecord | CopiedAudioRung] = index.audio_rungs
    for audio in reversed(audios):
        table.add_row(audio.name, audio.codec, "", _kbps(audio.average_bps), _kbps(audio.peak_bps), "")
    return table


def _kbps(rate_bps: int) -> str:
    return f"{rate_bps / 1000:.0f}"


def _minutes(duration: Fraction) -> str:
    return f"{int(duration // 60)}:{float(duration % 60):05.2f}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
