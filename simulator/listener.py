"""The person at the player: taps, seeks and pauses at song times, leaves at a clock time."""

from typing import Protocol, assert_never

from simulator.controls import Control, Hover, Pause, ScreenOff, Seek, Skip, SpeedChange
from simulator.inputs import (
    Hovered,
    Input,
    Left,
    Paused,
    Resumed,
    ScreenSwitched,
    Skipped,
    Sought,
    SpeedChanged,
    Tapped,
)
from simulator.scenario import Scenario, Tap


class Clock(Protocol):
    """What a listener goes by: a player."""

    def clock_at(self, media_us: int) -> int | None:
        """The clock time at which the playhead will be at `media_us`; None while that is not known."""
        ...


class Listener:
    """Carries out what a scenario says of its listener; every driver asks the same one.

    What is due at one song time is done in the order of the scenario, taps first. What a seek jumps over is never done.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._leaves_at_us = scenario.leaves_at_us
        acts: tuple[Tap | Control, ...] = (*scenario.taps, *scenario.controls)
        self._acts = sorted(acts, key=lambda act: (act.song, _song_time(act)))
        self._due: list[tuple[int, type[Resumed] | type[ScreenSwitched]]] = []  # clock times, earliest first

    def acts_at(self, player: Clock) -> int | None:
        """The clock time of the next act as things stand; None while nothing is to be expected."""
        acts_us = self._leaves_at_us
        if self._due and (acts_us is None or self._due[0][0] < acts_us):
            acts_us = self._due[0][0]
        if self._acts:
            next_us = self._next_at(player)
            if next_us is not None and (acts_us is None or next_us < acts_us):
                acts_us = next_us
        return acts_us

    def act(self, player: Clock, now_us: int) -> Input | None:
        """What the listener does now, each thing once; None when nothing is due. Leaving comes before all else."""
        if self._leaves_at_us is not None and self._leaves_at_us <= now_us:
            self._leaves_at_us = None
            return Left(now_us)
        if self._due and self._due[0][0] <= now_us:
            kind = self._due.pop(0)[1]
            return Resumed(now_us) if kind is Resumed else ScreenSwitched(now_us, is_on=True)
        next_us = self._next_at(player)
        if next_us is not None and next_us <= now_us:
            return self._do(self._acts.pop(0), now_us)
        return None

    def _next_at(self, player: Clock) -> int | None:
        return player.clock_at(_song_time(self._acts[0])) if self._acts else None

    def _do(self, act: Tap | Control, now_us: int) -> Input:
        match act:
            case Tap():
                return Tapped(now_us, act.wants)
            case Seek():
                self._acts = [
                    each for each in self._acts
                    if each.song != act.song or not act.at_us < _song_time(each) < act.to_us
                ]  # fmt: skip
                return Sought(now_us, act.to_us)
            case Pause():
                self._expect(now_us + act.for_us, Resumed)
                return Paused(now_us)
            case ScreenOff():
                self._expect(now_us + act.for_us, ScreenSwitched)
                return ScreenSwitched(now_us, is_on=False)
            case SpeedChange():
                return SpeedChanged(now_us, act.percent)
            case Hover():
                return Hovered(now_us)
            case Skip():
                return Skipped(now_us)
            case _:
                assert_never(act)

    def _expect(self, at_us: int, kind: type[Resumed] | type[ScreenSwitched]) -> None:
        self._due.append((at_us, kind))
        self._due.sort(key=lambda due: due[0])


def _song_time(act: Tap | Control) -> int:
    return act.playhead_us if isinstance(act, Tap) else act.at_us
