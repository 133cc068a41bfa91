from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from midnote import app
from simulator import events as ev
from simulator.drivers.virtual import play_virtually
from simulator.errors import InputError
from simulator.journal import write_journal
from simulator.package_folder import PackageFolder
from simulator.presentation import Medium
from simulator.replay import check_replay, walk_steps
from simulator.retrace import retrace
from simulator.scenario import Scenario, Tap
from simulator.session import Session
from simulator.trace import SHAPES


@pytest.fixture(scope="module")
def session(hollow_package: Path) -> Session:
    taps = (Tap(5_000_000, Medium.VIDEO), Tap(15_000_000, Medium.AUDIO))
    return play_virtually(PackageFolder(hollow_package), "master.m3u8", Scenario("flips", taps, SHAPES["4g"]))


def walk(session: Session, *answers: str) -> list[str]:
    """The lines with a clock time that a person sees who types this."""
    typed: Iterator[str] = iter((*answers, "q"))
    paper = StringIO()
    walk_steps(retrace(session, ["playback"]), Console(file=paper, width=200), lambda: next(typed))
    return [line.split(" s  song ")[1][:7] for line in paper.getvalue().splitlines() if " s  song " in line]


def test_a_walk_goes_on_back_and_to_a_time(session: Session) -> None:
    times = walk(session)
    assert times == ["0:00.00"]
    assert walk(session, "", "n", "p") == ["0:00.00", "0:05.00", walk(session, "2")[-1], "0:05.00"]
    assert walk(session, "@12") == ["0:00.00", walk(session, "2")[-1]]
    assert walk(session, "a")[-1] == "1:01.44"


def test_an_answer_that_means_nothing_moves_nothing(session: Session) -> None:
    assert walk(session, "x", "@x", "@1e400", "-3") == ["0:00.00"]


def test_the_command_prints_all_in_a_pipe(session: Session, tmp_path: Path) -> None:
    write_journal(session, tmp_path / "j.zip")
    result = CliRunner().invoke(app, ["replay", str(tmp_path / "j.zip"), "--only", "playback"])
    assert result.exit_code == 0
    assert "-> tap taken playhead 5.000 s, video" in result.output
    assert "-> ended playhead 61.440 s" in result.output
    assert CliRunner().invoke(app, ["replay", str(tmp_path / "j.zip"), "--only", "nonsense"]).exit_code == 2


def test_a_journal_that_does_not_replay_is_said_from_where(session: Session) -> None:
    shown = next(e for e in session.events if isinstance(e, ev.FirstFrame))
    events = tuple(replace(e, rung="720p") if e is shown else e for e in session.events)
    with pytest.raises(InputError, match=rf"does not replay to its own events from {shown.at_us / 1e6:.3f} s on"):
        check_replay(replace(session, events=events))
