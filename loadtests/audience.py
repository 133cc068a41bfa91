"""All listeners of one process: who is listening now, and what all of them have come to."""

import itertools

from loadtests.figures import Figures, summarise_session
from simulator.drivers.blocking import BlockingPlay


class Audience:
    """Lets sessions be played, keeps their figures, and can send everyone away."""

    def __init__(self) -> None:
        self.figures = Figures()
        self.has_begun = False
        self._is_closed = False
        self._playing: set[BlockingPlay] = set()
        self._numbers = itertools.count(1)

    def begin(self) -> None:
        """A new run: nothing is counted yet, and the first listener is number 1 again."""
        self.figures = Figures()
        self.has_begun = True
        self._is_closed = False
        self._numbers = itertools.count(1)

    def number_listener(self) -> int:
        """The number of a listener who has just come."""
        return next(self._numbers)

    def play(self, session: BlockingPlay) -> None:
        """Play a session to its end. It counts also when it is interrupted, as Locust does at the end of a run.

        Once everyone has been sent away nobody comes any more, until the next run.
        """
        if self._is_closed:
            return
        self._playing.add(session)
        try:
            session.play()
        finally:
            self._playing.discard(session)
            self.add(summarise_session(session.events))

    def send_away(self) -> None:
        """Have everyone who listens now leave; `play` returns for each of them soon after."""
        self._is_closed = True
        for session in tuple(self._playing):
            session.leave()

    @property
    def is_empty(self) -> bool:
        """Nobody is listening."""
        return not self._playing

    def add(self, figures: Figures) -> None:
        """Count what others have collected."""
        self.figures += figures

    def take_figures(self) -> Figures:
        """What has been counted since the last time, for someone else to add."""
        taken, self.figures = self.figures, Figures()
        return taken
