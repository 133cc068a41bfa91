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

Figure = Callable[[npt.NDArray[np.float64]], float]


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
    sample = np.asarray(values, np.float64)
    groups = _group(sample, clusters)
    random = np.random.Generator(np.random.PCG64(seed))
    drawn = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        chosen = random.integers(0, len(groups), len(groups))
        drawn[number] = figure(np.concatenate([groups[index] for index in chosen]))
    tail = (100 - CONFIDENCE_PERCENT) / 2
    low, high = np.percentile(drawn, (tail, 100 - tail))
    return Interval(figure(sample), float(low), float(high))


def find_mean(sample: npt.NDArray[np.float64]) -> float:
    """The arithmetic mean."""
    return float(sample.mean())


def find_median(sample: npt.NDArray[np.float64]) -> float:
    """The median."""
    return float(np.median(sample))


def find_p95(sample: npt.NDArray[np.float64]) -> float:
    """The 95th percentile by nearest rank, as the limits take it."""
    return float(np.percentile(sample, 95, method="inverted_cdf"))


def _group(sample: npt.NDArray[np.float64], clusters: Sequence[Hashable]) -> list[npt.NDArray[np.float64]]:
    places: dict[Hashable, list[int]] = {}
    for place, cluster in enumerate(clusters):
        places.setdefault(cluster, []).append(place)
    if len(places) == 1:
        return list(sample.reshape(-1, 1))
    return [sample[each] for each in places.values()]
