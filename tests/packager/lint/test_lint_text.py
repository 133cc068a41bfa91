import json
from pathlib import Path

import lint_specimen as specimen
import pytest
from typer.testing import CliRunner

from midnote import app
from packager.errors import InputError
from packager.lint.finding import Profile
from packager.lint.rules.table import RULES, rules_for
from packager.lint.text import explain_rule

runner = CliRunner()
MOBILE_RULES, RFC_RULES = len(rules_for(Profile.MOBILE)), len(rules_for(Profile.RFC))


def broken(folder: Path) -> Path:
    files = specimen.good_files()
    files["tv.m3u8"] = files["tv.m3u8"].replace(b"avc1.64000D", b"avc1.64001F", 1)
    return specimen.write(files, folder)


def test_a_clean_package_exits_0_with_what_was_looked_at(tmp_path: Path) -> None:
    run = runner.invoke(app, ["lint", str(specimen.write(specimen.good_files(), tmp_path)), "--profile", "rfc"])
    assert (run.exit_code, run.stdout) == (0, f"{RFC_RULES} rules x 7 playlists (rfc): clean\n")


def test_an_error_exits_1_and_is_told_under_its_file(tmp_path: Path) -> None:
    run = runner.invoke(app, ["lint", str(broken(tmp_path))])
    assert run.exit_code == 1
    assert run.stdout == (
        "tv.m3u8\n"
        "  error    line 5: CODECS has avc1.64001F  [codecs-wrong]\n"
        "           expected avc1.64000D, as the init segment says; write avc1.64000D\n"
        f"{MOBILE_RULES} rules x 7 playlists (mobile): 1 error\n"
    )


def test_a_warning_exits_0(tmp_path: Path) -> None:
    files = specimen.good_files()
    files["tv.m3u8"] = files["tv.m3u8"].replace(b"#EXTM3U", b"#EXTM3U\n#EXT-X-VERSION:6", 1)
    run = runner.invoke(app, ["lint", str(specimen.write(files, tmp_path))])
    assert run.exit_code == 0
    assert run.stdout.endswith(f"{MOBILE_RULES} rules x 7 playlists (mobile): 1 warning\n")


def test_json_has_every_field_of_a_finding(tmp_path: Path) -> None:
    run = runner.invoke(app, ["lint", str(broken(tmp_path)), "--json"])
    content = json.loads(run.stdout)
    assert run.exit_code == 1
    assert (content["profile"], content["rules"], content["is_passed"]) == ("mobile", MOBILE_RULES, False)
    assert content["findings"] == [
        {
            "rule": "codecs-wrong",
            "severity": "error",
            "clause": "B 4.4.6.2, A 2.24",
            "file": "tv.m3u8",
            "line": 5,
            "offset_bytes": None,
            "time_s": None,
            "found": "CODECS has avc1.64001F",
            "expected": "avc1.64000D, as the init segment says",
            "mend": "write avc1.64000D",
        }
    ]


def test_explain_gives_the_rule_with_its_source() -> None:
    assert explain_rule("endlist-missing") == (
        "endlist-missing (error)\n"
        "  The playlist of finished content ends with EXT-X-ENDLIST.\n"
        "  source    B 6.2.1\n"
        "  profiles  mobile, rfc, tv\n"
        "  (B: draft-pantos-hls-rfc8216bis. A: Apple, HLS Authoring Specification.)"
    )
    assert runner.invoke(app, ["lint", "--explain", "endlist-missing"]).exit_code == 0
    for rule in RULES:
        assert rule.summary in explain_rule(rule.id)


def test_explain_of_an_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"--explain endlist: no such rule: did you mean endlist-missing"):
        explain_rule("endlist")


def test_lint_without_a_folder_is_a_usage_error() -> None:
    run = runner.invoke(app, ["lint"])
    assert run.exit_code == 2
    assert "give a package folder or an .m3u8 file" in run.stderr
