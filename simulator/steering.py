"""What a player does when its listener seeks, pauses, changes the speed or puts the screen away."""

from simulator import events as ev
from simulator.lane import Lane
from simulator.planner import Planner
from simulator.presentation import Medium
from simulator.stage import Picture, Sound, Stage


class Steering:
    """Carries out the controls on one player's stage."""

    def __init__(self, stage: Stage, planner: Planner) -> None:
        self._stage = stage
        self._planner = planner

    def seek(self, to_us: int) -> None:
        """Go on from `to_us`: at once where it is buffered, else as soon as it has come.

        Before the first sample nothing is to be moved yet. What lies behind the playhead is not kept, so a seek back
        fetches again (hls.js and Shaka keep some; nobody's default keeps all on a phone).
        """
        stage = self._stage
        if stage.sound in (Sound.WAITING, Sound.OVER) or stage.audio.grid is None:
            return
        to_us = min(to_us, stage.audio.grid.duration_us - 1)
        if stage.sound is Sound.REBUFFERING:
            stage.outbox.tell(ev.RebufferEnded(stage.now_us, stage.playhead_us))
        if stage.sound is Sound.HELD:
            stage.outbox.tell(ev.HoleEnded(stage.now_us, stage.playhead_us))
        stage.is_tied = False
        keeps_sound, keeps_picture = (_holds(lane, to_us) for lane in (stage.audio, stage.video))
        stage.outbox.tell(ev.SeekStarted(stage.now_us, stage.playhead_us, to_us, keeps_sound, keeps_picture))
        stage.jump_to(to_us)
        self._move_picture(keeps_picture=keeps_picture, keeps_sound=keeps_sound)
        if keeps_sound:
            stage.start_sound()
            stage.outbox.tell(ev.SeekEnded(stage.now_us, to_us))
        else:
            stage.stop_sound(Sound.SEEKING)
            stage.drop_target(stage.audio, "the listener seeks")
            stage.audio.move_to(to_us)
        self._planner.plan()

    def pause(self) -> None:
        """The sound stands until the listener lets it go on; fetching goes on up to the usual goals."""
        stage = self._stage
        if stage.is_paused or stage.sound in (Sound.WAITING, Sound.OVER):
            return
        stage.is_paused = True
        stage.playhead.stop(stage.now_us)
        stage.outbox.tell(ev.PauseStarted(stage.now_us, stage.playhead_us))

    def go_on(self) -> None:
        """The pause is over; a sound that waits for data waits on."""
        stage = self._stage
        if not stage.is_paused or stage.sound is Sound.OVER:
            return
        stage.is_paused = False
        stage.outbox.tell(ev.PauseEnded(stage.now_us, stage.playhead_us))
        if stage.sound is Sound.PLAYING:
            stage.start_sound()
        self._planner.plan()

    def change_speed(self, percent: int) -> None:
        """Play faster or slower from here."""
        stage = self._stage
        if stage.sound is Sound.OVER:
            return
        stage.playhead.set_speed(stage.now_us, percent)
        stage.outbox.tell(ev.SpeedSet(stage.now_us, stage.playhead_us, percent))
        self._planner.plan()

    def turn_screen(self, *, is_on: bool) -> None:
        """Without a screen nothing of the picture is fetched or kept; with one again the picture joins anew."""
        stage = self._stage
        if stage.is_screen_on is is_on or stage.sound is Sound.OVER:
            return
        stage.is_screen_on = is_on
        stage.outbox.tell(ev.ScreenTurned(stage.now_us, stage.playhead_us, is_on))
        if not is_on:
            stage.drop_target(stage.video, "the screen is off")
            stage.video.drop_buffer()
            stage.picture = Picture.OFF
        elif stage.wants is Medium.VIDEO and stage.video.rungs:
            stage.picture, stage.picture_ready_us = Picture.JOINING, 0
        self._planner.plan()

    def _move_picture(self, *, keeps_picture: bool, keeps_sound: bool) -> None:
        """The picture joins anew; nothing of it is on its way while the sound has nothing."""
        stage = self._stage
        if not keeps_sound or not keeps_picture:
            stage.drop_target(stage.video, "the listener seeks")
        if stage.picture is Picture.OFF:
            return
        stage.picture = Picture.JOINING
        stage.picture_ready_us = stage.now_us + stage.config.profile.attach_us
        if not keeps_picture:
            stage.video.drop_buffer()


def _holds(lane: Lane, at_us: int) -> bool:
    """Whether a lane's buffer has the instant."""
    return lane.end_us is not None and lane.buffer[0].start_us <= at_us < lane.end_us
