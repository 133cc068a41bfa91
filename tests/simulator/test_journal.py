import json
import zipfile
from pathlib import Path

import pytest

from simulator.drivers.virtual import play_virtually
from simulator.errors import InputError
from simulator.journal import read_journal, write_journal
from simulator.package_folder import PackageFolder
from simulator.presentation import Medium
from simulator.profile import PlayerConfig
from simulator.scenario import Scenario, Tap
from simulator.session import Session, replay
from simulator.trace import SHAPES


@pytest.fixture(scope="module")
def session(hollow_package: Path) -> Session:
    taps = (Tap(7_300_000, Medium.VIDEO), Tap(19_100_000, Medium.AUDIO))
    config = PlayerConfig(abr="bola", audio_abr="buffer-based")
    scenario = Scenario("flips", taps, SHAPES["3g"], leaves_at_us=30_000_000, config=config)
    return play_virtually(PackageFolder(hollow_package), "master.m3u8", scenario)


def test_what_was_stored_comes_back(session: Session, tmp_path: Path) -> None:
    write_journal(session, tmp_path / "j.zip")
    stored = read_journal(tmp_path / "j.zip")
    assert stored.inputs == session.inputs
    assert stored.events == session.events
    assert stored.bodies == session.bodies
    assert stored.scenario.taps == session.scenario.taps
    assert stored.scenario.config == session.scenario.config
    assert stored.scenario.link is not None
    assert stored.scenario.link.periods == SHAPES["3g"].periods


def test_a_stored_session_replays_to_the_same_events(session: Session, tmp_path: Path) -> None:
    write_journal(session, tmp_path / "j.zip")
    stored = read_journal(tmp_path / "j.zip")
    assert replay(stored.uri, stored.scenario, stored.inputs, stored.over_at_us) == session.events


def test_nothing_half_made_is_left_beside_a_journal(session: Session, tmp_path: Path) -> None:
    write_journal(session, tmp_path / "j.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["j.zip"]


def test_a_journal_needs_a_place(session: Session, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"j\.zip: cannot be written: "):
        write_journal(session, tmp_path / "file" / "j.zip")


def rewrite(source: Path, target: Path, lines: list[str]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, "\n".join(lines) if name == "journal.jsonl" else old.read(name))
    return target


def test_says_what_is_wrong_with_a_journal(session: Session, tmp_path: Path) -> None:
    good = tmp_path / "j.zip"
    write_journal(session, good)
    with zipfile.ZipFile(good) as archive:
        lines = archive.read("journal.jsonl").decode().splitlines()
    head = json.loads(lines[0])
    later = json.dumps({**head, "midnote_journal": 99})
    cases = {
        "journal version 99 where 3 was expected": rewrite(good, tmp_path / "later.zip", [later, *lines[1:]]),
        "not a whole midnote journal": rewrite(good, tmp_path / "cut.zip", [lines[0][:50]]),
        "cannot read the journal: No such file": tmp_path / "absent.zip",
    }
    (tmp_path / "text.zip").write_text("hello")
    cases["not a whole midnote journal \\(BadZipFile"] = tmp_path / "text.zip"
    for message, path in cases.items():
        with pytest.raises(InputError, match=message):
            read_journal(path)


def test_an_unknown_event_is_not_a_journal_of_ours(session: Session, tmp_path: Path) -> None:
    good = tmp_path / "j.zip"
    write_journal(session, good)
    with zipfile.ZipFile(good) as archive:
        lines = archive.read("journal.jsonl").decode().splitlines()
    odd = rewrite(good, tmp_path / "odd.zip", [*lines, '{"event":"Sneezed","at_us":1}'])
    with pytest.raises(InputError, match="not a whole midnote journal"):
        read_journal(odd)
