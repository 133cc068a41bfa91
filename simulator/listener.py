"""The person at the player: taps at song times, leaves at a clock time."""

from simulator.inputs import Left, Tapped
from simulator.player import Player
from simulator.scenario import Scenario


class Listener:
    """Carries out what a scenario says of its listener; every driver asks the same one."""

    def __init__(self, scenario: Scenario) -> None:
        self._leaves_at_us = scenario.leaves_at_us
        self._taps = list(scenario.taps)

    def acts_at(self, player: Player) -> int | None:
        """The clock time of the next act as things stand; None while nothing is to be expected."""
        return min((at for at in (self._leaves_at_us, self._taps_at(player)) if at is not None), default=None)

    def act(self, player: Player, now_us: int) -> Tapped | Left | None:
        """What the listener does now, each thing once; None when nothing is due. Leaving comes before tapping."""
        if self._leaves_at_us is not None and self._leaves_at_us <= now_us:
            self._leaves_at_us = None
            return Left(now_us)
        taps_at_us = self._taps_at(player)
        if taps_at_us is not None and taps_at_us <= now_us:
            return Tapped(now_us, self._taps.pop(0).wants)
        return None

    def _taps_at(self, player: Player) -> int | None:
        return player.clock_at(self._taps[0].playhead_us) if self._taps else None
