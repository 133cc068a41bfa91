import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.figures import (
    Figures,
    find_percentile_s,
    name_request,
    read_message,
    share_segments,
    summarise_session,
    write_message,
)
from simulator import events as ev
from simulator.commands import Fetch, Part
from simulator.presentation import Medium, Resource

COUNTS = st.integers(0, 10**12)
WAITS = st.dictionaries(st.integers(0, 60_000), st.integers(1, 1000), max_size=5).map(Counter)
FIGURES = st.builds(
    Figures, sessions=st.integers(10, 20), started=st.integers(0, 10), played_us=COUNTS, stalled_us=COUNTS,
    flips_done=COUNTS, fetched_bytes=COUNTS, startup_ms=WAITS, tap_to_picture_ms=WAITS,
    segments=st.dictionaries(st.sampled_from(["audio aac-96", "video 240p"]), st.integers(1, 9)).map(Counter),
)  # fmt: skip

# One listener: sound after 0.25 s, a flip to video that takes 0.08 s, back; the second picture never comes within the
# 2 s that are waited for it; a third is taken back after 0.4 s. One request fails once, one is aborted.
SESSION: tuple[ev.Event, ...] = (
    ev.Requested(0, 1, Part.MULTIVARIANT, None, "", -1),
    ev.Received(100_000, 1, 300, 0),
    ev.Requested(100_000, 2, Part.SEGMENT, Medium.AUDIO, "aac-96", 0),
    ev.Retried(150_000, 2, "status 503 where 200 was expected"),
    ev.Requested(200_000, 3, Part.SEGMENT, Medium.AUDIO, "aac-96", 0),
    ev.Received(250_000, 3, 46_080, 5_000_000),
    ev.Buffered(250_000, Medium.AUDIO, "aac-96", 0, 0, 3_840_000, 3, -1, 46_080),
    ev.PlaybackStarted(250_000),
    ev.TapTaken(1_000_000, 750_000, Medium.VIDEO),
    ev.Requested(1_000_000, 4, Part.SEGMENT, Medium.VIDEO, "240p", 0),
    ev.Received(1_010_000, 4, 120_000, 9_000_000),
    ev.Buffered(1_010_000, Medium.VIDEO, "240p", 0, 0, 3_840_000, 4, -1, 120_000),
    ev.FirstFrame(1_080_000, 830_000, "240p"),
    ev.TapTaken(2_080_000, 1_830_000, Medium.AUDIO),
    ev.VideoStopped(2_080_000, 1_830_000, "the listener tapped"),
    ev.TapTaken(2_200_000, 1_950_000, Medium.VIDEO),
    ev.RebufferStarted(2_300_000, 2_050_000),
    ev.RebufferEnded(2_800_000, 2_050_000),
    ev.TapTaken(4_200_000, 3_450_000, Medium.AUDIO),
    ev.VideoStopped(4_200_000, 3_450_000, "the listener tapped"),
    ev.TapTaken(4_300_000, 3_550_000, Medium.VIDEO),
    ev.Requested(4_300_000, 5, Part.SEGMENT, Medium.VIDEO, "240p", 1),
    ev.Aborted(4_700_000, 5, 500, "the session is over"),
    ev.Departed(4_700_000, 3_950_000),
)


def test_a_session_is_summed_up() -> None:
    assert summarise_session(SESSION) == Figures(
        sessions=1, started=1, gave_up=0, played_us=3_950_000, picture_us=1_000_000, stalled_us=500_000, stalls=1,
        freezes=0, flips_done=3, flips_lost=1, flips_overtaken=1, requests=5, failed_requests=1, aborted_requests=1,
        fetched_bytes=300 + 46_080 + 120_000 + 500, wasted_bytes=500 + 120_000 * 2_840 // 3_840,
        startup_ms=Counter({250: 1}), tap_to_picture_ms=Counter({80: 1}),
        segments=Counter({"audio aac-96": 1, "video 240p": 1}),
    )  # fmt: skip


def test_a_session_that_never_started_counts_its_failures() -> None:
    events = (
        ev.Requested(0, 1, Part.MULTIVARIANT, None, "", -1),
        ev.Retried(10, 1, "refused"),
        ev.Requested(20, 2, Part.MULTIVARIANT, None, "", -1),
        ev.GaveUp(30, 0, "refused"),
    )
    assert summarise_session(events) == Figures(sessions=1, gave_up=1, requests=2, failed_requests=2)


def test_a_failed_request_given_up_before_its_retry_is_a_failure_not_an_abort() -> None:
    events = (
        ev.Requested(0, 1, Part.MULTIVARIANT, None, "", -1),
        ev.Retried(10, 1, "refused"),
        ev.Aborted(20, 1, 0, "the session is over"),
        ev.Departed(20, 0),
    )
    assert summarise_session(events) == Figures(sessions=1, requests=1, failed_requests=1)


@given(FIGURES, FIGURES, FIGURES)
def test_figures_add_up_in_any_order(a: Figures, b: Figures, c: Figures) -> None:
    assert (a + b) + c == a + (c + b)
    assert a + Figures() == a


@given(FIGURES)
def test_figures_survive_the_wire_and_a_file(figures: Figures) -> None:
    assert read_message(write_message(figures)) == figures
    assert read_message(json.loads(json.dumps(write_message(figures)))) == figures


def test_ratios_are_parts_of_what_there_was() -> None:
    figures = Figures(
        sessions=1, played_us=90, stalled_us=10, flips_done=3, flips_lost=1, flips_overtaken=9, requests=8,
        failed_requests=2, aborted_requests=4,
    )  # fmt: skip
    assert (figures.stall_ratio, figures.lost_flip_ratio, figures.failure_ratio) == (0.1, 0.25, 0.25)


def test_nothing_is_no_ratio_and_no_percentile() -> None:
    none = Figures()
    assert (none.stall_ratio, none.lost_flip_ratio, none.failure_ratio) == (None, None, None)
    assert (none.startup_p95_s, none.tap_to_picture_p95_s) == (None, None)


@pytest.mark.parametrize(("percent", "wait_s"), [(0, 0.01), (50, 0.01), (90, 0.01), (91, 0.5), (99, 0.5), (100, 2.0)])
def test_percentiles_are_the_nearest_rank(percent: float, wait_s: float) -> None:
    assert find_percentile_s({2000: 1, 10: 90, 500: 9}, percent) == wait_s


def test_rungs_share_their_medium() -> None:
    figures = Figures(segments=Counter({"audio aac-96": 1, "video 240p": 1, "video 720p": 3}))
    assert share_segments(figures, Medium.VIDEO) == {"720p": 0.75, "240p": 0.25}
    assert share_segments(figures, Medium.AUDIO) == {"aac-96": 1.0}


@pytest.mark.parametrize(
    ("fetch", "name"),
    [
        (Fetch(1, Resource("http://x/master.m3u8"), Part.MULTIVARIANT), "playlist master"),
        (Fetch(2, Resource("http://x/a"), Part.PLAYLIST, Medium.AUDIO, "aac-96"), "playlist audio aac-96"),
        (Fetch(3, Resource("http://x/b"), Part.INIT, Medium.VIDEO, "240p"), "init video 240p"),
        (Fetch(4, Resource("http://x/00007.m4s"), Part.SEGMENT, Medium.VIDEO, "240p", 7), "segment video 240p"),
    ],
)
def test_requests_are_named_by_what_they_are_for(fetch: Fetch, name: str) -> None:
    assert name_request(fetch) == name
