"""The bit rate that DASH declares for a Representation: that of a channel on which it never stops."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, lcm

from packager.playlist import Segment


def measure_bandwidth_bps(segments: Sequence[Segment], buffer: Fraction) -> int:
    """The least bit rate for which `buffer` seconds (@minBufferTime) are always enough, as @bandwidth means it.

    ISO/IEC 23009-1 section 5.3.5.2: from any segment on, on a channel of this rate, who starts to play `buffer`
    after the first bit never waits. A segment is wanted whole when it begins: players append segments.
    """
    assert buffer > 0
    # Whole numbers of one common clock: with rationals this took longer than writing all playlists.
    hz = lcm(buffer.denominator, *(segment.duration.denominator for segment in segments))
    steps = [(segment.size_bytes * 8, int(segment.duration * hz)) for segment in segments]
    rate = Fraction(0)
    while (steeper := _worst_run(steps, int(buffer * hz), rate)) > rate:
        rate = steeper
    return ceil(rate * hz)


def _worst_run(steps: Sequence[tuple[int, int]], buffer: int, rate: Fraction) -> Fraction:
    """What the run of segments (bits, ticks) needs that is furthest behind on a channel of `rate`, in bits per tick.

    The largest ratio of bits to time is found as Dinkelbach does it: each look takes one pass and gives a rate at
    which the next look finds another run, or none: 6 hours of segments take seven looks.
    """
    up, down = rate.numerator, rate.denominator
    behind, bits, time = 0, 0, buffer
    worst, worst_bits, worst_time = -1, 0, buffer
    for size, duration in steps:
        if behind <= 0:  # no earlier segment makes it worse: the run begins here
            behind, bits, time = 0, 0, buffer
        bits += size
        behind += size * down
        if behind > worst:
            worst, worst_bits, worst_time = behind, bits, time
        behind -= up * duration
        time += duration
    return Fraction(worst_bits, worst_time)
