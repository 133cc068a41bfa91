"""What is heard before the song begins in the own edit: wind, crickets and an owl. No music, so nothing to align."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from samples.instruments import Wave
from samples.score import SAMPLE_RATE

STREAM = 90
PEAK = 10 ** (-9 / 20)  # -9 dBFS: a quiet night


def make_prologue(seed: int, count: int) -> NDArray[np.int16]:
    """`count` samples of a night outdoors: int16, shape (count, 2), 48 kHz, peak at -9 dBFS."""
    rng = np.random.default_rng([seed, STREAM])
    t = np.arange(count, dtype=np.float32) / np.float32(SAMPLE_RATE)
    crickets = _chirp(t, rng, 4300) * 0.10, _chirp(t, rng, 4750) * 0.08
    owl = sum(_hoot(t, start_s, rng) for start_s in (1.4, 2.1, 4.9, 5.5))
    night = np.stack([_blow(count, rng) + crickets[side] + (0.35, 0.2)[side] * owl for side in range(2)], axis=1)
    pcm: NDArray[np.int16] = np.rint(night * (PEAK * 32767 / np.abs(night).max())).astype(np.int16)
    return pcm


def _blow(count: int, rng: Generator) -> Wave:
    """Wind: noise that is strongest at low frequencies, in gusts."""
    spectrum = np.fft.rfft(rng.standard_normal(count, dtype=np.float32))
    hertz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    wind = np.fft.irfft(spectrum / (1 + (hertz / 350) ** 1.5) * (hertz > 40), count)
    gusts = np.interp(np.linspace(0, 7, count), np.arange(8), rng.uniform(0.3, 1, 8))
    breeze: Wave = (wind / np.abs(wind).max() * gusts).astype(np.float32)
    return breeze


def _chirp(t: Wave, rng: Generator, pitch_hz: float) -> Wave:
    """A cricket: three short pulses, a rest, and again."""
    song = np.sin(2 * np.pi * rng.uniform(1.4, 1.9) * t + rng.random()) > 0.2
    pulses = np.maximum(np.sin(2 * np.pi * rng.uniform(26, 31) * t), 0)
    chirps: Wave = np.sin(2 * np.pi * pitch_hz * t) * pulses * song
    return chirps


def _hoot(t: Wave, start_s: float, rng: Generator) -> Wave:
    """An owl's call: a soft tone that swells and sinks."""
    age = np.clip((t - start_s) / 0.45, 0, 1)
    pitch_hz = rng.uniform(370, 390)
    call: Wave = np.sin(2 * np.pi * pitch_hz * (t + 0.006 * np.sin(np.pi * age))) * np.sin(np.pi * age) ** 2
    return call
