"""Sessions as they go, for a person at a terminal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from simulator import events as ev
from simulator.drivers.realtime import Watcher
from simulator.presentation import Medium
from simulator.scenario import Scenario

NextSongs = Sequence[tuple[str, int | None]]


@contextmanager
def watch_sessions(
    scenarios: Sequence[Scenario], duration_us: int, next_songs: NextSongs = ()
) -> Iterator[tuple[Watcher, ...]]:
    """A line on stderr for each session of a song that long, which follows its playhead and says what is on.

    `next_songs`: the name of each song that follows, and its length, if that is known.

    Nothing at all is shown in a pipe.
    """
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[song]}"),
        TextColumn("[dim]{task.fields[state]}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        yield tuple(
            _watcher(progress, _add_line(progress, scenario, duration_us), scenario.name, next_songs)
            for scenario in scenarios
        )


def _add_line(progress: Progress, scenario: Scenario, duration_us: int) -> TaskID:
    leaves_at_us = duration_us if scenario.leaves_at_us is None else scenario.leaves_at_us
    return progress.add_task(scenario.name, total=min(duration_us, leaves_at_us), song="", state="opening")


def _watcher(progress: Progress, task: TaskID, name: str, next_songs: NextSongs) -> Watcher:
    def watch(playhead_us: int, event: ev.Event) -> None:
        if isinstance(event, ev.SongBegan):
            song, length_us = next_songs[event.song - 2]
            progress.update(task, description=f"{name}: {song}", total=length_us)
        progress.update(task, completed=playhead_us, song=f"{playhead_us / 1e6:5.1f} s")
        if state := describe_event(event):
            progress.update(task, state=state)

    return watch


def describe_event(event: ev.Event) -> str:
    """What an event means to a listener, in a few words; empty when it means nothing to one."""
    match event:
        case (
            ev.PlaybackStarted()
            | ev.RebufferEnded()
            | ev.VideoStopped()
            | ev.SeekEnded()
            | ev.PauseEnded()
            | ev.HoleEnded()
        ):
            return "sound"
        case ev.TapTaken():
            return "picture asked for" if event.wants is Medium.VIDEO else "back to the sound"
        case ev.FirstFrame():
            return f"sound and picture ({event.rung})"
        case ev.VideoResumed():
            return "sound and picture"
        case ev.VideoFroze():
            return "picture stands still"
        case ev.PauseStarted():
            return "paused"
        case ev.SongBegan():
            return "next song"
        case ev.RebufferStarted() | ev.SeekStarted() | ev.HoleStarted():
            return "sound stopped"
        case _:
            return ""
