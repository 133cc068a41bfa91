"""Quality of experience by published models, for a listener who is not always watching.

The picture is rated by the model of Yin et al. (SIGCOMM 2015, equation 5) with the qualities and weights of Pensieve
(Mao et al., SIGCOMM 2017, table 1):

    (sum q(R_k) - mu * (stalled + waited) - sum |q(R_k+1) - q(R_k)|) / segments

    linear   q(R) = R in Mbit/s          mu = 4.3
    log      q(R) = ln(R / R_lowest)     mu = 2.66

Mode-aware: only segments that were on the screen count, each with the part of it that was seen, and time with the sound
alone is not bad video. `waited` is the time from a tap to its picture, rated like the start-up delay of equation 5;
`stalled` is the time in which a picture that had come stood still. The sound is rated by the log model over all that
was appended, with its own stalls. R is the mean rate that the playlist declares for the rung.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from simulator import events as ev
from simulator.metrics import Metrics, find_shown
from simulator.presentation import Medium, Presentation, Rung

LINEAR_PENALTY_PER_S = 4.3
LOG_PENALTY_PER_S = 2.66


@dataclass(frozen=True, slots=True)
class Qoe:
    """Mean rating of a segment; None of a side that never was there."""

    picture_linear: float | None
    picture_log: float | None
    sound_log: float | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A segment on the screen: its rung, the part of it that was seen (0 to 1], and the stretch it belongs to."""

    rung: str
    share: float
    stretch: int


def measure_qoe(events: Sequence[ev.Event], metrics: Metrics, presentation: Presentation) -> Qoe:
    """The ratings of a session."""
    seen = tuple(_find_seen(events))
    waited_s = sum(flip.tap_to_picture_s or 0.0 for flip in metrics.flips)
    lost_s = metrics.frozen_s + waited_s
    heard = [_Seen(e.rung, 1.0, 0) for e in events if isinstance(e, ev.Buffered) and e.medium is Medium.AUDIO]
    sound_lost_s = metrics.rebuffer_s + (metrics.startup_s or 0.0)
    return Qoe(
        _rate(seen, _linear(presentation.video), LINEAR_PENALTY_PER_S * lost_s),
        _rate(seen, _log(presentation.video), LOG_PENALTY_PER_S * lost_s),
        _rate(heard, _log(presentation.audio), LOG_PENALTY_PER_S * sound_lost_s),
    )


def _rate(segments: Sequence[_Seen], quality: Mapping[str, float], penalty: float) -> float | None:
    if not segments:
        return None
    gained = sum(quality[each.rung] * each.share for each in segments)
    changed = sum(
        abs(quality[after.rung] - quality[before.rung])
        for before, after in pairwise(segments)
        if before.stretch == after.stretch
    )
    return (gained - penalty - changed) / sum(each.share for each in segments)


def _find_seen(events: Sequence[ev.Event]) -> Iterator[_Seen]:
    """What was on the screen, in the order of the song. Of a segment fetched again, what was appended last was seen."""
    video = [e for e in events if isinstance(e, ev.Buffered) and e.medium is Medium.VIDEO]
    for number, shown in enumerate(find_shown(events)):
        for event in {e.index: e for e in video if e.at_us <= shown.until_us}.values():
            seen_us = min(shown.end_us, event.end_us) - max(shown.start_us, event.start_us)
            if seen_us > 0:
                yield _Seen(event.rung, seen_us / (event.end_us - event.start_us), number)


def _linear(rungs: Iterable[Rung]) -> dict[str, float]:
    return _qualities(rungs, lambda rate: rate / 1e6)


def _log(rungs: Sequence[Rung]) -> dict[str, float]:
    lowest = rungs[0].average_bps if rungs else 1
    return _qualities(rungs, lambda rate: math.log(rate / lowest))


def _qualities(rungs: Iterable[Rung], quality: Callable[[int], float]) -> dict[str, float]:
    return {rung.name: quality(rung.average_bps) for rung in rungs}
