"""What a lane's adaptation rule may know: the lane, its buffer and its share of the link, as the rule's `View`."""

from typing import Final

from simulator.abr import View
from simulator.estimate import ThroughputEstimator
from simulator.lane import Lane

# Before any playlist is here. Apple's authoring specification asks for 6 s, ours are 3.84 to 5.33 s.
NOMINAL_SEGMENT_US: Final = 4_000_000


def view_lane(
    lane: Lane, estimator: ThroughputEstimator, now_us: int, level_us: int, goal_us: int, share_bps: float | None
) -> View:
    """The view of `lane` with `level_us` in its buffer, of at most `goal_us`, and `share_bps` of the link for it."""
    segments = lane.grid.segments if lane.grid is not None else ()
    remaining = max(1, len(segments) - lane.next_index)
    segment_us = segments[lane.next_index].duration_us if lane.next_index < len(segments) else NOMINAL_SEGMENT_US
    return View(
        bitrates_bps=lane.bitrates_bps,
        segment_us=segment_us,
        level_us=level_us,
        goal_us=goal_us + segment_us,  # a lane is refilled when its level falls to the goal
        throughput_bps=estimator.throughput_bps,
        share_bps=share_bps,
        latency_us=estimator.latency_us,
        last_rung=lane.rung,
        since_start=max(0, lane.next_index - lane.start_index),
        remaining=remaining,
        waited_us=_find_wait(lane, now_us, level_us, goal_us),
        last_download=lane.last_download,
    )


def _find_wait(lane: Lane, now_us: int, level_us: int, goal_us: int) -> int:
    """For how much of the time since the last segment came the buffer was above its goal."""
    if lane.last_download is None:
        return 0
    since_us = now_us - lane.last_ended_us
    return max(0, min(since_us, level_us + since_us - goal_us))
