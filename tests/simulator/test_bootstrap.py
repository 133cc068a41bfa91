import numpy as np
import pytest

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


def test_p95_is_the_nearest_rank() -> None:
    assert find_p95(np.arange(1.0, 21.0)) == 19.0
