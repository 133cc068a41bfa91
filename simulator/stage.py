"""Everything a player has and knows: shared by what happens to it (`player`) and by what it asks for (`planner`)."""

from enum import Enum, auto

from simulator.exchange import Exchange, Outbox
from simulator.lane import Lane
from simulator.line import Line
from simulator.playhead import Playhead
from simulator.presentation import Medium
from simulator.profile import PlayerConfig


class Sound(Enum):
    """What the listener hears."""

    WAITING = auto()  # not started yet
    PLAYING = auto()
    REBUFFERING = auto()
    SEEKING = auto()  # moved to where nothing is buffered yet
    HELD = auto()  # stopped by the way the player switches
    OVER = auto()


class Picture(Enum):
    """What the listener sees."""

    OFF = auto()
    JOINING = auto()  # asked for, not there yet
    SHOWING = auto()
    FROZEN = auto()  # there, but standing still

    __hash__ = object.__hash__  # as in Medium


class Stage:
    """The state of one player. Decides nothing."""

    __slots__ = (
        "audio",
        "config",
        "exchange",
        "head_start_us",
        "held_until_us",
        "is_paused",
        "is_screen_on",
        "is_standing_by",
        "is_tied",
        "may_fetch",
        "may_fetch_picture",
        "now_us",
        "outbox",
        "picture",
        "picture_frozen_us",
        "picture_ready_us",
        "playhead",
        "playhead_us",
        "sound",
        "video",
        "wants",
    )  # fmt: skip

    def __init__(self, config: PlayerConfig, wants: Medium, line: Line) -> None:
        self.config = config
        self.wants = wants
        self.is_paused = False
        self.is_screen_on = True
        self.is_standing_by = False  # the listener has not come to this song yet
        self.head_start_us = 0  # and does not for so long, unless they skip
        self.may_fetch = True  # whether something may be asked for; and, if so, something of the picture too
        self.may_fetch_picture = True
        self.is_tied = False  # the sound stopped because the picture ran dry, and waits for it
        self.held_until_us = 0  # the least time of a hole
        self.picture_frozen_us = 0  # since when the picture stands still, while it does
        self.now_us = 0
        self.playhead_us = 0  # the song time that is heard now
        self.sound = Sound.WAITING
        self.picture = Picture.OFF
        self.picture_ready_us = 0
        self.playhead = Playhead()
        self.audio = Lane(Medium.AUDIO, ())
        self.video = Lane(Medium.VIDEO, ())
        self.outbox = Outbox()
        self.exchange = Exchange(self.outbox, config, line)

    def come_to(self, now_us: int) -> None:
        """The clock has come to this time; it never goes back."""
        self.now_us, self.playhead_us = now_us, self.playhead.at(now_us)

    def jump_to(self, media_us: int) -> None:
        """The playhead is moved to this song time."""
        self.playhead.jump(self.now_us, media_us)
        self.playhead_us = media_us

    @property
    def sound_level_us(self) -> int:
        """How much sound lies ahead of the playhead."""
        end_us = self.audio.end_us
        return 0 if end_us is None else end_us - self.playhead_us

    def lane_of(self, medium: Medium) -> Lane:
        """The lane of a medium."""
        return self.audio if medium is Medium.AUDIO else self.video

    def start_sound(self) -> None:
        """The sound goes on, unless the listener has stopped it."""
        self.sound = Sound.PLAYING
        if not self.is_paused:
            self.playhead.start(self.now_us)

    def stop_sound(self, sound: Sound) -> None:
        """The sound stands, for this reason."""
        self.playhead.stop(self.now_us)
        self.sound = sound

    @property
    def has_needed_picture(self) -> bool:
        """Whether there is a picture to go on with, or none that the listener would see."""
        return bool(self.video.buffer) or self.wants is Medium.AUDIO or not self.is_screen_on

    def drop_target(self, lane: Lane, reason: str) -> None:
        """Give up the segment that a lane is after, and its request if it is on its way."""
        request = lane.drop_target()
        if request is not None:
            self.exchange.abort(self.now_us, request, reason)
