import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.lint.decoded import (
    OPENING_HZ,
    DecodedPart,
    Levels,
    find_level_difference_db,
    find_picture_difference,
    find_shift_s,
)


def levels(*values: float) -> Levels:
    return np.array(values, np.float32)


def noise(seed: int) -> Levels:
    return np.random.default_rng(seed).normal(0, 0.1, 2 * OPENING_HZ).astype(np.float32)


def test_levels_differ_by_their_mean_over_the_shorter() -> None:
    assert find_level_difference_db(levels(-20, -10), levels(-22, -14, -3)) == 3.0
    assert find_level_difference_db(levels(), levels(-20)) == 0.0


def test_silence_is_silence_however_deep() -> None:
    assert find_level_difference_db(levels(-120, -20), levels(-70, -20)) == 0.0


def test_pictures_differ_by_steps_of_luma() -> None:
    dark, light = np.full((18, 32), 10, np.uint8), np.full((18, 32), 250, np.uint8)
    assert find_picture_difference(dark, light) == find_picture_difference(light, dark) == 240.0


@given(st.integers(-2000, 2000))
def test_a_shift_is_found_to_the_sample(shift: int) -> None:
    padded = np.concatenate((np.zeros(2000, np.float32), noise(1), np.zeros(2000, np.float32)))
    assert find_shift_s(np.roll(padded, shift), padded) == shift / OPENING_HZ


def test_other_sound_and_silence_have_no_shift() -> None:
    assert find_shift_s(noise(1), noise(2)) is None
    assert find_shift_s(noise(1), np.zeros(2 * OPENING_HZ, np.float32)) is None
    assert find_shift_s(noise(1)[:100], noise(1)[:100]) is None


def test_a_tone_that_repeats_is_not_shifted() -> None:
    tone = np.sin(2 * np.pi * 100 * np.arange(2 * OPENING_HZ) / OPENING_HZ).astype(np.float32)
    assert find_shift_s(np.roll(tone, OPENING_HZ // 100), tone) == 0.0


def test_a_part_counts_from_nothing_up() -> None:
    with pytest.raises(AssertionError):
        DecodedPart(-1, 0)
