"""What happens to a player, each thing with the clock time at which it happened.

Clock times are integer microseconds since the session began. A session is exactly its list of inputs:
the journal stores them, and the same list gives the same events again.
"""

from simulator.presentation import MediaPlaylist, Medium, Presentation
from simulator.value import value


@value
class Opened:
    """The listener opened the song."""

    at_us: int


@value
class Answered:
    """The first byte of an answer is here; `size_bytes` is the length that it gives its body (None: it gives none)."""

    at_us: int
    request_id: int
    size_bytes: int | None = None


@value
class Arrived:
    """More bytes of a body are here."""

    at_us: int
    request_id: int
    size_bytes: int


@value
class Finished:
    """A body is whole; a playlist comes parsed."""

    at_us: int
    request_id: int
    playlist: Presentation | MediaPlaylist | None = None


@value
class Failed:
    """A request will not be answered whole: an error status, a broken connection, a damaged body.

    `is_final`: another try of the same would give the same (a 4xx status).
    """

    at_us: int
    request_id: int
    reason: str
    is_final: bool = False


@value
class Tapped:
    """The listener asked for the other side of the song."""

    at_us: int
    wants: Medium


@value
class Sought:
    """The listener moved the playhead."""

    at_us: int
    to_us: int


@value
class Paused:
    """The listener stopped the song for a while."""

    at_us: int


@value
class Resumed:
    """The listener let the song go on."""

    at_us: int


@value
class SpeedChanged:
    """The listener wants the song at `percent` of its speed."""

    at_us: int
    percent: int


@value
class ScreenSwitched:
    """The screen went off (the player is in the background), or on again."""

    at_us: int
    is_on: bool


@value
class Hovered:
    """The listener's finger or mouse is at the button that asks for the other side; the tap may follow."""

    at_us: int


@value
class Skipped:
    """The listener asked for the next song."""

    at_us: int


@value
class Left:
    """The listener closed the player."""

    at_us: int


Input = (
    Opened
    | Answered
    | Arrived
    | Finished
    | Failed
    | Tapped
    | Sought
    | Paused
    | Resumed
    | SpeedChanged
    | ScreenSwitched
    | Hovered
    | Skipped
    | Left
)
