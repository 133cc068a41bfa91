"""Where the playhead was at each clock time, and when it came to each song time. Microseconds, all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from simulator import events as ev


@dataclass(frozen=True, slots=True)
class Leg:
    """From `clock_us` on the playhead, then at `song_us`, runs at `percent` of the clock's speed, or stands still."""

    clock_us: int
    song_us: int
    is_running: bool
    percent: int = 100

    def song_at(self, clock_us: int) -> int:
        """The song time at a clock time within the leg."""
        return self.song_us + (clock_us - self.clock_us) * self.percent // 100 if self.is_running else self.song_us

    def clock_at(self, song_us: int) -> int:
        """When a leg that runs comes to a song time."""
        return self.clock_us + (song_us - self.song_us) * 100 // self.percent


@dataclass(frozen=True, slots=True)
class SongClock:
    """The way of a playhead: legs in the order of the clock, up to `end_us`."""

    legs: tuple[Leg, ...]
    end_us: int

    @property
    def bends_us(self) -> tuple[int, ...]:
        """The clock times at which the playhead starts or stops."""
        return tuple(leg.clock_us for leg in self.legs)

    @property
    def jumps_us(self) -> Mapping[int, int]:
        """By the clock time of each jump of the playhead, the song time at which it was until then."""
        return {
            after.clock_us: before.song_at(after.clock_us)
            for before, after in pairwise(self.legs)
            if before.song_at(after.clock_us) != after.song_us
        }

    def song_at(self, clock_us: int) -> int:
        """The song time that is heard then, or was last."""
        song_us = 0
        for leg in self.legs:
            if leg.clock_us > clock_us:
                break
            song_us = leg.song_at(clock_us)
        return song_us

    def reached_at(self, song_us: int) -> int | None:
        """When the playhead first came to a song time; None when it never did."""
        return next((leg.clock_at(song_us) for leg, end in self._runs() if leg.song_us <= song_us <= end), None)

    def left_at(self, song_us: int) -> int | None:
        """When the playhead first went on from a song time: after a wait there, not before; None when it never did."""
        return next((leg.clock_at(song_us) for leg, end in self._runs() if leg.song_us <= song_us < end), None)

    def find_visits(self, start_us: int, end_us: int) -> tuple[tuple[int, int], ...]:
        """The stretches of the clock in which the playhead was within a stretch of the song, waits inside it included.

        Of a wait at its very edge nothing is included. Neighbours are joined.
        """
        visits: list[tuple[int, int]] = []
        for leg, until_us in self._legs_with_ends():
            inside = _overlap(leg, until_us, start_us, end_us)
            if inside is None:
                continue
            if visits and visits[-1][1] == inside[0]:
                inside = (visits.pop()[0], inside[1])
            visits.append(inside)
        return tuple(visits)

    def _runs(self) -> Iterable[tuple[Leg, int]]:
        """Each running leg, with the song time at its end."""
        for leg, until_us in self._legs_with_ends():
            if leg.is_running:
                yield leg, leg.song_at(until_us)

    def _legs_with_ends(self) -> Iterable[tuple[Leg, int]]:
        """Each leg, with the clock time at its end."""
        return zip(self.legs, [*(leg.clock_us for leg in self.legs[1:]), self.end_us], strict=False)


def _overlap(leg: Leg, until_us: int, start_us: int, end_us: int) -> tuple[int, int] | None:
    if not leg.is_running:
        return (leg.clock_us, until_us) if start_us < leg.song_us < end_us and leg.clock_us < until_us else None
    first_us, last_us = max(start_us, leg.song_us), min(end_us, leg.song_at(until_us))
    return (leg.clock_at(first_us), leg.clock_at(last_us)) if first_us < last_us else None


def read_song_clock(events: Iterable[ev.Event]) -> SongClock:
    """The playhead's way through a session."""
    reader = _Reader()
    for event in events:
        reader.note(event)
    return SongClock(tuple(reader.legs), reader.end_us)


# What the sound may have to wait for.
_WAITS = (ev.RebufferStarted, ev.SeekStarted, ev.HoleStarted)


class _Reader:
    """Follows a playhead: it runs while the song has begun, nothing is waited for and the listener has not paused."""

    def __init__(self) -> None:
        self.legs: list[Leg] = []
        self.end_us = 0
        self._percent = 100
        self._is_waiting = False
        self._is_paused = False

    def note(self, event: ev.Event) -> None:
        self.end_us = event.at_us
        match event:
            case ev.PlaybackStarted():
                self._turn(event.at_us, 0)
            case ev.SeekStarted():
                self._is_waiting = True
                self._turn(event.at_us, event.to_us)
            case ev.RebufferStarted() | ev.HoleStarted() | ev.RebufferEnded() | ev.HoleEnded() | ev.SeekEnded():
                self._is_waiting = isinstance(event, _WAITS)
                self._turn(event.at_us, event.playhead_us)
            case ev.PauseStarted() | ev.PauseEnded():
                self._is_paused = isinstance(event, ev.PauseStarted)
                self._turn(event.at_us, event.playhead_us)
            case ev.SpeedSet():
                self._percent = event.percent
                if self.legs:
                    self._turn(event.at_us, event.playhead_us)
            case _:
                pass

    def _turn(self, at_us: int, song_us: int) -> None:
        is_running = not self._is_waiting and not self._is_paused
        self.legs.append(Leg(at_us, song_us, is_running, self._percent))
