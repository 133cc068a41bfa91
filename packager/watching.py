"""Telling whoever waits how far the work is."""

from typing import Protocol


class Watcher(Protocol):
    """Someone who is told how far the work is."""

    def tell(self, stage: str, share: float | None = None) -> None:
        """`stage` is what is being done; `share` of it from 0 to 1, None where that is not known."""


class NobodyWatching:
    """A watcher that does nothing."""

    def tell(self, stage: str, share: float | None = None) -> None:
        """Do nothing."""
