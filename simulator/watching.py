"""Sessions as they go, for a person at a terminal: a table that is drawn anew a few times a second."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich import box
from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from simulator import events as ev
from simulator import figures
from simulator.drivers.realtime import Watcher
from simulator.livestate import LiveState
from simulator.presentation import Medium
from simulator.scenario import Scenario

NextSongs = Sequence[tuple[str, int | None]]

_PER_SECOND = 4


@dataclass(slots=True)
class LiveRow:
    """What is shown of one session: its state, and the names and lengths of its songs (None: not known)."""

    name: str
    lengths_us: tuple[int | None, ...]
    songs: tuple[str, ...] = ()
    state: LiveState = field(default_factory=LiveState)
    began_s: float = 0.0  # when the session's clock began, by ours

    @property
    def title(self) -> str:
        """The session, and of several songs the one that is played."""
        return f"{self.name}: {self.songs[self.state.song - 2]}" if self.state.song > 1 else self.name

    @property
    def length_us(self) -> int | None:
        """How long the song is that is played; None where that is not known."""
        return self.lengths_us[self.state.song - 1]


@contextmanager
def watch_sessions(
    scenarios: Sequence[Scenario], duration_us: int, next_songs: NextSongs = ()
) -> Iterator[tuple[Watcher, ...]]:
    """A row on stderr for each session of a song that long: where it is, what is on, its buffers, its link, its flips.

    `next_songs`: the name of each song that follows, and its length, if that is known.

    Nothing at all is shown in a pipe.
    """
    console = Console(stderr=True)
    rows = [_make_row(scenario, duration_us, next_songs) for scenario in scenarios]
    if not console.is_terminal:
        yield tuple(_watch(row) for row in rows)
        return

    def draw() -> Table:
        return draw_rows(rows, time.monotonic())

    with Live(get_renderable=draw, console=console, transient=True, refresh_per_second=_PER_SECOND):
        yield tuple(_watch(row) for row in rows)


def _make_row(scenario: Scenario, duration_us: int, next_songs: NextSongs) -> LiveRow:
    songs = tuple(name for name, _ in next_songs)
    leaves_at_us = scenario.leaves_at_us
    if leaves_at_us is not None and not songs:
        duration_us = min(duration_us, leaves_at_us)
    return LiveRow(scenario.name, (duration_us, *(length_us for _, length_us in next_songs)), songs)


def _watch(row: LiveRow) -> Watcher:
    def watch(playhead_us: int, event: ev.Event) -> None:
        row.began_s = time.monotonic() - event.at_us / 1e6
        row.state.note(playhead_us, event)

    return watch


def draw_rows(rows: Sequence[LiveRow], now_s: float) -> Table:
    """The table as it is when our clock says `now_s`."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), expand=True)
    table.add_column("session")
    table.add_column("song", ratio=1, min_width=4)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("listener has", min_width=9)
    for heading in ("sound\nahead", "picture\nahead", "link\nfetched", "flips\nafter", "stops"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        _add_row(table, row, round((now_s - row.began_s) * 1e6))
    return table


def _add_row(table: Table, row: LiveRow, now_us: int) -> None:
    state, length_us = row.state, row.length_us
    playhead_us = state.playhead_at(now_us)
    wait = "" if state.last_wait_us is None else f"\n{figures.format_seconds(state.last_wait_us / 1e6)}"
    table.add_row(
        row.title,
        ProgressBar(total=None if length_us is None else length_us / 1e6, completed=playhead_us / 1e6),
        figures.format_song_time(playhead_us)[:-1],
        state.mode,
        _describe_level(state, Medium.AUDIO, now_us),
        _describe_level(state, Medium.VIDEO, now_us),
        f"{figures.format_rate(state.estimate_bps)}\n{figures.format_size(state.fetched_bytes)}",
        f"{state.flips}{wait}",
        f"{state.stops}",
    )


def _describe_level(state: LiveState, medium: Medium, now_us: int) -> str:
    """The rung, and below it how much of it lies ahead."""
    level_us = state.level_at(medium, now_us)
    return figures.NONE if level_us is None else f"{state.rung_of(medium)}\n{level_us / 1e6:.1f} s"
