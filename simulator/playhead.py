"""Where the sound is: song time against clock time, both in microseconds."""

from typing import Final

USUAL_PERCENT: Final = 100
# A time that the clock will not come to: what stands reaches nothing. Plain numbers are compared faster than None.
NEVER_US: Final = 1 << 60


class Playhead:
    """Moves with the clock from `start` until `stop`, at its speed, and stands otherwise."""

    __slots__ = ("_clock_us", "_media_us", "_percent", "is_moving")

    def __init__(self) -> None:
        self._clock_us = 0
        self._media_us = 0
        self._percent = USUAL_PERCENT
        self.is_moving = False

    def start(self, now_us: int) -> None:
        """The sound goes on from where it stands."""
        self._media_us = self.at(now_us)
        self._clock_us = now_us
        self.is_moving = True

    def stop(self, now_us: int) -> None:
        """The sound stands still where it is now."""
        self._media_us = self.at(now_us)
        self.is_moving = False

    def jump(self, now_us: int, media_us: int) -> None:
        """The sound is at `media_us` from now on."""
        self._media_us, self._clock_us = media_us, now_us

    def set_speed(self, now_us: int, percent: int) -> None:
        """From now on it moves at that many hundredths of the usual speed."""
        self._media_us, self._clock_us = self.at(now_us), now_us
        self._percent = percent

    def at(self, now_us: int) -> int:
        """The song time that is heard now."""
        if not self.is_moving:
            return self._media_us
        if self._percent == USUAL_PERCENT:
            return self._media_us + now_us - self._clock_us
        return self._media_us + (now_us - self._clock_us) * self._percent // USUAL_PERCENT

    def clock_at(self, media_us: int) -> int:
        """The first clock time at which it will be at `media_us` if it goes on; NEVER_US while it stands."""
        if not self.is_moving:
            return NEVER_US
        if self._percent == USUAL_PERCENT:
            return self._clock_us + media_us - self._media_us
        return self._clock_us - (self._media_us - media_us) * USUAL_PERCENT // self._percent
