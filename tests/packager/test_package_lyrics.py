"""Whole packages with words, read as a stranger would."""

import json
from fractions import Fraction
from pathlib import Path

import av
import m3u8
import pytest
from media_makers import make_sound, steady, write_media

from packager.build import build_package
from packager.errors import InputError
from packager.inspection import lint_folder
from packager.lint.finding import Profile
from packager.lyrics import LyricsFile
from packager.wishes import PackageWishes

LRC = "[la:en]\n[00:00.50]One\n[00:03.00]<00:03.00>Two <00:04.00>words\n[00:05.00]Three\n[59:00.00]Never\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:05.500 line:0\nEins\n"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """6 s of song that start 1.5 s into 7.5 s of video; segments of 3.84 and 3.68 s; words in two languages."""
    folder = tmp_path_factory.mktemp("lyrics")
    both = write_media(folder / "both.mkv", sound=make_sound(6), sound_start=Fraction(3, 2), pictures=steady(188))
    (folder / "song.lrc").write_text(LRC)
    (folder / "lied.vtt").write_text(VTT)
    lyrics = (LyricsFile(folder / "song.lrc"), LyricsFile(folder / "lied.vtt", "de"))
    build_package(both, None, folder / "package", PackageWishes(lyrics=lyrics))
    return folder / "package"


@pytest.mark.parametrize("profile", list(Profile))
def test_it_lints_clean(package: Path, profile: Profile) -> None:
    assert [str(finding) for finding in lint_folder(package, profile)] == []


def test_every_variant_may_be_shown_with_every_language(package: Path) -> None:
    for name in ("master.m3u8", "tv.m3u8", "video.m3u8", "audio.m3u8"):
        playlist = m3u8.load(str(package / name))
        words = [(each.language, each.name, each.uri) for each in playlist.media if each.type == "SUBTITLES"]
        assert words == [("en", "English", "text/en/playlist.m3u8"), ("de", "Deutsch", "text/de/playlist.m3u8")]
        assert {each.stream_info.subtitles for each in playlist.playlists} == {"lyrics"}
        assert not [each for each in playlist.playlists if "wvtt" in each.stream_info.codecs]


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", [(2000, 2500, b"One"), (4500, 2000, b"Two <00:00:05.500>words"), (6500, 1020, b"Three")]),
        ("de", [(2500, 4500, b"Eins")]),
    ],
)
def test_ffmpeg_reads_every_cue_as_late_as_the_song_is(
    package: Path, language: str, shown: list[tuple[int, int, bytes]]
) -> None:
    playlist = package / "text" / language / "playlist.m3u8"
    options = {"allowed_extensions": "ALL", "extension_picky": "0"}
    with av.open(str(playlist), options=options) as container:
        packets = {(each.pts, each.duration, bytes(each)) for each in container.demux() if each.size}
    assert sorted(packets) == shown


def test_the_index_names_the_words_and_what_was_left_out(package: Path) -> None:
    index = json.loads((package / "package.json").read_text())
    assert index["lyrics"] == [
        {
            "language": "en",
            "name": "English",
            "playlist": "text/en/playlist.m3u8",
            "file": "text/en/lyrics.vtt",
            "source": "song.lrc",
            "cue_count": 4,
        },
        {
            "language": "de",
            "name": "Deutsch",
            "playlist": "text/de/playlist.m3u8",
            "file": "text/de/lyrics.vtt",
            "source": "lied.vtt",
            "cue_count": 1,
        },
    ]
    assert index["notes"][-1] == "song.lrc: 1 of its lines stand after the end of the song at 7.52 s: left out"


def test_words_that_weigh_much_are_counted_in_bandwidth(tmp_path: Path) -> None:
    song = write_media(tmp_path / "song.flac", sound=make_sound(3.84))
    (tmp_path / "heavy.vtt").write_text(f"WEBVTT\n\nSTYLE\n/* {'x' * 20_000} */\n\n00:00.000 --> 00:01.000\nla\n")
    build_package(song, None, tmp_path / "light")
    build_package(song, None, tmp_path / "heavy", PackageWishes(lyrics=(LyricsFile(tmp_path / "heavy.vtt", "en"),)))
    light, heavy = (m3u8.load(str(tmp_path / name / "audio.m3u8")).playlists for name in ("light", "heavy"))
    # 20 kB of style in each segment of 3.84 s are 42 kbit/s.
    assert 41_000 < heavy[0].stream_info.bandwidth - light[0].stream_info.bandwidth < 43_500
    assert lint_folder(tmp_path / "heavy") == ()


def test_words_in_the_language_that_is_sung_are_a_transcript(tmp_path: Path) -> None:
    song = write_media(tmp_path / "song.mka", sound=make_sound(1), language="deu")
    (tmp_path / "lied.vtt").write_text(VTT)
    build_package(song, None, tmp_path / "package", PackageWishes(lyrics=(LyricsFile(tmp_path / "lied.vtt"),)))
    (words,) = [each for each in m3u8.load(str(tmp_path / "package/master.m3u8")).media if each.type == "SUBTITLES"]
    assert (words.language, words.characteristics) == ("de", "public.accessibility.transcribes-spoken-dialog")


def test_a_fault_in_the_words_leaves_nothing_behind(tmp_path: Path) -> None:
    song = write_media(tmp_path / "song.flac", sound=make_sound(1))
    (tmp_path / "song.lrc").write_text("la")
    with pytest.raises(InputError, match=r"^song\.lrc: line 1: found 'la' without a time"):
        build_package(song, None, tmp_path / "out/package", PackageWishes(lyrics=(LyricsFile(tmp_path / "song.lrc"),)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["song.flac", "song.lrc"]
