"""What a person watching a session wants to see of it now, from its events as they come."""

from collections.abc import Mapping

from simulator import events as ev
from simulator.presentation import Medium

# What each event has the sound do, and the picture; an event that is not here changes nothing of it.
_PLAYING, _OPENING, _OVER = "sound", "opening", "over"
_SOUND: Mapping[type[ev.Event], str] = {
    ev.PlaybackStarted: _PLAYING,
    ev.RebufferStarted: "sound ran dry",
    ev.RebufferEnded: _PLAYING,
    ev.SeekStarted: "seeking",
    ev.SeekEnded: _PLAYING,
    ev.PauseStarted: "paused",
    ev.PauseEnded: _PLAYING,
    ev.HoleStarted: "sound stopped to switch",
    ev.HoleEnded: _PLAYING,
    ev.SongBegan: _OPENING,
    ev.Ended: _OVER,
    ev.Departed: _OVER,
    ev.GaveUp: "gave up",
}
_NO_PICTURE, _ASKED_FOR = "", "picture asked for"
_PICTURE: Mapping[type[ev.Event], str] = {
    ev.FirstFrame: "sound and picture",
    ev.VideoResumed: "sound and picture",
    ev.VideoFroze: "picture stands still",
    ev.VideoStopped: _NO_PICTURE,
}


class LiveState:
    """One session as it goes. Clock and song times are microseconds, as in events."""

    def __init__(self) -> None:
        self.song = 1
        self.estimate_bps = 0
        self.fetched_bytes = 0
        self.flips = 0
        self.last_wait_us: int | None = None  # from the tap to the first frame, of the last flip to video
        self.stops = 0
        self._sound = _OPENING
        self._picture = _NO_PICTURE
        self._told_song = 1  # the song that the events are about, which may be the next one
        self._rungs: dict[tuple[int, Medium], str] = {}
        self._ends_us: dict[tuple[int, Medium], int] = {}
        self._tapped_at_us: int | None = None
        self._seen_at_us = 0
        self._seen_playhead_us = 0
        self._percent = 100

    @property
    def mode(self) -> str:
        """What the listener has, in a few words."""
        return self._picture or self._sound if self._sound is _PLAYING else self._sound

    def note(self, playhead_us: int, event: ev.Event) -> None:
        """Something happened, when the playhead of the present song was there."""
        self._seen_at_us, self._seen_playhead_us = event.at_us, playhead_us
        self._sound = _SOUND.get(type(event), self._sound)
        self._picture = _PICTURE.get(type(event), self._picture)
        self._note_media(event)
        self._note_listener(event)

    def playhead_at(self, now_us: int) -> int:
        """The song time that is heard at a clock time, as far as the last event tells."""
        gone_us = max(0, now_us - self._seen_at_us) if self._sound is _PLAYING else 0
        return self._seen_playhead_us + gone_us * self._percent // 100

    def level_at(self, medium: Medium, now_us: int) -> int | None:
        """How much of a medium lies ahead of the playhead at a clock time; None where there is nothing of it."""
        end_us = self._ends_us.get((self.song, medium))
        return None if end_us is None else max(0, end_us - self.playhead_at(now_us))

    def rung_of(self, medium: Medium) -> str:
        """The rung that was appended last; empty where there is nothing of the medium."""
        return self._rungs.get((self.song, medium), "")

    def _note_media(self, event: ev.Event) -> None:
        match event:
            case ev.Received():
                self.fetched_bytes += event.size_bytes
                self.estimate_bps = event.estimate_bps
            case ev.Aborted():
                self.fetched_bytes += event.received_bytes
            case ev.Buffered():
                self._rungs[self._told_song, event.medium] = event.rung
                self._ends_us[self._told_song, event.medium] = event.end_us
            case ev.VideoStopped() | ev.VideoFroze():
                self._forget(Medium.VIDEO)
            case ev.SeekStarted():
                for medium, is_kept in ((Medium.AUDIO, event.keeps_sound), (Medium.VIDEO, event.keeps_picture)):
                    if not is_kept:
                        self._forget(medium)
            case _:
                pass

    def _note_listener(self, event: ev.Event) -> None:
        match event:
            case ev.TapTaken():
                self.flips += 1
                self._tapped_at_us = event.at_us if event.wants is Medium.VIDEO else None
                self._picture = _ASKED_FOR if event.wants is Medium.VIDEO else _NO_PICTURE
            case ev.FirstFrame():
                if self._tapped_at_us is not None:
                    self.last_wait_us, self._tapped_at_us = event.at_us - self._tapped_at_us, None
            case ev.RebufferStarted() | ev.HoleStarted():
                self.stops += 1
            case ev.SpeedSet():
                self._percent = event.percent
            case ev.SongTurn():
                self._told_song = event.song
            case ev.SongBegan():
                self.song = event.song
                self._picture = _ASKED_FOR if event.shows is Medium.VIDEO else _NO_PICTURE
            case _:
                pass

    def _forget(self, medium: Medium) -> None:
        self._ends_us.pop((self._told_song, medium), None)
        self._rungs.pop((self._told_song, medium), None)
