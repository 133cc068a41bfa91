from simulator import events as ev
from simulator.commands import Part
from simulator.metrics import Flip, find_flips, measure_session
from simulator.presentation import Medium

A, V = Medium.AUDIO, Medium.VIDEO


def buffered(at: int, medium: Medium, rung: str, index: int, request_id: int, size: int) -> ev.Buffered:
    return ev.Buffered(at, medium, rung, index, index * 4_000_000, (index + 1) * 4_000_000, request_id, 0, size)


SESSION: list[ev.Event] = [
    buffered(400_000, A, "a1", 0, 1, 50_000),
    ev.PlaybackStarted(500_000),
    buffered(600_000, A, "a2", 1, 2, 100_000),
    ev.TapTaken(1_500_000, 1_000_000, V),
    ev.Requested(1_500_000, 3, Part.SEGMENT, V, "v1", 0),
    ev.Received(1_900_000, 3, 200_000, 1_000_000),
    buffered(1_900_000, V, "v1", 0, 3, 200_000),
    ev.FirstFrame(2_500_000, 2_000_000, "v1"),
    ev.VideoFroze(4_500_000, 4_000_000),
    ev.Requested(4_500_000, 4, Part.SEGMENT, V, "v1", 1),
    ev.VideoResumed(5_500_000, 5_000_000),
    ev.TapTaken(6_500_000, 6_000_000, A),
    ev.Aborted(6_500_000, 4, 1_000, "the listener tapped"),
    ev.VideoStopped(6_500_000, 6_000_000, "the listener tapped"),
    ev.RebufferStarted(8_500_000, 8_000_000),
    ev.RebufferEnded(10_000_000, 8_000_000),
    ev.TapTaken(10_500_000, 8_500_000, V),
    ev.Departed(11_000_000, 9_000_000),
]


def test_counts_what_the_listener_lived_through() -> None:
    metrics = measure_session(SESSION)
    assert metrics.startup_s == 0.5
    assert metrics.played_s == 9.0
    assert (metrics.rebuffer_s, metrics.rebuffer_count) == (1.5, 1)
    assert (metrics.video_s, metrics.frozen_s, metrics.frozen_count) == (3.0, 1.0, 1)
    assert (metrics.mean_audio_bps, metrics.mean_video_bps) == (150_000, 400_000)
    assert metrics.rung_changes == 1
    assert metrics.fetched_bytes == 201_000
    # Half of the joined segment was seen, and what was cut off was not.
    assert metrics.wasted_bytes == 100_000 + 1_000
    assert metrics.ending == "Departed"


def test_flips_run_from_the_tap_to_its_effect() -> None:
    flips = find_flips(SESSION)
    assert flips == (
        Flip(1, V, 1_500_000, 1_000_000, 2_500_000, 2_000_000, "v1"),
        Flip(2, A, 6_500_000, 6_000_000, 6_500_000, 6_000_000),
        Flip(3, V, 10_500_000, 8_500_000, why="the session was over before"),
    )
    assert [flip.tap_to_picture_s for flip in flips] == [1.0, None, None]


def test_a_picture_that_was_given_up_is_a_flip_that_never_came() -> None:
    events: list[ev.Event] = [ev.TapTaken(1, 1, V), ev.VideoStopped(2, 2, "gave up"), ev.Ended(9, 9)]
    assert find_flips(events) == (Flip(1, V, 1, 1, why="gave up"),)


def test_a_tap_back_before_the_picture_came_leaves_the_first_flip_unsettled() -> None:
    events: list[ev.Event] = [ev.TapTaken(1, 1, V), ev.TapTaken(3, 3, A), ev.VideoStopped(3, 3, "tap"), ev.Ended(9, 9)]
    assert find_flips(events) == (
        Flip(1, V, 1, 1, why="the listener tapped back before"),
        Flip(2, A, 3, 3, 3, 3),
    )


def test_a_hole_belongs_to_the_tap_that_made_it() -> None:
    events: list[ev.Event] = [
        ev.TapTaken(10_000, 10_000, V),
        ev.HoleStarted(10_000, 10_000, "the player switches", drops_sound=False),
        ev.PauseStarted(20_000, 10_000),
        ev.PauseEnded(25_000, 10_000),
        ev.FirstFrame(30_000, 10_000, "v1"),
        ev.HoleEnded(39_000, 10_000),
        ev.TapTaken(50_000, 21_000, A),
        ev.VideoStopped(50_000, 21_000, "the listener tapped"),
        ev.Ended(99_000, 70_000),
    ]
    # From 10 to 39 ms, less the 5 ms for which the listener had paused.
    assert [flip.hole_us for flip in find_flips(events)] == [24_000, 0]


def test_a_tap_back_into_a_hole_makes_no_second_one() -> None:
    events: list[ev.Event] = [
        ev.TapTaken(10_000, 10_000, V),
        ev.HoleStarted(10_000, 10_000, "the player switches", drops_sound=False),
        ev.TapTaken(20_000, 10_000, A),
        ev.VideoStopped(20_000, 10_000, "the listener tapped"),
        ev.HoleEnded(49_000, 10_000),
        ev.Ended(99_000, 60_000),
    ]
    assert [flip.hole_us for flip in find_flips(events)] == [39_000, 0]
