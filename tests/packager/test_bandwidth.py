from fractions import Fraction
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from packager.bandwidth import measure_bandwidth_bps
from packager.playlist import Place, Segment

Sized = tuple[int, Fraction]
SEGMENTS = st.lists(st.tuples(st.integers(1, 10**6), st.fractions(Fraction(1, 50), 8)), min_size=1, max_size=30)


def measure(parts: list[Sized], buffer: Fraction = Fraction(4)) -> int:
    return measure_bandwidth_bps([Segment(Place("s", size), duration) for size, duration in parts], buffer)


def test_segments_of_equal_size_need_their_own_bit_rate() -> None:
    assert measure([(2000, Fraction(4))] * 10) == 4000


def test_a_segment_must_be_there_when_it_begins() -> None:
    # 24,000 bits within 4 s before the start; with the small one first there are 8 s for 26,000.
    assert measure([(250, Fraction(4)), (3000, Fraction(4))]) == 6000


def test_two_large_segments_in_a_row_need_more_than_each_alone() -> None:
    # 16,000 bits in 4 s, then 32,000 in the 4 s and the 1 s that the first one plays.
    assert measure([(2000, Fraction(1)), (2000, Fraction(1))]) == 6400


@given(SEGMENTS, st.fractions(Fraction(1, 10), 10))
def test_it_is_the_worst_of_all_runs(parts: list[Sized], buffer: Fraction) -> None:
    worst = Fraction(0)
    for start in range(len(parts)):
        bits, time = 0, buffer
        for size, duration in parts[start:]:
            bits += size * 8
            worst = max(worst, bits / time)
            time += duration
    assert measure(parts, buffer) == ceil(worst)
