import hashlib
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from samples.song import make_song

SECOND = 48_000


def correlate(song: NDArray[np.float32], start: int, length: int) -> NDArray[np.float32]:
    """How alike the excerpt and each place of the song are, -1 to 1."""
    excerpt = song[start : start + length]
    size = 1 << 22
    products = np.fft.irfft(np.fft.rfft(song, size) * np.fft.rfft(excerpt, size).conj(), size)
    energy = np.concatenate([[0], np.cumsum(song.astype(np.float64) ** 2)])
    count = song.size - length + 1
    likeness: NDArray[np.float32] = products[:count] / np.sqrt(
        (energy[length:] - energy[:count]) * np.sum(excerpt**2) + 1
    )
    return likeness


def test_song_is_a_minute_of_stereo_at_48_khz(song: NDArray[np.int16]) -> None:
    assert song.shape == (2_880_000, 2)


def test_peak_is_1_db_below_full_scale_and_nothing_clips(song: NDArray[np.int16]) -> None:
    assert np.abs(song.astype(int)).max() == 29_204  # 32 767 * 10 ** (-1 / 20)


def test_song_has_the_dynamics_of_music(song: NDArray[np.int16]) -> None:
    bars = np.array_split(song.astype(np.float64), 29)
    loudness = [20 * np.log10(np.sqrt(np.mean(bar**2)) / 32_768) for bar in bars]
    intro, verse, chorus, the_break = (float(np.mean(loudness[a:b])) for a, b in ((0, 4), (4, 12), (12, 20), (20, 24)))
    assert intro < verse - 5
    assert verse < chorus
    assert the_break < chorus - 3


def test_left_and_right_differ_a_little(song: NDArray[np.int16]) -> None:
    likeness = np.corrcoef(song[:, 0], song[:, 1])[0, 1]
    assert 0.7 < likeness < 0.97


def test_song_fills_the_spectrum(song: NDArray[np.int16]) -> None:
    power = np.abs(np.fft.rfft(song.mean(axis=1))) ** 2
    hertz = np.fft.rfftfreq(len(song), 1 / SECOND)
    edges = (30, 90, 250, 1000, 4000, 16_000)
    shares = [power[(hertz >= a) & (hertz < b)].sum() / power.sum() for a, b in pairwise(edges)]
    assert min(shares) > 0.01


@pytest.mark.parametrize("start_s", [1, 6, 12, 19, 27, 35, 43, 48, 56])
def test_two_seconds_of_the_song_are_found_in_one_place_only(song: NDArray[np.int16], start_s: int) -> None:
    start = start_s * SECOND + 123
    likeness = np.abs(correlate(song.astype(np.float32).mean(axis=1), start, 2 * SECOND))
    assert likeness.argmax() == start
    assert likeness[start] > 0.99
    # A tone is like itself a period later, so the nearest quarter of a second does not count.
    likeness[max(0, start - SECOND // 4) : start + SECOND // 4] = 0
    assert likeness.max() < 0.55


def test_same_seed_makes_the_same_samples_and_another_seed_others(song: NDArray[np.int16]) -> None:
    def digest(pcm: NDArray[np.int16]) -> str:
        return hashlib.sha256(pcm.tobytes()).hexdigest()

    assert digest(make_song(1)) == digest(song)
    assert digest(make_song(2)) != digest(song)
