from outcome_specimen import EVENTS

from simulator import events as ev
from simulator.levels import Point, measure_levels
from simulator.presentation import Medium
from simulator.songclock import read_song_clock


def seconds(points: tuple[Point, ...]) -> list[tuple[float, float]]:
    return [(p.at_us / 1e6, p.value / 1e6) for p in points]


def test_sound_rises_with_each_segment_falls_as_it_is_heard_and_rests_at_0_in_a_rebuffer() -> None:
    levels = measure_levels(EVENTS, Medium.AUDIO, read_song_clock(EVENTS))
    assert seconds(levels) == [(0, 0), (1, 0), (1, 4), (2, 3), (2, 7), (9, 0), (11, 0), (11, 4), (13, 2)]


def test_picture_counts_from_the_playhead_and_is_gone_after_a_freeze_and_after_the_way_back() -> None:
    levels = measure_levels(EVENTS, Medium.VIDEO, read_song_clock(EVENTS))
    assert [p for p in seconds(levels) if 4 <= p[0] <= 8] == [(4, 0), (4, 1), (5, 0), (6, 0), (6, 3), (8, 1), (8, 0)]


def test_picture_that_lies_ahead_of_the_playhead_counts_whole_until_the_playhead_comes_to_it() -> None:
    events = (
        ev.PlaybackStarted(0),
        ev.Buffered(1_000_000, Medium.VIDEO, "240p", 1, 4_000_000, 6_000_000, 1, -1, 9),
        ev.Departed(5_000_000, 5_000_000),
    )
    levels = measure_levels(events, Medium.VIDEO, read_song_clock(events))
    assert seconds(levels) == [(0, 0), (1, 0), (1, 2), (4, 2), (5, 1)]


def test_picture_that_came_too_late_is_no_part_of_what_follows() -> None:
    events = (
        ev.PlaybackStarted(0),
        ev.Buffered(5_000_000, Medium.VIDEO, "240p", 0, 0, 4_000_000, 1, -1, 9),
        ev.Buffered(6_000_000, Medium.VIDEO, "240p", 1, 4_000_000, 8_000_000, 2, -1, 9),
        ev.Departed(7_000_000, 7_000_000),
    )
    levels = measure_levels(events, Medium.VIDEO, read_song_clock(events))
    assert seconds(levels) == [(0, 0), (5, 0), (6, 0), (6, 2), (7, 1)]


def test_no_level_is_ever_below_0() -> None:
    clock = read_song_clock(EVENTS)
    for medium in Medium:
        assert min(point.value for point in measure_levels(EVENTS, medium, clock)) == 0
