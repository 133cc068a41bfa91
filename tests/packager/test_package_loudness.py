"""Loudness in whole packages: what they say of themselves is what a stranger measures of their sound."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from loudness_check import hear_peak, measure_rung
from media_makers import Sound, make_sound, steady, write_media

from packager.audiogroups import AudioWishes
from packager.boxes import need_box, read_boxes
from packager.build import build_package, plan_sources
from packager.cache import Cache
from packager.errors import InputError
from packager.ladder import AudioCodec
from packager.loudness import Loudness
from packager.ludt import read_ludt
from packager.preview import describe_plan
from packager.watching import NobodyWatching
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
    wishes = PackageWishes(normalize_lufs=-5)
    _, plan = plan_sources(write_song(tmp_path, 0.5), None, wishes, NobodyWatching())
    song, gain_db = plan.gain.song, plan.gain.gain_db
    assert song is not None
    assert song.integrated_lufs is not None
    assert song.true_peak_dbtp is not None
    assert gain_db > 0
    assert song.true_peak_dbtp + gain_db == pytest.approx(-1, abs=0.02)
    (note,) = plan.notes
    assert note == (
        f"normalized to {song.integrated_lufs + gain_db:.1f} LUFS instead of -5: a gain above {gain_db:+.2f} dB would "
        "bring the true peak over -1 dBTP"
    )


def clip_noise() -> Sound:
    """Dense and loud: noise, most of it cut off at full scale, so that every band has its part in the peaks."""
    noise = np.random.default_rng(5).normal(0, 1, (SECONDS * 48_000, 2))
    return np.clip(noise, -1, 1).astype(np.float32)


@pytest.mark.parametrize("is_cached", [True, False])
def test_no_rung_of_a_loud_song_exceeds_the_ceiling_when_it_is_decoded(tmp_path: Path, is_cached: bool) -> None:
    song = write_media(tmp_path / "song.flac", sound=clip_noise())
    wishes = PackageWishes(normalize_lufs=-5, audio=AudioWishes((AudioCodec.OPUS, AudioCodec.FLAC)))
    cache = Cache(tmp_path / "cache") if is_cached else None
    index = build_package(song, None, tmp_path / "package", wishes, cache=cache)
    peaks = {rung.name: hear_peak(tmp_path / "package/audio" / rung.name) for rung in index.audio_rungs}
    assert max(peaks.values()) <= -1.0 + 0.005, peaks  # `ebur128` says it in steps of a thousandth of full scale
    assert max(peaks.values()) >= -2.0, peaks  # and not much more was taken away than that needs
    (note,) = index.notes
    assert f" LUFS instead of -5, by {index.loudness.gain_db:+.2f} dB: by the " in note
    assert re.search(r" dB planned, (aac-\d+|opus-128) had a true peak of [+-][01]\.\d\d dBTP, decoded$", note)
    assert {rung.loudness.gain_db for rung in index.audio_rungs} == {index.loudness.gain_db}
    if cache is not None:
        assert cache.reused == []  # what was encoded on trial is this run's own


def test_surround_is_held_to_its_own_peaks(tmp_path: Path) -> None:
    """Mixed down, it has 7.7 dB less: what stereo has room for is too much for it."""
    wishes = PackageWishes(normalize_lufs=-5, audio=AudioWishes(surround=True))
    sound = clip_noise()[:, :1] * 0.4 * np.array([[1, 0, 0, 0, 0, 0]], np.float32)
    index = build_package(
        write_media(tmp_path / "song.flac", sound=sound.astype(np.float32)), None, tmp_path / "package", wishes
    )
    assert -1.8 <= hear_peak(tmp_path / "package/audio/aac-6ch-384") <= -1.0 + 0.005
    assert hear_peak(tmp_path / "package/audio/aac-256") <= -5
    assert " dB planned, aac-6ch-384 had a true peak of +" in index.notes[-1]


def test_what_was_tried_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    song = write_media(tmp_path / "song.flac", sound=clip_noise())
    wishes = PackageWishes(normalize_lufs=-5)
    first = build_package(song, None, tmp_path / "first", wishes, cache=Cache(tmp_path / "cache"))

    def refuse(*_: object) -> Iterator[None]:
        raise AssertionError("decoded again")

    monkeypatch.setattr("packager.rungs_audio.read_song", refuse)
    cache = Cache(tmp_path / "cache")
    assert build_package(song, None, tmp_path / "second", wishes, cache=cache) == first
    assert cache.reused == ["aac-96", "aac-160", "aac-256"]


def test_a_trial_that_fails_leaves_nothing_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Iterator[None]:
        raise InputError("the lights went out")
        yield

    monkeypatch.setattr("packager.rungs_audio.read_song", fail)
    song = write_media(tmp_path / "song.flac", sound=clip_noise())
    with pytest.raises(InputError, match=r"^the lights went out$"):
        build_package(
            song, None, tmp_path / "package", PackageWishes(normalize_lufs=-5), cache=Cache(tmp_path / "cache")
        )
    assert [*(tmp_path / "cache").iterdir()] == []


def test_a_song_with_room_is_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("tried")

    monkeypatch.setattr("packager.headroom.lower_gain", refuse)
    index = build_package(write_song(tmp_path), None, tmp_path / "package", PackageWishes(normalize_lufs=-23))
    assert index.notes == ()


def test_a_plan_says_that_the_gain_may_still_be_lowered(tmp_path: Path) -> None:
    song = write_media(tmp_path / "song.flac", sound=clip_noise())
    preview = describe_plan(*plan_sources(song, None, PackageWishes(normalize_lufs=-8), NobodyWatching()))
    (note,) = preview.notes
    assert note.endswith(
        " dB is the most there will be: it is lowered until no rung exceeds -1 dBTP once it is decoded, and only "
        "encoding the sound can tell"
    )


def test_a_silent_song_is_packaged_and_called_silent(tmp_path: Path) -> None:
    song = write_media(tmp_path / "song.flac", sound=np.zeros((96_000, 2), np.float32))
    index = build_package(song, None, tmp_path / "package", PackageWishes(normalize_lufs=-14))
    assert index.loudness == Loudness(None, None, None)
    assert index.notes == ("not normalized: the song is silent",)
    assert "org.midnote.loudness" not in (tmp_path / "package/master.m3u8").read_text()


def test_a_loudness_that_no_song_has_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^--normalize 14: expected LUFS from -50 to -5; "):
        build_package(tmp_path / "no such song", None, tmp_path / "package", PackageWishes(normalize_lufs=14))
