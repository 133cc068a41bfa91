"""The meter against known signals (EBU Tech 3341 and 3342) and against BS.1770 computed another way."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from loudness_check import integrate
from media_makers import Sound, make_sound, write_media

from packager.loudness import Loudness
from packager.meter import LoudnessMeter, measure_song
from packager.probe import probe_source

RATE = 48_000


def measure(sound: Sound, block: int = 32 * 1024) -> Loudness:
    meter = LoudnessMeter()
    for start in range(0, len(sound), block):
        meter.add(sound[start : start + block])
    return meter.finish()


def sine(
    seconds: float, level_dbfs: float, hz: float = 1000, phase: float = 0, channels: Sequence[int] = (0, 1)
) -> Sound:
    """A sine with its peak at this level in the channels given, silence in the others."""
    sound = np.zeros((round(seconds * RATE), 2), np.float32)
    wave = 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hz * np.arange(len(sound)) / RATE + phase)
    sound[:, list(channels)] = wave[:, None]
    return sound


@pytest.mark.parametrize(
    ("sound", "lufs"),
    [
        pytest.param(sine(20, 0, 997, channels=(0,)), -3.01, id="BS.1770: 0 dBFS at 997 Hz in one channel"),
        pytest.param(sine(20, -23), -23.0, id="Tech 3341 case 1"),
        pytest.param(sine(20, -33), -33.0, id="Tech 3341 case 2"),
        pytest.param(np.concatenate([sine(10, -36), sine(60, -23), sine(10, -36)]), -23.0, id="Tech 3341 case 3"),
        pytest.param(
            np.concatenate([sine(10, -72), sine(10, -36), sine(60, -23), sine(10, -36), sine(10, -72)]),
            -23.0,
            id="Tech 3341 case 4",
        ),
        pytest.param(np.concatenate([sine(20, -26), sine(20.1, -20), sine(20, -26)]), -23.0, id="Tech 3341 case 5"),
    ],
)
def test_reference_signals_measure_what_they_should(sound: Sound, lufs: float) -> None:
    assert measure(sound).integrated_lufs == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize(
    ("quiet_dbfs", "loud_dbfs", "lu"),
    [(-30, -20, 10), (-15, -20, 5), (-20, -40, 20)],
    ids=["case 1", "case 2", "case 3"],
)
def test_the_loudness_range_is_that_of_tech_3342(quiet_dbfs: float, loud_dbfs: float, lu: float) -> None:
    sound = np.concatenate([sine(20, loud_dbfs), sine(20, quiet_dbfs)])
    assert measure(sound).range_lu == pytest.approx(lu, abs=1)


@pytest.mark.parametrize(
    ("hz", "degrees"), [(12_000, 0), (12_000, 45), (8000, 60), (6000, 67.5)], ids=["case 15", "16", "17", "18"]
)
def test_the_true_peak_lies_between_samples(hz: float, degrees: float) -> None:
    # Half of full scale; at 12 kHz and 45 degrees no sample is above -9.03 dBFS. Tolerance of Tech 3341: +0.2, -0.4.
    # Faded in and out: a sine that begins at once has higher peaks there.
    fade = np.minimum(1, np.minimum(np.arange(96_000), np.arange(96_000)[::-1]) / 4800).astype(np.float32)
    found = measure(sine(2, -6.0206, hz, np.radians(degrees)) * fade[:, None]).true_peak_dbtp
    assert found is not None
    assert -6.4 <= found <= -5.8


def test_it_agrees_with_another_computation_on_a_song_of_many_levels() -> None:
    rng = np.random.default_rng(7)
    levels = np.repeat(10 ** (rng.uniform(-45, 0, 40) / 20), RATE // 2)
    sound = (make_sound(20) * levels[:, None]).astype(np.float32)
    assert measure(sound).integrated_lufs == pytest.approx(integrate(sound), abs=0.1)


def test_a_song_that_ends_within_a_tenth_of_a_second_is_measured() -> None:
    assert measure(sine(5.05, -20)).integrated_lufs == pytest.approx(-20, abs=0.1)


def test_block_sizes_make_no_difference() -> None:
    sound = make_sound(3)
    assert measure(sound, 1024) == measure(sound, len(sound)) == measure(sound, 777)


def test_digital_silence_is_silent() -> None:
    assert measure(np.zeros((RATE, 2), np.float32)) == Loudness(None, None, None)
    assert LoudnessMeter().finish() == Loudness(None, None, None)


def test_what_is_below_the_gate_or_shorter_than_a_block_has_a_peak_only() -> None:
    assert measure(sine(2, -80)) == Loudness(None, -80.0, None)
    assert measure(sine(0.3, -20)) == Loudness(None, pytest.approx(-20, abs=0.02), None)


def test_a_song_of_one_channel_measures_as_it_is_played_from_two(tmp_path: Path) -> None:
    song = write_media(tmp_path / "mono.flac", sound=sine(5, -20)[:, :1])
    track = probe_source(song).audio
    assert track is not None
    assert measure_song(song, track).integrated_lufs == pytest.approx(-20.0, abs=0.1)
