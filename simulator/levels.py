"""How much of each medium a player had ahead of its playhead, over the clock. From its events alone.

Clock times are microseconds since the session began; levels are microseconds of media.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from simulator import events as ev
from simulator.presentation import Medium
from simulator.songclock import SongClock


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a clock time. Levels run straight from point to point; rates stay until the next point."""

    at_us: int
    value: int


def measure_levels(events: Sequence[ev.Event], medium: Medium, clock: SongClock) -> tuple[Point, ...]:
    """The level of one medium from the start of the session to its end, at every instant where its line bends or jumps.

    A jump is two points at one time. A stock that starts ahead of the playhead counts whole, its distance does not.
    """
    stocks = _audio_stocks(events) if medium is Medium.AUDIO else _video_stocks(events, clock)
    return tuple(_levels(stocks, clock, events[-1].at_us))


def find_level(points: Sequence[Point], at_us: int) -> float:
    """A level between its points; where two share a time, the later one counts."""
    after = bisect_right([point.at_us for point in points], at_us)
    if after == 0:
        return 0.0
    before = points[after - 1]
    if after == len(points):
        return before.value
    following = points[after]
    part = (at_us - before.at_us) / (following.at_us - before.at_us)
    return before.value + (following.value - before.value) * part


@dataclass(frozen=True, slots=True)
class _Stock:
    """From `at_us` on, media from `start_us` to `end_us` of the song is at hand (nothing when they are equal)."""

    at_us: int
    start_us: int
    end_us: int

    def level_at(self, playhead_us: int) -> int:
        return max(0, self.end_us - max(self.start_us, playhead_us))


def _audio_stocks(events: Iterable[ev.Event]) -> Iterator[_Stock]:
    yield _Stock(0, 0, 0)
    for event in events:
        if isinstance(event, ev.Buffered) and event.medium is Medium.AUDIO:
            yield _Stock(event.at_us, 0, event.end_us)
        elif _drops_sound(event):
            yield _Stock(event.at_us, 0, 0)


def _video_stocks(events: Iterable[ev.Event], clock: SongClock) -> Iterator[_Stock]:
    stock = _Stock(0, 0, 0)
    yield stock
    for event in events:
        if isinstance(event, ev.Buffered) and event.medium is Medium.VIDEO:
            follows = event.start_us == stock.end_us and stock.level_at(clock.song_at(event.at_us)) > 0
            stock = _Stock(event.at_us, stock.start_us if follows else event.start_us, event.end_us)
            yield stock
        elif _drops_picture(event):
            stock = _Stock(event.at_us, 0, 0)
            yield stock


def _levels(stocks: Iterable[_Stock], clock: SongClock, end_us: int) -> Iterator[Point]:
    """The level at every instant where its line bends or jumps."""
    held = list(stocks)
    last: Point | None = None
    jumps = clock.jumps_us
    for stock, until_us in zip(held, [*(s.at_us for s in held[1:]), end_us], strict=True):
        bends = {*clock.bends_us, clock.left_at(stock.start_us), clock.reached_at(stock.end_us)}
        inner = sorted(t for t in bends if t is not None and stock.at_us < t < until_us)
        for at_us in (stock.at_us, *inner, until_us):
            if at_us in jumps and at_us > stock.at_us:
                yield Point(at_us, stock.level_at(jumps[at_us]))
            point = Point(at_us, stock.level_at(clock.song_at(at_us)))
            if point != last:
                yield point
            last = point


def _drops_sound(event: ev.Event) -> bool:
    """Whether the player throws away what it had of the sound."""
    return (isinstance(event, ev.SeekStarted) and not event.keeps_sound) or (
        isinstance(event, ev.HoleStarted) and event.drops_sound
    )


def _drops_picture(event: ev.Event) -> bool:
    """Whether the player throws away what it had of the picture."""
    if isinstance(event, ev.SeekStarted):
        return not event.keeps_picture
    return isinstance(event, ev.VideoFroze | ev.VideoStopped | ev.ScreenTurned)
