import json
import sys
from pathlib import Path

import pytest
from media_makers import make_sound, steady, write_media

import midnote


def run(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> object:
    """The exit code of one command line."""
    monkeypatch.setattr(sys, "argv", ["midnote", *arguments])
    with pytest.raises(SystemExit) as raised:
        midnote.main()
    return raised.value.code or 0


def test_a_song_is_packaged_and_the_next_step_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    song = write_media(tmp_path / "tune.flac", sound=make_sound(1))
    assert run(["package", str(song), "--out", str(tmp_path / "out")], monkeypatch) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert shown.out.splitlines()[0] == "tune: 0:01.00 in 1 segment"
    assert shown.out.splitlines()[-1] == f"Next: midnote serve {tmp_path / 'out'}"


def test_json_is_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    both = write_media(tmp_path / "both.mkv", sound=make_sound(1), pictures=steady(25))
    assert run(["package", str(both), "--out", str(tmp_path / "out"), "--json"], monkeypatch) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((tmp_path / "out/package.json").read_text())


def test_bad_input_is_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["package", str(tmp_path / "no.mp4"), "--out", str(tmp_path / "out")], monkeypatch) == 2
    assert capsys.readouterr() == ("", f"midnote: {tmp_path}/no.mp4: no such file; check the path\n")
    assert list(tmp_path.iterdir()) == []
