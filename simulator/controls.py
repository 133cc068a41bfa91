"""What a listener does besides tapping: seek, pause, change the speed, put the screen away, go on to the next song.

All at song times; `song` says of which song (1 is the first).
"""

from dataclasses import dataclass

from simulator.errors import InputError


@dataclass(frozen=True, slots=True)
class Seek:
    """When the playhead is at `at_us`, the listener moves it to `to_us`."""

    at_us: int
    to_us: int
    song: int = 1

    def __post_init__(self) -> None:
        if self.at_us == self.to_us:
            raise InputError(f"seek at {self.at_us / 1e6:g} s: it goes nowhere; give another to_s")


@dataclass(frozen=True, slots=True)
class Pause:
    """The listener stops the song at `at_us`, for `for_us` of the clock."""

    at_us: int
    for_us: int
    song: int = 1

    def __post_init__(self) -> None:
        if self.for_us <= 0:
            raise InputError(f"pause at {self.at_us / 1e6:g} s: it lasts {self.for_us / 1e6:g} s; give for_s above 0")


@dataclass(frozen=True, slots=True)
class SpeedChange:
    """From `at_us` on the song plays at `percent` of its speed."""

    at_us: int
    percent: int
    song: int = 1

    def __post_init__(self) -> None:
        if not 25 <= self.percent <= 400:
            raise InputError(f"rate at {self.at_us / 1e6:g} s: {self.percent / 100:g} is not within 0.25 .. 4")


@dataclass(frozen=True, slots=True)
class ScreenOff:
    """The listener puts the screen away at `at_us`, for `for_us` of the clock: the sound goes on alone."""

    at_us: int
    for_us: int
    song: int = 1

    def __post_init__(self) -> None:
        if self.for_us <= 0:
            raise InputError(f"screen_off at {self.at_us / 1e6:g} s: for_s is {self.for_us / 1e6:g}; give it above 0")


@dataclass(frozen=True, slots=True)
class Hover:
    """At `at_us` the listener's finger or mouse is at the button; a player may make ready."""

    at_us: int
    song: int = 1


@dataclass(frozen=True, slots=True)
class Skip:
    """When the playhead is at `at_us`, the listener goes on to the next song."""

    at_us: int
    song: int = 1


Control = Seek | Pause | SpeedChange | ScreenOff | Hover | Skip
