"""Seek, pause, speed, screen off: what they do to a session, and that the proof follows them."""

from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest

from simulator import events as ev
from simulator.control_table import read_controls
from simulator.controls import Control, Hover, Pause, ScreenOff, Seek, SpeedChange
from simulator.drivers.virtual import play_virtually
from simulator.errors import InputError
from simulator.journal import read_journal, write_journal
from simulator.metrics import Metrics, measure_session
from simulator.package_folder import PackageFolder
from simulator.passages import find_passages
from simulator.play import judge_session
from simulator.presentation import Medium
from simulator.scenario import Scenario, Tap, parse_scenario
from simulator.session import Session
from simulator.songclock import Leg, read_song_clock
from simulator.timeline import Mode, trace_timeline
from simulator.trace import SHAPES

S = 1_000_000
TO_VIDEO = (Tap(2 * S, Medium.VIDEO),)


def play(package: Path, *controls: Control, taps: tuple[Tap, ...] = (), shape: str = "4g") -> Session:
    scenario = Scenario("controls", taps, SHAPES[shape], controls=controls)
    return play_virtually(PackageFolder(package), "master.m3u8", scenario)


Kind = TypeVar("Kind")


def only(session: Session, kind: type[Kind]) -> Kind:
    (found,) = [event for event in session.events if isinstance(event, kind)]
    return found


def measure(session: Session) -> Metrics:
    return measure_session(session.events)


def test_a_seek_within_the_buffer_goes_on_at_once(hollow_package: Path) -> None:
    session = play(hollow_package, Seek(10 * S, 14 * S))
    started, ended = only(session, ev.SeekStarted), only(session, ev.SeekEnded)
    assert (started.playhead_us, started.to_us, started.keeps_sound) == (10 * S, 14 * S, True)
    assert (ended.at_us, ended.playhead_us) == (started.at_us, 14 * S)
    assert measure(session).seek_s == 0


@pytest.mark.parametrize("to_us", [50 * S, 1 * S])
def test_a_seek_beyond_the_buffer_fetches_first_and_is_no_rebuffering(hollow_package: Path, to_us: int) -> None:
    session = play(hollow_package, Seek(10 * S, to_us))
    started, ended = only(session, ev.SeekStarted), only(session, ev.SeekEnded)
    assert (started.keeps_sound, ended.playhead_us) == (False, to_us)
    metrics = measure(session)
    assert 0 < metrics.seek_s == (ended.at_us - started.at_us) / 1e6 < 0.5
    assert (metrics.rebuffer_count, metrics.seek_count, metrics.ending) == (0, 1, "Ended")


def test_a_seek_past_the_end_ends_the_song(hollow_package: Path) -> None:
    session = play(hollow_package, Seek(10 * S, 500 * S))
    assert only(session, ev.Ended).playhead_us == 61_440_000


def test_the_picture_joins_anew_after_a_seek(hollow_package: Path) -> None:
    session = play(hollow_package, Seek(10 * S, 40 * S), taps=TO_VIDEO)
    frames = [e for e in session.events if isinstance(e, ev.FirstFrame)]
    assert [e.playhead_us >= at for e, at in zip(frames, (2 * S, 40 * S), strict=True)] == [True, True]
    assert measure(session).frozen_count == 0 or measure(session).frozen_s < 0.2
    assert [flip.settled_at_us for flip in measure(session).flips] == [frames[0].at_us]


def test_taps_that_a_seek_jumps_over_are_never_made(hollow_package: Path) -> None:
    session = play(hollow_package, Seek(10 * S, 40 * S), taps=(Tap(20 * S, Medium.VIDEO),))
    assert measure(session).flips == ()


def test_a_pause_stops_the_song_for_its_time_and_is_no_rebuffering(hollow_package: Path) -> None:
    session = play(hollow_package, Pause(10 * S, 7 * S))
    started, ended = only(session, ev.PauseStarted), only(session, ev.PauseEnded)
    assert (ended.at_us - started.at_us, started.playhead_us, ended.playhead_us) == (7 * S, 10 * S, 10 * S)
    metrics = measure(session)
    assert (metrics.paused_s, metrics.rebuffer_s, metrics.played_s) == (7, 0, 61.44)
    usual = play(hollow_package)
    assert session.over_at_us - usual.over_at_us == 7 * S


def test_twice_the_speed_takes_half_the_time(hollow_package: Path) -> None:
    session, usual = play(hollow_package, SpeedChange(21_440_000, 200)), play(hollow_package)
    assert usual.over_at_us - session.over_at_us == 20 * S
    assert only(session, ev.SpeedSet).percent == 200


def test_without_a_screen_the_picture_is_not_fetched_and_the_sound_goes_on(hollow_package: Path) -> None:
    session = play(hollow_package, ScreenOff(20 * S, 15 * S), taps=TO_VIDEO)
    off, on = (e.at_us for e in session.events if isinstance(e, ev.ScreenTurned))
    asked = [e.at_us for e in session.events if isinstance(e, ev.Requested) and e.medium is Medium.VIDEO]
    assert on - off == 15 * S
    assert not [at_us for at_us in asked if off <= at_us < on]
    assert [at_us for at_us in asked if at_us >= on]
    assert [e.at_us >= on for e in session.events if isinstance(e, ev.FirstFrame)] == [False, True]
    assert measure(session).rebuffer_count == 0


def test_a_hover_makes_ready_where_the_policy_says_so(hollow_package: Path) -> None:
    scenario = (
        "[link]\nshape = '3g'\n[[hover]]\nat_s = 11.0\n[[tap]]\nat_s = 12.3\nto = 'video'\n[switching]\nwarm = '{}'"
    )
    waits = []
    for warm in ("init", "hover"):
        session = play_virtually(
            PackageFolder(hollow_package), "master.m3u8", parse_scenario(scenario.format(warm), "s")
        )
        waits.append(measure(session).flips[0].tap_to_picture_s)
    assert waits[1] == 0.065  # two elements: the attach time alone
    assert waits[0] is not None
    assert waits[0] > 0.4


def test_the_song_clock_follows_seeks_pauses_and_speed() -> None:
    clock = read_song_clock(
        [
            ev.PlaybackStarted(0),
            ev.SeekStarted(4 * S, 4 * S, 20 * S, keeps_sound=False, keeps_picture=False),
            ev.SeekEnded(5 * S, 20 * S),
            ev.PauseStarted(6 * S, 21 * S),
            ev.PauseEnded(8 * S, 21 * S),
            ev.SpeedSet(9 * S, 22 * S, 200),
            ev.Departed(11 * S, 26 * S),
        ]
    )
    assert clock.legs[1:] == (
        Leg(4 * S, 20 * S, is_running=False),
        Leg(5 * S, 20 * S, is_running=True),
        Leg(6 * S, 21 * S, is_running=False),
        Leg(8 * S, 21 * S, is_running=True),
        Leg(9 * S, 22 * S, is_running=True, percent=200),
    )
    assert [clock.song_at(s * S) for s in (3, 4, 5, 7, 9, 10, 11)] == [s * S for s in (3, 20, 20, 21, 22, 24, 26)]
    assert clock.find_visits(20 * S, 24 * S) == ((5 * S, 10 * S),)


def test_passages_are_cut_where_the_buffer_is_thrown_away(hollow_package: Path) -> None:
    session = play(hollow_package, Seek(10 * S, 14 * S), Seek(20 * S, 2 * S))
    passages = find_passages(session.events)
    assert [[(h.start_us, h.end_us) for h in p.heard] for p in passages] == [
        [(0, 10 * S), (14 * S, 20 * S)],
        [(2 * S, 61_440_000)],
    ]
    assert passages[1].appended[0].index == 0


def test_every_sample_is_proven_across_seeks_pauses_and_speeds(small_package: Path) -> None:
    controls = (Seek(5 * S, 9 * S), Pause(10 * S, 2 * S), SpeedChange(11 * S, 150), Seek(12 * S, 3 * S))
    session = play(small_package, *controls, taps=TO_VIDEO)
    outcome = judge_session(session)
    proof = outcome.proof
    assert (proof.missing_samples, proof.repeated_samples, proof.wrong_samples) == (0, 0, 0)
    assert proof.heard_samples == (5 + 3 + 21) * 48_000
    assert outcome.verdict.reasons() == ()
    assert [flip.is_untouched for flip in proof.flips] == [True]


def test_a_timeline_is_drawn_of_a_session_with_controls(hollow_package: Path) -> None:
    session = play(hollow_package, Seek(10 * S, 40 * S), Pause(45 * S, 3 * S), taps=TO_VIDEO)
    timeline = trace_timeline(session)
    assert [m.mode for m in timeline.modes].count(Mode.STOPPED) == 2
    assert all(span.start_us < span.end_us for span in (*timeline.audio_rungs, *timeline.video_rungs))
    assert all(before.end_us <= after.start_us for before, after in pairwise(timeline.audio_rungs))
    assert min(point.value for point in (*timeline.audio_levels, *timeline.video_levels)) >= 0


def test_controls_come_back_from_a_journal(hollow_package: Path, tmp_path: Path) -> None:
    controls = (Hover(1 * S), Seek(10 * S, 14 * S), Pause(20 * S, S), SpeedChange(21 * S, 125), ScreenOff(22 * S, S))
    session = play(hollow_package, *controls)
    write_journal(session, tmp_path / "j.zip")
    stored = read_journal(tmp_path / "j.zip")
    assert stored.scenario.controls == controls
    assert (stored.inputs, stored.events) == (session.inputs, session.events)


def test_controls_are_read_in_the_order_of_song_time() -> None:
    table: dict[str, object] = {
        "seek": [{"at_s": 9, "to_s": 1.5}],
        "pause": [{"at_s": 2, "for_s": 0.5}],
        "rate": [{"at_s": 1, "rate": 1.25}],
        "screen_off": [{"at_s": 3, "for_s": 4}],
        "hover": [{"at_s": 0.5}],
    }
    assert read_controls(table, "s") == (
        Hover(500_000),
        SpeedChange(S, 125),
        Pause(2 * S, 500_000),
        ScreenOff(3 * S, 4 * S),
        Seek(9 * S, 1_500_000),
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"seek": [{"at_s": 1}]}, "s: seek 1: to_s is None; give a number, 0 or more"),
        ({"seek": [{"at_s": 1, "to_s": 1}]}, "s: seek 1: seek at 1 s: it goes nowhere; give another to_s"),
        ({"seek": [{"to_s": 1}]}, "s: seek 1: at_s is None; give the song time in seconds, 0 or more"),
        ({"pause": [{"at_s": 1, "for_s": 0}]}, "s: pause 1: pause at 1 s: it lasts 0 s; give for_s above 0"),
        ({"rate": [{"at_s": 1, "rate": 9}]}, r"s: rate 1: rate at 1 s: 9 is not within 0\.25 \.\. 4"),
        ({"screen_off": [{"at_s": 1, "for_s": 0}]}, "s: screen_off 1: screen_off at 1 s: for_s is 0; give it above 0"),
        ({"hover": [3]}, r"s: hover 1: write it as a table: \[\[hover\]\] with at_s$"),
        ({"pause": [{"at_s": 1, "to_s": 2}]}, "s: pause 1: 'to_s' is unknown here"),
    ],
)
def test_names_what_is_wrong_with_a_control(table: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_controls(table, "s")
