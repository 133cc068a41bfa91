"""What happens to a player, each thing with the clock time at which it happened.

Clock times are integer microseconds since the session began. A session is exactly its list of inputs:
the journal stores them, and the same list gives the same events again.
"""

from dataclasses import dataclass

from simulator.presentation import MediaPlaylist, Medium, Presentation


@dataclass(frozen=True, slots=True)
class Opened:
    """The listener opened the song."""

    at_us: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The first byte of an answer is here; `size_bytes` is the length that it gives its body (None: it gives none)."""

    at_us: int
    request_id: int
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """More bytes of a body are here."""

    at_us: int
    request_id: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A body is whole; a playlist comes parsed."""

    at_us: int
    request_id: int
    playlist: Presentation | MediaPlaylist | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A request will not be answered whole: an error status, a broken connection, a damaged body.

    `is_final`: another try of the same would give the same (a 4xx status).
    """

    at_us: int
    request_id: int
    reason: str
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Tapped:
    """The listener asked for the other side of the song."""

    at_us: int
    wants: Medium


@dataclass(frozen=True, slots=True)
class Left:
    """The listener closed the player."""

    at_us: int


Input = Opened | Answered | Arrived | Finished | Failed | Tapped | Left
