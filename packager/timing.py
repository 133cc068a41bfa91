"""Exact time: rounding of rationals, the frame rates we package at, and the clock of a video track."""

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from statistics import median

# What cameras, film and television use; anything else is conformed to the next one above, so that no frame is lost.
STANDARD_FRAME_RATES = tuple(
    Fraction(*each)
    for each in (
        (12, 1), (25, 2), (15, 1), (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1),
        (60000, 1001), (60, 1),
    )
)  # fmt: skip
MAX_FRAME_RATE = STANDARD_FRAME_RATES[-1]  # Apple's HLS authoring specification, 1.19

# 24 and 23.976 lie 0.1 % apart; half of that tells them apart.
_RATE_TOLERANCE = Fraction(5, 10_000)

# A step of one frame read in whole milliseconds, at 60 fps.
_MEDIAN_TOLERANCE = Fraction(3, 100)

MIN_VIDEO_TIMESCALE = 10_000


def round_half_up(value: Fraction) -> int:
    """The nearest integer; a tie goes up (never to even: cut points would wander)."""
    return floor(value + Fraction(1, 2))


def print_instant(instant: datetime) -> str:
    """The instant in UTC, as RFC 3339 writes it: 2026-11-26T23:00:00Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def video_timescale(frame_rate: Fraction) -> int:
    """The least timescale of at least 10000 in which a frame is a whole number of ticks."""
    numerator = frame_rate.numerator
    return numerator * ceil(Fraction(MIN_VIDEO_TIMESCALE, numerator))


def choose_frame_rate(timestamps: Sequence[Fraction], tick: Fraction, nominal: Fraction | None) -> Fraction:
    """The standard frame rate that frames shown at these times (seconds, ascending) are meant to have.

    `tick` is the resolution of the timestamps: at 1 ms (WebM), 24 fps shows up as 41 and 42 ms, and only the mean
    over the whole file tells 24 from 23.976. `nominal` is what the container claims: it decides where the
    timestamps leave a choice. Frames of varying duration give the rate of the usual (median) step.
    """
    if len(timestamps) < 2 or timestamps[-1] <= timestamps[0]:
        return _standard_for(nominal or Fraction(25))
    span = timestamps[-1] - timestamps[0]
    matching = match_frame_rate(len(timestamps), span, tick, nominal)
    if matching is not None:
        return matching
    step = median(after - before for before, after in pairwise(timestamps))
    usual = 1 / step if step > 0 else (len(timestamps) - 1) / span
    if nominal in STANDARD_FRAME_RATES and abs(nominal / usual - 1) <= _MEDIAN_TOLERANCE:
        return nominal
    return _standard_for(usual)


def match_frame_rate(count: int, span: Fraction, tick: Fraction, nominal: Fraction | None) -> Fraction | None:
    """The standard frame rate at which the first and the last of `count` frames lie `span` seconds apart, if any."""
    mean = (count - 1) / span
    tolerance = max(_RATE_TOLERANCE, 2 * tick / span)
    matching = [rate for rate in STANDARD_FRAME_RATES if abs(rate / mean - 1) <= tolerance]
    if nominal in matching:
        return nominal
    return min(matching, key=lambda rate: abs(rate - mean), default=None)


def _standard_for(rate: Fraction) -> Fraction:
    """The standard rate that this one is meant to be, or else the next one above, so that no frame is lost."""
    near = [each for each in STANDARD_FRAME_RATES if abs(each / rate - 1) <= _MEDIAN_TOLERANCE]
    if near:
        return min(near, key=lambda each: abs(each - rate))
    return next((each for each in STANDARD_FRAME_RATES if each > rate), MAX_FRAME_RATE)
