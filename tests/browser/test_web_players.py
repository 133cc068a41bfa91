"""Packages as web players play them: in Chromium, from our origin, through the browser's own demuxer and decoders."""

from pathlib import Path
from typing import Any

import pytest
from stage import Perform

from packager.build import build_package
from packager.lyrics import LyricsFile
from packager.wishes import PackageWishes

pytestmark = pytest.mark.slow


def assert_played(report: dict[str, Any]) -> None:
    """All 24 s of both tracks came without a gap, at their times; the picture runs, also after a seek."""
    assert report["faults"] == []
    assert report["is_whole"]
    assert report["duration"] == pytest.approx(24, abs=0.03)
    assert set(report["buffered"]) == {"audio", "video"}
    for spans in report["buffered"].values():
        assert spans == [[pytest.approx(0, abs=0.03), pytest.approx(24, abs=0.03)]]
    assert report["plays"]
    assert report["seeks"]
    assert report["plays_after_seek"]
    assert report["size"] in ([320, 256], [180, 144])
    assert report["shown"] > 25


@pytest.mark.parametrize("player", ["dashjs", "shaka-player"])
def test_dash_players_play_the_manifest(perform_in_browser: Perform, small_package: Path, player: str) -> None:
    assert_played(perform_in_browser(player, small_package, "manifest.mpd"))


@pytest.mark.parametrize("player", ["hls.js", "shaka-player"])
def test_hls_players_play_the_playlist(perform_in_browser: Perform, small_package: Path, player: str) -> None:
    assert_played(perform_in_browser(player, small_package, "master.m3u8"))


@pytest.mark.parametrize("player", ["hls.js", "shaka-player"])
def test_encrypted_segments_are_decrypted(perform_in_browser: Perform, encrypted_package: Path, player: str) -> None:
    assert_played(perform_in_browser(player, encrypted_package, "master.m3u8"))


@pytest.mark.parametrize(
    ("player", "playlist"), [("dashjs", "manifest.mpd"), ("shaka-player", "manifest.mpd"), ("hls.js", "master.m3u8")]
)
def test_single_files_are_played_through_byte_ranges(
    perform_in_browser: Perform, single_file_package: Path, player: str, playlist: str
) -> None:
    assert_played(perform_in_browser(player, single_file_package, playlist))


# Segments are 3.84 s long: one line begins with one, another reaches through two, and each is to come once.
LRC = "[00:00.50]one\n[00:03.84]two\n[00:07.25]three\n[00:15.36]four\n[00:20.01]five\n[00:23.00]\n"


@pytest.mark.parametrize(
    ("player", "playlist"), [("hls.js", "master.m3u8"), ("dashjs", "manifest.mpd"), ("shaka-player", "manifest.mpd")]
)
def test_words_are_shown_at_their_times(
    perform_in_browser: Perform, small_source: Path, tmp_path: Path, player: str, playlist: str
) -> None:
    (tmp_path / "song.lrc").write_text(LRC)
    wishes = PackageWishes(lyrics=(LyricsFile(tmp_path / "song.lrc", "en"),))
    build_package(small_source, None, tmp_path / "package", wishes)
    report = perform_in_browser(player, tmp_path / "package", playlist)
    assert_played(report)
    assert report["cues"] == [
        [0.5, 3.84, "one"],
        [3.84, 7.25, "two"],
        [7.25, 15.36, "three"],
        [15.36, 20.01, "four"],
        [20.01, 23.0, "five"],
    ]
