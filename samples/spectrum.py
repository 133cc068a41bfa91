"""What the picture hears: how loud each band of the song is while a frame is shown."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from samples.score import SAMPLE_RATE

BANDS = 24
LOWEST_HZ, HIGHEST_HZ = 40, 14_000
FALL_PER_FRAME = 0.86


def measure_bands(pcm: NDArray[np.int16], samples_per_frame: int) -> NDArray[np.float32]:
    """Loudness by frame and band, shape (frames, BANDS), in [0, 1]: quick to rise and slow to fall, as meters are.

    `pcm` has shape (samples, channels); the last frame may be short.
    """
    mono = pcm.astype(np.float32).mean(axis=1)
    frames = -(-mono.size // samples_per_frame)
    mono = np.pad(mono, (0, frames * samples_per_frame - mono.size)).reshape(frames, samples_per_frame)
    power = np.abs(np.fft.rfft(mono * np.hanning(samples_per_frame).astype(np.float32))) ** 2
    hertz = np.fft.rfftfreq(samples_per_frame, 1 / SAMPLE_RATE)
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1)
    firsts = np.maximum(np.searchsorted(hertz, edges), np.arange(BANDS + 1) + 1)
    loudness = np.log10(1 + np.add.reduceat(power, firsts[:-1], axis=1))
    return _let_fall(_spread(loudness))


def _spread(loudness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each band from its quiet (the 20th percentile) to its loudest, as 0 to 1: treble moves as much as bass."""
    floor, ceiling = np.percentile(loudness, [20, 99.5], axis=0)
    levels: NDArray[np.float32] = np.clip(
        (loudness - floor) / np.maximum(ceiling - floor, 1e-6), 0, 1, dtype=np.float32
    )
    return levels


def _let_fall(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    fallen = levels.copy()
    for earlier, now in pairwise(fallen):
        np.maximum(now, earlier * np.float32(FALL_PER_FRAME), out=now)
    return fallen
