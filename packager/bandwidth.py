"""The bit rate that DASH declares for a Representation: that of a channel on which it never stops."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from packager.playlist import Segment


def measure_bandwidth_bps(segments: Sequence[Segment], buffer: Fraction) -> int:
    """The least bit rate for which `buffer` seconds (@minBufferTime) are always enough, as @bandwidth means it.

    ISO/IEC 23009-1 section 5.3.5.2: from any segment on, on a channel of this rate, who starts to play `buffer`
    after the first bit never waits. A segment is wanted whole when it begins: players append segments.
    """
    assert buffer > 0
    rate = Fraction(0)
    while (steeper := _worst_run_bps(segments, buffer, rate)) > rate:
        rate = steeper
    return ceil(rate)


def _worst_run_bps(segments: Sequence[Segment], buffer: Fraction, rate: Fraction) -> Fraction:
    """What the run of segments needs that is furthest behind on a channel of `rate`.

    The largest ratio of bits to time is found as Dinkelbach does it: each look takes one pass and gives a rate at
    which the next look finds another run, or none: 6 hours of segments take seven looks.
    """
    behind, bits, time = Fraction(0), 0, buffer
    worst, worst_bps = Fraction(-1), Fraction(0)
    for segment in segments:
        if behind <= 0:  # no earlier segment makes it worse: the run begins here
            behind, bits, time = Fraction(0), 0, buffer
        bits += segment.size_bytes * 8
        behind += segment.size_bytes * 8
        if behind > worst:
            worst, worst_bps = behind, bits / time
        behind -= rate * segment.duration
        time += segment.duration
    return worst_bps
