"""Where the playhead was at each clock time, and when it came to each song time. Microseconds, all of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from simulator import events as ev


@dataclass(frozen=True, slots=True)
class Leg:
    """From `clock_us` on the playhead, then at `song_us`, runs with the clock, or stands still."""

    clock_us: int
    song_us: int
    is_running: bool


@dataclass(frozen=True, slots=True)
class SongClock:
    """The way of a playhead: legs in the order of the clock, up to `end_us`."""

    legs: tuple[Leg, ...]
    end_us: int

    @property
    def bends_us(self) -> tuple[int, ...]:
        """The clock times at which the playhead starts or stops."""
        return tuple(leg.clock_us for leg in self.legs)

    def song_at(self, clock_us: int) -> int:
        """The song time that is heard then, or was last."""
        song_us = 0
        for leg in self.legs:
            if leg.clock_us > clock_us:
                break
            song_us = leg.song_us + (clock_us - leg.clock_us if leg.is_running else 0)
        return song_us

    def reached_at(self, song_us: int) -> int | None:
        """When the playhead first came to a song time; None when it never did."""
        return next((start + song_us - at for start, at, end in self._runs() if at <= song_us <= end), None)

    def left_at(self, song_us: int) -> int | None:
        """When the playhead last went on from a song time: after a wait there, not before; None when it never did."""
        return next((start + song_us - at for start, at, end in self._runs() if at <= song_us < end), None)

    def _runs(self) -> Iterable[tuple[int, int, int]]:
        """Of each running leg: its clock start, its song start and its song end."""
        followers_us = [leg.clock_us for leg in self.legs[1:]]
        for leg, end_us in zip(self.legs, [*followers_us, self.end_us], strict=False):
            if leg.is_running:
                yield leg.clock_us, leg.song_us, leg.song_us + end_us - leg.clock_us


def read_song_clock(events: Iterable[ev.Event]) -> SongClock:
    """The playhead's way through a session."""
    legs: list[Leg] = []
    end_us = 0
    for event in events:
        end_us = event.at_us
        match event:
            case ev.PlaybackStarted():
                legs.append(Leg(event.at_us, 0, is_running=True))
            case ev.RebufferStarted():
                legs.append(Leg(event.at_us, event.playhead_us, is_running=False))
            case ev.RebufferEnded():
                legs.append(Leg(event.at_us, event.playhead_us, is_running=True))
            case _:
                pass
    return SongClock(tuple(legs), end_us)
