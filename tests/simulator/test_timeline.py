from dataclasses import replace

from outcome_specimen import EVENTS, SCENARIO, make_outcome

from simulator import events as ev
from simulator.commands import Part
from simulator.levels import Point
from simulator.presentation import Medium
from simulator.scenario import Scenario
from simulator.session import Session
from simulator.timeline import Ending, Mode, ModeSpan, RungSpan, Transfer, trace_timeline

TIMELINE = trace_timeline(make_outcome().session)


def test_modes_follow_each_other_without_a_hole_and_a_rebuffer_lies_over_the_rest() -> None:
    assert TIMELINE.modes == (
        ModeSpan(0, 1_000_000, Mode.OPENING),
        ModeSpan(1_000_000, 3_000_000, Mode.SOUND),
        ModeSpan(3_000_000, 4_100_000, Mode.JOINING),
        ModeSpan(4_100_000, 5_000_000, Mode.PICTURE),
        ModeSpan(5_000_000, 6_000_000, Mode.FROZEN),
        ModeSpan(6_000_000, 8_000_000, Mode.PICTURE),
        ModeSpan(8_000_000, 9_000_000, Mode.SOUND),
        ModeSpan(9_000_000, 11_000_000, Mode.STOPPED),
        ModeSpan(11_000_000, 13_000_000, Mode.SOUND),
    )


def test_rungs_stand_where_they_were_heard_and_seen_not_where_they_were_fetched() -> None:
    assert TIMELINE.audio_rungs == (
        RungSpan(1_000_000, 5_000_000, "aac-96"),
        RungSpan(5_000_000, 9_000_000, "aac-256"),
        RungSpan(11_000_000, 13_000_000, "aac-96"),
    )
    assert TIMELINE.video_rungs == (
        RungSpan(4_100_000, 5_000_000, "240p"),
        RungSpan(6_000_000, 8_000_000, "720p"),
    )


def test_neighbours_of_one_rung_are_one_span() -> None:
    events = (
        ev.Buffered(0, Medium.AUDIO, "aac-96", 0, 0, 4_000_000, 1, -1, 9),
        ev.PlaybackStarted(0),
        ev.Buffered(1, Medium.AUDIO, "aac-96", 1, 4_000_000, 8_000_000, 2, -1, 9),
        ev.Departed(6_000_000, 6_000_000),
    )
    session = Session("p", "m", "virtual", Scenario("s"), (), events, 6_000_000)
    assert trace_timeline(session).audio_rungs == (RungSpan(0, 6_000_000, "aac-96"),)


def test_estimates_begin_when_something_is_known_and_change_only_when_they_change() -> None:
    assert TIMELINE.estimates == (Point(1_000_000, 400_000), Point(2_000_000, 1_000_000), Point(11_000_000, 800_000))


def test_the_link_repeats_until_the_session_is_over() -> None:
    assert [(p.at_us // 1_000_000, p.value) for p in TIMELINE.link] == [
        (0, 1_600_000), (2, 400_000), (3, 1_600_000), (5, 400_000), (6, 1_600_000), (8, 400_000), (9, 1_600_000),
        (11, 400_000), (12, 1_600_000),
    ]  # fmt: skip


def test_a_link_that_we_did_not_shape_is_not_drawn() -> None:
    session = replace(make_outcome().session, scenario=replace(SCENARIO, link=None))
    assert trace_timeline(session).link == ()


def test_every_request_is_a_transfer_with_its_ending() -> None:
    endings = {(t.start_us, t.rung, t.ending) for t in TIMELINE.transfers}
    assert len(TIMELINE.transfers) == sum(isinstance(e, ev.Requested) for e in EVENTS) == 9
    assert (6_000_000, "720p", Ending.ABORTED) in endings
    assert (8_000_000, "aac-96", Ending.FAILED) in endings
    assert (12_000_000, "aac-96", Ending.OPEN) in endings
    assert TIMELINE.transfers[3] == Transfer(
        3_000_000, 4_000_000, Medium.VIDEO, Part.SEGMENT, "240p", 0, 125_000, Ending.WHOLE
    )


def test_a_session_that_starts_with_the_picture_joins_at_once() -> None:
    events = (
        ev.PlaybackStarted(500_000),
        ev.FirstFrame(900_000, 400_000, "240p"),
        ev.Ended(2_000_000, 1_500_000),
    )
    scenario = Scenario("s", start=Medium.VIDEO)
    modes = trace_timeline(Session("p", "m", "virtual", scenario, (), events, 2_000_000)).modes
    assert [(m.end_us, m.mode) for m in modes] == [
        (500_000, Mode.OPENING), (900_000, Mode.JOINING), (2_000_000, Mode.PICTURE),
    ]  # fmt: skip


def test_a_session_that_never_started_was_opening_all_the_time() -> None:
    events = (ev.Requested(0, 1, Part.MULTIVARIANT, None, "", -1), ev.GaveUp(900_000, 0, "status 404"))
    timeline = trace_timeline(Session("p", "m", "virtual", Scenario("s"), (), events, 900_000))
    assert timeline.modes == (ModeSpan(0, 900_000, Mode.OPENING),)
    assert timeline.audio_rungs == timeline.video_rungs == timeline.estimates == ()
