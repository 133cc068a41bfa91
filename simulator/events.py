"""What a player did, each thing with its clock time and, where it matters, the song time at that moment.

`at_us` is microseconds since the session began; `playhead_us` is microseconds of the song.
"""

from simulator.commands import Part
from simulator.presentation import Medium
from simulator.value import value


@value
class Requested:
    """A fetch went out."""

    at_us: int
    request_id: int
    part: Part
    medium: Medium | None
    rung: str
    index: int


@value
class Received:
    """A fetch came back whole. `estimate_bps` is the throughput estimate after it (0: none yet)."""

    at_us: int
    request_id: int
    size_bytes: int
    estimate_bps: int


@value
class Retried:
    """A fetch failed and is tried again."""

    at_us: int
    request_id: int
    reason: str


@value
class Lost:
    """A fetch failed and is not tried again."""

    at_us: int
    request_id: int
    reason: str


@value
class RungChosen:
    """A decision of the adaptation rule (only when it changes the rung)."""

    at_us: int
    medium: Medium
    rung: str
    reason: str


@value
class Aborted:
    """A fetch was given up with `received_bytes` of its body already here."""

    at_us: int
    request_id: int
    received_bytes: int
    reason: str


@value
class Buffered:
    """A segment was appended; `init_request_id` is the init segment it is decoded with.

    `key_request_id` and `iv` (32 hexadecimal digits) decrypt it; -1 and nothing where it is clear.
    """

    at_us: int
    medium: Medium
    rung: str
    index: int
    start_us: int
    end_us: int
    request_id: int
    init_request_id: int
    size_bytes: int
    key_request_id: int = -1
    iv: str = ""


@value
class PlaybackStarted:
    """The first sample is heard."""

    at_us: int


@value
class RebufferStarted:
    """The sound stopped though the song has not ended."""

    at_us: int
    playhead_us: int


@value
class RebufferEnded:
    """The sound goes on."""

    at_us: int
    playhead_us: int


@value
class TapTaken:
    """The listener asked for the other side."""

    at_us: int
    playhead_us: int
    wants: Medium


@value
class JoinPlanned:
    """Where the picture will join, at which rung, and why there."""

    at_us: int
    rung: str
    index: int
    reason: str


@value
class FirstFrame:
    """The picture is there, beside the sound that goes on; it shows the frame of `playhead_us`."""

    at_us: int
    playhead_us: int
    rung: str


@value
class VideoFroze:
    """The picture stands still while the sound goes on."""

    at_us: int
    playhead_us: int


@value
class VideoResumed:
    """The picture moves again."""

    at_us: int
    playhead_us: int


@value
class VideoStopped:
    """The listener is back at the sound alone: by a tap, or because the picture could not be had."""

    at_us: int
    playhead_us: int
    reason: str


@value
class SeekStarted:
    """The listener moved the playhead to `to_us`; what of each medium was buffered there is kept, or all is dropped."""

    at_us: int
    playhead_us: int
    to_us: int
    keeps_sound: bool
    keeps_picture: bool


@value
class SeekEnded:
    """The sound goes on from where the listener moved it."""

    at_us: int
    playhead_us: int


@value
class PauseStarted:
    """The listener stopped the song."""

    at_us: int
    playhead_us: int


@value
class PauseEnded:
    """The listener let the song go on."""

    at_us: int
    playhead_us: int


@value
class SpeedSet:
    """The song plays at `percent` of its speed from here."""

    at_us: int
    playhead_us: int
    percent: int


@value
class ScreenTurned:
    """The screen went off and took the picture with it, or came on again."""

    at_us: int
    playhead_us: int
    is_on: bool


@value
class HoleStarted:
    """The way this player switches stops the sound; `drops_sound`: it also throws away what was buffered of it."""

    at_us: int
    playhead_us: int
    reason: str
    drops_sound: bool


@value
class HoleEnded:
    """The sound goes on after a hole that the switch put into it."""

    at_us: int
    playhead_us: int


@value
class SongTurn:
    """What follows is of this song (1 is the first), until the next turn."""

    at_us: int
    song: int


@value
class SkipTaken:
    """The listener asked for the next song; this one ends here."""

    at_us: int
    playhead_us: int


@value
class SongBegan:
    """From here on the song is the one that is played; its first sample comes with `PlaybackStarted`.

    `shows`: with the picture, or as the sound alone.
    """

    at_us: int
    song: int
    shows: Medium


@value
class NextSongLost:
    """The song could not be fetched ahead; it is tried once more when its turn comes."""

    at_us: int
    song: int
    reason: str


@value
class Ended:
    """The song was played to its end."""

    at_us: int
    playhead_us: int


@value
class GaveUp:
    """The player cannot go on."""

    at_us: int
    playhead_us: int
    reason: str


@value
class Departed:
    """The listener left before the end."""

    at_us: int
    playhead_us: int


Event = (
    Requested
    | Received
    | Retried
    | Lost
    | Aborted
    | RungChosen
    | Buffered
    | PlaybackStarted
    | RebufferStarted
    | RebufferEnded
    | TapTaken
    | JoinPlanned
    | FirstFrame
    | VideoFroze
    | VideoResumed
    | VideoStopped
    | SeekStarted
    | SeekEnded
    | PauseStarted
    | PauseEnded
    | SpeedSet
    | ScreenTurned
    | HoleStarted
    | HoleEnded
    | SongTurn
    | SkipTaken
    | SongBegan
    | NextSongLost
    | Ended
    | GaveUp
    | Departed
)
