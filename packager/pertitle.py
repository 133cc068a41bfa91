"""Chooses the rungs that suit one film, from short probe encodes of all sizes at several rate factors.

What matters of each is its bit rate and how much of the picture is left when it is shown at the size of the source. For
a rung, no other size and rate factor may give more for the same bits.

Only the lowest step of a ladder that marks it `always` is there for something else: a switch to video joins on it. Its
first segment must come soon over a slow link, and no film needs it for its looks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log2

from packager.ladder import Ladder, LadderStep

# Neighbours this far apart: Apple wants 1.5 to 2 (its authoring specification, appendix on variants). The widest is for
# films whose top rung is so high that as many as there may be would not come down to the lowest; the least one is
# that to the rung to join on.
_RATE_STEP, _WIDEST_STEP, _LEAST_STEP = 1.7, 2.0, 1.5
# Below it a rung saves nobody anything: its sound costs as much.
_LEAST_BPS = 100_000
# A peak of twice the average is what Apple's specification allows (1.28).
_PEAK_OF_AVERAGE = 2
# Of the rung to join on, where a film needs next to nothing; x264 cannot keep to less.
_LEAST_CAP_BPS = 20_000


@dataclass(frozen=True, slots=True)
class ProbePoint:
    """What a size (its short side) needs at a rate factor, and what is left of the picture then."""

    side: int
    crf: int
    bitrate_bps: int
    quality_db: float


def fit_ladder(
    ladder: Ladder, steps: Sequence[LadderStep], probed: Iterable[ProbePoint]
) -> tuple[Ladder, tuple[str, ...]]:
    """The ladder with rungs for this film, and a sentence for each that was left out, and for the whole.

    `steps` are those of the ladder that the source can fill; their caps hold. The top rung is the cheapest that reaches
    `target_db` of the ladder; those below fall by a rate of 1.7 each, or up to 2. Below them is the rung to join on.
    """
    assert ladder.target_db is not None
    points = tuple(_between(sorted(probed, key=lambda each: (each.side, each.crf))))
    caps = {step.side: step.cap_bps for step in steps}
    joined = find_join_side(steps)
    to_join = [point for point in points if point.side == joined]
    others = [point for point in points if point.side != joined]
    allowed = [point for point in others if point.bitrate_bps <= caps[point.side]] or [_cheapest(others)]
    join = _find_join(to_join, ladder.codings[0].crf, caps)
    chosen = tuple(_choose(_front(allowed), ladder.target_db, ladder.most_rungs, join))
    why = f"per title: {_explain(chosen, ladder.target_db)}"
    if len(chosen) < 2 and (join is None or chosen[0].bitrate_bps < _LEAST_BPS):
        return replace(ladder, target_db=None), (f"{why}: the usual rungs are kept",)
    fitted = [*_to_steps(chosen, caps)]
    reasons = [why, *_explain_dropped(chosen, others)]
    if join is not None:
        fitted.append(_to_join_step(join, min(caps[join.side], fitted[-1].cap_bps - 1000)))
        reasons.append(f"per title: {join.side}p is there for a switch to video, which joins on it at once")
    return replace(ladder, most_rungs=len(fitted), steps=tuple(fitted)), tuple(reasons)


def find_join_side(steps: Sequence[LadderStep]) -> int | None:
    """The size of the rung to join on: of these steps the lowest, where it is to be there always."""
    return steps[-1].side if len(steps) > 1 and steps[-1].always else None


def _between(points: Sequence[ProbePoint]) -> Iterator[ProbePoint]:
    """The points, and those at every rate factor between neighbours: the logarithm of the rate falls evenly."""
    for one, other in pairwise(points):
        if one.side != other.side:
            yield one
            continue
        for crf in range(one.crf, other.crf):
            share = (crf - one.crf) / (other.crf - one.crf)
            rate = one.bitrate_bps * (other.bitrate_bps / one.bitrate_bps) ** share
            quality = one.quality_db + share * (other.quality_db - one.quality_db)
            yield ProbePoint(one.side, crf, round(rate), quality)
    yield points[-1]


def _front(points: Iterable[ProbePoint]) -> list[ProbePoint]:
    """The points that no other beats with as few bits, from low to high.

    Not only those on the convex hull: over the logarithm of the rate, SSIM in decibels is nearly straight, and a hull
    would keep little but its ends.
    """
    front: list[ProbePoint] = []
    for point in sorted(points, key=lambda each: (each.bitrate_bps, -each.quality_db)):
        if not front or point.quality_db > front[-1].quality_db:
            front.append(point)
    return front


def _find_join(points: Iterable[ProbePoint], usual_crf: int, caps: dict[int, int]) -> ProbePoint | None:
    """What the rung to join on needs at the usual rate factor, or its cap; None where there is no such rung."""
    usual = min(points, key=lambda each: abs(each.crf - usual_crf), default=None)
    return usual and replace(usual, bitrate_bps=min(usual.bitrate_bps, caps[usual.side]))


def _choose(front: Sequence[ProbePoint], target_db: float, most: int, join: ProbePoint | None) -> Iterator[ProbePoint]:
    """The top rung and those below it, highest first, all clearly above the one to join on."""
    top = next((point for point in front if point.quality_db >= target_db), front[-1])
    yield top
    least_bps = max(_LEAST_BPS, join.bitrate_bps * _LEAST_STEP) if join else _LEAST_BPS
    evenly = (top.bitrate_bps / least_bps) ** (1 / max(1, most - 1))
    step = min(_WIDEST_STEP, max(_RATE_STEP, evenly))
    for number in range(most - 1):
        below = [point for point in front if point.bitrate_bps <= top.bitrate_bps / step]
        is_needed = number == 0 and join is None
        if not below or (below[-1].bitrate_bps < least_bps and not is_needed):
            return
        top = below[-1]
        yield top


def _to_steps(chosen: Iterable[ProbePoint], caps: dict[int, int]) -> Iterator[LadderStep]:
    """Sizes never rise down the ladder: a larger picture at a lower rate would puzzle players, and seldom is better."""
    side, cap_bps = max(caps), max(caps.values()) + 1000
    for point in chosen:
        side = min(side, point.side)
        cap_bps = min(caps[point.side], point.bitrate_bps * _PEAK_OF_AVERAGE, cap_bps - 1000)
        yield LadderStep(side, cap_bps, always=True, crf=point.crf, expected_bps=min(cap_bps, point.bitrate_bps))


def _to_join_step(join: ProbePoint, cap_bps: int) -> LadderStep:
    cap_bps = min(cap_bps, max(_LEAST_CAP_BPS, join.bitrate_bps * _PEAK_OF_AVERAGE))
    return LadderStep(join.side, cap_bps, always=True, crf=join.crf, expected_bps=min(cap_bps, join.bitrate_bps))


def _explain(chosen: Sequence[ProbePoint], target_db: float) -> str:
    top = chosen[0]
    reached = "reaches" if top.quality_db >= target_db else "comes nearest to"
    return f"{top.side}p at {_kbps(top)} {reached} an SSIM of {target_db:g} dB ({top.quality_db:.1f}) cheapest"


def _explain_dropped(chosen: Sequence[ProbePoint], points: Sequence[ProbePoint]) -> Iterator[str]:
    for side in sorted({point.side for point in points} - {point.side for point in chosen}, reverse=True):
        own = [point for point in points if point.side == side]
        rung, near = min(
            ((rung, point) for rung in chosen for point in own),
            key=lambda pair: abs(log2(pair[0].bitrate_bps / pair[1].bitrate_bps)),
        )
        yield (
            f"per title: {side}p is left out: at {_kbps(near)} it has {near.quality_db:.1f} dB, "
            f"and {rung.side}p at {_kbps(rung)} has {rung.quality_db:.1f}"
        )


def _cheapest(points: Iterable[ProbePoint]) -> ProbePoint:
    return min(points, key=lambda point: point.bitrate_bps)


def _kbps(point: ProbePoint) -> str:
    return f"{point.bitrate_bps / 1000:.0f} kb/s"
