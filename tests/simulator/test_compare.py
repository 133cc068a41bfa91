import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from midnote import app
from simulator.drivers.virtual import play_virtually
from simulator.errors import InputError
from simulator.journal import write_journal
from simulator.package_folder import PackageFolder
from simulator.scenario import Scenario
from simulator.sweep import Sweep, run_sweep
from simulator.sweep_plan import Contender


@pytest.fixture(scope="module")
def swept(hollow_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("swept") / "before.sqlite"
    sweep = Sweep((hollow_package,), ("3g", "4g", "wifi"), (Contender("bola", "two-element"),), listeners=2)
    run_sweep(sweep, out, 1, lambda _done, _planned: None)
    return out


def change(swept: Path, path: Path, sql: str) -> Path:
    path.write_bytes(swept.read_bytes())
    with sqlite3.connect(path) as connection:
        connection.execute(sql)
    return path


def test_a_sweep_is_not_worse_than_itself(swept: Path) -> None:
    result = CliRunner().invoke(app, ["compare", str(swept), str(swept)])
    assert result.exit_code == 0
    assert "6 sessions in both; only before 0, only after 0" in result.output


def test_what_got_worse_is_exit_1_and_a_page(swept: Path, tmp_path: Path) -> None:
    worse = change(swept, tmp_path / "after.sqlite", "UPDATE sessions SET startup_s = startup_s + 1")
    page = tmp_path / "compare.html"
    result = CliRunner().invoke(app, ["compare", str(swept), str(worse), "--report", str(page)])
    assert result.exit_code == 1
    assert "Something got worse" in page.read_text()
    described = json.loads(CliRunner().invoke(app, ["compare", str(swept), str(worse), "--json"]).output)
    (startup,) = (figure for figure in described["figures"] if figure["name"] == "startup")
    assert startup["difference"]["value"] == pytest.approx(1.0)
    assert startup["is_worse"]


def test_two_sweeps_of_other_things_cannot_be_compared(swept: Path, tmp_path: Path) -> None:
    other = change(swept, tmp_path / "other.sqlite", "UPDATE sessions SET trace = 'another ' || trace")
    with pytest.raises(InputError, match=r"no session of one is in the other; sweep the same packages"):
        CliRunner().invoke(app, ["compare", str(swept), str(other)], catch_exceptions=False)


def test_a_journal_and_a_sweep_are_not_of_a_kind(swept: Path, hollow_package: Path, tmp_path: Path) -> None:
    session = play_virtually(PackageFolder(hollow_package), "master.m3u8", Scenario("s"))
    write_journal(session, tmp_path / "j.zip")
    with pytest.raises(InputError, match=r"one is a journal and one a sweep; give two of a kind$"):
        CliRunner().invoke(app, ["compare", str(swept), str(tmp_path / "j.zip")], catch_exceptions=False)


def test_a_file_that_is_not_there_is_named(swept: Path) -> None:
    with pytest.raises(InputError, match=r"^nowhere.sqlite: no such file; give a journal"):
        CliRunner().invoke(app, ["compare", str(swept), "nowhere.sqlite"], catch_exceptions=False)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not a song", "file is not a database; give the results of a midnote sweep"),
        (b"", "holds no results; give the results of a midnote sweep"),
    ],
)
def test_what_holds_no_results_is_named_and_left_as_it_is(
    swept: Path, tmp_path: Path, content: bytes, says: str
) -> None:
    other = tmp_path / "other.sqlite"
    other.write_bytes(content)
    with pytest.raises(InputError, match=f"other.sqlite: {says}$"):
        CliRunner().invoke(app, ["compare", str(swept), str(other)], catch_exceptions=False)
    assert other.read_bytes() == content


@pytest.mark.slow
def test_two_journals_stand_side_by_side(small_package: Path, tmp_path: Path) -> None:
    session = play_virtually(PackageFolder(small_package), "master.m3u8", Scenario("evening"))
    write_journal(session, tmp_path / "j.zip")
    page = tmp_path / "compare.html"
    result = CliRunner().invoke(
        app, ["compare", str(tmp_path / "j.zip"), str(tmp_path / "j.zip"), "--report", str(page)]
    )
    assert result.exit_code == 0
    assert "before: evening" in result.output
    assert "after: evening" in page.read_text()
