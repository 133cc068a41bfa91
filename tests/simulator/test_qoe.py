import math

import pytest

from simulator import events as ev
from simulator.metrics import measure_session
from simulator.presentation import Medium, Presentation, Rung
from simulator.qoe import Qoe, measure_qoe

A, V = Medium.AUDIO, Medium.VIDEO
PRESENTATION = Presentation(
    "master.m3u8",
    (Rung("a1", A, "a1", 96_000, 96_000), Rung("a2", A, "a2", 192_000, 192_000)),
    (Rung("v1", V, "v1", 1_000_000, 1_000_000), Rung("v2", V, "v2", 3_000_000, 3_000_000)),
)


def buffered(medium: Medium, rung: str, index: int, at_us: int = 0) -> ev.Buffered:
    return ev.Buffered(at_us, medium, rung, index, index * 4_000_000, (index + 1) * 4_000_000, index, 0, 1000)


def rate(*events: ev.Event) -> Qoe:
    return measure_qoe(events, measure_session(events), PRESENTATION)


def test_only_what_was_on_the_screen_counts() -> None:
    # Watched from 6 s to 12 s: half of segment 1 in v1, all of segment 2 in v2; the tap waited for 0.5 s.
    found = rate(
        ev.PlaybackStarted(0),
        ev.TapTaken(5_500_000, 5_500_000, V),
        buffered(V, "v1", 1),
        ev.FirstFrame(6_000_000, 6_000_000, "v1"),
        buffered(V, "v2", 2),
        buffered(V, "v2", 3),
        ev.TapTaken(12_000_000, 12_000_000, A),
        ev.VideoStopped(12_000_000, 12_000_000, "the listener tapped"),
        ev.Ended(60_000_000, 60_000_000),
    )
    assert found.picture_linear == pytest.approx((0.5 * 1 + 1 * 3 - 4.3 * 0.5 - 2) / 1.5)
    assert found.picture_log == pytest.approx((math.log(3) - 2.66 * 0.5 - math.log(3)) / 1.5)
    assert found.sound_log is None


def test_time_with_the_sound_alone_is_not_bad_video() -> None:
    watched = (
        ev.PlaybackStarted(0),
        buffered(V, "v2", 0),
        ev.FirstFrame(0, 0, "v2"),
        ev.TapTaken(4_000_000, 4_000_000, A),
        ev.VideoStopped(4_000_000, 4_000_000, "the listener tapped"),
    )
    assert rate(*watched, ev.Ended(8_000_000, 8_000_000)) == rate(*watched, ev.Ended(900_000_000, 900_000_000))
    assert rate(*watched, ev.Ended(8_000_000, 8_000_000)).picture_linear == 3.0


def test_a_change_of_rung_across_two_flips_costs_nothing() -> None:
    flips = (
        ev.FirstFrame(0, 0, "v1"),
        ev.VideoStopped(4_000_000, 4_000_000, "the listener tapped"),
        ev.FirstFrame(8_000_000, 8_000_000, "v2"),
        ev.VideoStopped(12_000_000, 12_000_000, "the listener tapped"),
        ev.Ended(12_000_000, 12_000_000),
    )
    assert rate(buffered(V, "v1", 0), buffered(V, "v2", 2), *flips).picture_linear == 2.0


def test_of_a_segment_fetched_twice_the_last_one_was_seen() -> None:
    found = rate(
        buffered(V, "v1", 0),
        buffered(V, "v2", 0),
        ev.FirstFrame(0, 0, "v1"),
        ev.Ended(4_000_000, 4_000_000),
    )
    assert found.picture_linear == 3.0


def test_what_is_appended_after_a_stretch_was_not_seen_in_it() -> None:
    found = rate(
        buffered(V, "v1", 0),
        ev.FirstFrame(0, 0, "v1"),
        ev.VideoStopped(2_000_000, 2_000_000, "the listener tapped"),
        buffered(V, "v2", 0, at_us=2_500_000),
        ev.FirstFrame(3_000_000, 3_000_000, "v2"),
        ev.Ended(4_000_000, 4_000_000),
    )
    assert found.picture_linear == pytest.approx((0.5 * 1 + 0.25 * 3) / 0.75)


def test_the_sound_is_rated_with_its_stalls() -> None:
    found = rate(
        buffered(A, "a1", 0),
        ev.PlaybackStarted(200_000),
        ev.RebufferStarted(4_200_000, 4_000_000),
        buffered(A, "a2", 1),
        ev.RebufferEnded(5_200_000, 4_000_000),
        ev.Ended(9_200_000, 8_000_000),
    )
    assert found.sound_log == pytest.approx((math.log(2) - 2.66 * 1.2 - math.log(2)) / 2)
    assert found.picture_linear is None
