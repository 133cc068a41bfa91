from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from media_makers import make_sound, read_number, steady, write_media

from packager.decode import Pcm, read_pictures, read_song
from packager.probe import probe_source


def read_all(path: Path) -> Pcm:
    track = probe_source(path, wants_video=False).audio
    assert track is not None
    return np.concatenate(list(read_song(path, track)))


def error_db(found: Pcm, expected: Pcm) -> float:
    return float(10 * np.log10(np.mean((found - expected) ** 2) / np.mean(expected**2)))


def test_sound_at_48_khz_is_read_bit_for_bit(tmp_path: Path) -> None:
    sound = make_sound(2.5)
    read = read_all(write_media(tmp_path / "song.flac", sound=sound))
    assert read.shape == (120_000, 2)
    # 16 bits are scaled by 32768 when read, and were by 32767 when made.
    assert np.abs(read - sound).max() < 1 / 20_000


@pytest.mark.parametrize(("rate", "count"), [(44_100, 96_000), (22_050, 96_000), (96_000, 96_000), (32_000, 96_000)])
def test_resampled_sound_starts_with_its_first_sample_and_keeps_its_length(
    tmp_path: Path, rate: int, count: int
) -> None:
    time = np.arange(2 * rate) / rate
    sines = np.stack([0.4 * np.sin(2 * np.pi * 440 * time), 0.4 * np.sin(2 * np.pi * 1000 * time)], axis=1)
    read = read_all(write_media(tmp_path / "song.flac", sound=sines.astype(np.float32), sound_rate=rate))
    true_time = np.arange(count) / 48_000
    true = 0.4 * np.sin(2 * np.pi * np.outer(true_time, (440, 1000)))
    assert read.shape == (count, 2)
    # A shift by one sample would be -24 dB at 440 Hz; what is left is the noise of 16 bits.
    assert error_db(read[500:-500], true[500:-500].astype(np.float32)) < -85


def test_one_channel_becomes_two_as_loud_as_it_was(tmp_path: Path) -> None:
    sound = make_sound(1, channels=1)
    read = read_all(write_media(tmp_path / "mono.flac", sound=sound))
    assert np.abs(read - sound).max() < 1 / 20_000


def test_pictures_come_in_order_with_their_times_from_the_first(tmp_path: Path) -> None:
    path = write_media(tmp_path / "late.mkv", pictures=steady(30, 25, start=Fraction(2)))
    track = probe_source(path).video
    assert track is not None
    read = [(time, read_number(frame)) for time, frame in read_pictures(path, track)]
    assert read == [(Fraction(n, 25), n) for n in range(30)]


def test_pictures_can_be_read_from_the_middle_on(tmp_path: Path) -> None:
    path = write_media(tmp_path / "p.mkv", pictures=steady(60, start=Fraction(3)), options={"g": "25"})
    track = probe_source(path).video
    assert track is not None
    read = [(time, read_number(frame)) for time, frame in read_pictures(path, track, since=Fraction(6, 5))]
    assert read == [(Fraction(number, 25), number) for number in range(30, 60)]


def test_b_frames_come_in_the_order_shown(tmp_path: Path) -> None:
    path = write_media(tmp_path / "b.mp4", pictures=steady(30), options={"preset": "veryfast", "bf": "3"})
    track = probe_source(path).video
    assert track is not None
    assert [read_number(frame) for _, frame in read_pictures(path, track)] == list(range(30))
