"""The same faults on the virtual link and on the origin: what they do to a session, and how it goes on."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from simulator import events as ev
from simulator.drivers.virtual import play_virtually
from simulator.fault_table import read_faults
from simulator.journal import read_journal, write_journal
from simulator.metrics import measure_session
from simulator.package_folder import PackageFolder
from simulator.play import judge_session, play_folder_live
from simulator.presentation import Medium
from simulator.profile import PlayerConfig
from simulator.scenario import Scenario, Tap
from simulator.session import Session, replay
from simulator.trace import SHAPES

TAP = (Tap(2_000_000, Medium.VIDEO),)


def scenario_of(table: dict[str, object], config: PlayerConfig | None = None) -> Scenario:
    return Scenario("f", TAP, SHAPES["4g"], faults=read_faults(table, "f"), config=config or PlayerConfig())


def play(package: Path, table: dict[str, object], config: PlayerConfig | None = None) -> Session:
    session = play_virtually(PackageFolder(package), "master.m3u8", scenario_of(table, config))
    assert replay(session.uri, session.scenario, session.inputs, session.over_at_us) == session.events
    return session


def reasons(session: Session, kind: type[ev.Retried | ev.Aborted] = ev.Retried) -> list[str]:
    return [event.reason for event in session.events if isinstance(event, kind)]


@pytest.mark.parametrize(
    ("kind", "entry", "reason"),
    [
        ("statusCode", {"code": 503}, "status 503 where 200 was expected"),
        ("timeout", {}, "no answer for 10 s"),
        ("truncate", {}, "not whole: its last box ends "),
        ("reset", {"part_sent": 0.25}, "the connection was reset after "),
        ("wrongLength", {"bytes": 9}, "the answer ended after "),
    ],
)
def test_a_fault_that_heals_costs_a_retry_and_nothing_else(
    small_package: Path, kind: str, entry: dict[str, object], reason: str
) -> None:
    aim = {"i": 5, "medium": "audio", "times": 1}
    session = play(small_package, {kind: [{**entry, **aim}]})
    assert len(reasons(session)) == 1
    assert reason in reasons(session)[0]
    outcome = judge_session(session)
    assert outcome.verdict.reasons() == ()
    assert outcome.proof.heard_samples == 24 * 48_000


def test_wrong_bytes_that_a_player_cannot_see_are_found_by_the_proof(small_package: Path) -> None:
    session = play(small_package, {"corrupt": [{"i": 2, "medium": "audio", "bytes": 3}]})
    assert reasons(session) == []
    outcome = judge_session(session)
    assert outcome.verdict.exit_code == 1
    assert 0 < outcome.proof.wrong_samples + outcome.proof.missing_samples <= 9 * 1024


def test_a_delay_is_waited_out(hollow_package: Path) -> None:
    usual, late = (play(hollow_package, {"delay": [{"i": 0, "ms": ms}]}) for ms in (1, 1501))
    started = [next(e.at_us for e in s.events if isinstance(e, ev.PlaybackStarted)) for s in (usual, late)]
    assert 1_490_000 < started[1] - started[0] <= 1_500_000  # the init segment is here by then


def test_a_throttled_body_takes_its_time(hollow_package: Path) -> None:
    # Segment 1 of the cheapest rung: 96 kbit/s for 3.84 s are 46,080 bytes.
    session = play(hollow_package, {"throttle": [{"i": 0, "medium": "audio", "rate": 23_040}]})
    asked = next(e for e in session.events if isinstance(e, ev.Requested) and e.index == 0)
    came = next(e for e in session.events if isinstance(e, ev.Received) and e.request_id == asked.request_id)
    assert 1_900_000 < came.at_us - asked.at_us - 45_000 <= 2_000_000


def test_a_rung_that_fails_is_replaced_by_another_and_left_alone(hollow_package: Path) -> None:
    session = play(hollow_package, {"statusCode": [{"rung": "720p", "part": "segment", "code": 404}]})
    metrics = measure_session(session.events)
    asked = [e.at_us for e in session.events if isinstance(e, ev.Requested) and e.rung == "720p" and e.index >= 0]
    assert asked, "the link carries the best rung"
    assert all(later - earlier >= 30_000_000 for earlier, later in pairwise(asked))
    assert (metrics.ending, metrics.rebuffer_count, metrics.frozen_count) == ("Ended", 0, 0)
    assert {e.rung for e in session.events if isinstance(e, ev.Buffered) and e.at_us > 20_000_000} >= {"480p"}


def test_a_picture_that_never_comes_leaves_the_sound_and_says_why(hollow_package: Path) -> None:
    session = play(hollow_package, {"reset": [{"medium": "video", "part": "segment"}]})
    stopped = [e for e in session.events if isinstance(e, ev.VideoStopped)]
    assert len(stopped) == 1
    assert stopped[0].reason.startswith("gave up after 4 attempts: video/")
    metrics = measure_session(session.events)
    assert (metrics.ending, metrics.rebuffer_count, metrics.played_s) == ("Ended", 0, 61.44)


@pytest.mark.parametrize("kind", ["statusCode", "timeout", "reset", "truncate", "wrongLength"])
@pytest.mark.parametrize("part", ["multivariant", "playlist", "init", "segment"])
def test_a_fault_that_never_heals_ends_the_session_with_a_reason_and_a_verdict(
    small_package: Path, kind: str, part: str
) -> None:
    entry: dict[str, object] = {"part": part, **({"code": 500} if kind == "statusCode" else {})}
    session = play(small_package, {kind: [entry]})
    last = session.events[-1]
    assert isinstance(last, ev.GaveUp)
    assert last.reason
    assert last.at_us < 130_000_000  # three rungs, four attempts of ten seconds, and what came before
    outcome = judge_session(session)
    assert outcome.verdict.exit_code == 1
    assert outcome.verdict.reasons()[-1].startswith("the player gave up: ")
    assert outcome.proof.heard_samples == 0


def test_a_refusal_is_not_asked_again(hollow_package: Path) -> None:
    session = play(hollow_package, {"statusCode": [{"part": "multivariant", "code": 404}]})
    assert [type(e) for e in session.events] == [ev.Requested, ev.Lost, ev.GaveUp]


def test_a_download_that_crawls_is_given_up_for_a_cheaper_one(hollow_package: Path) -> None:
    faults = {"throttle": [{"i": [8, 9], "rung": "720p", "rate": 20_000}]}
    session = play(hollow_package, faults)
    assert any("240p instead will be here sooner" in reason for reason in reasons(session, ev.Aborted))
    assert measure_session(session.events).frozen_s == measure_session(play(hollow_package, {}).events).frozen_s
    patient = play(hollow_package, faults, PlayerConfig(abr="fixed:3"))
    assert "the playhead has passed it" in reasons(patient, ev.Aborted)


def test_faults_come_back_from_a_journal(hollow_package: Path, tmp_path: Path) -> None:
    table: dict[str, object] = {"seed": 3, "reset": [{"i": [1, 2], "medium": "video", "part": "segment"}]}
    session = play(hollow_package, table)
    write_journal(session, tmp_path / "j.zip")
    assert read_journal(tmp_path / "j.zip").scenario.faults == session.scenario.faults


@pytest.mark.slow
def test_the_origin_does_what_the_virtual_link_does(small_package: Path) -> None:
    """One fault of each kind at the same places; what the player makes of them must be the same."""
    table: dict[str, object] = {
        "delay": [{"part": "multivariant", "ms": 300}],
        "statusCode": [{"part": "playlist", "medium": "audio", "code": 503, "times": 1}],
        "reset": [{"part": "init", "medium": "audio", "times": 1}],
        "truncate": [{"i": 0, "medium": "audio", "times": 1}],
        "wrongLength": [{"i": 1, "medium": "audio", "times": 1}],
        "throttle": [{"i": 2, "medium": "audio", "rate": 60_000}],
    }
    scenario = replace(scenario_of(table), taps=(), leaves_at_us=7_000_000)
    live = asyncio.run(play_folder_live(small_package, scenario))
    virtual = play_virtually(PackageFolder(small_package), "master.m3u8", scenario)
    assert len(reasons(virtual)) == 4
    base = live.uri.removesuffix("master.m3u8")
    struck = [reason.partition(".m")[0] for reason in reasons(virtual)]
    assert [reason.removeprefix(base).partition(".m")[0] for reason in reasons(live)] == struck
    assert judge_session(live).proof.wrong_samples == 0
    starts = [next(e.at_us for e in s.events if isinstance(e, ev.PlaybackStarted)) for s in (live, virtual)]
    assert abs(starts[0] - starts[1]) < 500_000


@pytest.mark.slow
def test_an_origin_that_never_heals_ends_a_live_session_with_a_verdict(small_package: Path) -> None:
    scenario = scenario_of({"statusCode": [{"part": "playlist", "code": 404}]})
    outcome = judge_session(asyncio.run(play_folder_live(small_package, scenario)))
    assert outcome.verdict.exit_code == 1
    assert "status 404 where 200 was expected" in outcome.verdict.reasons()[-1]
