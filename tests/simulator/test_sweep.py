"""A sweep from its plan to its file: on a hollow package, and for one session on a real one, proven."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from midnote import app
from simulator.errors import InputError
from simulator.sweep import Sweep, SweepOutcome, find_traces, run_sweep
from simulator.sweep_plan import Contender
from simulator.sweep_store import open_store

RULES = (Contender("bola", "two-element"), Contender("throughput", "two-element"))


def run(sweep: Sweep, out: Path, processes: int = 1) -> tuple[SweepOutcome, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    outcome = run_sweep(sweep, out, processes, lambda done, planned: told.append((done, planned)))
    return outcome, told


def small_sweep(package: Path, traces: tuple[str, ...] = ("3g", "4g")) -> Sweep:
    return Sweep((package,), traces, RULES, listeners=3, taps=2)


def test_every_session_is_kept_with_its_flips(hollow_package: Path, tmp_path: Path) -> None:
    outcome, told = run(small_sweep(hollow_package), tmp_path / "out.sqlite")
    assert outcome.summary is not None
    assert (outcome.planned, outcome.known, outcome.summary.sessions) == (12, 0, 12)
    assert [(line.contender.rule, line.sessions) for line in outcome.summary.lines] == [("bola", 6), ("throughput", 6)]
    assert (told[0], told[-1]) == ((0, 12), (12, 12))
    with sqlite3.connect(tmp_path / "out.sqlite") as connection:
        query = "SELECT count(*), sum(joins) FROM sessions UNION ALL SELECT count(*), sum(wants = 'video') FROM flips"
        (sessions, joins), (flips, to_video) = connection.execute(query).fetchall()
    assert (sessions, to_video) == (12, joins)
    assert flips > joins


def test_what_is_there_is_not_played_again(hollow_package: Path, tmp_path: Path) -> None:
    first, _ = run(small_sweep(hollow_package, ("3g",)), tmp_path / "out.sqlite")
    more, told = run(small_sweep(hollow_package), tmp_path / "out.sqlite")
    assert (more.planned, more.known) == (12, 6)
    assert told[0] == (6, 12)
    alone, _ = run(small_sweep(hollow_package, ("3g",)), tmp_path / "out.sqlite")
    assert alone.summary == first.summary


def test_processes_give_the_same_figures_as_one(hollow_package: Path, tmp_path: Path) -> None:
    alone, _ = run(small_sweep(hollow_package), tmp_path / "one.sqlite")
    together, _ = run(small_sweep(hollow_package), tmp_path / "two.sqlite", processes=2)
    assert together.summary == alone.summary


def test_an_interrupted_sweep_keeps_what_it_has(
    hollow_package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.sweep._KEEP_EVERY_S", 0.0)
    told: list[int] = []

    def interrupt(done: int, _: int) -> None:
        told.append(done)
        if done:
            raise KeyboardInterrupt

    outcome = run_sweep(small_sweep(hollow_package), tmp_path / "out.sqlite", 1, interrupt)
    assert outcome.was_interrupted
    assert outcome.exit_code(0) == 1
    with open_store(tmp_path / "out.sqlite") as store:
        assert len(store.find_known()) == told[-1] == 8
    whole, _ = run(small_sweep(hollow_package), tmp_path / "out.sqlite")
    assert (whole.known, whole.was_interrupted) == (8, False)


@pytest.mark.slow
def test_a_proven_sweep_judges_the_sound_too(small_package: Path, tmp_path: Path) -> None:
    sweep = Sweep((small_package,), ("4g",), RULES[:1], listeners=1, taps=2, is_proven=True)
    outcome, _ = run(sweep, tmp_path / "out.sqlite")
    assert outcome.summary is not None
    assert outcome.summary.is_proven
    assert outcome.summary.good_percent == 100


def test_policies_of_switching_are_contenders(hollow_package: Path, tmp_path: Path) -> None:
    """What is fetched before the tap is there at the tap: that is quicker, and unseen where nobody taps."""
    players = tuple(Contender("throughput", switching=policy) for policy in ("cold", "segment", "hover+own"))
    sweep = Sweep((hollow_package,), ("3g",), players, listeners=4, taps=4)
    outcome, _ = run(sweep, tmp_path / "out.sqlite")
    assert outcome.summary is not None
    cold, segment, hover = outcome.summary.lines
    assert (cold.contender.switching, hover.contender.switching) == ("cold", "hover+own")
    assert cold.tap_to_picture_median_s is not None
    assert segment.tap_to_picture_median_s is not None
    assert segment.tap_to_picture_median_s.value < cold.tap_to_picture_median_s.value
    assert (segment.wasted_bytes_per_join or 0) > (cold.wasted_bytes_per_join or 0)


def test_a_folder_of_traces_is_all_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", ".hidden", "README.md"):
        (tmp_path / name).write_text("")
    assert find_traces(["3g", str(tmp_path), "3g"]) == ("3g", f"{tmp_path}/a.csv", f"{tmp_path}/b.csv")


def test_a_folder_without_traces_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no trace files; name a folder of traces, or a file$"):
        find_traces([str(tmp_path)])


def test_a_folder_that_is_no_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no master.m3u8; name a package folder$"):
        run(small_sweep(tmp_path), tmp_path / "out.sqlite")


def test_a_sweep_plays_single_songs(hollow_package: Path, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("[[next]]\npackage = 'other'")
    sweep = replace(small_sweep(hollow_package), scenarios=(tmp_path / "s.toml",))
    with pytest.raises(InputError, match=r"s.toml: a sweep plays one song at a time; leave \[\[next\]\] out"):
        run(sweep, tmp_path / "out.sqlite")


def test_another_database_is_left_alone(hollow_package: Path, tmp_path: Path) -> None:
    path = tmp_path / "photos.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE photos (name TEXT)")
    with pytest.raises(InputError, match=r"photos.sqlite: holds another program's database; name another file"):
        run(small_sweep(hollow_package), path)


def test_what_is_no_database_is_named(hollow_package: Path, tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("not a database, but long enough to look at" * 9)
    with pytest.raises(InputError, match=r"text.sqlite: file is not a database; name another file with --out$"):
        run(small_sweep(hollow_package), tmp_path / "text.sqlite")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--rule", "best"], "the rule 'best' is unknown"),
        (["--profile", "best"], "profile 'best' is unknown"),
        (["--trace", "6g"], "shape 6g: unknown"),
        (["--switching", "init+warm"], "switching: 'warm' is unknown; there are cold, init, segment, hover, earliest"),
    ],
)
def test_a_wrong_name_is_said_before_anything_is_played(
    hollow_package: Path, tmp_path: Path, options: list[str], says: str
) -> None:
    out = tmp_path / "out.sqlite"
    with pytest.raises(InputError, match=says):
        CliRunner().invoke(app, ["sweep", str(hollow_package), "--out", str(out), *options], catch_exceptions=False)
    assert not out.exists()


def test_the_command_prints_a_summary_and_writes_a_page(hollow_package: Path, tmp_path: Path) -> None:
    out, page = tmp_path / "out.sqlite", tmp_path / "sweep.html"
    arguments = ["sweep", str(hollow_package), "--trace", "4g", "--listeners", "2", "--out", str(out), "-j", "1"]
    result = CliRunner().invoke(app, [*arguments, "--report", str(page), "--at-least", "0"])
    assert result.exit_code == 0
    assert "of 2 sessions kept every limit (sound not decoded: --prove does that)" in result.output
    assert "<svg" in page.read_text()
    described = json.loads(CliRunner().invoke(app, [*arguments, "--json", "--at-least", "0"]).output)
    assert (described["sessions"], described["contenders"][0]["rule"]) == (2, "throughput")
    assert described["contenders"][0]["tap_to_picture_median_s"]["low"] > 0
