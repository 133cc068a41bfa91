"""Where the sound of one codec is cut: at the packet boundary nearest to each cut of the video.

Counted from sample 0 in rationals, each cut for itself, so that no error is ever carried on.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, lcm

from packager.grid import AudioClock, AudioCuts
from packager.timing import round_half_up

# A FLAC packet may have any length. Within these it costs next to nothing (below 1 % of the bytes on the corpus); the
# upper one is what RFC 9639 section 7 lets a decoder of few means expect at 48 kHz, 4608 samples.
_SHORTEST_PACKET_S, _LONGEST_PACKET_S = Fraction(48, 1000), Fraction(96, 1000)


def cut_near(times: Sequence[Fraction], clock: AudioClock, sample_count: int) -> AudioCuts:
    """The cuts nearest to `times`: the starts of the segments, then the end of the last, in seconds.

    `sample_count` samples must have room, so that sound may end a packet later than the last of `times`.
    """
    nearest = [clock.nearest_frame(time) for time in times]
    end = max(nearest[-1], ceil(Fraction(sample_count, clock.frame_samples)), nearest[-2] + 1)
    return AudioCuts(clock, (*nearest[:-1], end))


def choose_packet_samples(times: Sequence[Fraction], sample_rate_hz: int) -> int:
    """The FLAC packet whose boundaries come nearest to these times; of several as good, the longest.

    At 44.1 kHz beside 25 fps that is 4032 samples: 42 of them are exactly the 3.84 s of a segment.
    """
    # Not at the top: it takes longer to import than a package takes to copy, and copying needs no FLAC.
    import numpy as np

    # Numbers of ticks so fine that all cuts (the last time, the end, is none) are whole: exact, and fast in an array.
    samples = [time * sample_rate_hz for time in times[:-1]]
    ticks = lcm(*(each.denominator for each in samples))
    cuts = np.array([int(each * ticks) for each in samples])

    def worst_miss(length: int) -> int:
        """The largest distance of a cut from a packet boundary, all in ticks."""
        rests = cuts % length
        return int(np.minimum(rests, length - rests).max())

    return min(_lengths(sample_rate_hz), key=lambda length: (worst_miss(length * ticks), -length))


def _lengths(sample_rate_hz: int) -> range:
    shortest, longest = (round_half_up(sample_rate_hz * each) for each in (_SHORTEST_PACKET_S, _LONGEST_PACKET_S))
    # 16 samples is the least that RFC 9639 allows; above 48 kHz its streamable subset ends at 16384.
    return range(max(16, shortest), min(longest, 16384) + 1)
