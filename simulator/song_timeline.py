"""What a session of one song or of several looked like over its clock: the songs' own timelines, one after another.

Each song counts from its turn to its end; how much of its sound was at hand before that stands in `ahead_levels`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from simulator.levels import Point, find_level
from simulator.presentation import Presentation, Rung
from simulator.session import Session
from simulator.songclock import Leg, SongClock
from simulator.songs import SongPart, find_presentation, split_session
from simulator.timeline import (
    ModeSpan,
    RungSpan,
    SongSpan,
    Timeline,
    list_estimates,
    list_link,
    list_transfers,
    trace_timeline,
)

Turn = tuple[SongPart, Timeline, int]  # a song that had its turn, its own timeline, and since when


def trace_play(session: Session) -> Timeline:
    """The timeline of a session."""
    if not session.next_songs:
        return trace_timeline(session)
    traced = [(part, trace_timeline(part.session)) for part in split_session(session)]
    turns: list[Turn] = [(part, own, part.began_at_us) for part, own in traced if part.began_at_us is not None]
    events, end_us = session.events, session.events[-1].at_us
    return Timeline(
        end_us,
        _join_clocks(turns, end_us),
        tuple(mode for _, own, since_us in turns for mode in _clip_modes(own.modes, since_us)),
        tuple(point for _, own, since_us in turns for point in _cut_before(own.audio_levels, since_us)),
        tuple(point for _, own, since_us in turns for point in _cut_before(own.video_levels, since_us)),
        tuple(span for part, own, _ in turns for span in _rate(own.audio_rungs, find_presentation(part.session).audio)),
        tuple(span for part, own, _ in turns for span in _rate(own.video_rungs, find_presentation(part.session).video)),
        list_estimates(events),
        list_link(session.scenario.link, end_us),
        list_transfers(events),
        tuple(SongSpan(since_us, own.end_us, part.number, part.name, own.clock) for part, own, since_us in turns),
        tuple(point for part, own in traced for point in _find_ahead(own.audio_levels, part, end_us)),
    )


def join_ladders(session: Session) -> Presentation:
    """The rungs of all songs as if they were one ladder; of those with one name the first."""
    found = [find_presentation(part.session) for part in split_session(session)]
    return Presentation(
        session.uri,
        _join_rungs(rung for presentation in found for rung in presentation.audio),
        _join_rungs(rung for presentation in found for rung in presentation.video),
    )


def _join_rungs(rungs: Iterable[Rung]) -> tuple[Rung, ...]:
    by_name: dict[str, Rung] = {}
    for rung in rungs:
        by_name.setdefault(rung.name, rung)
    return tuple(sorted(by_name.values(), key=lambda rung: rung.average_bps))


def _join_clocks(turns: Iterable[Turn], end_us: int) -> SongClock:
    """The playhead's way through whichever song is played: it stands at 0 from a song's turn to its first sample."""
    legs: list[Leg] = []
    for part, own, since_us in turns:
        waits = [Leg(since_us, 0, is_running=False)] if part.number > 1 else []
        legs += [*waits, *own.clock.legs]
    return SongClock(tuple(legs), end_us)


def _clip_modes(modes: Iterable[ModeSpan], since_us: int) -> Iterator[ModeSpan]:
    for span in modes:
        if span.end_us > since_us:
            yield replace(span, start_us=max(span.start_us, since_us))


def _cut_before(points: Sequence[Point], since_us: int) -> Iterator[Point]:
    yield Point(since_us, round(find_level(points, since_us)))
    yield from (point for point in points if point.at_us > since_us)


def _find_ahead(points: Sequence[Point], part: SongPart, end_us: int) -> Iterator[Point]:
    """The level of a song that waits, from nothing to nothing."""
    until_us = end_us if part.began_at_us is None else part.began_at_us
    if part.number == 1:
        return
    earlier = [point for point in points if point.at_us < until_us]
    since_us = max((point.at_us for point in earlier if point.value == 0), default=until_us)
    for point in earlier:
        if point.at_us >= since_us:
            yield point
    yield Point(until_us, round(find_level(points, until_us)))
    yield Point(until_us, 0)


def _rate(spans: Iterable[RungSpan], rungs: Iterable[Rung]) -> Iterator[RungSpan]:
    """The spans with the rates that their own song declares: another's rung of the same name may have another."""
    rates = {rung.name: rung.average_bps for rung in rungs}
    return (replace(span, rate_bps=rates[span.rung]) for span in spans)
