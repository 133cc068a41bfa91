from outcome_specimen import EVENTS, SCENARIO

from simulator import events as ev
from simulator.inputs import Arrived, Opened, Tapped
from simulator.levels import Point
from simulator.presentation import Medium
from simulator.retrace import Standing, Step, describe_thing, find_level, find_step, retrace
from simulator.session import Session

INPUTS = (Opened(0), Arrived(500_000, 2, 100), Tapped(3_000_000, Medium.VIDEO))
SESSION = Session("out/song", "master.m3u8", "virtual", SCENARIO, INPUTS, EVENTS, 13_000_000)


def test_what_happens_at_one_instant_is_one_step_and_inputs_come_first() -> None:
    steps = retrace(SESSION)
    assert steps[0] == Step(0, (Opened(0),), (EVENTS[0],), Standing(0, 0.0, 0.0, "opening"))
    (tapped,) = (step for step in steps if step.at_us == 3_000_000)
    assert [type(each) for each in tapped.events] == [ev.TapTaken, ev.Requested]
    assert tapped.inputs == (Tapped(3_000_000, Medium.VIDEO),)
    # 2 s of the song were heard, 8 s are there.
    assert tapped.standing == Standing(2_000_000, 6.0, 0.0, "joining")
    assert steps[-1].standing.mode == "over"


def test_bytes_that_merely_arrive_are_no_step() -> None:
    assert 500_000 not in [step.at_us for step in retrace(SESSION)]


def test_a_topic_leaves_the_rest_out() -> None:
    steps = retrace(SESSION, ["playback"])
    assert [type(each).__name__ for step in steps for each in (*step.inputs, *step.events)] == [
        "PlaybackStarted", "TapTaken", "FirstFrame", "VideoFroze", "VideoResumed", "TapTaken", "VideoStopped",
        "RebufferStarted", "RebufferEnded", "Departed",
    ]  # fmt: skip


def test_the_step_at_a_time_is_the_last_one_before_it() -> None:
    steps = retrace(SESSION, ["playback"])
    assert [find_step(steps, at_us) for at_us in (0, 1_000_000, 2_999_999, 3_000_000, 99_000_000)] == [0, 0, 0, 1, 8]


def test_levels_run_straight_between_their_points_and_may_jump() -> None:
    points = [Point(0, 0), Point(10, 100), Point(10, 200), Point(20, 100)]
    assert [find_level(points, at) for at in (5, 10, 15, 30)] == [50, 200, 150, 100]
    assert find_level([], 5) == 0


def test_things_are_told_with_their_units() -> None:
    assert describe_thing(EVENTS[4]) == (
        "buffered audio, aac-96, index 0, start 0.000 s, end 4.000 s, request 2, size 48.0 kB"
    )
    assert describe_thing(ev.RungChosen(0, Medium.VIDEO, "240p", "fits")) == "rung chosen video, 240p, fits"
    assert describe_thing(Opened(0)) == "opened"
