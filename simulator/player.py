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
from enum import Enum, auto
from typing import assert_never

from simulator import events as ev
from simulator.abr import Adaptation, Decision, make_rule
from simulator.commands import Command, Fetch, Part
from simulator.exchange import Exchange, Outbox, Request
from simulator.inputs import Answered, Arrived, Failed, Finished, Input, Left, Opened, Tapped
from simulator.lane import Lane, Target
from simulator.playhead import Playhead
from simulator.presentation import MediaPlaylist, Medium, Presentation, Resource
from simulator.profile import PlayerConfig
from simulator.switching import LinkView, plan_join
from simulator.view import view_lane

# Part of the budget that sound may take while there is a picture: 256 kbit/s of 1.6 Mbit/s with a safety of 0.8.
SOUND_SHARE = 0.2

Due = tuple[int, Callable[[], None]]  # a clock time, and what happens then


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


class Player:
    """One listener's player for one presentation."""

    def __init__(self, uri: str, config: PlayerConfig | None = None, start: Medium = Medium.AUDIO) -> None:
        self._uri = uri
        self._config = config or PlayerConfig()
        self._wants = start
        self._now_us = 0
        self._sound = Sound.WAITING
        self._picture = Picture.OFF
        self._picture_ready_us = 0
        self._playhead = Playhead()
        self._audio = Lane(Medium.AUDIO, ())
        self._video = Lane(Medium.VIDEO, ())
        self._outbox = Outbox()
        self._exchange = Exchange(self._outbox, self._config.attempts, self._config.backoff_us)
        self._sound_rule = Adaptation(make_rule(self._config.audio_abr, self._config.safety))
        self._picture_rule = Adaptation(make_rule(self._config.abr, self._config.safety))
        self._due: Due | None = None
        self._is_due_known = False
        self._deadlines: tuple[tuple[Callable[[], int | None], Callable[[], None]], ...] = (
            (self._sound_runs_dry_at, self._end_or_rebuffer),
            (self._picture_due_at, self._show_picture),
            (self._picture_runs_dry_at, self._freeze_picture),
            (self._join_missed_at, self._join_later),
            (self._sound_critical_at, self._give_way_to_sound),
            (self._exchange.retry_due_at, self._retry),
            (self._sound_refill_at, self._plan),
            (self._picture_refill_at, self._plan),
        )

    # What a driver calls

    def feed(self, happened: Input) -> None:
        """Something happened. Raises AssertionError when it happened before what the player already knows."""
        assert happened.at_us >= self._now_us, f"{happened} lies before {self._now_us} us"
        self.advance(happened.at_us)
        self._is_due_known = False
        match happened:
            case Opened():
                self._exchange.send(self._now_us, Part.MULTIVARIANT, Resource(self._uri))
            case Answered():
                self._exchange.note_answer(self._now_us, happened.request_id)
            case Arrived():
                self._exchange.note_bytes(happened.request_id, happened.size_bytes)
            case Finished():
                self._take_in(happened)
            case Failed():
                self._note_failure(happened)
            case Tapped():
                self._tap(happened.wants)
            case Left():
                self._finish(ev.Departed(self._now_us, self.playhead_us))
            case _:
                assert_never(happened)

    def advance(self, now_us: int) -> None:
        """Time has come to `now_us`: whatever fell due until then happens, each at its own time."""
        while (due := self._earliest()) is not None and due[0] <= now_us:
            self._now_us = max(self._now_us, due[0])
            due[1]()
            self._is_due_known = False
        self._now_us = max(self._now_us, now_us)

    def take_commands(self) -> list[Command]:
        """What the driver is to do, in order; each is given once."""
        return self._outbox.take_commands()

    def take_events(self) -> list[ev.Event]:
        """What the player did since the last call, in order."""
        return self._outbox.take_events()

    def deadline(self) -> int | None:
        """The clock time at which the player wants to be woken; None when only an input can move it."""
        due = self._earliest()
        return None if due is None else due[0]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen: the song ended, the listener left, or the player gave up."""
        return self._sound is Sound.OVER

    @property
    def playhead_us(self) -> int:
        """The song time that is heard now."""
        return self._playhead.at(self._now_us)

    def clock_at(self, media_us: int) -> int | None:
        """The clock time at which the playhead will be at `media_us` if the sound goes on; None while it stands."""
        return self._playhead.clock_at(media_us)

    # Deadlines: when each falls due, and what happens then (the table in __init__; its order breaks ties)

    def _earliest(self) -> Due | None:
        """What falls due next. Found when something has happened, not when it is asked for.

        Some deadlines depend on the time they are reckoned at; so they depend on the inputs alone, however often a
        driver wakes the player.
        """
        if not self._is_due_known:
            self._due, self._is_due_known = self._find_earliest(), True
        return self._due

    def _find_earliest(self) -> Due | None:
        earliest: Due | None = None
        if self._sound is Sound.OVER:
            return None
        for due_at, action in self._deadlines:
            at_us = due_at()
            if at_us is not None and (earliest is None or at_us < earliest[0]):
                earliest = at_us, action
        return earliest

    def _sound_runs_dry_at(self) -> int | None:
        end_us = self._audio.end_us
        return None if end_us is None else self.clock_at(end_us)

    def _end_or_rebuffer(self) -> None:
        if self._audio.is_complete:
            self._finish(ev.Ended(self._now_us, self.playhead_us))
            return
        self._stop_sound(Sound.REBUFFERING)
        self._outbox.tell(ev.RebufferStarted(self._now_us, self.playhead_us))

    def _picture_due_at(self) -> int | None:
        if self._picture not in (Picture.JOINING, Picture.FROZEN) or not self._video.buffer:
            return None
        starts_at = self.clock_at(self._video.buffer[0].start_us)
        return None if starts_at is None else max(starts_at, self._picture_ready_us)

    def _show_picture(self) -> None:
        self._video.drop_played(self.playhead_us)
        span = self._video.buffer[0]
        if span.end_us <= self.playhead_us:  # it came too late to be seen
            self._video.drop_buffer()
            self._plan()
            return
        if self._picture is Picture.FROZEN:
            self._outbox.tell(ev.VideoResumed(self._now_us, self.playhead_us))
        else:
            self._outbox.tell(ev.FirstFrame(self._now_us, self.playhead_us, span.rung))
        self._picture = Picture.SHOWING
        self._plan()

    def _picture_runs_dry_at(self) -> int | None:
        end_us = self._video.end_us
        if self._picture is not Picture.SHOWING or end_us is None or self._video.is_complete:
            return None
        return self.clock_at(end_us)

    def _freeze_picture(self) -> None:
        self._picture = Picture.FROZEN
        self._video.drop_buffer()
        self._outbox.tell(ev.VideoFroze(self._now_us, self.playhead_us))
        self._plan()

    def _join_missed_at(self) -> int | None:
        if self._picture not in (Picture.JOINING, Picture.FROZEN) or self._video.buffer:
            return None
        segment = self._video.target_segment()
        return None if segment is None else self.clock_at(segment.end_us)

    def _join_later(self) -> None:
        self._abort_video("the playhead has passed it")
        self._plan()

    def _sound_critical_at(self) -> int | None:
        if self._audio.is_complete or not self._audio.buffer or self._video.segment_request() is None:
            return None
        return self.clock_at(self._audio.buffer[-1].end_us - self._config.audio_critical_us)

    def _give_way_to_sound(self) -> None:
        self._abort_video("the sound needs the link")

    def _retry(self) -> None:
        for request in self._exchange.retry(self._now_us):
            lane = self._lane_of(request.fetch)
            if lane is not None:
                lane.pending[request.fetch.part, request.fetch.rung] = request

    def _sound_refill_at(self) -> int | None:
        if self._audio.target is not None or self._audio.is_complete or not self._audio.buffer:
            return None
        return self.clock_at(self._audio.buffer[-1].end_us - self._sound_goal_us())

    def _picture_refill_at(self) -> int | None:
        video = self._video
        if self._picture is Picture.OFF or video.target is not None or video.is_complete or not video.buffer:
            return None
        if self._sound_level_us() < self._config.audio_comfort_us and not self._audio.is_complete:
            return None  # planned again when sound arrives
        due_us = self.clock_at(video.buffer[-1].end_us - self._config.video_goal_us)
        return None if due_us is None else max(due_us, self._now_us)

    # Planning: what to fetch next

    def _plan(self) -> None:
        if self._sound is Sound.OVER or not self._audio.rungs:
            return
        self._audio.drop_played(self.playhead_us)
        self._plan_sound()
        if self._wants is Medium.VIDEO:
            self._plan_picture()
        elif self._is_idle() and self._config.warm_init and self._video.rungs:
            self._ask(self._video, self._video.missing_warmth(), Target(0, -1))

    def _is_idle(self) -> bool:
        """Whether the link may be used for what is not needed yet."""
        return self._sound is Sound.PLAYING and (
            self._audio.is_complete or self._sound_level_us() >= self._config.audio_comfort_us
        )

    def _sound_level_us(self) -> int:
        end_us = self._audio.end_us
        return 0 if end_us is None else end_us - self.playhead_us

    def _sound_goal_us(self) -> int:
        """How far ahead to fetch sound: less while the picture has little, so that it gets the link to itself."""
        if self._picture is Picture.OFF or self._video.is_complete:
            return self._config.audio_goal_us
        picture_level_us = (self._video.end_us or 0) - self.playhead_us
        is_short = picture_level_us < self._config.video_comfort_us
        return self._config.audio_comfort_us if is_short else self._config.audio_goal_us

    def _plan_sound(self) -> None:
        lane = self._audio
        if lane.target is None:
            if lane.is_complete or (lane.buffer and self._sound_level_us() > self._sound_goal_us()):
                return
            lane.target = Target(self._choose_rung(lane, self._choose_sound_rung()), lane.next_index)
        self._ask(lane, lane.missing_parts(), lane.target)

    def _choose_sound_rung(self) -> Decision:
        share_bps: float | None = self._exchange.estimator.throughput_bps
        if share_bps is not None and self._wants is Medium.VIDEO and self._video.rungs:
            share_bps *= SOUND_SHARE
        level_us, goal_us = self._sound_level_us(), self._config.audio_goal_us
        return self._sound_rule.choose(
            view_lane(self._audio, self._exchange.estimator, self._now_us, level_us, goal_us, share_bps)
        )

    def _plan_picture(self) -> None:
        lane = self._video
        if not lane.rungs:
            return
        if lane.target is None:
            if not self._may_fetch_picture():
                return
            lane.target = self._choose_join() if not lane.buffer else self._choose_next_picture()
            if lane.target is None:
                return
        self._ask(lane, lane.missing_parts(), lane.target)

    def _may_fetch_picture(self) -> bool:
        """Sound comes first: a picture may join on little sound, but is only kept up on a comfortable level."""
        if self._audio.is_complete:
            return True
        enough_us = self._config.audio_comfort_us if self._video.buffer else self._config.audio_critical_us
        return self._sound_level_us() >= enough_us

    def _choose_join(self) -> Target | None:
        lane = self._video
        if lane.grid is None:
            return Target(0, 0)  # any playlist will do; the join is planned when it is here
        link = LinkView(self._exchange.estimator.throughput_bps, self._exchange.estimator.latency_us)
        join = plan_join(lane.rungs, lane.playlists, self.playhead_us, link, self._config)
        lane.next_index = join.index
        if lane.is_complete:
            return None
        lane.start_index = join.index
        self._picture_rule = Adaptation(make_rule(self._config.abr, self._config.safety))
        self._choose_rung(lane, Decision(join.rung, join.reason))
        self._outbox.tell(ev.JoinPlanned(self._now_us, lane.rungs[join.rung].name, join.index, join.reason))
        return Target(join.rung, join.index)

    def _choose_next_picture(self) -> Target | None:
        lane = self._video
        level_us = lane.buffer[-1].end_us - self.playhead_us
        if lane.is_complete or lane.grid is None or level_us > self._config.video_goal_us:
            return None
        share_bps: float | None = self._exchange.estimator.throughput_bps
        if share_bps is not None and self._audio.rung is not None:
            share_bps -= self._audio.rungs[self._audio.rung].average_bps / self._config.safety
        view = view_lane(lane, self._exchange.estimator, self._now_us, level_us, self._config.video_goal_us, share_bps)
        return Target(self._choose_rung(lane, self._picture_rule.choose(view)), lane.next_index)

    def _choose_rung(self, lane: Lane, decision: Decision) -> int:
        if decision.rung != lane.rung:
            name = lane.rungs[decision.rung].name
            self._outbox.tell(ev.RungChosen(self._now_us, lane.medium, name, decision.reason))
        return decision.rung

    # Requests

    def _ask(self, lane: Lane, parts: list[tuple[Part, Resource]], target: Target) -> None:
        for part, resource in parts:
            index = target.index if part is Part.SEGMENT else -1
            rung = lane.rungs[target.rung].name
            lane.pending[part, rung] = self._exchange.send(self._now_us, part, resource, lane.medium, rung, index)

    def _take_in(self, finished: Finished) -> None:
        request = self._exchange.finish(self._now_us, finished.request_id)
        if request is None:
            return
        if isinstance(finished.playlist, Presentation):
            self._open_presentation(finished.playlist)
        else:
            self._take_into_lane(request, finished.playlist)
        self._plan()

    def _open_presentation(self, presentation: Presentation) -> None:
        self._audio = Lane(Medium.AUDIO, presentation.audio)
        self._video = Lane(Medium.VIDEO, presentation.video)
        if self._wants is Medium.VIDEO:
            self._picture = Picture.JOINING

    def _take_into_lane(self, request: Request, playlist: MediaPlaylist | None) -> None:
        lane = self._lane_of(request.fetch)
        assert lane is not None, "only the multivariant playlist belongs to no lane"
        lane.take_in(request, playlist, self._now_us)
        if lane is self._video and lane.target is not None and lane.target.index >= 0 and playlist is not None:
            self._plan_join_again()
        span = lane.append_when_whole()
        if span is None:
            return
        self._outbox.tell(
            ev.Buffered(
                self._now_us, lane.medium, span.rung, span.index, span.start_us, span.end_us,
                span.request_id, span.init_request_id, span.size_bytes,
            )
        )  # fmt: skip
        if lane is self._audio:
            self._start_when_ready()
        elif self._picture is Picture.JOINING and len(lane.buffer) == 1:
            self._picture_ready_us = self._now_us + self._config.profile.attach_us
        elif self._picture is Picture.FROZEN:
            self._picture_ready_us = self._now_us

    def _plan_join_again(self) -> None:
        """A playlist of the video has come: only now can the join be planned, or the plan is older than the wait."""
        if self._picture in (Picture.JOINING, Picture.FROZEN) and not self._video.buffer:
            self._video.target = None

    def _lane_of(self, fetch: Fetch) -> Lane | None:
        if fetch.medium is None:
            return None
        return self._audio if fetch.medium is Medium.AUDIO else self._video

    def _note_failure(self, failed: Failed) -> None:
        request = self._exchange.fail(self._now_us, failed.request_id, failed.reason)
        if request is None:
            return
        if request.fetch.medium is Medium.VIDEO:
            del self._video.pending[request.fetch.part, request.fetch.rung]
            self._stop_picture(f"gave up after {request.attempt} attempts: {failed.reason}")
            return
        self._finish(ev.GaveUp(self._now_us, self.playhead_us, failed.reason))

    def _abort_video(self, reason: str) -> None:
        request = self._video.drop_target()
        if request is not None:
            self._exchange.abort(self._now_us, request, reason)

    # The sound and the picture

    def _start_when_ready(self) -> None:
        if self._sound is Sound.WAITING:
            self._start_sound()
            self._outbox.tell(ev.PlaybackStarted(self._now_us))
        elif self._sound is Sound.REBUFFERING and (
            self._audio.is_complete or self._sound_level_us() >= self._config.resume_us
        ):
            self._start_sound()
            self._outbox.tell(ev.RebufferEnded(self._now_us, self.playhead_us))

    def _start_sound(self) -> None:
        self._playhead.start(self._now_us)
        self._sound = Sound.PLAYING

    def _stop_sound(self, sound: Sound) -> None:
        self._playhead.stop(self._now_us)
        self._sound = sound

    def _tap(self, wants: Medium) -> None:
        if self._sound is Sound.OVER or wants is self._wants:
            return
        self._outbox.tell(ev.TapTaken(self._now_us, self.playhead_us, wants))
        if wants is Medium.AUDIO:
            self._stop_picture("the listener tapped")
            return
        self._wants = wants
        if self._audio.rungs and not self._video.rungs:
            self._stop_picture("this presentation has no video")
            return
        self._picture = Picture.JOINING
        self._picture_ready_us = 0
        self._plan()

    def _stop_picture(self, reason: str) -> None:
        self._wants = Medium.AUDIO
        self._abort_video(reason)
        self._video.drop_buffer()
        self._picture = Picture.OFF
        self._outbox.tell(ev.VideoStopped(self._now_us, self.playhead_us, reason))
        self._plan()

    def _finish(self, last: ev.Departed | ev.Ended | ev.GaveUp) -> None:
        if self._sound is Sound.OVER:
            return
        self._stop_sound(Sound.OVER)
        self._exchange.abort_all(self._now_us, "the session is over")
        self._outbox.tell(last)
