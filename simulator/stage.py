"""Everything a player has and knows: shared by what happens to it (`player`) and by what it asks for (`planner`)."""

from enum import Enum, auto

from simulator.exchange import Exchange, Outbox
from simulator.lane import Lane
from simulator.playhead import Playhead
from simulator.presentation import Medium
from simulator.profile import PlayerConfig


class Sound(Enum):
    """What the listener hears."""

    WAITING = auto()  # not started yet
    PLAYING = auto()
    REBUFFERING = auto()
    OVER = auto()


class Picture(Enum):
    """What the listener sees."""

    OFF = auto()
    JOINING = auto()  # asked for, not there yet
    SHOWING = auto()
    FROZEN = auto()  # there, but standing still


class Stage:
    """The state of one player. Decides nothing."""

    __slots__ = ("audio", "config", "exchange", "now_us", "outbox", "picture", "picture_ready_us", "playhead", "sound",
                 "video", "wants")  # fmt: skip

    def __init__(self, config: PlayerConfig, wants: Medium) -> None:
        self.config = config
        self.wants = wants
        self.now_us = 0
        self.sound = Sound.WAITING
        self.picture = Picture.OFF
        self.picture_ready_us = 0
        self.playhead = Playhead()
        self.audio = Lane(Medium.AUDIO, ())
        self.video = Lane(Medium.VIDEO, ())
        self.outbox = Outbox()
        self.exchange = Exchange(self.outbox, config)

    @property
    def playhead_us(self) -> int:
        """The song time that is heard now."""
        return self.playhead.at(self.now_us)

    @property
    def sound_level_us(self) -> int:
        """How much sound lies ahead of the playhead."""
        end_us = self.audio.end_us
        return 0 if end_us is None else end_us - self.playhead_us

    def lane_of(self, medium: Medium) -> Lane:
        """The lane of a medium."""
        return self.audio if medium is Medium.AUDIO else self.video

    def abort_video(self, reason: str) -> None:
        """Give up the video segment that is on its way, if one is."""
        request = self.video.drop_target()
        if request is not None:
            self.exchange.abort(self.now_us, request, reason)
