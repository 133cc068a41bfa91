import io

import pytest
from rich.console import Console

from simulator import events as ev
from simulator.presentation import Medium
from simulator.scenario import Scenario
from simulator.watching import LiveRow, draw_rows, watch_sessions


def draw(row: LiveRow, now_s: float) -> str:
    console = Console(file=io.StringIO(), width=140)
    console.print(draw_rows([row], now_s))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_row_shows_where_a_session_is_and_what_lies_ahead() -> None:
    row = LiveRow("commuter", (60_000_000,), began_s=100.0)
    row.state.note(0, ev.Received(0, 1, 47_200, 1_450_000))
    row.state.note(0, ev.Buffered(0, Medium.AUDIO, "aac-96", 0, 0, 8_000_000, 1, 2, 47_200))
    row.state.note(0, ev.PlaybackStarted(500_000))
    shown = draw(row, 102.5)
    assert all(each in shown for each in ("commuter", "0:02.0", "sound", "aac-96", "6.0 s", "1.45 Mbit/s", "47.2 kB"))


def test_the_next_song_is_named_when_its_turn_has_come() -> None:
    row = LiveRow("commuter", (60_000_000, None), ("ballad",))
    assert (row.title, row.length_us) == ("commuter", 60_000_000)
    row.state.note(0, ev.SongBegan(60_000_000, 2, Medium.AUDIO))
    assert (row.title, row.length_us) == ("commuter: ballad", None)
    assert "commuter: ballad" in draw(row, 60.0)


def test_nothing_is_shown_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with watch_sessions([Scenario("s")], 1_000_000) as (watch,):
        watch(0, ev.PlaybackStarted(0))
    assert capsys.readouterr() == ("", "")
