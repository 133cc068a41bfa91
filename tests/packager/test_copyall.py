"""Songs of a list, each in its folder; what cannot be used is told, and the others are there."""

import json
from pathlib import Path

import pytest
from media_makers import make_sound, write_media
from typer.testing import CliRunner

import midnote
from packager.inspection import lint_folder
from packager.lint.finding import Profile

LIST = """
[[song]]
name = "artist/first"
files = ["a.m4a"]
about = "about.toml"

[[song]]
name = "broken"
files = ["absent.m4a"]

[[song]]
name = "second"
files = ["a.m4a", "b.m4a"]
title = "The second"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("songs")
    sound = make_sound(5)
    write_media(folder / "a.m4a", sound=sound, sound_codec="aac")
    write_media(folder / "b.m4a", sound=sound / 8, sound_codec="aac")
    (folder / "about.toml").write_text('title = "The first"\nartist = "Somebody"\n')
    (folder / "songs.toml").write_text(LIST)
    return folder


def read_index(package: Path) -> dict[str, object]:
    found = json.loads((package / "package.json").read_text())
    assert isinstance(found, dict)
    return found


def test_each_song_has_its_package_and_what_fails_is_told(folder: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(midnote.app, ["copy-all", str(folder / "songs.toml"), "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert done.stdout.splitlines() == [f"artist/first: {tmp_path / 'artist/first'}", f"second: {tmp_path / 'second'}"]
    assert done.stderr == f"midnote: broken: {folder / 'absent.m4a'}: no such file; check the path\n"
    assert [read_index(tmp_path / name)["title"] for name in ("artist/first", "second")] == ["The first", "The second"]
    assert lint_folder(tmp_path / "second", Profile.RFC) == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["artist", "second"]


def test_programs_get_a_line_for_each_song(folder: Path, tmp_path: Path) -> None:
    words = ["copy-all", str(folder / "songs.toml"), "--out", str(tmp_path), "--json", "--single-file"]
    done = CliRunner().invoke(midnote.app, words)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["name"] for line in lines] == ["artist/first", "broken", "second"]
    assert [line["error"] is None for line in lines] == [True, False, True]
    assert (Path(lines[2]["out"]) / "master.m3u8").exists()
    assert list((tmp_path / "second").rglob("media.mp4"))


def test_all_well_is_exit_0_and_may_be_quiet(folder: Path, tmp_path: Path) -> None:
    (folder / "one.toml").write_text('[[song]]\nname = "one"\nfiles = ["a.m4a"]\n')
    words = ["copy-all", str(folder / "one.toml"), "--out", str(tmp_path), "--quiet"]
    done = CliRunner().invoke(midnote.app, words)
    assert (done.exit_code, done.output) == (0, "")
    assert read_index(tmp_path / "one")["title"] == "a"


def test_a_list_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["midnote", "copy-all", str(tmp_path / "absent.toml"), "--out", str(tmp_path)])
        with pytest.raises(SystemExit) as stopped:
            midnote.main()
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith(f"midnote: {tmp_path / 'absent.toml'}: cannot be read (No such file")
