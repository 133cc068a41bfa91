import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.bootstrap import Interval, estimate_interval, find_mean, find_median, find_p95


def test_a_constant_is_certain() -> None:
    assert estimate_interval([2.0] * 9, range(9), find_mean) == Interval(2.0, 2.0, 2.0)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = [float(n % 7) for n in range(40)]
    first = estimate_interval(values, range(40), find_p95, seed=3)
    assert first == estimate_interval(values, range(40), find_p95, seed=3)
    assert first != estimate_interval(values, range(40), find_mean, seed=3)


def test_the_interval_of_a_mean_is_that_of_theory() -> None:
    sample = np.random.Generator(np.random.PCG64(7)).normal(10, 2, 400)
    found = estimate_interval(list(sample), range(400), find_mean)
    error = sample.std() / 20
    assert found.value == pytest.approx(sample.mean())
    assert found.low == pytest.approx(sample.mean() - 1.96 * error, abs=0.03)
    assert found.high == pytest.approx(sample.mean() + 1.96 * error, abs=0.03)


def test_values_that_go_together_make_the_interval_wider() -> None:
    # Two traces, one always 0 and one always 1: two hundred sessions are still only two pieces of knowledge.
    values = [0.0] * 100 + [1.0] * 100
    together = estimate_interval(values, ["a"] * 100 + ["b"] * 100, find_mean)
    alone = estimate_interval(values, range(200), find_mean)
    assert (together.low, together.high) == (0.0, 1.0)
    assert alone.high - alone.low < 0.2


def test_a_single_cluster_is_drawn_value_by_value() -> None:
    found = estimate_interval([0.0, 1.0, 2.0, 3.0], ["only"] * 4, find_median)
    assert found.low < 1.5 < found.high


ONCE = np.ones((1, 20), np.int64)


def test_p95_is_the_nearest_rank() -> None:
    assert find_p95(np.arange(1.0, 21.0), ONCE) == [19.0]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12).map(sorted), st.lists(st.integers(0, 4), min_size=36))
def test_figures_of_counted_values_are_those_of_the_values_written_out(sample: list[float], some: list[int]) -> None:
    counts = np.array(some[: 3 * len(sample)]).reshape(3, len(sample))
    counts[:, 0] += 1  # a sample has a value
    written = [np.repeat(sample, row) for row in counts]
    values = np.array(sample)
    assert list(find_median(values, counts)) == [np.median(row) for row in written]
    assert list(find_p95(values, counts)) == [np.percentile(row, 95, method="inverted_cdf") for row in written]
    assert list(find_mean(values, counts)) == pytest.approx([row.mean() for row in written], abs=1e-6)
