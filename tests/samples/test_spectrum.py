import numpy as np

from samples.spectrum import BANDS, measure_bands


def test_levels_rise_at_once_and_fall_slowly() -> None:
    pcm = np.zeros((1920 * 20, 2), np.int16)
    tone = 20_000 * np.sin(2 * np.pi * 1000 * np.arange(1920) / 48_000)
    pcm[1920 * 5 : 1920 * 6] = tone[:, None]
    levels = measure_bands(pcm, 1920)
    loudest = int(levels[5].argmax())
    assert levels.shape == (20, BANDS)
    assert levels[4, loudest] == 0
    assert levels[5, loudest] == 1
    assert np.allclose(levels[6:9, loudest], [0.86, 0.86**2, 0.86**3])


def test_low_bands_follow_low_tones_and_high_bands_high_ones() -> None:
    t = np.arange(1920 * 20) / 48_000
    pitch_hz = np.where(t < 0.4, 60, 9000)
    pcm = np.repeat((10_000 * np.sin(2 * np.pi * pitch_hz * t)).astype(np.int16)[:, None], 2, axis=1)
    levels = measure_bands(pcm, 1920)
    assert levels[5, 1] > levels[18, 1] + 0.5
    assert levels[18, 22] > levels[5, 22] + 0.5
