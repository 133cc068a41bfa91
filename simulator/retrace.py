"""A session step by step: what happened to the player, what it made of it, and how it stood then."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from itertools import groupby

from simulator import events as ev
from simulator.events import Event
from simulator.figures import format_rate, format_size
from simulator.inputs import Arrived, Input
from simulator.levels import find_level
from simulator.presentation import MediaPlaylist, Presentation
from simulator.session import Session
from simulator.song_timeline import trace_play
from simulator.timeline import Timeline

# What a person may ask for by name, and the things that belong to it; playback is what the listener lives through.
TOPICS: Mapping[str, tuple[type, ...]] = {
    "fetches": (ev.Requested, ev.Received, ev.Retried, ev.Lost, ev.Aborted, ev.Buffered, ev.NextSongLost),
    "decisions": (ev.RungChosen, ev.JoinPlanned, ev.Aborted),
    "playback": (
        ev.PlaybackStarted, ev.RebufferStarted, ev.RebufferEnded, ev.TapTaken, ev.FirstFrame, ev.VideoFroze,
        ev.VideoResumed, ev.VideoStopped, ev.SeekStarted, ev.SeekEnded, ev.PauseStarted, ev.PauseEnded, ev.SpeedSet,
        ev.ScreenTurned, ev.HoleStarted, ev.HoleEnded, ev.SkipTaken, ev.SongBegan, ev.Ended, ev.GaveUp, ev.Departed,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How a player stands: where in the song, how much of each medium lies ahead (seconds), and in which mode.

    `number`: which of several songs is played; None where there is one.
    """

    song_us: int
    audio_s: float
    video_s: float
    mode: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """All that happened at one instant: inputs first, then events, in their order."""

    at_us: int
    inputs: tuple[Input, ...]
    events: tuple[Event, ...]
    standing: Standing


def retrace(session: Session, topics: Sequence[str] = ()) -> tuple[Step, ...]:
    """Every instant at which something happened, or something of these topics. Bytes that merely arrive are no step."""
    wanted = tuple(kind for topic in topics for kind in TOPICS[topic])
    timeline = trace_play(session)
    inputs = () if wanted else tuple(each for each in session.inputs if not isinstance(each, Arrived))
    events = tuple(_choose(session.events, wanted))
    happened = sorted((*inputs, *events), key=lambda each: each.at_us)  # stable: inputs stay before events
    return tuple(_step(at_us, tuple(group), timeline) for at_us, group in groupby(happened, lambda each: each.at_us))


def _choose(events: Sequence[Event], wanted: tuple[type, ...]) -> Iterator[Event]:
    """The events of these kinds, with the turns from song to song that are needed to tell whose they are."""
    song = told = 1
    for event in events:
        if isinstance(event, ev.SongTurn):
            song = event.song
        elif not wanted or isinstance(event, wanted):
            if song != told:
                yield ev.SongTurn(event.at_us, song)
                told = song
            yield event


def find_step(steps: Sequence[Step], at_us: int) -> int:
    """The index of the last step at or before a clock time; 0 where there is none."""
    return max(0, bisect_right([step.at_us for step in steps], at_us) - 1)


def describe_thing(thing: Input | Event) -> str:
    """An input or an event in a line: its name and its fields, without the clock time that stands beside it."""
    given = [_spell(name, value) for name, value in _list_fields(thing)]
    return " ".join([_split_words(type(thing).__name__), ", ".join(given)]).strip()


def _step(at_us: int, things: tuple[Input | Event, ...], timeline: Timeline) -> Step:
    inputs = tuple(thing for thing in things if type(thing).__module__ == Arrived.__module__)
    events = tuple(thing for thing in things if type(thing).__module__ == ev.__name__)
    mode = next((s.mode.value for s in timeline.modes if s.start_us <= at_us < s.end_us), "over")
    standing = Standing(
        timeline.clock.song_at(at_us),
        find_level(timeline.audio_levels, at_us) / 1e6,
        find_level(timeline.video_levels, at_us) / 1e6,
        mode,
        next((song.number for song in reversed(timeline.songs) if song.start_us <= at_us), None),
    )
    return Step(at_us, inputs, events, standing)  # type: ignore[arg-type]  # sorted apart by the module they are from


def _list_fields(thing: Input | Event) -> Iterator[tuple[str, object]]:
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name != "at_us" and value not in (None, "", -1):
            yield field.name, value


def _spell(name: str, value: object) -> str:
    """`start 3.840 s`, `size 47.2 kB`; what speaks for itself stands alone."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Presentation):
        return f"{len(value.audio)} audio and {len(value.video)} video rungs"
    if isinstance(value, MediaPlaylist):
        return f"{len(value.segments)} segments"
    if isinstance(value, str):
        return value
    label = name.removesuffix("_us").removesuffix("_bytes").removesuffix("_bps").removesuffix("_id").replace("_", " ")
    assert isinstance(value, int), "what happens is told in numbers, words and playlists"
    if name.endswith("_us"):
        return f"{label} {value / 1e6:.3f} s"
    if name.endswith("_bps"):
        return f"{label} {format_rate(value)}"
    return f"{label} {format_size(value)}" if name.endswith("_bytes") else f"{label} {value}"


def _split_words(name: str) -> str:
    """`first frame` of `FirstFrame`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
