"""What today's players would do to the same listener, over the same link."""

from dataclasses import replace
from pathlib import Path

import pytest

from simulator import events as ev
from simulator.drivers.virtual import play_virtually
from simulator.errors import InputError
from simulator.metrics import Metrics, measure_session
from simulator.package_folder import PackageFolder
from simulator.play import Survey, choose_scenario, judge_session
from simulator.presentation import Medium
from simulator.profile import JOINS, PROFILES, WARMTHS, PlayerConfig
from simulator.scenario import Scenario, Tap, parse_scenario
from simulator.trace import SHAPES, Trace, constant_trace

S = 1_000_000
THERE_AND_BACK = (Tap(12_300_000, Medium.VIDEO), Tap(30_100_000, Medium.AUDIO))


def play(package: Path, config: PlayerConfig, link: Trace = SHAPES["wifi"]) -> tuple[Metrics, tuple[ev.Event, ...]]:
    scenario = Scenario("p", THERE_AND_BACK, link, config=config)
    session = play_virtually(PackageFolder(package), "master.m3u8", scenario, keep_bodies=False)
    return measure_session(session.events), session.events


@pytest.mark.parametrize(
    ("name", "holes"),
    [
        ("two-element", 0),
        ("native", 0),
        ("filler", 0),
        ("filler-firefox", 0),
        ("flush-on-enable", 1),  # on the way to the picture alone
        ("variant-switch", 2),
        ("reload", 2),
    ],
)
def test_each_profile_has_its_holes(hollow_package: Path, name: str, holes: int) -> None:
    metrics, _ = play(hollow_package, PlayerConfig(PROFILES[name]))
    assert (metrics.hole_count, metrics.rebuffer_count, metrics.ending) == (holes, holes, "Ended")
    assert [flip.settled_at_us is not None for flip in metrics.flips] == [True, True]


def test_a_variant_switch_is_silent_for_83_ms_each_way(hollow_package: Path) -> None:
    assert play(hollow_package, PlayerConfig(PROFILES["variant-switch"]))[0].hole_s == 0.166


def test_a_reload_is_silent_for_29_ms_at_least_and_fetches_the_sound_again(hollow_package: Path) -> None:
    metrics, events = play(hollow_package, PlayerConfig(PROFILES["reload"]))
    assert metrics.hole_s > 2 * 0.029
    sound = [e.index for e in events if isinstance(e, ev.Buffered) and e.medium is Medium.AUDIO]
    assert sound.count(12_300_000 // 3_840_000) == 2
    assert sound.count(30_100_000 // 3_840_000) == 3  # it was in the buffer at both switches


@pytest.mark.parametrize(("name", "plays_on_s"), [("filler", 3.0), ("filler-firefox", 0.0)])
def test_one_element_stops_its_sound_when_the_picture_has_run_dry(
    hollow_package: Path, name: str, plays_on_s: float
) -> None:
    # 600 kbit/s carry the sound; the best picture takes four times that.
    config = PlayerConfig(PROFILES[name], abr="fixed:3", start_rung="cheapest")
    metrics, events = play(hollow_package, config, constant_trace(600_000, 50_000))
    froze = next(e.at_us for e in events if isinstance(e, ev.VideoFroze))
    stopped = next(e.at_us for e in events if isinstance(e, ev.RebufferStarted))
    assert (stopped - froze) / 1e6 == plays_on_s
    assert metrics.ending == "Ended"
    assert play(hollow_package, replace(config, profile=PROFILES["two-element"]))[0].rebuffer_count == 0


def test_a_reload_falls_short_and_two_elements_do_not(small_package: Path) -> None:
    codes, reasons, rows = [], [], []
    for name in ("reload", "two-element"):
        scenario = choose_scenario(Survey(24 * S, has_video=True), None, [5.0, 12.0], "wifi", name)
        session = play_virtually(PackageFolder(small_package), "master.m3u8", scenario)
        outcome = judge_session(session)
        assert (outcome.proof.missing_samples, outcome.proof.wrong_samples) == (0, 0)
        codes.append(outcome.verdict.exit_code)
        reasons += outcome.verdict.reasons()
        rows += [(result.state.value, result.proof.flip.hole_us >= 29_000) for result in outcome.flip_results()]
    assert codes == [1, 0]
    assert rows == [("BROKEN", True)] * 2 + [("ok", False)] * 2
    assert " s of it by the way the player switches), the limit is <= 0 s" in reasons[0]


def test_warmth_buys_time_to_picture_with_wasted_bytes(hollow_package: Path) -> None:
    figures = {}
    for warm in WARMTHS:
        metrics, _ = play(hollow_package, PlayerConfig(warm=warm), SHAPES["3g"])
        figures[warm] = metrics.flips[0].tap_to_picture_s or 99.0, metrics.wasted_bytes
    assert figures["segment"][0] == 0.065 < figures["init"][0] < figures["cold"][0]
    assert figures["segment"][1] > figures["init"][1] + 200_000
    assert figures["hover"] == figures["init"]  # nobody hovered


@pytest.mark.parametrize(("join", "index"), [("own", 3), ("next", 4)])
def test_a_picture_joins_where_the_policy_says(hollow_package: Path, join: str, index: int) -> None:
    assert join in JOINS
    _, events = play(hollow_package, PlayerConfig(join=join))
    assert {e.index for e in events if isinstance(e, ev.JoinPlanned)} == {index}


@pytest.mark.parametrize(("start_rung", "rung"), [("cheapest", "240p"), ("fixed:2", "480p"), ("fixed:9", "720p")])
def test_a_picture_starts_at_the_rung_that_the_policy_says(hollow_package: Path, start_rung: str, rung: str) -> None:
    _, events = play(hollow_package, PlayerConfig(start_rung=start_rung))
    assert next(e.rung for e in events if isinstance(e, ev.FirstFrame)) == rung


def test_policies_are_read_from_a_scenario() -> None:
    text = (
        "[switching]\njoin = 'next'\nwarm = 'cold'\nstart_rung = 'fixed:1'\npicture_goal_ms = 900\njoin_margin_ms = 0"
    )
    config = parse_scenario(text, "s").config
    assert config == PlayerConfig(
        join="next", warm="cold", start_rung="fixed:1", picture_goal_us=900_000, join_margin_us=0
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("join = 'here'", "s: switching: join is 'here'; it must be one of earliest, own, next"),
        ("warm = 'hot'", "s: switching: warm is 'hot'; it must be one of cold, init, segment, hover"),
        ("start_rung = 'best'", "s: switching: start_rung is 'best'; it must be one of expected, cheapest, fixed"),
        ("start_rung = 'fixed'", "start_rung is 'fixed'; fixed:2 is the third rung from below"),
        ("picture_goal_ms = -1", r"\[switching\] picture_goal_ms is -1; give milliseconds, 0 or more"),
        ("joni = 'own'", r"s: \[switching\]: 'joni' is unknown here; did you mean 'join'\?"),
    ],
)
def test_names_what_is_wrong_with_a_policy(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_scenario(f"[switching]\n{text}", "s")
