"""Where the sound is: song time against clock time, both in microseconds."""


class Playhead:
    """Moves with the clock from `start` until `stop`, and stands otherwise."""

    __slots__ = ("_clock_us", "_media_us", "is_moving")

    def __init__(self) -> None:
        self._clock_us = 0
        self._media_us = 0
        self.is_moving = False

    def start(self, now_us: int) -> None:
        """The sound goes on from where it stands."""
        self._clock_us = now_us
        self.is_moving = True

    def stop(self, now_us: int) -> None:
        """The sound stands still where it is now."""
        self._media_us = self.at(now_us)
        self.is_moving = False

    def at(self, now_us: int) -> int:
        """The song time that is heard now."""
        return self._media_us + now_us - self._clock_us if self.is_moving else self._media_us

    def clock_at(self, media_us: int) -> int | None:
        """The clock time at which it will be at `media_us` if it goes on; None while it stands."""
        return self._clock_us + media_us - self._media_us if self.is_moving else None
