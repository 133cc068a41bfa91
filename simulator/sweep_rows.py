"""What is kept of each session of a sweep: a row for the session, and one for each of its flips."""

from dataclasses import dataclass

from simulator.metrics import Flip, Metrics
from simulator.presentation import Medium
from simulator.qoe import Qoe
from simulator.sweep_plan import Job
from simulator.verdict import Verdict, find_percentile


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session. Column names are the field names; None is NULL: there was nothing to measure."""

    key: str
    package: str
    trace: str
    rule: str
    profile: str
    switching: str
    listener: str
    is_good: bool
    is_proven: bool
    reasons: str
    ending: str
    startup_s: float | None
    played_s: float
    rebuffer_s: float
    rebuffer_count: int
    video_s: float
    frozen_s: float
    frozen_count: int
    mean_audio_bps: int
    mean_video_bps: int
    rung_changes: int
    fetched_bytes: int
    wasted_bytes: int
    retries: int
    joins: int
    joins_lost: int
    tap_to_picture_mean_s: float | None
    tap_to_picture_p95_s: float | None
    qoe_picture_linear: float | None
    qoe_picture_log: float | None
    qoe_sound_log: float | None


@dataclass(frozen=True, slots=True)
class FlipRow:
    """One flip of the session `key`."""

    key: str
    number: int
    wants: str
    tapped_song_s: float
    tap_to_picture_s: float | None
    rung: str
    why: str


@dataclass(frozen=True, slots=True)
class Result:
    """All that is kept of one job."""

    session: SessionRow
    flips: tuple[FlipRow, ...]


def make_result(job: Job, metrics: Metrics, qoe: Qoe, verdict: Verdict, *, is_proven: bool) -> Result:
    """The rows of a session that was played and judged."""
    joins = [flip for flip in metrics.flips if flip.wants is Medium.VIDEO]
    waits_s = [wait_s for flip in joins if (wait_s := flip.tap_to_picture_s) is not None]
    row = SessionRow(
        key=job.key,
        package=job.package,
        trace=job.trace,
        rule=job.contender.rule,
        profile=job.contender.profile,
        switching=job.contender.switching,
        listener=job.listener,
        is_good=verdict.is_good,
        is_proven=is_proven,
        reasons="; ".join(verdict.reasons()),
        ending=metrics.ending,
        startup_s=metrics.startup_s,
        played_s=metrics.played_s,
        rebuffer_s=metrics.rebuffer_s,
        rebuffer_count=metrics.rebuffer_count,
        video_s=metrics.video_s,
        frozen_s=metrics.frozen_s,
        frozen_count=metrics.frozen_count,
        mean_audio_bps=metrics.mean_audio_bps,
        mean_video_bps=metrics.mean_video_bps,
        rung_changes=metrics.rung_changes,
        fetched_bytes=metrics.fetched_bytes,
        wasted_bytes=metrics.wasted_bytes,
        retries=metrics.retries,
        joins=len(joins),
        joins_lost=sum(flip in verdict.lost_flips for flip in joins),
        tap_to_picture_mean_s=sum(waits_s) / len(waits_s) if waits_s else None,
        tap_to_picture_p95_s=find_percentile(waits_s, 95) if waits_s else None,
        qoe_picture_linear=qoe.picture_linear,
        qoe_picture_log=qoe.picture_log,
        qoe_sound_log=qoe.sound_log,
    )
    return Result(row, tuple(_flip_row(job.key, flip) for flip in metrics.flips))


def _flip_row(key: str, flip: Flip) -> FlipRow:
    return FlipRow(
        key, flip.number, flip.wants.value, flip.tapped_playhead_us / 1e6, flip.tap_to_picture_s, flip.rung, flip.why
    )
