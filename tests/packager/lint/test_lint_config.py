from pathlib import Path

import lint_specimen as specimen
import pytest
from typer.testing import CliRunner

from midnote import app
from packager.errors import InputError
from packager.lint.config import LintConfig, LintException, read_config
from packager.lint.finding import Severity

runner = CliRunner()
RULE_OFF = '[severities]\ncodecs-wrong = "off"\n'


def broken(folder: Path) -> Path:
    files = specimen.good_files()
    files["tv.m3u8"] = files["tv.m3u8"].replace(b"avc1.64000D", b"avc1.64001F", 1)
    return specimen.write(files, folder)


def lint_with(config: str, folder: Path) -> tuple[int, str]:
    (folder / "lint.toml").write_text(config)
    run = runner.invoke(app, ["lint", str(broken(folder / "package")), "--config", str(folder / "lint.toml")])
    return run.exit_code, run.stdout


def test_severities_and_exceptions_are_read() -> None:
    text = (
        '[severities]\nversion-high = "note"\ntarget-unusual = "off"\n'
        '[[exceptions]]\nrule = "bandwidth-high"\nfiles = "old/*"\nreason = "frozen"\n'
    )
    assert read_config("lint.toml", text) == LintConfig(
        {"version-high": Severity.NOTE, "target-unusual": None},
        (LintException("bandwidth-high", "old/*", "frozen"),),
    )


@pytest.mark.parametrize(
    ("config", "exit_code", "told"),
    [
        ("", 1, "1 error"),
        (RULE_OFF, 0, "clean"),
        ('[severities]\ncodecs-wrong = "warning"\n', 0, "1 warning"),
        ('[[exceptions]]\nrule = "codecs-wrong"\nfiles = "tv.*"\nreason = "known"\n', 0, "clean"),
        ('[[exceptions]]\nrule = "codecs-wrong"\nfiles = "master.*"\nreason = "known"\n', 1, "1 error"),
        ('[[exceptions]]\nrule = "version-high"\nfiles = "*"\nreason = "known"\n', 1, "1 error"),
    ],
)
def test_config_grades_and_excuses(tmp_path: Path, config: str, exit_code: int, told: str) -> None:
    code, stdout = lint_with(config, tmp_path)
    assert (code, stdout.rstrip().endswith(told)) == (exit_code, True), stdout


def test_config_of_the_current_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = broken(tmp_path / "package")
    monkeypatch.chdir(tmp_path)
    assert runner.invoke(app, ["lint", str(folder)]).exit_code == 1
    (tmp_path / "midnote-lint.toml").write_text(RULE_OFF)
    assert runner.invoke(app, ["lint", str(folder)]).exit_code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("severities = ", r"^lint\.toml: not TOML: "),
        ("[rules]\n", r"^lint\.toml: unknown key 'rules': expected exceptions, severities$"),
        ('[severities]\ncodecs-rong = "off"\n', r"\[severities\]: no rule 'codecs-rong': did you mean codecs-wrong"),
        ('[severities]\ncodecs-wrong = "no"\n', r"codecs-wrong = 'no': expected error, warning, note or off$"),
        ("exceptions = 1\n", r"expected a table \[severities\] and a list of tables \[\[exceptions\]\]$"),
        ('[[exceptions]]\nrule = "codecs-wrong"\nfiles = "*"\n', r"exception 1: no reason: give reason as a text"),
        (
            '[[exceptions]]\nrule = "x"\nfiles = "*"\nreason = "r"\n',
            r"exception 1: no rule 'x': docs/lint-rules\.md lists",
        ),
        ('[[exceptions]]\nfile = "*"\n', r"exception 1: unknown key 'file': expected files, reason, rule$"),
        ("exceptions = [1]\n", r"exception 1: expected a table \[\[exceptions\]\]$"),
    ],
)
def test_what_a_config_may_not_say_is_one_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_config("lint.toml", text)


def test_config_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    run = runner.invoke(app, ["lint", str(tmp_path), "--config", str(tmp_path / "none.toml")])
    assert isinstance(run.exception, InputError)
    assert "none.toml: cannot be read (No such file or directory): give the path of a TOML file" in str(run.exception)
