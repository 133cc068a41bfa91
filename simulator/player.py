"""The player core: no clock, no socket, no randomness. Whoever owns the clock drives it.

    core.feed(input)       something happened, at its own time
    core.advance(now_us)   time passed
    core.take_commands()   fetch this, abort that
    core.take_events()     what the player did
    core.deadline()        when it wants to be woken

Every expired deadline is handled at its own time, not at the waker's; a deadline wins a tie against an input.
The sound is the clock: switching to video and back never touches the audio lane (profile `two-element`).
"""

from collections.abc import Callable
from typing import assert_never

from simulator import events as ev
from simulator.commands import Command, Part
from simulator.exchange import Request
from simulator.inputs import (
    Answered,
    Arrived,
    Failed,
    Finished,
    Hovered,
    Input,
    Left,
    Opened,
    Paused,
    Resumed,
    ScreenSwitched,
    Skipped,
    Sought,
    SpeedChanged,
    Tapped,
)
from simulator.lane import Lane
from simulator.line import Line
from simulator.planner import Planner
from simulator.playhead import NEVER_US
from simulator.presentation import MediaPlaylist, Medium, Presentation, Resource
from simulator.profile import PlayerConfig
from simulator.stage import Picture, Sound, Stage
from simulator.steering import Steering

Steered = Sought | Paused | Resumed | SpeedChanged | ScreenSwitched | Hovered
Act = Opened | Failed | Tapped | Steered | Skipped | Left
Deadline = tuple[Callable[[], int], Callable[[], None]]  # tells when, and does it


class Player:
    """One listener's player for one presentation."""

    def __init__(
        self,
        uri: str,
        config: PlayerConfig | None = None,
        start: Medium = Medium.AUDIO,
        line: Line | None = None,
    ) -> None:
        """`line` is shared with other players of the same listener; without it this one is alone."""
        self._uri = uri
        self._stage = Stage(config or PlayerConfig(), start, line or Line())
        self._planner = Planner(self._stage)
        self._steering = Steering(self._stage, self._planner)
        # What falls due next, of two at one time the first here. Found when something has happened, not when asked
        # for: some depend on the time they are reckoned at, and are to depend on the inputs alone.
        self._due_us = NEVER_US
        self._fall_due = self._planner.plan
        self._deadlines: tuple[Deadline, ...] = (
            (self._sound_turns_at, self._turn_sound),
            (self._picture_turns_at, self._turn_picture),
            (self._sound_critical_at, self._give_way_to_sound),
            (self._stage.exchange.due_at, self._tend_requests),
            (self._planner.due_at, self._planner.plan),
        )

    # What a driver calls

    def feed(self, happened: Input) -> None:
        """Something happened. Raises AssertionError when it happened before what the player already knows."""
        stage, now_us = self._stage, happened.at_us
        assert now_us >= stage.now_us, f"{happened} lies before {stage.now_us} us"
        self.advance(now_us)
        # Most inputs are the first two. They move no deadline, unless bytes make the player change to another rung:
        # reckoning all deadlines anew after each of them took a tenth of a session's time.
        if isinstance(happened, Answered):
            stage.exchange.note_answer(now_us, happened.request_id, happened.size_bytes)
        elif isinstance(happened, Arrived):
            self._note_bytes(happened)
        elif isinstance(happened, Finished):
            self._take_in(happened)
            self._find_due()
        else:
            self._act_on(happened)
            self._find_due()

    def _act_on(self, happened: Act) -> None:
        stage = self._stage
        match happened:
            case Opened():
                stage.exchange.send(stage.now_us, Part.MULTIVARIANT, Resource(self._uri))
            case Failed():
                self._note_failure(happened)
            case Tapped():
                self._tap(happened.wants)
            case Left() | Skipped():
                self._finish(ev.Departed(stage.now_us, stage.playhead_us))
            case _:
                self._steer(happened)

    def _steer(self, happened: Steered) -> None:
        match happened:
            case Sought():
                self._steering.seek(happened.to_us)
            case Paused():
                self._steering.pause()
            case Resumed():
                self._steering.go_on()
            case SpeedChanged():
                self._steering.change_speed(happened.percent)
            case ScreenSwitched():
                self._steering.turn_screen(is_on=happened.is_on)
            case Hovered():
                self._planner.expect_tap()
            case _:
                assert_never(happened)

    def advance(self, now_us: int) -> None:
        """Time has come to `now_us`: whatever fell due until then happens, each at its own time."""
        stage = self._stage
        while self._due_us <= now_us:
            if self._due_us > stage.now_us:
                stage.come_to(self._due_us)
            self._fall_due()
            self._find_due()
        if now_us > stage.now_us:
            stage.come_to(now_us)

    def take_commands(self) -> list[Command]:
        """What the driver is to do, in order; each is given once."""
        return self._stage.outbox.take_commands()

    def take_events(self) -> list[ev.Event]:
        """What the player did since the last call, in order."""
        return self._stage.outbox.take_events()

    def deadline(self) -> int | None:
        """The clock time at which the player wants to be woken; None when only an input can move it."""
        return None if self._due_us == NEVER_US else self._due_us

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen: the song ended, the listener left, or the player gave up."""
        return self._stage.sound is Sound.OVER

    @property
    def playhead_us(self) -> int:
        """The song time that is heard now."""
        return self._stage.playhead_us

    def clock_at(self, media_us: int) -> int | None:
        """The clock time at which the playhead will be at `media_us` if the sound goes on; None while it stands."""
        at_us = self._stage.playhead.clock_at(media_us)
        return None if at_us == NEVER_US else at_us

    # Deadlines: when each falls due, and what happens then

    def _find_due(self) -> None:
        due_us = NEVER_US
        if self._stage.sound is not Sound.OVER:
            for due_at, action in self._deadlines:
                at_us = due_at()
                if at_us < due_us:
                    due_us, self._fall_due = at_us, action
        self._due_us = due_us

    def _sound_turns_at(self) -> int:
        """When the sound runs dry; or, while it is held or tied to a picture, when it may go on."""
        stage = self._stage
        if stage.sound is Sound.PLAYING:
            end_us = stage.audio.end_us
            return NEVER_US if end_us is None else stage.playhead.clock_at(end_us)
        if stage.sound is Sound.HELD:
            is_ready = stage.audio.buffer and (not stage.config.profile.waits_for_picture or stage.has_needed_picture)
            return max(stage.held_until_us, stage.now_us) if is_ready else NEVER_US
        return stage.now_us if stage.is_tied and self._may_go_on() else NEVER_US

    def _turn_sound(self) -> None:
        stage = self._stage
        if stage.sound is Sound.HELD:
            stage.start_sound()
            stage.outbox.tell(ev.HoleEnded(stage.now_us, stage.playhead_us))
            self._planner.plan()
        elif stage.sound is Sound.REBUFFERING:
            self._start_when_ready()
        elif stage.audio.is_complete:
            self._finish(ev.Ended(stage.now_us, stage.playhead_us))
        else:
            stage.stop_sound(Sound.REBUFFERING)
            stage.outbox.tell(ev.RebufferStarted(stage.now_us, stage.playhead_us))

    def _picture_turns_at(self) -> int:
        """When the picture runs dry; or, while it is not there, when it comes, can come no more, or stops the sound."""
        stage, video = self._stage, self._stage.video
        match stage.picture:
            case Picture.SHOWING:
                end_us = video.end_us
                return NEVER_US if end_us is None or video.is_complete else stage.playhead.clock_at(end_us)
            case Picture.OFF:
                return NEVER_US
            case Picture.JOINING | Picture.FROZEN:
                if video.buffer:
                    return max(stage.playhead.clock_at(video.buffer[0].start_us), stage.picture_ready_us)
                segment = video.target_segment()
                missed_us = NEVER_US if segment is None else stage.playhead.clock_at(segment.end_us)
                return min(self._sound_stops_at(), missed_us)
            case _:
                assert_never(stage.picture)

    def _turn_picture(self) -> None:
        stage = self._stage
        if stage.picture is Picture.SHOWING:
            self._freeze_picture()
        elif stage.video.buffer:
            self._show_picture()
        elif self._sound_stops_at() <= stage.now_us:
            self._stop_tied_sound()
        else:
            self._join_later()

    def _sound_stops_at(self) -> int:
        """When the sound stops as well because the picture has run dry; never with a player whose sound does not."""
        stage, plays_on_us = self._stage, self._stage.config.profile.plays_on_us
        if stage.picture is not Picture.FROZEN or plays_on_us is None or not stage.playhead.is_moving:
            return NEVER_US
        return max(stage.now_us, stage.picture_frozen_us + plays_on_us)

    def _stop_tied_sound(self) -> None:
        """The picture can only be joined where the sound stands: what is on its way for later is no use."""
        stage = self._stage
        stage.is_tied = True
        stage.stop_sound(Sound.REBUFFERING)
        stage.outbox.tell(ev.RebufferStarted(stage.now_us, stage.playhead_us))
        segment = stage.video.target_segment()
        if segment is not None and segment.start_us > stage.playhead_us:
            stage.drop_target(stage.video, "the sound waits for an earlier one")
        self._planner.plan()

    def _show_picture(self) -> None:
        stage = self._stage
        stage.video.drop_played(stage.playhead_us)
        span = stage.video.buffer[0]
        if span.end_us <= stage.playhead_us:  # it came too late to be seen
            stage.video.drop_buffer()
            self._planner.plan()
            return
        if stage.picture is Picture.FROZEN:
            stage.outbox.tell(ev.VideoResumed(stage.now_us, stage.playhead_us))
        else:
            stage.outbox.tell(ev.FirstFrame(stage.now_us, stage.playhead_us, span.rung))
        stage.picture = Picture.SHOWING
        self._planner.plan()

    def _freeze_picture(self) -> None:
        stage = self._stage
        stage.picture, stage.picture_frozen_us = Picture.FROZEN, stage.now_us
        stage.video.drop_buffer()
        stage.outbox.tell(ev.VideoFroze(stage.now_us, stage.playhead_us))
        self._planner.plan()

    def _join_later(self) -> None:
        self._stage.drop_target(self._stage.video, "the playhead has passed it")
        self._planner.plan()

    def _sound_critical_at(self) -> int:
        stage, audio = self._stage, self._stage.audio
        if audio.end_us is None or audio.is_complete or stage.video.segment_request() is None:
            return NEVER_US
        return stage.playhead.clock_at(audio.end_us - stage.config.audio_critical_us)

    def _give_way_to_sound(self) -> None:
        self._stage.drop_target(self._stage.video, "the sound needs the link")

    def _tend_requests(self) -> None:
        """Give up what was waited for in vain, or else try again what has waited for it."""
        exchange, now_us = self._stage.exchange, self._stage.now_us
        if exchange.times_out_at() <= now_us:
            for request, reason in exchange.time_out(now_us):
                self._note_attempt(request, reason)
            return
        for request in exchange.retry(now_us):
            lane = self._lane_of(request)
            if lane is not None:
                lane.pending[request.fetch.part, request.fetch.rung] = request

    # Requests

    def _note_bytes(self, arrived: Arrived) -> None:
        request = self._stage.exchange.note_bytes(self._stage.now_us, arrived.request_id, arrived.size_bytes)
        if request is not None and request.fetch.part is Part.SEGMENT and self._planner.reconsider(request):
            self._find_due()

    def _take_in(self, finished: Finished) -> None:
        request = self._stage.exchange.finish(self._stage.now_us, finished.request_id)
        if request is None:
            return
        playlist = finished.playlist
        if playlist is not None and isinstance(playlist, Presentation):
            self._open_presentation(playlist)
        else:
            self._take_into_lane(request, playlist)
        self._planner.plan()

    def _open_presentation(self, presentation: Presentation) -> None:
        stage = self._stage
        key_ids: dict[str, int] = {}
        stage.audio = Lane(Medium.AUDIO, presentation.audio, key_ids)
        stage.video = Lane(Medium.VIDEO, presentation.video, key_ids)
        if stage.wants is Medium.VIDEO and stage.is_screen_on:
            stage.picture = Picture.JOINING

    def _take_into_lane(self, request: Request, playlist: MediaPlaylist | None) -> None:
        stage, lane = self._stage, self._lane_of(request)
        assert lane is not None, "only the multivariant playlist belongs to no lane"
        lane.take_in(request, playlist, stage.now_us)
        if playlist is not None and lane is stage.video and lane.target is not None and lane.target.index >= 0:
            self._planner.plan_join_again()
        appended = lane.append_when_whole(stage.now_us)
        if appended is None:
            return
        stage.outbox.tell(appended)
        if lane is stage.audio:
            self._start_when_ready()
        elif stage.picture is Picture.JOINING and len(lane.buffer) == 1:
            stage.picture_ready_us = stage.now_us + stage.config.profile.attach_us
        elif stage.picture is Picture.FROZEN:
            stage.picture_ready_us = stage.now_us

    def _lane_of(self, request: Request) -> Lane | None:
        medium = request.fetch.medium
        return None if medium is None else self._stage.lane_of(medium)

    def _note_failure(self, failed: Failed) -> None:
        request = self._stage.exchange.fail(
            self._stage.now_us, failed.request_id, failed.reason, is_final=failed.is_final
        )
        if request is not None:
            self._note_attempt(request, failed.reason)

    def _note_attempt(self, request: Request, reason: str) -> None:
        """An attempt has failed: it counts against its rung, whichever segment it was for."""
        lane = self._lane_of(request)
        if lane is not None:
            lane.note_failures(request.fetch.rung, request.attempt)
        if request.is_lost:
            self._lose(request, reason)

    def _lose(self, request: Request, reason: str) -> None:
        """Something cannot be had: do without its rung for a while; without any rung, without its medium."""
        stage, lane = self._stage, self._lane_of(request)
        if lane is None:
            self._finish(ev.GaveUp(stage.now_us, stage.playhead_us, reason))
            return
        lane.pending.pop((request.fetch.part, request.fetch.rung), None)  # gone with its init segment, if that was lost
        lane.shun(request.fetch.rung, stage.now_us + stage.config.shun_us)
        if lane.target is not None and lane.rungs[lane.target.rung].name == request.fetch.rung:
            self._stage.drop_target(lane, "its rung has failed")
        if lane.find_open(0, stage.now_us) is not None:
            self._planner.plan()
        elif lane is stage.audio:
            self._finish(ev.GaveUp(stage.now_us, stage.playhead_us, reason))
        elif stage.wants is Medium.VIDEO:
            self._stop_picture(f"gave up after {request.attempt} attempts: {reason}")

    # The sound and the picture

    def _start_when_ready(self) -> None:
        stage = self._stage
        if stage.sound is Sound.WAITING:
            stage.start_sound()
            stage.outbox.tell(ev.PlaybackStarted(stage.now_us))
        elif stage.sound is Sound.SEEKING:
            stage.start_sound()
            stage.outbox.tell(ev.SeekEnded(stage.now_us, stage.playhead_us))
        elif stage.sound is Sound.REBUFFERING and self._may_go_on():
            stage.is_tied = False
            stage.start_sound()
            stage.outbox.tell(ev.RebufferEnded(stage.now_us, stage.playhead_us))

    def _may_go_on(self) -> bool:
        """Whether a sound that ran dry has enough to go on, and the picture that it waits for."""
        stage = self._stage
        has_enough = stage.audio.is_complete or stage.sound_level_us >= stage.config.resume_us
        return has_enough and (not stage.is_tied or stage.has_needed_picture)

    def _tap(self, wants: Medium) -> None:
        stage = self._stage
        if stage.sound is Sound.OVER or wants is stage.wants:
            return
        stage.outbox.tell(ev.TapTaken(stage.now_us, stage.playhead_us, wants))
        if wants is Medium.AUDIO:
            self._stop_picture("the listener tapped")
            if stage.config.profile.hole_off_us:
                self._hold_sound(stage.config.profile.hole_off_us)
            return
        stage.wants = wants
        if stage.audio.rungs and not stage.video.rungs:
            self._stop_picture("this presentation has no video")
            return
        if stage.is_screen_on:
            stage.picture, stage.picture_ready_us = Picture.JOINING, 0
        stage.video.lost.clear()  # who asks again wants another try
        self._take_what_is_warm()
        if stage.config.profile.stops_sound:
            self._hold_sound(stage.config.profile.hole_on_us)
        self._planner.plan()

    def _take_what_is_warm(self) -> None:
        """A segment that was fetched before the tap is the first one to show, if the playhead has not passed it."""
        stage, video = self._stage, self._stage.video
        if video.end_us is None:
            return
        if video.end_us <= stage.playhead_us:
            video.drop_buffer()
            return
        stage.picture_ready_us = stage.now_us + stage.config.profile.attach_us
        span = video.buffer[0]
        stage.outbox.tell(ev.JoinPlanned(stage.now_us, span.rung, span.index, "it was fetched before the tap"))

    def _hold_sound(self, hole_us: int) -> None:
        """The switch stops the sound for so long at least. A sound that stands already is not stopped again."""
        stage = self._stage
        if stage.sound not in (Sound.PLAYING, Sound.HELD):
            return
        stage.held_until_us = stage.now_us + hole_us
        if stage.sound is Sound.HELD:
            return
        drops_sound = stage.config.profile.drops_sound
        stage.stop_sound(Sound.HELD)
        stage.outbox.tell(ev.HoleStarted(stage.now_us, stage.playhead_us, "the player switches", drops_sound))
        if drops_sound:
            stage.drop_target(stage.audio, "the player starts afresh")
            stage.audio.move_to(stage.playhead_us)
            self._planner.plan()

    def _stop_picture(self, reason: str) -> None:
        stage = self._stage
        stage.wants = Medium.AUDIO
        stage.drop_target(stage.video, reason)
        stage.video.drop_buffer()
        stage.picture = Picture.OFF
        stage.outbox.tell(ev.VideoStopped(stage.now_us, stage.playhead_us, reason))
        self._planner.plan()

    def _finish(self, last: ev.Departed | ev.Ended | ev.GaveUp) -> None:
        stage = self._stage
        if stage.sound is Sound.OVER:
            return
        self._stage.stop_sound(Sound.OVER)
        stage.exchange.abort_all(stage.now_us, "the session is over")
        stage.outbox.tell(last)
