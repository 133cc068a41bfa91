"""What a player asks for next, and at which rung: sound first, the picture when there is enough sound."""

from dataclasses import replace
from typing import Final

from simulator import events as ev
from simulator.abr import Adaptation, Decision, make_rule
from simulator.abr.contract import Progress
from simulator.commands import Part
from simulator.exchange import Request
from simulator.lane import Lane, Target
from simulator.playhead import NEVER_US
from simulator.presentation import Medium, Resource
from simulator.profile import PlayerConfig
from simulator.stage import Picture, Sound, Stage
from simulator.switching import LinkView, plan_join
from simulator.view import view_lane

# Part of the budget that sound may take while there is a picture: 256 kbit/s of 1.6 Mbit/s with a safety of 0.8.
SOUND_SHARE: Final = 0.2
# A segment on its way is judged this long after it was asked for, and as often again: dash.js' AbandonRequestsRule
# waits that long before its first look.
JUDGE_EVERY_US: Final = 500_000
# A warm segment is followed by the next when the playhead has so much of it left.
WARM_AHEAD_US: Final = 1_500_000
# For how long a hovering listener is believed to be about to tap.
HOVER_US: Final = 5_000_000


class Planner:
    """Plans for one player; it changes nothing of the stage but targets, requests and what was chosen."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._sound_rule = Adaptation(make_rule(stage.config.audio_abr, stage.config.safety, stage.config.own_rules))
        self._picture_rule = Adaptation(make_rule(stage.config.abr, stage.config.safety, stage.config.own_rules))
        self._tap_expected_until_us = 0

    def plan(self) -> None:
        """Ask for whatever should be on its way now and is not."""
        stage = self._stage
        if stage.sound is Sound.OVER or not stage.audio.rungs or not stage.may_fetch:
            return
        stage.audio.drop_played(stage.playhead_us)
        self._plan_sound()
        if not stage.is_screen_on or not stage.may_fetch_picture:
            return
        if stage.wants is Medium.VIDEO:
            self._plan_picture()
        elif self._is_idle() and stage.config.warm != "cold" and stage.video.rungs:
            self._warm_up()

    def due_at(self) -> int:
        """When to plan again though nothing else happens; NEVER_US when it need not be."""
        stage = self._stage
        if not stage.playhead.is_moving:
            return NEVER_US
        audio, picture_us = stage.audio, NEVER_US
        if stage.video.target is None:
            picture_us = self._warmth_due_at() if stage.picture is Picture.OFF else self._picture_refill_at()
        if audio.target is not None or audio.end_us is None or audio.is_complete:
            return picture_us
        return min(stage.playhead.clock_at(audio.end_us - self._sound_goal_us()), picture_us)

    def _picture_refill_at(self) -> int:
        """When the picture has fallen to its goal."""
        stage, video = self._stage, self._stage.video
        if video.end_us is None or video.is_complete:
            return NEVER_US
        if stage.sound_level_us < stage.config.audio_comfort_us and not stage.audio.is_complete:
            return NEVER_US  # planned again when sound arrives
        return max(stage.playhead.clock_at(video.end_us - stage.config.video_goal_us), stage.now_us)

    def _warmth_due_at(self) -> int:
        """When the picture's segment that is kept warm is almost over."""
        stage, video = self._stage, self._stage.video
        if video.end_us is None or not self._keeps_segment():
            return NEVER_US
        due_us = stage.playhead.clock_at(video.end_us - WARM_AHEAD_US)
        # Looked at again when sound arrives, where the link was not idle at its time.
        return NEVER_US if due_us <= stage.now_us else due_us

    def expect_tap(self) -> None:
        """The listener is at the button: make ready for the tap, where the policy says so."""
        self._tap_expected_until_us = self._stage.now_us + HOVER_US
        self.plan()

    def plan_join_again(self) -> None:
        """A playlist of the video has come: only now can the join be planned, or the plan is older than the wait."""
        stage = self._stage
        if stage.picture in (Picture.JOINING, Picture.FROZEN) and not stage.video.buffer:
            stage.video.target = None

    def reconsider(self, request: Request) -> bool:
        """Whether a segment of which more is here was given up for a cheaper one, as the lane's rule has it."""
        stage, medium = self._stage, request.fetch.medium
        if stage.is_standing_by:
            return False  # nobody waits for it yet
        if request.size_bytes is not None and request.received_bytes >= request.size_bytes:
            return False  # it is all here
        if stage.now_us - max(request.sent_us, request.judged_us) < JUDGE_EVERY_US or medium is None:
            return False
        lane = stage.lane_of(medium)
        if lane.segment_request() is not request or lane.target is None:
            return False
        request.judged_us = stage.now_us
        rule = self._sound_rule if medium is Medium.AUDIO else self._picture_rule
        level_us = max(0, (lane.end_us or stage.playhead_us) - stage.playhead_us)
        goal_us = stage.config.audio_goal_us if medium is Medium.AUDIO else stage.config.video_goal_us
        estimate_bps = stage.exchange.estimator.throughput_bps
        view = view_lane(lane, stage.exchange.estimator, stage.now_us, level_us, goal_us, estimate_bps)
        rung = rule.reconsider(view, self._measure_progress(lane, lane.target, request))
        if rung is None or lane.find_open(rung, stage.now_us) != rung:
            return False
        self._change_down(lane, lane.target, request, rung)
        return True

    # The sound

    def _plan_sound(self) -> None:
        stage, lane = self._stage, self._stage.audio
        if lane.target is None:
            if lane.is_complete or (lane.buffer and stage.sound_level_us > self._sound_goal_us()):
                return
            lane.target = Target(self._choose_rung(lane, self._choose_sound_rung()), lane.next_index)
        self._ask(lane, lane.missing_parts(), lane.target)

    def _sound_goal_us(self) -> int:
        """How far ahead to fetch sound: less while the picture has little, so that it gets the link to itself."""
        stage, video, config = self._stage, self._stage.video, self._stage.config
        if stage.picture is Picture.OFF or video.is_complete:
            return config.audio_goal_us
        has_little = (video.end_us or 0) - stage.playhead_us < config.video_comfort_us
        return config.audio_comfort_us if has_little else config.audio_goal_us

    def _choose_sound_rung(self) -> Decision:
        stage, estimator = self._stage, self._stage.exchange.estimator
        share_bps: float | None = estimator.throughput_bps
        if share_bps is not None and stage.wants is Medium.VIDEO and stage.video.rungs:
            share_bps *= SOUND_SHARE
        level_us, goal_us = stage.sound_level_us, stage.config.audio_goal_us
        if stage.is_standing_by:  # nobody waits for it yet
            level_us = min(goal_us, level_us + stage.head_start_us)
        return self._sound_rule.choose(view_lane(stage.audio, estimator, stage.now_us, level_us, goal_us, share_bps))

    # The picture

    def _plan_picture(self) -> None:
        lane = self._stage.video
        if not lane.rungs:
            return
        if lane.target is None:
            lane.target = self._choose_join() if lane.end_us is None else self._choose_next_picture(lane.end_us)
            if lane.target is None:
                return
        self._ask(lane, lane.missing_parts(), lane.target)

    def _choose_join(self) -> Target | None:
        stage, lane = self._stage, self._stage.video
        if not self._has_sound(stage.config.audio_critical_us):
            return None
        if lane.grid is None:  # any playlist will do; the join is planned when it is here
            return Target(lane.find_open(0, stage.now_us) or 0, 0)
        estimator = stage.exchange.estimator
        link = LinkView(estimator.throughput_bps, estimator.latency_us)
        join = plan_join(lane.rungs, lane.playlists, stage.playhead_us, link, self._join_config())
        lane.go_on_with(join.index)
        if lane.is_complete:
            return None
        lane.start_index = join.index
        self._picture_rule = Adaptation(make_rule(stage.config.abr, stage.config.safety, stage.config.own_rules))
        rung = self._choose_rung(lane, Decision(join.rung, join.reason))
        stage.outbox.tell(ev.JoinPlanned(stage.now_us, lane.rungs[rung].name, join.index, join.reason))
        return Target(rung, join.index)

    def _join_config(self) -> PlayerConfig:
        """The policy; but a sound that stands waiting, for the picture or for its turn, is joined where it stands."""
        stage = self._stage
        is_standing = stage.sound is Sound.HELD and stage.config.profile.waits_for_picture
        return (
            replace(stage.config, join="own") if is_standing or stage.is_tied or stage.is_standing_by else stage.config
        )

    def _choose_next_picture(self, end_us: int) -> Target | None:
        stage, lane = self._stage, self._stage.video
        level_us, goal_us = end_us - stage.playhead_us, stage.config.video_goal_us
        if level_us > goal_us or lane.is_complete or not self._has_sound(stage.config.audio_comfort_us):
            return None
        if stage.is_standing_by:
            return None  # of a song that waits for its turn one segment is enough to begin with
        estimator = stage.exchange.estimator
        share_bps: float | None = estimator.throughput_bps
        if share_bps is not None and stage.audio.rung is not None:
            share_bps -= stage.audio.rungs[stage.audio.rung].average_bps / stage.config.safety
        view = view_lane(lane, estimator, stage.now_us, level_us, goal_us, share_bps)
        return Target(self._choose_rung(lane, self._picture_rule.choose(view)), lane.next_index)

    def _has_sound(self, level_us: int) -> bool:
        """Sound comes first: a picture may join on little sound, but is only kept up on a comfortable level."""
        return self._stage.audio.is_complete or self._stage.sound_level_us >= level_us

    def _is_idle(self) -> bool:
        """Whether the link may be used for what is not needed yet."""
        return self._stage.sound is Sound.PLAYING and self._has_sound(self._stage.config.audio_comfort_us)

    def _warm_up(self) -> None:
        """Fetch what makes a switch quicker: the cheapest rung's playlist and init, its segment at the playhead."""
        stage, lane = self._stage, self._stage.video
        if lane.find_open(0, stage.now_us) != 0:
            return
        if lane.playlists[0] is None or not self._keeps_segment():
            self._ask(lane, lane.missing_warmth(), Target(0, -1))
            return
        if lane.end_us is not None and lane.end_us - stage.playhead_us <= 0:
            lane.drop_buffer()
        if lane.target is None:
            index = lane.playlists[0].find_segment_at(stage.playhead_us + WARM_AHEAD_US)
            is_there = lane.end_us is not None and lane.next_index > index
            if is_there or index >= len(lane.playlists[0].segments):
                return
            if lane.end_us is not None and lane.next_index < index:
                lane.drop_buffer()
            lane.start_with(index)
            lane.target = Target(0, index)
        self._ask(lane, lane.missing_parts(), lane.target)

    def _keeps_segment(self) -> bool:
        """Whether the policy wants a segment of the picture at hand now."""
        stage = self._stage
        is_wanted = stage.config.warm == "segment" or (
            stage.config.warm == "hover" and stage.now_us < self._tap_expected_until_us
        )
        return is_wanted and stage.wants is Medium.AUDIO and stage.is_screen_on

    # Both

    def _choose_rung(self, lane: Lane, decision: Decision) -> int:
        """The rung decided for, or the nearest one that has not just failed."""
        rung = lane.find_open(decision.rung, self._stage.now_us)
        reason = decision.reason
        if rung is not None and rung != decision.rung:
            reason = f"{lane.rungs[decision.rung].name} has failed; {reason}"
        chosen = decision.rung if rung is None else rung
        if chosen != lane.rung:
            name = lane.rungs[chosen].name
            self._stage.outbox.tell(ev.RungChosen(self._stage.now_us, lane.medium, name, reason))
        return chosen

    def _measure_progress(self, lane: Lane, target: Target, request: Request) -> Progress:
        """How far a segment is; its size is what the answer said, or what its rung promises."""
        rung, segment = lane.rungs[target.rung], lane.target_segment()
        assert segment is not None, "a segment under way is in its playlist"
        size_bits = request.size_bytes * 8 if request.size_bytes else rung.average_bps * segment.duration_us / 1e6
        arrived_bits = min(request.received_bytes * 8, size_bits)
        now_us = self._stage.now_us
        return Progress(target.rung, size_bits, arrived_bits, now_us - request.sent_us, now_us - request.answered_us)

    def _change_down(self, lane: Lane, target: Target, request: Request, rung: int) -> None:
        now_us, names = self._stage.now_us, [r.name for r in lane.rungs]
        reason = f"{names[rung]} instead will be here sooner than the rest of {names[target.rung]}"
        lane.note_given_up(request, rung, now_us)
        self._stage.exchange.abort(now_us, request, reason)
        self._stage.outbox.tell(ev.RungChosen(now_us, lane.medium, names[rung], reason))
        lane.target = Target(rung, target.index)
        self._ask(lane, lane.missing_parts(), lane.target)

    def _ask(self, lane: Lane, parts: list[tuple[Part, Resource]], target: Target) -> None:
        for part, resource in parts:
            index = target.index if part is Part.SEGMENT else -1
            rung = lane.rungs[target.rung].name
            lane.pending[part, rung] = self._stage.exchange.send(
                self._stage.now_us, part, resource, lane.medium, rung, index, lane.failures[target.rung] + 1
            )
