"""A player whose song has its turn after another's: it stands by, with the beginning of its song at hand.

While it stands by it asks only for what it is let to, and never for more than the song's beginning.
"""

from dataclasses import replace

from simulator import events as ev
from simulator.commands import Part
from simulator.line import Line
from simulator.player import Player
from simulator.playhead import NEVER_US
from simulator.presentation import Medium, Presentation, Resource
from simulator.profile import PlayerConfig
from simulator.stage import Picture, Sound


class QueuedPlayer(Player):
    """One song's player among several that share a line. It plays at once unless it is told to stand by."""

    def __init__(self, uri: str, config: PlayerConfig, start: Medium, line: Line) -> None:
        super().__init__(uri, config, start, line)
        self._config = config
        self._deadlines = ((self._first_sound_at, self._start_when_ready), *self._deadlines)
        self._starts_from_us = 0  # no sound before this clock time
        self.has_ended = False  # it was played to its end
        self.why_lost = ""  # why nothing could be fetched ahead

    # What it is told

    def stand_by(self, now_us: int) -> None:
        """Wait for the song's turn. To be told before anything else."""
        self.advance(now_us)
        stage, config = self._stage, self._config
        goal_us = min(max(config.next_goal_us, config.audio_critical_us), config.audio_goal_us)
        comfort_us = min(config.audio_comfort_us, goal_us)
        stage.config = replace(config, audio_goal_us=goal_us, audio_comfort_us=comfort_us)
        stage.is_standing_by, stage.may_fetch, stage.may_fetch_picture = True, False, False

    def let_fetch(self, *, sound: bool, picture: bool, head_start_us: int) -> None:
        """Whether it may ask for the beginning of its song now, and for its picture; its turn comes so much later."""
        stage = self._stage
        stage.head_start_us = head_start_us
        if (sound, picture) == (stage.may_fetch, stage.may_fetch_picture):
            return
        stage.may_fetch, stage.may_fetch_picture = sound, picture
        if sound:
            self._go_on_fetching()

    def give_way(self, reason: str) -> None:
        """Give up whatever is under way; it is asked for again when it may be."""
        stage = self._stage
        stage.may_fetch = stage.may_fetch_picture = False
        for lane in (stage.audio, stage.video):
            lane.drop_target()
            lane.pending.clear()
        stage.exchange.abort_all(stage.now_us, reason)
        self._find_due()

    def carry_over(self, wants: Medium, *, is_screen_on: bool) -> None:
        """The song is to begin as the listener has the one before it."""
        stage = self._stage
        stage.wants, stage.is_screen_on = wants, is_screen_on
        if wants is Medium.VIDEO and is_screen_on:
            if stage.picture is Picture.OFF and stage.video.rungs:
                stage.picture = Picture.JOINING
        else:
            stage.drop_target(stage.video, "the listener wants the sound alone")
            stage.video.drop_buffer()
            stage.picture = Picture.OFF
        stage.may_fetch = stage.may_fetch_picture = False  # until it is let to, with these wishes
        self._find_due()

    def begin(self, now_us: int, percent: int) -> None:
        """The song's turn has come; its sound starts as soon as there is some, at `percent` of its speed."""
        self.advance(now_us)
        stage = self._stage
        stage.config = self._config
        stage.is_standing_by, stage.may_fetch, stage.may_fetch_picture = False, True, True
        self._starts_from_us = now_us + stage.config.profile.next_hole_us
        if percent != 100:
            self._steering.change_speed(percent)
        stage.video.lost.clear()
        self._tell_without_picture()
        self._go_on_fetching()
        self.advance(now_us)

    # What whoever queues it has to know

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way for this song."""
        return not self._stage.exchange.is_busy

    @property
    def has_all_sound(self) -> bool:
        """Whether the song's sound is here to its end."""
        return self._stage.audio.is_complete

    @property
    def left_us(self) -> int:
        """How much sound lies ahead of the playhead."""
        return self._stage.sound_level_us

    @property
    def is_short_of_sound(self) -> bool:
        """Whether the listener waits for sound, or soon may."""
        stage = self._stage
        if stage.sound is not Sound.PLAYING:
            return True
        return not stage.audio.is_complete and stage.sound_level_us <= stage.config.audio_critical_us

    @property
    def is_waiting_for_picture(self) -> bool:
        """Whether the listener waits for a picture that is on its way."""
        return self._stage.picture in (Picture.JOINING, Picture.FROZEN) and self._stage.exchange.is_busy

    def reaches_level_at(self, level_us: int) -> int | None:
        """When so much sound is left; None when that is past, or nothing moves towards it."""
        stage = self._stage
        if stage.audio.end_us is None or stage.sound_level_us <= level_us:
            return None
        return self.clock_at(stage.audio.end_us - level_us)

    @property
    def critical_level_us(self) -> int:
        """The level at which the sound needs the link for itself."""
        return self._stage.config.audio_critical_us

    # What it does otherwise than a player alone

    def _first_sound_at(self) -> int:
        stage = self._stage
        if stage.sound is not Sound.WAITING or stage.is_standing_by or not stage.audio.buffer:
            return NEVER_US
        return max(stage.now_us, self._starts_from_us)

    def _start_when_ready(self) -> None:
        stage = self._stage
        if stage.sound is Sound.WAITING and (stage.is_standing_by or stage.now_us < self._starts_from_us):
            return
        super()._start_when_ready()

    def _open_presentation(self, presentation: Presentation) -> None:
        super()._open_presentation(presentation)
        if not self._stage.video.rungs:
            self._stage.picture = Picture.OFF
        if not self._stage.is_standing_by:
            self._tell_without_picture()

    def _tell_without_picture(self) -> None:
        stage = self._stage
        if stage.wants is Medium.VIDEO and stage.audio.rungs and not stage.video.rungs:
            self._stop_picture("this song has no video")

    def _go_on_fetching(self) -> None:
        stage = self._stage
        if stage.sound is not Sound.OVER and stage.audio.rungs:
            self._planner.plan()
        elif stage.sound is not Sound.OVER and not stage.exchange.is_busy:
            stage.exchange.send(stage.now_us, Part.MULTIVARIANT, Resource(self._uri))
        self._find_due()

    def _finish(self, last: ev.Departed | ev.Ended | ev.GaveUp) -> None:
        """A song that is over before its turn ends without a word; whoever queued it says so."""
        stage = self._stage
        self.has_ended = isinstance(last, ev.Ended)
        if not stage.is_standing_by:
            super()._finish(last)
            return
        self.why_lost = last.reason if isinstance(last, ev.GaveUp) else "the session is over"
        stage.sound = Sound.OVER
        stage.exchange.abort_all(stage.now_us, self.why_lost)
