"""Makes the frame rate constant: says which source frame each frame of the package shows.

Output frame n stands at n / rate and shows the latest source frame whose time is at most 0.45 frames later. That is
far enough for timestamps rounded to milliseconds, and less than half, so that of a source with twice the rate every
second frame is shown, beginning with the first. Nothing drifts: times are compared with the source's own, never summed.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Generic, TypeVar

F = TypeVar("F")

_REACH_FRAMES = Fraction(45, 100)


@dataclass(frozen=True, slots=True)
class Tally:
    """What conforming did: source frames left out, output frames that repeat the one before."""

    dropped: int = 0
    repeated: int = 0


class Conformer(Generic[F]):
    """Takes source frames with their times and gives numbered output frames.

    `lead` output frames come before the time of the first source frame and show it already (video that starts later
    than its song). Exactly `count` frames come out: what is too long is left off, the last frame is held at the end;
    neither is counted in `tally`.
    """

    def __init__(self, rate: Fraction, count: int, lead: int = 0) -> None:
        assert rate > 0
        assert count > 0
        assert lead >= 0
        self._rate = rate
        self._count = count
        self._lead = lead
        self._next = 0
        self._held: tuple[F] | None = None
        self._dropped = 0
        self._repeated = 0

    def feed(self, time: Fraction, frame: F) -> tuple[tuple[int, F], ...]:
        """The output frames that are now known: those of the frame before. `time` is since the first frame, seconds."""
        if self._held is None:
            self._held = (frame,)
            return ()
        known = self._show(self.first_shown(time))
        self._held = (frame,)
        return known

    def finish(self) -> tuple[tuple[int, F], ...]:
        """The last source frame, held until `count` frames have come out. Nothing if no frame was fed."""
        held = self._repeated
        known = self._show(self._count)
        self._repeated = held
        return known

    @property
    def is_done(self) -> bool:
        """All `count` frames have come out: no more source frames are needed."""
        return self._next == self._count

    @property
    def tally(self) -> Tally:
        """What was left out and repeated until now."""
        return Tally(self._dropped, self._repeated)

    def first_shown(self, time: Fraction) -> int:
        """The first output frame late enough to show a source frame of this time."""
        return self._lead + ceil(time * self._rate - _REACH_FRAMES)

    def _show(self, end: int) -> tuple[tuple[int, F], ...]:
        """The held frame, for every output frame before `end`."""
        if self._held is None or self.is_done:
            return ()
        (frame,) = self._held
        start, end = self._next, max(self._next, min(end, self._count))
        self._next = end
        self._dropped += start == end
        # The first frame also stands for what comes before it.
        self._repeated += max(0, end - max(start, self._lead) - 1)
        return tuple((number, frame) for number in range(start, end))
