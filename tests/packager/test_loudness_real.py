"""Real songs, where the corpus is at hand: measured twice, and normalized."""

import os
from pathlib import Path

import numpy as np
import pytest
from loudness_check import hear_peak, integrate, measure_rung

from packager.build import build_package
from packager.cache import Cache
from packager.decode import read_song
from packager.loudness import Loudness
from packager.meter import measure_song
from packager.probe import probe_source
from packager.wishes import PackageWishes

ROOT = Path(__file__).parent.parent.parent
MEDIA = Path(os.environ.get("MIDNOTE_MEDIA", ROOT.parent / "shared" / "media"))

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not MEDIA.is_dir(), reason=f"no media corpus at {MEDIA} (MIDNOTE_MEDIA names another place)"),
]
AT_14_LUFS = PackageWishes(normalize_lufs=-14)


@pytest.mark.parametrize(
    "name", ["flac-suite_28_hires-24-96.flac", "freecol_musicbox.ogg", "kevin-macleod_sugar-plum-fairy.ogg"]
)
def test_a_real_song_measures_the_same_by_another_computation(name: str) -> None:
    path = MEDIA / "songs" / name
    track = probe_source(path, wants_video=False).audio
    assert track is not None
    expected = integrate(np.concatenate(list(read_song(path, track))))
    assert measure_song(path, track).integrated_lufs == pytest.approx(expected, abs=0.1)


def test_a_loud_song_is_brought_to_14_lufs_in_every_rung(tmp_path: Path) -> None:
    song = MEDIA / "songs/jonathan-coulton_code-monkey.ogg"
    index = build_package(song, None, tmp_path / "package", AT_14_LUFS, cache=Cache(tmp_path / "cache"))
    assert (index.loudness.gain_db, index.notes) == (-4.49, ())
    for rung in ("aac-96", "aac-160", "aac-256"):
        assert measure_rung(tmp_path / "package/audio" / rung).integrated_lufs == pytest.approx(-14, abs=0.3)


def test_a_quiet_song_is_turned_up_no_further_than_its_peaks_allow(tmp_path: Path) -> None:
    song, cache = MEDIA / "songs/freecol_musicbox.ogg", Cache(tmp_path / "cache")
    index = build_package(song, None, tmp_path / "package", AT_14_LUFS, cache=cache)
    (note,) = index.notes
    assert note.startswith("normalized to -16.")
    assert note.endswith(": by the +12.15 dB planned, aac-96 had a true peak of -0.71 dBTP, decoded")
    assert index.loudness.gain_db == pytest.approx(11.8, abs=0.2)
    assert max(hear_peak(tmp_path / "package/audio" / rung.name) for rung in index.audio_rungs) <= -1.0 + 0.005


def test_digital_silence_is_packaged_as_it_is(tmp_path: Path) -> None:
    index = build_package(MEDIA / "nasty/made/digital-silence_10s.m4a", None, tmp_path / "package", AT_14_LUFS)
    assert index.loudness == Loudness(None, None, None)
    assert index.notes == ("not normalized: the song is silent",)
