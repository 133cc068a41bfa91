"""The figures of several songs, from a session told by hand: every number can be checked on paper."""

import pytest
from songs_specimen import EVENTS, PRESENTATION, SCENARIO, SESSION, S, leaving_at_once, make_songs_outcome

from simulator import events as ev
from simulator.metrics import SongPlayed, measure_session
from simulator.song_metrics import measure_play
from simulator.song_qoe import measure_play_qoe
from simulator.songs import split_events, split_session
from simulator.verdict import judge


def test_events_go_to_their_songs() -> None:
    split = split_events(EVENTS)
    assert [len(split[number]) for number in (1, 2, 3, 4)] == [5, 11, 8, 2]
    assert not any(isinstance(event, ev.SongTurn) for events in split.values() for event in events)


def test_each_song_is_a_session_of_its_own() -> None:
    parts = split_session(SESSION)
    assert [(part.number, part.name, part.began_at_us) for part in parts] == [
        (1, "one", 0),
        (2, "two", 9 * S),
        (3, "three", 11 * S),
        (4, "four", None),
    ]
    assert [part.session.uri for part in parts] == [
        "master.m3u8", "two/master.m3u8", "three/master.m3u8", "four/master.m3u8",
    ]  # fmt: skip


def test_what_became_of_each_song() -> None:
    # Of the second song's sound 2.5 of 4 s were never heard (30,000 of 48,000 bytes), of its picture 3 of 4 s never
    # seen (75,000 of 100,000); of the fourth all that came is lost.
    assert measure_play(SESSION).songs == (
        SongPlayed(1, "one", 0, 1 * S, 9 * S, 8 * S, "Ended"),
        SongPlayed(2, "two", 9 * S, 9_500_000, 11 * S, 1_500_000, "Skipped", gap_us=500_000,
                   picture_after_us=1 * S, ahead_bytes=48_000, wasted_bytes=105_000),
        SongPlayed(3, "three", 11 * S, 12_200_000, 15 * S, 2_800_000, "Departed", skip_to_sound_us=1_200_000,
                   lost_picture="gave up after 4 attempts: status 503"),
        SongPlayed(4, "four", None, None, None, 0, "", ahead_bytes=5_000, wasted_bytes=5_000),
    )  # fmt: skip


def test_the_figures_add_up() -> None:
    metrics = measure_play(SESSION)
    assert (metrics.startup_s, metrics.played_s, metrics.ending) == (1.0, 12.3, "Departed")
    assert (metrics.fetched_bytes, metrics.wasted_bytes) == (297_000, 110_000)
    assert (metrics.video_s, metrics.mean_audio_bps) == (1.0, 96_000)
    assert [(flip.number, flip.song, flip.tapped_playhead_us) for flip in metrics.flips] == [(1, 3, 2_300_000)]


def test_a_song_that_was_skipped_within_a_second_was_not_waited_for() -> None:
    third, fourth = measure_play(leaving_at_once()).songs[2:]
    assert (third.sound_at_us, third.skip_to_sound_us) == (None, None)
    assert (fourth.sound_at_us, fourth.skip_to_sound_us) == (None, 3_600_000)  # the listener left after that long


def test_the_verdict_says_what_broke_between_songs() -> None:
    verdict = make_songs_outcome().verdict
    assert verdict.reasons() == (
        "audio_wrong_samples is 1,024, the limit is <= 0",
        "song_gap_s is 0.5 s, the limit is <= 0 s",
        "skip_to_sound_s is 1.2 s, the limit is <= 1 s",
        "song 3 never showed its picture: gave up after 4 attempts: status 503",
        "the skip at 2.50 s of song 3 was never made: it was not played so far",
    )
    assert verdict.exit_code == 1


def test_a_tap_in_a_songs_last_second_is_no_loss_if_the_listener_goes_on() -> None:
    metrics = measure_play(SESSION)
    assert metrics.flips[0].settled_at_us is None
    assert judge(metrics, None, SCENARIO).lost_flips == ()


def test_songs_are_to_blame_for_what_they_broke() -> None:
    assert [result.broken for result in make_songs_outcome().song_results()] == [
        (),
        ("audio_wrong_samples", "song_gap_s"),
        ("skip_to_sound_s", "picture"),
        (),
    ]


def test_a_session_of_one_song_lists_none() -> None:
    events = split_events(EVENTS)[1]
    assert measure_session(events).songs == ()


def test_ratings_are_weighed_by_how_long_a_song_was_there() -> None:
    # One rung, so only waits count: 2.66 a second, of 1, 0.5 and 1.2 s in songs of 8, 1.5 and 2.8 s and a segment each.
    # The picture was only there in the second song: 0.25 Mbit/s, without a wait for a tap.
    rating = measure_play_qoe(SESSION, measure_play(SESSION), PRESENTATION)
    assert rating.sound_log == pytest.approx(-2.66 * (1 * 8 + 0.5 * 1.5 + 1.2 * 2.8) / 12.3)
    assert rating.picture_linear == pytest.approx(0.25)
