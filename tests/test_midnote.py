"""The command line as its users meet it: whole processes, their exit codes, and what they print and leave behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run_midnote(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, "-m", "midnote", *map(str, words)],
        capture_output=True, text=True, timeout=120, cwd=cwd, env=environment, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory: pytest.TempPathFactory, small_source: Path) -> Path:
    """A folder of files that nobody can use."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "text.mp4").write_text("<html>not a video</html>\n" * 20)
    (folder / "empty.mp4").write_bytes(b"")
    whole = small_source.read_bytes()
    (folder / "truncated.mkv").write_bytes(whole[: len(whole) * 55 // 100])
    (folder / "scenario.toml").write_text("[limits]\ntap_to_pictures = 1\n")
    (folder / "journal.zip").write_text("not a journal")
    (folder / "taken").mkdir()
    (folder / "taken" / "holiday.txt").write_text("mine")
    return folder


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["package", "absent.flac", "--out", "out"], ["absent.flac"]),
        (["package", "taken", "--out", "out"], ["taken"]),
        (["package", "text.mp4", "--out", "out"], ["text.mp4"]),
        (["package", "empty.mp4", "--out", "out"], ["empty.mp4"]),
        (["package", "truncated.mkv", "--out", "out"], ["truncated.mkv", "cut short"]),
        (["package", "text.mp4", "--out", "taken"], ["taken"]),
        (["copy", "absent.mp4", "--out", "out"], ["absent.mp4"]),
        (["copy", "--quiet", "absent.mp4", "--out", "out"], ["absent.mp4"]),
        (["copy", "--quiet", "text.mp4", "--out", "out"], ["text.mp4"]),
        (["copy", "--quiet", "text.mp4", "--out", "taken"], ["taken"]),
        (["lint", "absent"], ["absent"]),
        (["lint", "taken"], ["taken"]),
        (["serve", "absent"], ["absent"]),
        (["play", "absent"], ["absent"]),
        (["play", "taken"], ["master.m3u8"]),
        (["play", "absent", "--next", "taken"], ["absent"]),
        (["play", "http://127.0.0.1:9/master.m3u8"], ["http://127.0.0.1:9/master.m3u8", "is the origin running"]),
        (["prove", "absent.zip"], ["absent.zip"]),
        (["prove", "journal.zip"], ["journal.zip", "not a whole midnote journal"]),
    ],
)
def test_bad_input_is_one_line_and_exit_2(bad_files: Path, words: list[str], names: list[str]) -> None:
    before = sorted(path.name for path in bad_files.rglob("*"))
    done = run_midnote(*words, cwd=bad_files)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("midnote: ")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert all(name in done.stderr for name in names), done.stderr
    assert sorted(path.name for path in bad_files.rglob("*")) == before


def test_an_unknown_option_of_a_scenario_is_named(bad_files: Path, small_package: Path) -> None:
    done = run_midnote("play", small_package, "--virtual", "--scenario", bad_files / "scenario.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"midnote: {bad_files / 'scenario.toml'}: [limits] has no 'tap_to_pictures'; did you mean 'tap_to_picture_s'?\n"
    )


@pytest.mark.parametrize("command", ["package", "lint", "serve", "play", "prove", "demo"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = run_midnote(command, "--help")
    assert done.returncode == 0
    assert f"midnote {command} " in done.stdout.split("Example:")[1]


def test_usage_mistakes_exit_with_2() -> None:
    assert run_midnote("play").returncode == 2
    assert run_midnote("dance").returncode == 2


def test_an_interrupted_command_says_so() -> None:
    script = (
        "import midnote, packager.ladder_files as files, sys\n"
        "def stop():\n    raise KeyboardInterrupt\n"
        "files.preset_names, sys.argv = stop, ['midnote', 'ladders']\n"
        "midnote.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (130, "midnote: interrupted; nothing half-made was left behind\n")


def test_a_virtual_play_is_proven_from_its_journal(small_package: Path, tmp_path: Path) -> None:
    journal, report = tmp_path / "s.journal.zip", tmp_path / "report.html"
    words = ("--tap", "3.3", "--tap", "9.1", "--shape", "4g", "--virtual", "--json")
    played = run_midnote("play", small_package, *words, "--journal", journal)
    assert played.returncode == 0, played.stderr
    proven = run_midnote("prove", journal, "--json", "--report", report)
    assert proven.returncode == 0, proven.stderr
    assert json.loads(proven.stdout) == json.loads(played.stdout)
    assert "Nobody heard it" in report.read_text()


def test_a_broken_limit_is_exit_1(small_package: Path, tmp_path: Path) -> None:
    scenario = tmp_path / "strict.toml"
    scenario.write_text("[[tap]]\nat_s = 3.3\nto = 'video'\n[limits]\ntap_to_picture_s = 0.001\n")
    done = run_midnote("play", small_package, "--virtual", "--scenario", scenario)
    assert done.returncode == 1, done.stderr
    assert "tap_to_picture_s" in done.stdout


@pytest.mark.slow
def test_ctrl_c_has_the_listener_leave_and_judges_what_was_played(small_package: Path, tmp_path: Path) -> None:
    words = ("play", small_package, "--tap", "1.1", "--tap", "20", "--journal", tmp_path / "j.zip", "--json")
    # A shell has what it runs in the background ignore this signal, and so do all that is run by that.
    script = "import signal, midnote; signal.signal(signal.SIGINT, signal.default_int_handler); midnote.main()"
    playing = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    with pytest.raises(subprocess.TimeoutExpired):
        playing.wait(timeout=6)
    playing.send_signal(signal.SIGINT)
    shown, errors = playing.communicate(timeout=60)
    assert (playing.returncode, errors) == (1, "")
    assert json.loads(shown)["reasons"] == ["the tap to audio at 20.00 s was never made: the session was over before"]
    assert run_midnote("prove", tmp_path / "j.zip").returncode == 1


def test_a_package_of_ours_lints_clean_under_every_profile(small_package: Path) -> None:
    for profile in ("rfc", "mobile", "tv"):
        done = run_midnote("lint", small_package, "--profile", profile)
        assert done.returncode == 0, done.stdout
