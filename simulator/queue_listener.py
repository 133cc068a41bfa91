"""The person at a player of several songs: each act waits for its own song, and is never done once that is over."""

from simulator.inputs import Input, Resumed
from simulator.listener import Clock, Listener
from simulator.playqueue import PlayQueue
from simulator.scenario import Scenario


class QueueListener(Listener):
    """Carries out what a scenario says of its listener, song by song."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self._song = 1

    def acts_at(self, player: Clock) -> int | None:
        """The clock time of the next act as things stand; None while nothing is to be expected."""
        self._follow(player)
        return super().acts_at(player)

    def act(self, player: Clock, now_us: int) -> Input | None:
        """What the listener does now, each thing once; None when nothing is due. Leaving comes before all else."""
        self._follow(player)
        return super().act(player, now_us)

    def _next_at(self, player: Clock) -> int | None:
        return super()._next_at(player) if self._acts and self._acts[0].song == self._song else None

    def _follow(self, player: Clock) -> None:
        assert isinstance(player, PlayQueue), "several songs have a player that knows which one it plays"
        if player.song != self._song:
            self._turn_to(player.song)

    def _turn_to(self, song: int) -> None:
        """What was to be done in an earlier song is not done any more; a pause ends with its song."""
        self._song = song
        self._acts = [act for act in self._acts if act.song >= song]
        self._due = [due for due in self._due if due[1] is not Resumed]


def open_listener(scenario: Scenario) -> Listener:
    """The listener that a scenario asks for."""
    return QueueListener(scenario) if scenario.next_songs else Listener(scenario)
