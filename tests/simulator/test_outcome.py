from dataclasses import replace

from outcome_specimen import HOLED_EVENTS, SCENARIO, SMOOTH_EVENTS, make_outcome, smooth_outcome, with_limit

from simulator import events as ev
from simulator.limits import DEFAULT_LIMITS
from simulator.outcome import FlipState, Headline, count, find_headline
from simulator.presentation import Medium
from simulator.scenario import Tap


def test_headline_says_that_nobody_heard_it_and_gives_the_figures() -> None:
    assert find_headline([smooth_outcome()]) == Headline(
        True, "Nobody heard it", "2 flips, 0 samples missing, 0 repeated, 0 wrong, of 480,000 heard.", ()
    )


def test_headline_of_damaged_sound_says_that_it_was_heard_and_why() -> None:
    headline = find_headline([make_outcome(SMOOTH_EVENTS, missing_samples=1024)])
    assert headline.title == "It was heard"
    assert headline.reasons == ("audio_missing_samples is 1,024, the limit is <= 0",)


def test_a_rebuffer_is_heard_though_no_sample_is_missing() -> None:
    assert find_headline([make_outcome()]).title == "It was heard"


def test_a_click_is_heard_though_no_sample_is_missing() -> None:
    assert find_headline([make_outcome(SMOOTH_EVENTS, click_db=3.5)]).title == "It was heard"


def test_a_slow_picture_falls_short_but_nobody_heard_it() -> None:
    headline = find_headline([make_outcome(SMOOTH_EVENTS, with_limit("tap_to_picture_s", 0.25))])
    assert (headline.is_good, headline.title) == (False, "Nobody heard it, but it falls short")
    assert headline.reasons == ("tap_to_picture_s is 0.5 s, the limit is <= 0.25 s",)


def test_damage_that_a_wide_limit_allows_is_not_called_unheard() -> None:
    headline = find_headline([make_outcome(SMOOTH_EVENTS, with_limit("audio_missing_samples", 2000), 1024)])
    assert (headline.is_good, headline.title) == (True, "It can be told, but stays within its limits")


def test_a_session_without_flips_claims_no_flip() -> None:
    events = (ev.PlaybackStarted(0), ev.Ended(9_000_000, 9_000_000))
    headline = find_headline([make_outcome(events, replace(SCENARIO, taps=()))])
    assert headline.title == "Played through untouched, without a flip"
    assert headline.detail == "0 flips, 0 samples missing, 0 repeated, 0 wrong, of 480,000 heard."


def test_several_sessions_share_a_headline_and_each_reason_names_its_session() -> None:
    damaged = make_outcome(SMOOTH_EVENTS, replace(SCENARIO, name="tram"), missing_samples=5)
    headline = find_headline([smooth_outcome(), damaged])
    assert headline.detail == "4 flips in 2 sessions, 5 samples missing, 0 repeated, 0 wrong, of 960,000 heard."
    assert headline.reasons == ("tram: audio_missing_samples is 5, the limit is <= 0",)


def test_only_the_flip_that_did_the_damage_is_broken() -> None:
    results = make_outcome(SMOOTH_EVENTS, missing_samples=7, click_db=9.0).flip_results()
    assert [(r.state, r.broken) for r in results] == [
        (FlipState.BROKEN, ("audio_missing_samples", "seam_click_db")),
        (FlipState.KEPT, ()),
    ]


def test_a_flip_for_which_the_sound_stopped_is_broken_and_the_other_is_not() -> None:
    results = make_outcome(HOLED_EVENTS).flip_results()
    assert [(r.state, r.broken) for r in results] == [
        (FlipState.BROKEN, ("rebuffer_s", "rebuffer_count")),
        (FlipState.KEPT, ()),
    ]


def test_a_hole_that_the_limits_allow_breaks_no_flip() -> None:
    limits = {name: replace(DEFAULT_LIMITS[name], high=1) for name in ("rebuffer_s", "rebuffer_count")}
    outcome = make_outcome(HOLED_EVENTS, replace(SCENARIO, limits={**DEFAULT_LIMITS, **limits}))
    assert outcome.verdict.is_good
    assert {result.state for result in outcome.flip_results()} == {FlipState.KEPT}


def test_a_flip_that_never_came_is_broken_but_one_cut_short_by_the_end_is_not() -> None:
    tap = ev.TapTaken(6_000_000, 5_000_000, Medium.VIDEO)
    scenario = replace(SCENARIO, taps=(Tap(5_000_000, Medium.VIDEO),))
    waited = make_outcome((ev.PlaybackStarted(1_000_000), tap, ev.Departed(9_000_000, 8_000_000)), scenario)
    cut = make_outcome((ev.PlaybackStarted(1_000_000), tap, ev.Departed(6_500_000, 5_500_000)), scenario)
    assert [r.state for r in waited.flip_results()] == [FlipState.BROKEN]
    assert [r.state for r in cut.flip_results()] == [FlipState.CUT_SHORT]
    assert (waited.verdict.is_good, cut.verdict.is_good) == (False, True)


def test_no_flip_is_broken_by_a_limit_that_was_kept() -> None:
    # Twenty pictures after 0.1 s and one after 5 s: the p95 is 0.1 s, so the limit of 1 s is kept.
    events: list[ev.Event] = [ev.PlaybackStarted(0)]
    taps: list[Tap] = []
    for number in range(21):
        at_us, wait_us = number * 10_000_000, 5_000_000 if number == 7 else 100_000
        events += [
            ev.TapTaken(at_us, at_us, Medium.VIDEO),
            ev.FirstFrame(at_us + wait_us, at_us + wait_us, "240p"),
            ev.TapTaken(at_us + 6_000_000, at_us + 6_000_000, Medium.AUDIO),
            ev.VideoStopped(at_us + 6_000_000, at_us + 6_000_000, "the listener tapped"),
        ]
        taps += [Tap(at_us, Medium.VIDEO), Tap(at_us + 6_000_000, Medium.AUDIO)]
    events.append(ev.Ended(220_000_000, 220_000_000))
    outcome = make_outcome(tuple(events), replace(SCENARIO, taps=tuple(taps)))
    assert outcome.verdict.is_good
    assert {result.state for result in outcome.flip_results()} == {FlipState.KEPT}


def test_counts_read_as_people_say_them() -> None:
    assert [count(n, "flip") for n in (0, 1, 6, 1200)] == ["0 flips", "1 flip", "6 flips", "1,200 flips"]
