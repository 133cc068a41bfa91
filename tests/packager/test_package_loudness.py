"""Loudness in whole packages: what they say of themselves is what a stranger measures of their sound."""

import json
from pathlib import Path

import numpy as np
import pytest
from loudness_check import measure_rung
from media_makers import Sound, make_sound, steady, write_media

from packager.boxes import need_box, read_boxes
from packager.build import build_package
from packager.errors import InputError
from packager.loudness import Loudness
from packager.ludt import read_ludt
from packager.wishes import PackageWishes

SECONDS = 8


def write_song(folder: Path, gain: float = 1.0) -> Path:
    """Two levels, so that it has a range; its peak is near 0.6 of full scale times `gain`."""
    sound: Sound = make_sound(SECONDS)
    sound[: len(sound) // 2] /= 4
    return write_media(folder / "song.flac", sound=(gain * sound).astype(np.float32))


def test_the_package_says_everywhere_how_loud_its_sound_is(tmp_path: Path) -> None:
    both = write_media(tmp_path / "both.mkv", sound=make_sound(SECONDS), pictures=steady(SECONDS * 25))
    index = build_package(both, None, tmp_path / "package")
    said = index.loudness
    assert said.integrated_lufs is not None
    assert said.true_peak_dbtp is not None
    written = json.loads((tmp_path / "package/package.json").read_text())["loudness"]
    assert written == {
        "integrated_lufs": said.integrated_lufs,
        "true_peak_dbtp": said.true_peak_dbtp,
        "range_lu": said.range_lu,
        "gain_db": 0.0,
    }
    for name in ("master", "tv", "video", "audio"):
        text = (tmp_path / f"package/{name}.m3u8").read_text()
        assert f'DATA-ID="org.midnote.loudness.integrated-lufs",VALUE="{said.integrated_lufs:.2f}"' in text
        assert f'DATA-ID="org.midnote.loudness.true-peak-dbtp",VALUE="{said.true_peak_dbtp:.2f}"' in text
        assert f'DATA-ID="org.midnote.loudness.range-lu",VALUE="{said.range_lu:.2f}"' in text
    for rung in ("aac-96", "aac-160", "aac-256"):
        init = (tmp_path / f"package/audio/{rung}/init.mp4").read_bytes()
        found = read_ludt(init, need_box(read_boxes(init), "moov", "trak"))
        assert found is not None
        assert found.integrated_lufs == pytest.approx(said.integrated_lufs, abs=0.13)
        assert found.true_peak_dbtp == pytest.approx(said.true_peak_dbtp, abs=0.02)
    video = next((tmp_path / "package/video").glob("*/init.mp4")).read_bytes()
    assert read_ludt(video, need_box(read_boxes(video), "moov", "trak")) is None


def test_normalized_the_best_rung_decodes_to_the_loudness_asked_for(tmp_path: Path) -> None:
    index = build_package(write_song(tmp_path), None, tmp_path / "package", PackageWishes(normalize_lufs=-23))
    assert index.loudness.integrated_lufs == pytest.approx(-23, abs=0.02)
    assert index.loudness.gain_db < 0
    assert index.notes == ()
    # The best rung only: 96 kbit/s leaves out the highest octave, of which noise has as much as of all below it.
    assert measure_rung(tmp_path / "package/audio/aac-256").integrated_lufs == pytest.approx(-23, abs=0.3)


def test_no_song_is_turned_up_over_its_peaks(tmp_path: Path) -> None:
    index = build_package(write_song(tmp_path, 0.5), None, tmp_path / "package", PackageWishes(normalize_lufs=-5))
    said = index.loudness
    assert said.gain_db > 0
    assert said.true_peak_dbtp is not None
    assert -1.02 <= said.true_peak_dbtp <= -1.0
    assert said.integrated_lufs is not None
    assert said.integrated_lufs < -6
    (note,) = index.notes
    assert note == (
        f"normalized to {said.integrated_lufs:.1f} LUFS instead of -5: a gain above {said.gain_db:+.2f} dB would bring "
        "the true peak over -1 dBTP"
    )
    found = measure_rung(tmp_path / "package/audio/aac-256").true_peak_dbtp
    assert found is not None
    assert found <= -0.8


def test_a_silent_song_is_packaged_and_called_silent(tmp_path: Path) -> None:
    song = write_media(tmp_path / "song.flac", sound=np.zeros((96_000, 2), np.float32))
    index = build_package(song, None, tmp_path / "package", PackageWishes(normalize_lufs=-14))
    assert index.loudness == Loudness(None, None, None)
    assert index.notes == ("not normalized: the song is silent",)
    assert "org.midnote.loudness" not in (tmp_path / "package/master.m3u8").read_text()


def test_a_loudness_that_no_song_has_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^--normalize 14: expected LUFS from -50 to -5; "):
        build_package(tmp_path / "no such song", None, tmp_path / "package", PackageWishes(normalize_lufs=14))
