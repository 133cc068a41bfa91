"""Ratings of a session of one song or of several: those of the songs, weighed by how long each was there."""

from collections.abc import Sequence

from simulator.metrics import Metrics
from simulator.presentation import Presentation
from simulator.qoe import Qoe, measure_qoe
from simulator.session import Session
from simulator.song_metrics import measure_songs
from simulator.songs import find_presentation, split_session


def measure_play_qoe(session: Session, metrics: Metrics, presentation: Presentation) -> Qoe:
    """The ratings of a session; `presentation` is the first song's."""
    if not session.next_songs:
        return measure_qoe(session.events, metrics, presentation)
    measured = measure_songs(split_session(session))
    ratings = [measure_qoe(part.events, own, find_presentation(part.session)) for part, own in measured]
    seen_s, heard_s = [own.video_s for _, own in measured], [own.played_s for _, own in measured]
    return Qoe(
        _weigh([rating.picture_linear for rating in ratings], seen_s),
        _weigh([rating.picture_log for rating in ratings], seen_s),
        _weigh([rating.sound_log for rating in ratings], heard_s),
    )


def _weigh(values: Sequence[float | None], weights: Sequence[float]) -> float | None:
    """The mean of what there is; None where there is nothing."""
    pairs = [(value, weight) for value, weight in zip(values, weights, strict=True) if value is not None]
    total = sum(weight for _, weight in pairs)
    return sum(value * weight for value, weight in pairs) / total if total else None
