"""A package of a song with a song file, as its playlists and its index tell it."""

import json
from pathlib import Path

import m3u8
import pytest
from media_makers import make_sound, write_media
from typer.testing import CliRunner

import midnote
from packager.inspection import lint_folder
from packager.lint.finding import Profile

SONG = """
title = "A \\"song\\""
isrc = "GB-AYE-67-01234"
languages = ["de"]
lyrics = { de = "lied.lrc" }
ai = { vocals = "none" }
[[availability]]
territories = ["Worldwide"]
from = 2026-11-27T00:00:00+01:00
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("song")
    write_media(folder / "song.flac", sound=make_sound(1))
    (folder / "song.toml").write_text(SONG)
    (folder / "lied.lrc").write_text("[00:00.10]Eins\n")
    (folder / "words.lrc").write_text("[la:en]\n[00:00.10]One\n")
    return folder


def package(folder: Path, out: str, *options: str) -> Path:
    arguments = ["package", str(folder / "song.flac"), "--out", str(folder / out), "--song", str(folder / "song.toml")]
    result = CliRunner().invoke(midnote.app, [*arguments, *options])
    assert result.exit_code == 0, result.output
    return folder / out


def read_session(playlist: Path) -> dict[str, str]:
    return {each.data_id: each.value for each in m3u8.load(str(playlist)).session_data}


def test_what_is_said_of_a_song_travels_in_playlists_and_index(folder: Path) -> None:
    out = package(folder, "said")
    session = read_session(out / "master.m3u8")
    assert {name: value for name, value in session.items() if name.split(".")[2] not in ("loudness", "waveform")} == {
        "org.midnote.title": "A 'song'",
        "org.midnote.isrc": "GBAYE6701234",
        "org.midnote.languages": "de",
        "org.midnote.availability.1": "Worldwide 2026-11-26T23:00:00Z/..",
        "org.midnote.ai.vocals": "none",
    }
    index = json.loads((out / "package.json").read_text())
    assert (index["title"], index["song"]["isrc"]) == ('A "song"', "GBAYE6701234")
    assert index["song"]["availability"] == [
        {"territories": ["Worldwide"], "start": "2026-11-26T23:00:00Z", "end": None}
    ]
    assert {each.language for each in m3u8.load(str(out / "master.m3u8")).media} == {"de"}
    for profile in Profile:
        assert lint_folder(out, profile) == ()


def test_options_win_over_the_song_file(folder: Path) -> None:
    out = package(folder, "options", "--title", "Another", "--lyrics", str(folder / "words.lrc"))
    assert read_session(out / "master.m3u8")["org.midnote.title"] == "Another"
    assert [path.name for path in (out / "text").iterdir()] == ["en"]
