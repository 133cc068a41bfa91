"""What a session looked like over its clock: modes, buffer levels, rungs, fetches, the link. From its events alone.

Clock times are microseconds since the session began; rates are bits per second.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from simulator import events as ev
from simulator.commands import Part
from simulator.levels import Point, measure_levels
from simulator.presentation import Medium
from simulator.session import Session
from simulator.songclock import SongClock, read_song_clock
from simulator.trace import Trace


class Mode(Enum):
    """What the listener has at a moment."""

    OPENING = "opening"
    SOUND = "sound"
    JOINING = "joining"
    PICTURE = "picture"
    FROZEN = "frozen"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ModeSpan:
    """A stretch of clock time in one mode."""

    start_us: int
    end_us: int
    mode: Mode


@dataclass(frozen=True, slots=True)
class RungSpan:
    """A stretch of clock time in which this rung was heard or seen."""

    start_us: int
    end_us: int
    rung: str
    rate_bps: int = 0  # what its song's playlist declares; 0: not looked up


class Ending(Enum):
    """What became of a transfer."""

    WHOLE = "whole"
    ABORTED = "given up"
    FAILED = "failed"
    OPEN = "still under way at the end"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A fetch, from its request to whatever ended it. `medium` is None for the multivariant playlist."""

    start_us: int
    end_us: int
    medium: Medium | None
    part: Part
    rung: str
    index: int
    size_bytes: int
    ending: Ending


@dataclass(frozen=True, slots=True)
class SongSpan:
    """The stretch of clock time in which one of several songs had its turn, and the way of its own playhead."""

    start_us: int
    end_us: int
    number: int
    name: str
    clock: SongClock


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that is drawn of a session. `link` is empty when the link was not shaped by us.

    `songs` is empty for one song. `ahead_levels`: how much of the next song's sound was at hand before its turn.
    """

    end_us: int
    clock: SongClock
    modes: tuple[ModeSpan, ...]
    audio_levels: tuple[Point, ...]
    video_levels: tuple[Point, ...]
    audio_rungs: tuple[RungSpan, ...]
    video_rungs: tuple[RungSpan, ...]
    estimates: tuple[Point, ...]
    link: tuple[Point, ...]
    transfers: tuple[Transfer, ...]
    songs: tuple[SongSpan, ...] = ()
    ahead_levels: tuple[Point, ...] = ()


def trace_timeline(session: Session) -> Timeline:
    """The timeline of a session of one song."""
    events = session.events
    end_us = events[-1].at_us
    clock = read_song_clock(events)
    pictures = _picture_states(events, session.scenario.start)
    return Timeline(
        end_us,
        clock,
        tuple(_modes(events, pictures)),
        measure_levels(events, Medium.AUDIO, clock),
        measure_levels(events, Medium.VIDEO, clock),
        tuple(_merge(_heard(events, clock))),
        tuple(_merge(_seen(events, pictures, clock))),
        list_estimates(events),
        list_link(session.scenario.link, end_us),
        list_transfers(events),
    )


def list_estimates(events: Iterable[ev.Event]) -> tuple[Point, ...]:
    """What the player believed of its link, wherever that changed."""
    return tuple(_changes(Point(e.at_us, e.estimate_bps) for e in events if isinstance(e, ev.Received)))


def list_link(link: Trace | None, end_us: int) -> tuple[Point, ...]:
    """What the link carried, wherever that changed; nothing where it was not shaped by us."""
    return tuple(_changes(_link_points(link, end_us))) if link else ()


def list_transfers(events: Sequence[ev.Event]) -> tuple[Transfer, ...]:
    """Every fetch, in the order in which they went out."""
    return tuple(_transfers(events))


# Modes


def _picture_states(events: Sequence[ev.Event], start: Medium) -> list[ModeSpan]:
    """The picture's own state, whatever the sound does: SOUND (none), JOINING, PICTURE or FROZEN."""
    state, since_us = Mode.JOINING if start is Medium.VIDEO else Mode.SOUND, 0
    spans: list[ModeSpan] = []
    for event in events:
        following = _picture_after(event, state)
        if following is not state:
            spans.append(ModeSpan(since_us, event.at_us, state))
            state, since_us = following, event.at_us
    spans.append(ModeSpan(since_us, events[-1].at_us, state))
    return [span for span in spans if span.start_us < span.end_us]


def _picture_after(event: ev.Event, state: Mode) -> Mode:
    match event:
        case ev.TapTaken() if event.wants is Medium.VIDEO:
            return Mode.JOINING
        case ev.FirstFrame() | ev.VideoResumed():
            return Mode.PICTURE
        case ev.VideoFroze():
            return Mode.FROZEN
        case ev.VideoStopped() | ev.ScreenTurned():
            return Mode.SOUND
        case ev.SeekStarted() if state is not Mode.SOUND:
            return Mode.JOINING
        case _:
            return state


def _modes(events: Sequence[ev.Event], pictures: Sequence[ModeSpan]) -> list[ModeSpan]:
    """The picture's states, with the times over them in which there was no sound."""
    silences = [ModeSpan(start, end, mode) for start, end, mode in _silences(events)]
    cuts = sorted({t for span in (*silences, *pictures) for t in (span.start_us, span.end_us)})
    merged: list[ModeSpan] = []
    for start_us, end_us in pairwise(cuts):
        over = [s.mode for s in (*silences, *pictures) if s.start_us <= start_us and end_us <= s.end_us]
        if merged and merged[-1].mode is over[0]:
            merged[-1] = ModeSpan(merged[-1].start_us, end_us, over[0])
        else:
            merged.append(ModeSpan(start_us, end_us, over[0]))
    return merged


# What stops the sound, and what lets it go on. Only the first stop of the song is its opening.
_STOPS: Mapping[type[ev.Event], type[ev.Event]] = {
    ev.RebufferStarted: ev.RebufferEnded,
    ev.SeekStarted: ev.SeekEnded,
    ev.PauseStarted: ev.PauseEnded,
    ev.HoleStarted: ev.HoleEnded,
}


def _silences(events: Sequence[ev.Event]) -> Iterator[tuple[int, int, Mode]]:
    since_us, mode = 0, Mode.OPENING
    waits: set[type[ev.Event]] = {ev.PlaybackStarted}
    for event in events:
        if type(event) in waits:
            waits.discard(type(event))
            if not waits:
                yield since_us, event.at_us, mode
        elif type(event) in _STOPS:
            if not waits:
                since_us, mode = event.at_us, Mode.STOPPED
            waits.add(_STOPS[type(event)])
    if waits:
        yield since_us, events[-1].at_us, mode


# Rungs


def _heard(events: Iterable[ev.Event], clock: SongClock) -> Iterator[RungSpan]:
    """What was heard of each segment: from when it was appended until it was appended anew, if ever."""
    appended = [e for e in events if isinstance(e, ev.Buffered) and e.medium is Medium.AUDIO]
    replaced_us = {(e.index, e.at_us): at_us for e, at_us in zip(appended, _find_replacements(appended), strict=True)}
    for event in appended:
        until_us = replaced_us[event.index, event.at_us]
        for start_us, stop_us in clock.find_visits(event.start_us, event.end_us):
            if stop_us > event.at_us and (until_us is None or start_us < until_us):
                yield RungSpan(start_us, stop_us, event.rung)


def _find_replacements(appended: Sequence[ev.Buffered]) -> list[int | None]:
    """When each segment was appended again; None when it never was."""
    later: dict[int, int] = {}
    times: list[int | None] = []
    for event in reversed(appended):
        times.append(later.get(event.index))
        later[event.index] = event.at_us
    return times[::-1]


def _seen(events: Iterable[ev.Event], pictures: Iterable[ModeSpan], clock: SongClock) -> Iterator[RungSpan]:
    """What was on the screen: of the segments appended since the picture was last thrown away, those it came to."""
    appended = [e for e in events if isinstance(e, ev.Buffered) and e.medium is Medium.VIDEO]
    emptied_us = 0
    for span in pictures:
        if span.mode is not Mode.PICTURE:
            emptied_us = span.start_us if span.mode in (Mode.SOUND, Mode.FROZEN) else emptied_us
            continue
        for event in appended:
            if emptied_us <= event.at_us < span.end_us:
                for visit in clock.find_visits(event.start_us, event.end_us):
                    start_us, stop_us = max(span.start_us, visit[0]), min(span.end_us, visit[1])
                    if start_us < stop_us:
                        yield RungSpan(start_us, stop_us, event.rung)


def _merge(spans: Iterable[RungSpan]) -> Iterator[RungSpan]:
    """The same with neighbours of one rung joined."""
    held: RungSpan | None = None
    for span in spans:
        if held is not None and held.rung == span.rung and held.end_us == span.start_us:
            held = RungSpan(held.start_us, span.end_us, span.rung)
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held


# The link


def _link_points(link: Trace, end_us: int) -> Iterator[Point]:
    at_us = 0
    while at_us < end_us:
        for period in link.periods:
            if at_us < end_us:
                yield Point(at_us, period.bandwidth_bps)
            at_us += period.duration_us


def _changes(points: Iterable[Point]) -> Iterator[Point]:
    """The points whose value differs from the one before; nothing is known while it is 0 at the start."""
    last = None
    for point in points:
        if point.value != last and (last is not None or point.value):
            yield point
            last = point.value


def _transfers(events: Sequence[ev.Event]) -> Iterator[Transfer]:
    ends: dict[int, tuple[int, int, Ending]] = {}
    for event in events:
        if isinstance(event, ev.Received):
            ends.setdefault(event.request_id, (event.at_us, event.size_bytes, Ending.WHOLE))
        elif isinstance(event, ev.Aborted):
            ends.setdefault(event.request_id, (event.at_us, event.received_bytes, Ending.ABORTED))
        elif isinstance(event, ev.Retried | ev.Lost):
            ends.setdefault(event.request_id, (event.at_us, 0, Ending.FAILED))
    for event in events:
        if isinstance(event, ev.Requested):
            at_us, size_bytes, ending = ends.get(event.request_id, (events[-1].at_us, 0, Ending.OPEN))
            yield Transfer(
                event.at_us, at_us, event.medium, event.part, event.rung, event.index, size_bytes, ending
            )  # fmt: skip
