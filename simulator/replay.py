"""Steps through a journal on a terminal, or prints all of it."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from rich.console import Console
from rich.text import Text

from simulator.errors import InputError
from simulator.figures import format_song_time
from simulator.presentation import Medium
from simulator.retrace import Standing, Step, describe_thing, find_step
from simulator.session import Session, replay_session

KEYS = "Enter or n: next   p: back   number: that many on   @12.5: to 12.5 s of the clock   a: all the rest   q: quit"

# Where the eye should stop: what a listener notices, or a player regrets.
_STYLES = {
    "RebufferStarted": "bold red", "GaveUp": "bold red", "VideoFroze": "red", "Failed": "red", "Retried": "yellow",
    "Lost": "red", "Aborted": "yellow", "TapTaken": "bold magenta", "FirstFrame": "bold green",
    "PlaybackStarted": "green",
    "RebufferEnded": "green", "Ended": "bold", "Departed": "bold",
}  # fmt: skip


def check_replay(session: Session) -> None:
    """Raises InputError unless the inputs of a session give its events again."""
    again = replay_session(session)
    if again == session.events:
        return
    number = next((n for n, pair in enumerate(zip(again, session.events, strict=False)) if pair[0] != pair[1]), -1)
    at_us = (session.events[number] if number >= 0 else session.events[-1]).at_us
    raise InputError(
        f"the journal does not replay to its own events from {at_us / 1e6:.3f} s on: it was changed, or another "
        "version of midnote wrote it; use that version"
    )


def print_steps(steps: Iterable[Step], console: Console) -> None:
    """Print steps one after another."""
    for step in steps:
        _print_step(step, console)


def walk_steps(steps: Sequence[Step], console: Console, ask: Callable[[], str] = input) -> None:
    """Let a person walk through the steps, from the first on, until they have had enough."""
    console.print(KEYS, style="dim")
    place = 0
    _print_step(steps[place], console)
    while (answer := _read(ask)) != "q":
        if answer == "a":
            print_steps(steps[place + 1 :], console)
            return
        aim = _aim(answer, place, steps)
        if aim is None:
            console.print(KEYS, style="dim")
            continue
        # Going on shows what lies between, a leap does not.
        start = place + 1 if aim > place and not answer.startswith("@") else aim
        print_steps(steps[start : aim + 1], console)
        place = aim
        if place == len(steps) - 1:
            console.print("The session is over.", style="dim")


def _aim(answer: str, place: int, steps: Sequence[Step]) -> int | None:
    """The step that an answer asks for; None where it asks for nothing."""
    match answer:
        case "" | "n":
            return min(place + 1, len(steps) - 1)
        case "p":
            return max(place - 1, 0)
        case _ if answer.isdecimal():
            return min(place + int(answer), len(steps) - 1)
        case _ if answer.startswith("@"):
            try:
                return find_step(steps, round(float(answer[1:]) * 1_000_000))
            except (ValueError, OverflowError):
                return None
        case _:
            return None


def _read(ask: Callable[[], str]) -> str:
    try:
        return ask().strip().lower()
    except (EOFError, KeyboardInterrupt):
        return "q"


def _place(standing: Standing) -> str:
    """`0:12.34`, or `2: 0:12.34` in the second of several songs."""
    number = "" if standing.number is None else f"{standing.number}: "
    return number + format_song_time(standing.song_us)


def _print_step(step: Step, console: Console) -> None:
    standing = step.standing
    console.print(
        Text.assemble(
            (f"{step.at_us / 1e6:10.3f} s", "bold"),
            f"  song {_place(standing)}  {standing.mode}  "
            f"{Medium.AUDIO.value} +{standing.audio_s:.1f} s  {Medium.VIDEO.value} +{standing.video_s:.1f} s",
        ),
        soft_wrap=True,
    )
    for mark, thing in chain((("<-", each) for each in step.inputs), (("->", each) for each in step.events)):
        style = _STYLES.get(type(thing).__name__, "" if mark == "->" else "dim")
        console.print(Text(f"             {mark} {describe_thing(thing)}", style=style), soft_wrap=True)
