"""How far a figure may be trusted: percentile bootstrap intervals (Efron, 1979), the same for the same seed.

Sessions over one trace share its weather, so they are not drawn one by one: whole clusters are (Davison and Hinkley,
1997, section 3.8). With a cluster for each value this is the ordinary bootstrap.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 1000
CONFIDENCE_PERCENT = 95
# So many weights are made at a time: some megabytes, however large the sample is.
_WEIGHTS_AT_ONCE = 500_000

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
# The figure of each of several samples, which hold the same values, in rising order, so often each: a row for a sample.
Figure = Callable[[Floats, Counts], Floats]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure of a sample and the interval that holds it with 95 % confidence."""

    value: float
    low: float
    high: float


def estimate_interval(
    values: Sequence[float], clusters: Sequence[Hashable], figure: Figure, *, seed: int = 1
) -> Interval:
    """The figure of `values` with its interval; `clusters` says for each value which cluster it belongs to.

    Needs at least one value. With a single cluster nothing is known of others, and the values are drawn one by one.
    """
    assert values, "there is something to resample"
    order = np.argsort(values, kind="stable")
    sample, cluster_of = np.asarray(values, np.float64)[order], _number_clusters(clusters)[order]
    count = int(cluster_of.max()) + 1
    random = np.random.Generator(np.random.PCG64(seed))
    rows = max(1, _WEIGHTS_AT_ONCE // len(sample))
    drawn = np.concatenate(
        [
            figure(sample, _draw(random, min(rows, RESAMPLES - first), count)[:, cluster_of])
            for first in range(0, RESAMPLES, rows)
        ]
    )
    tail = (100 - CONFIDENCE_PERCENT) / 2
    low, high = np.percentile(drawn, (tail, 100 - tail))
    return Interval(float(figure(sample, np.ones((1, len(sample)), np.int64))[0]), float(low), float(high))


def find_mean(sample: Floats, counts: Counts) -> Floats:
    """The arithmetic mean of each sample."""
    means: Floats = counts @ sample / counts.sum(axis=1)
    return means


def find_median(sample: Floats, counts: Counts) -> Floats:
    """The median of each sample."""
    sizes = counts.sum(axis=1)
    return (_pick(sample, counts, (sizes - 1) // 2) + _pick(sample, counts, sizes // 2)) / 2


def find_p95(sample: Floats, counts: Counts) -> Floats:
    """The 95th percentile of each sample by nearest rank, as the limits take it."""
    return _pick(sample, counts, np.ceil(counts.sum(axis=1) * 0.95).astype(np.int64) - 1)


def _pick(sample: Floats, counts: Counts, places: Counts) -> Floats:
    """From each sample the value that stands at that place in rising order."""
    picked: Floats = sample[(counts.cumsum(axis=1) > places[:, np.newaxis]).argmax(axis=1)]
    return picked


def _draw(random: np.random.Generator, rows: int, count: int) -> Counts:
    """How often each of `count` clusters is drawn when so many are: a row for each drawing."""
    drawn = random.integers(0, count, (rows, count)) + count * np.arange(rows)[:, np.newaxis]
    return np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count)


def _number_clusters(clusters: Sequence[Hashable]) -> Counts:
    """For each value the number of its cluster, or its own where there is a single one."""
    numbers: dict[Hashable, int] = {}
    found = [numbers.setdefault(cluster, len(numbers)) for cluster in clusters]
    return np.asarray(found if len(numbers) > 1 else range(len(found)), np.int64)
