import json
from pathlib import Path
from xml.etree import ElementTree as ET

import lint_specimen as specimen
import pytest
from typer.testing import CliRunner

from midnote import app
from packager.errors import InputError
from packager.inspection import read_presentation
from packager.lint.check import run_rules
from packager.lint.finding import Fault, Finding, Place, Profile, Severity
from packager.lint.junit import dump_junit
from packager.lint.page import render_page
from packager.lint.presentation import Presentation
from packager.lint.rules.table import rules_for
from packager.lint.sarif import dump_sarif

runner = CliRunner()
RULES = len(rules_for(Profile.MOBILE))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A wrong codec (an error with a line), a version too high (and unreadable), a decode hole (an error at a byte)."""
    files = specimen.good_files() | specimen.changed(specimen.SOFT, tfdt_shifts=(0, 0, 100))
    files["tv.m3u8"] = files["tv.m3u8"].replace(b"avc1.64000D", b"avc1.64001F", 1)
    name = "audio/aac-192/playlist.m3u8"
    files[name] = files[name].replace(b"VERSION:6", b"VERSION:7<b>\x01")
    return specimen.write(files, tmp_path / "package")


@pytest.fixture
def judged(broken: Path) -> tuple[Presentation, tuple[Finding, ...]]:
    presentation = read_presentation(broken)
    return presentation, run_rules(presentation)


def test_sarif_has_what_the_standard_requires(judged: tuple[Presentation, tuple[Finding, ...]]) -> None:
    log = json.loads(dump_sarif(*judged))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "midnote lint"
    assert len({rule["id"] for rule in rules}) == len(rules) == RULES
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
    assert [rule["defaultConfiguration"]["level"] for rule in rules if rule["id"] == "version-high"] == ["warning"]


# The properties of sarif-schema-2.1.0.json that we use; the schema forbids others in these objects.
SARIF_PROPERTIES = {
    "log": {"$schema", "version", "runs"},
    "run": {"tool", "columnKind", "results"},
    "rule": {"id", "shortDescription", "help", "defaultConfiguration", "properties"},
    "result": {"ruleId", "ruleIndex", "level", "message", "locations"},
    "region": {"startLine", "byteOffset", "byteLength"},
}


def test_sarif_has_no_property_that_its_schema_forbids(judged: tuple[Presentation, tuple[Finding, ...]]) -> None:
    log = json.loads(dump_sarif(*judged))
    (run,) = log["runs"]
    assert set(log) <= SARIF_PROPERTIES["log"]
    assert set(run) <= SARIF_PROPERTIES["run"]
    assert set(run["tool"]) == {"driver"}
    assert set(run["tool"]["driver"]) == {"name", "rules"}
    assert run["columnKind"] == "unicodeCodePoints"
    for rule in run["tool"]["driver"]["rules"]:
        assert set(rule) <= SARIF_PROPERTIES["rule"]
        assert set(rule["shortDescription"]) == set(rule["help"]) == {"text"}
        assert set(rule["defaultConfiguration"]) == {"level"}
    for result in run["results"]:
        assert set(result) <= SARIF_PROPERTIES["result"]
        assert set(result["message"]) == {"text"}
        ((kind, place),) = result["locations"][0].items()
        assert kind == "physicalLocation"
        assert set(place) <= {"artifactLocation", "region"}
        region = place.get("region", {"startLine": 1})
        assert set(region) <= SARIF_PROPERTIES["region"]
        assert region.get("startLine", 1) >= 1
        assert region.get("byteOffset", 0) >= 0


def test_sarif_names_files_by_uri_references(tmp_path: Path) -> None:
    presentation = read_presentation(specimen.write(specimen.good_files(), tmp_path))
    uris = []
    for file in ("a song/100%.m3u8", "https://cdn.example/a%20song.m3u8?t=1"):
        finding = Finding("version-high", Severity.WARNING, "c", Fault(Place(file), "a", "b", "c"))
        (result,) = json.loads(dump_sarif(presentation, [finding]))["runs"][0]["results"]
        uris.append(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
    assert uris == ["a%20song/100%25.m3u8", "https://cdn.example/a%20song.m3u8?t=1"]


def test_sarif_places_a_finding_by_line_or_byte(judged: tuple[Presentation, tuple[Finding, ...]]) -> None:
    results = json.loads(dump_sarif(*judged))["runs"][0]["results"]
    places = {result["ruleId"]: result["locations"][0]["physicalLocation"] for result in results}
    assert places["codecs-wrong"] == {"artifactLocation": {"uri": "tv.m3u8"}, "region": {"startLine": 5}}
    assert places["decode-hole"] == {
        "artifactLocation": {"uri": "audio/aac-96/00002.m4s"},
        "region": {"byteOffset": 0, "byteLength": 0},
    }


def test_junit_has_a_case_for_each_rule_that_its_errors_fail(judged: tuple[Presentation, tuple[Finding, ...]]) -> None:
    (suite,) = ET.fromstring(dump_junit(*judged))
    failed = {case.get("name") for case in suite if case.find("failure") is not None}
    assert (suite.get("tests"), len(suite)) == (str(RULES), RULES)
    assert failed == {"codecs-wrong", "decode-hole", "playlist-syntax", "version-low"}
    assert suite.get("failures") == "4"


def test_junit_has_what_ci_systems_read(judged: tuple[Presentation, tuple[Finding, ...]]) -> None:
    root = ET.fromstring(dump_junit(*judged))
    assert [element.tag for element in root] == ["testsuite"]
    assert root.tag == "testsuites"
    (suite,) = root
    assert set(suite.attrib) == {"name", "tests", "failures", "errors", "skipped"}
    for case in suite:
        assert (case.tag, set(case.attrib)) == ("testcase", {"classname", "name"})
        assert {child.tag for child in case} <= {"failure", "system-out"}
        for failure in case.iter("failure"):
            assert set(failure.attrib) == {"message", "type"}
            assert failure.text


def test_page_is_whole_and_escapes_what_a_playlist_says(judged: tuple[Presentation, tuple[Finding, ...]]) -> None:
    page = render_page(*judged)
    assert page.startswith("<!doctype html>")
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "src=" not in page
    for rule in ("codecs-wrong", "decode-hole"):
        assert f'<tr id="{rule}">' in page
    presentation, (first, *_) = judged
    fault = first.fault.__class__(first.place, "<script>", "b", "c")
    assert "&lt;script&gt;" in render_page(presentation, [Finding(first.rule, first.severity, "d", fault)])


def test_page_of_a_clean_package_says_so(tmp_path: Path) -> None:
    presentation = read_presentation(specimen.write(specimen.good_files(), tmp_path))
    page = render_page(presentation, run_rules(presentation))
    assert "<h1>Clean</h1>" in page
    assert "The rules that were broken" not in page


@pytest.mark.parametrize(
    ("name", "starts"),
    [("text", "audio/aac-192/playlist.m3u8\n"), ("json", "{"), ("sarif", "{"), ("junit", "<?xml"), ("html", "<!doct")],
)
def test_every_format_goes_to_the_terminal_or_a_file(tmp_path: Path, broken: Path, name: str, starts: str) -> None:
    out = tmp_path / "findings"
    shown = runner.invoke(app, ["lint", str(broken), "--format", name])
    written = runner.invoke(app, ["lint", str(broken), "--format", name, "-o", str(out)])
    assert (shown.exit_code, written.exit_code, written.stdout) == (1, 1, "")
    assert shown.stdout.startswith(starts)
    assert out.read_text() == shown.stdout
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_output_that_cannot_be_written_is_one_line(tmp_path: Path, broken: Path) -> None:
    run = runner.invoke(app, ["lint", str(broken), "-o", str(tmp_path / "none" / "lint.txt")])
    assert isinstance(run.exception, InputError)
    assert "lint.txt: cannot be written (No such file or directory): choose another place for -o" in str(run.exception)
