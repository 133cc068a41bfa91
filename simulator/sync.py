"""How well the picture keeps to the sound, from the frames that were appended. Times are microseconds of the song."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from simulator import events as ev
from simulator.metrics import Flip
from simulator.presentation import Medium

# The picture may find its place for this long after its first frame before its offset counts (DESIGN section 5).
SETTLING_US = 500_000
# Timescales are rounded to microseconds, once at each end of a frame: up to this much is no offset.
ROUNDING_US = 2


@dataclass(frozen=True, slots=True)
class PictureFrame:
    """When one video frame is to be shown."""

    at_us: int
    duration_us: int

    @property
    def end_us(self) -> int:
        """When the next frame is to be shown."""
        return self.at_us + self.duration_us


@dataclass(frozen=True, slots=True)
class Interval:
    """Song time from `start` up to but without `end`."""

    start: int
    end: int


# What takes a moving picture away, or makes it stand still.
_PICTURE_ENDS = (
    ev.VideoFroze, ev.VideoStopped, ev.SeekStarted, ev.ScreenTurned, ev.Ended, ev.Departed, ev.GaveUp,
)  # fmt: skip


def find_running(events: Sequence[ev.Event], flip: Flip) -> tuple[Interval, ...]:
    """When the player took the picture for running after a flip to video, settling time left out."""
    if flip.wants is not Medium.VIDEO or flip.settled_at_us is None:
        return ()
    running: list[Interval] = []
    since_us: int | None = None
    for event in events:
        if event.at_us < flip.settled_at_us:
            continue
        if isinstance(event, ev.FirstFrame | ev.VideoResumed) and since_us is None:
            since_us = event.playhead_us + (SETTLING_US if isinstance(event, ev.FirstFrame) else 0)
        elif isinstance(event, _PICTURE_ENDS):
            if since_us is not None and since_us < event.playhead_us:
                running.append(Interval(since_us, event.playhead_us))
            since_us = None
            if isinstance(event, ev.VideoStopped | ev.Ended | ev.Departed | ev.GaveUp):
                break
    return tuple(running)


def measure_offset_us(frames: Iterable[PictureFrame], shown: Interval) -> int:
    """The worst offset of sound minus picture within `shown`; 0 when every frame was there at its time.

    A frame is shown when the playhead reaches it and stays until the next one is there: what it stays longer than its
    own duration is an offset. Negative when the first frame there is lies ahead of the sound.
    """
    own = sorted((f for f in frames if f.end_us > shown.start and f.at_us < shown.end), key=lambda f: f.at_us)
    if not own:
        return shown.end - shown.start
    offsets = [
        min(0, shown.start - own[0].at_us),
        *(follower.at_us - frame.end_us for frame, follower in pairwise(own)),
        shown.end - own[-1].end_us,
    ]
    worst_us = max((offset if number == 0 else max(0, offset) for number, offset in enumerate(offsets)), key=abs)
    return worst_us if abs(worst_us) > ROUNDING_US else 0
