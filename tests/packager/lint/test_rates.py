from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from packager.lint.rates import Peak, Weight, find_average_bps, find_peak


def weights(*pairs: tuple[int | str, int]) -> list[Weight]:
    return [Weight(Fraction(duration_s), size_bytes) for duration_s, size_bytes in pairs]


def test_peak_is_the_fastest_run_of_half_to_one_and_a_half_targets() -> None:
    # 4 s at 1000, 8000 and 1000 bytes/s: the middle alone lasts one target duration.
    assert find_peak(weights((4, 4000), (4, 32000), (4, 4000)), 4) == Peak(Fraction(64000), Fraction(4), Fraction(4))


def test_a_short_segment_counts_only_with_its_neighbours() -> None:
    # The last second is fast, but lasts less than 2 s; with the one before it: 4000 + 8000 bytes in 5 s.
    assert find_peak(weights((4, 4000), (4, 4000), (1, 8000)), 4) == Peak(Fraction(19200), Fraction(4), Fraction(5))


def test_a_run_may_last_exactly_half_and_one_and_a_half_targets() -> None:
    assert find_peak(weights((2, 2000), (2, 1000)), 4) == Peak(Fraction(8000), Fraction(0), Fraction(2))
    # 3 s segments, target 2 s: each lasts exactly 1.5 targets.
    assert find_peak(weights((3, 300), (3, 600)), 2) == Peak(Fraction(1600), Fraction(3), Fraction(3))


def test_a_playlist_without_such_a_run_is_its_own_peak() -> None:
    assert find_peak(weights((1, 1000)), 4) == Peak(Fraction(8000), Fraction(0), Fraction(1))
    assert find_peak([], 4) is None


def test_average_is_all_bits_over_all_seconds() -> None:
    assert find_average_bps(weights((4, 4000), (1, 8000))) == Fraction(19200)
    assert find_average_bps(weights((0, 8000))) is None


def test_zero_durations_by_the_thousand_are_weighed_at_once() -> None:
    many = weights(*[(0, 1)] * 20_000, (4, 4000))
    assert find_peak(many, 4) == Peak(Fraction(48000), Fraction(0), Fraction(4))


segments = st.lists(st.builds(Weight, st.fractions(Fraction(1, 10), 6), st.integers(0, 10**7)), min_size=1, max_size=12)


@given(segments)
def test_peak_is_no_more_than_the_fastest_segment(many: list[Weight]) -> None:
    peak = find_peak(many, 4)
    assert peak is not None
    assert 0 <= peak.rate_bps <= max(weight.size_bytes * 8 / weight.duration_s for weight in many)


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=12))
def test_peak_of_whole_segments_is_no_less_than_the_average(sizes: list[int]) -> None:
    many = [Weight(Fraction(4), size) for size in sizes]
    peak, average_bps = find_peak(many, 4), find_average_bps(many)
    assert peak is not None
    assert average_bps is not None
    assert peak.rate_bps >= average_bps


def test_bytes_of_no_duration_weigh_on_their_neighbour() -> None:
    assert find_peak(weights((4, 4000), (0, 500)), 4) == Peak(Fraction(9000), Fraction(0), Fraction(4))
