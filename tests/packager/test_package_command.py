import json
import sys
from pathlib import Path

import pytest
from media_makers import make_sound, steady, write_media

import midnote
from packager.ladder_files import read_preset


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


def test_a_ladder_file_decides_what_is_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("segment_s = 2\n[video]\nrungs = [{side = 64, cap_kbps = 90}]\n[audio]\nrungs = [{kbps = 64}]\n")
    both = write_media(tmp_path / "both.mkv", sound=make_sound(4), pictures=steady(100))
    arguments = ["package", str(both), "--out", str(tmp_path / "out"), "--ladder", str(mine), "--json"]
    assert run(arguments, monkeypatch) == 0
    index = json.loads(capsys.readouterr().out)
    assert [rung["name"] for rung in index["video_rungs"]] == ["64p"]
    assert [rung["name"] for rung in index["audio_rungs"]] == ["aac-64"]
    assert index["ladder"] == {"name": "mine.toml", "about": ""}
    assert index["grid"]["video_boundaries_frames"] == [0, 48, 96, 100]


def test_a_ladder_that_is_none_is_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["package", "song.flac", "--out", str(tmp_path / "out"), "--ladder", "4k"], monkeypatch) == 2
    assert capsys.readouterr().err == (
        "midnote: 4k: no such ladder, and no such file: give the path of a TOML file, or one of default, apple, auto, "
        "data-saver, hd\n"
    )


def test_a_plan_is_explained_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    both = write_media(tmp_path / "both.mkv", sound=make_sound(1), pictures=steady(25))
    assert run(["package", str(both), "--plan", "--out", str(tmp_path / "out")], monkeypatch) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "both.mkv: h264 192x108, 25 fps; flac 48000 Hz, 2 channels"
    assert shown[1].startswith("Ladder default: ")
    assert shown[2].split() == ["rung", "codec", "size", "expected", "kb/s", "cap", "kb/s", "with"]
    assert shown[3].split()[:6] == ["108p", "h264", "veryfast", "CRF", "23", "192x108"]
    assert shown[7:10] == [
        "Segments: 0:01.00 in 1 segment of 1 s, the last 1 s; target 1 s",
        ("Grid: exact: 96 frames at 25 fps are 180 AAC frames at 48 kHz, 3.8400 s, so every audio cut falls on its "
         "video cut"),
        "Worst audio cut: 0 ms from its video cut",
    ]  # fmt: skip
    assert shown[10].startswith("Disk: ")
    assert list(tmp_path.iterdir()) == [both]


def test_the_plan_of_a_package_comes_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    both = write_media(tmp_path / "both.mkv", sound=make_sound(5), pictures=steady(125))
    assert run(["package", str(both), "--plan", "--json"], monkeypatch) == 0
    plan = json.loads(capsys.readouterr().out)
    assert run(["package", str(both), "--out", str(tmp_path / "out"), "--json"], monkeypatch) == 0
    index = json.loads(capsys.readouterr().out)
    for key in ("explanation", "duration", "segment_count", "target_duration_s", "worst_boundary_error"):
        assert plan["grid"][key] == index["grid"][key]
    for planned, made in zip(plan["video_rungs"], index["video_rungs"], strict=True):
        assert {key: made[key] for key in ("name", "width", "height", "crf", "preset", "cap_bps", "audio_rung")} == {
            key: planned[key] for key in ("name", "width", "height", "crf", "preset", "cap_bps", "audio_rung")
        }
    for planned, made in zip(plan["audio_rungs"], index["audio_rungs"], strict=True):
        assert made["average_bps"] < planned["expected_bps"] * 1.02
    assert index["notes"] == plan["notes"]


def test_a_package_needs_a_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["package", str(tmp_path / "song.flac")], monkeypatch) == 2
    assert "say where the package shall be" in capsys.readouterr().err


def test_a_preset_is_printed_to_be_copied(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ladders", "hd"], monkeypatch) == 0
    assert capsys.readouterr().out == read_preset("hd")


def test_ladders_are_listed_with_whom_they_are_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ladders"], monkeypatch) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[:4] == [
        "default",
        "  Music videos on phones and laptops: four sizes, and a small one that a switch to video joins on at once.",
        ("  video  1080p 5000k, 720p 2800k, 480p 1300k, 360p 700k, 240p 300k, 144p 130k "
         "(h264 veryfast CRF 23)"),
        "  audio  aac-96, aac-160, aac-256",
    ]  # fmt: skip


def test_bad_input_is_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["package", str(tmp_path / "no.mp4"), "--out", str(tmp_path / "out")], monkeypatch) == 2
    assert capsys.readouterr() == ("", f"midnote: {tmp_path}/no.mp4: no such file; check the path\n")
    assert list(tmp_path.iterdir()) == []


def test_rungs_are_kept_for_the_next_run_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    song = write_media(tmp_path / "tune.flac", sound=make_sound(1))
    arguments = ["package", str(song), "--out", str(tmp_path / "out")]
    told = []
    for options in ([], [], ["--no-cache"], []):
        assert run([*arguments, "--cache", str(tmp_path / "cache"), *options], monkeypatch) == 0
        told.append("Re-used from the cache: aac-96, aac-160, aac-256" in capsys.readouterr().out)
    assert told == [False, True, False, True]
