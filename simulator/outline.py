"""What a seam looks like: the sound around it as it was heard, beside uninterrupted play."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.seam import SEAM_S, Block, Pcm

COLUMNS = 160


@dataclass(frozen=True, slots=True)
class Outline:
    """The lowest and the highest sample of each of `COLUMNS` columns, from `SEAM_S` before the seam to as long after.

    Channels are taken together; samples lie in [-1, 1]. A column in which nothing was heard is None. `difference` is
    the largest difference of heard and expected in each column, 0 where either is absent.
    """

    heard: tuple[tuple[float, float] | None, ...]
    expected: tuple[tuple[float, float] | None, ...]
    difference: tuple[float, ...]


def outline_seam(blocks: Sequence[Block], seam: int, expected: Pcm, rate: int) -> Outline:
    """The outline around sample `seam`. Where blocks overlap, what was appended last is what was heard."""
    reach = max(1, int(SEAM_S * rate))
    heard = _lay_out(((block.at, block.pcm) for block in blocks), seam - reach, 2 * reach, expected.shape[1])
    other = _lay_out([(0, expected)], seam - reach, 2 * reach, expected.shape[1])
    difference = np.nan_to_num(np.abs(heard - other).max(axis=1))
    return Outline(
        tuple(_bound(column) for column in _columns(heard)),
        tuple(_bound(column) for column in _columns(other)),
        tuple(round(float(column.max()), 5) for column in _columns(difference)),
    )


def _lay_out(pieces: Iterable[tuple[int, Pcm]], start: int, length: int, channels: int) -> Pcm:
    """The pieces at their places; NaN where there is none. float32, shape (length, channels)."""
    laid = np.full((length, channels), np.nan, np.float32)
    for at, pcm in pieces:
        first, last = max(at, start), min(at + len(pcm), start + length)
        if first < last:
            laid[first - start : last - start] = pcm[first - at : last - at]
    return laid


def _columns(samples: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    return np.array_split(samples, min(COLUMNS, len(samples)))


def _bound(column: NDArray[np.float32]) -> tuple[float, float] | None:
    if np.isnan(column).all():
        return None
    return round(float(np.nanmin(column)), 4), round(float(np.nanmax(column)), 4)
