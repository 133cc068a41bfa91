"""What the players of one listener share: the numbers of their requests, and what these tell of the link."""

from simulator.estimate import ThroughputEstimator


class Line:
    """The way from one listener to the origin, whichever song a request is for."""

    __slots__ = ("_next_id", "estimator")

    def __init__(self) -> None:
        self.estimator = ThroughputEstimator()
        self._next_id = 1

    def next_id(self) -> int:
        """A number that no other request of this listener has."""
        number = self._next_id
        self._next_id += 1
        return number
