from dataclasses import replace
from itertools import pairwise

from simulator.presentation import Medium
from simulator.profile import PlayerConfig
from simulator.scenario import Scenario, Tap, parse_scenario
from simulator.sweep_plan import Contender, Course, digest_trace, make_listeners, plan_jobs
from simulator.trace import SHAPES, Trace

SONGS = [Course("one", "d1"), Course("two", "d2")]
NETWORKS = [Course("3g", "t1"), Course("4g", "t2")]
PLAYERS = [Contender("bola", "two-element"), Contender("throughput", "two-element")]
LISTENERS = [Scenario("early", (Tap(1_000_000, Medium.VIDEO),)), Scenario("late", (Tap(9_000_000, Medium.VIDEO),))]


def test_every_combination_is_played_once_and_contenders_side_by_side() -> None:
    jobs = list(plan_jobs(SONGS, NETWORKS, PLAYERS, LISTENERS, is_proven=False))
    assert len(jobs) == len({job.key for job in jobs}) == 16
    assert [(j.listener, j.package, j.trace, j.contender.rule) for j in jobs[:3]] == [
        ("early", "one", "3g", "bola"),
        ("early", "one", "3g", "throughput"),
        ("early", "one", "4g", "bola"),
    ]
    assert (jobs[0].scenario.config.abr, jobs[0].scenario.config.audio_abr) == ("bola", "bola")


def test_a_key_is_what_is_played_and_not_what_it_is_called() -> None:
    (job,) = plan_jobs(SONGS[:1], NETWORKS[:1], PLAYERS[:1], LISTENERS[:1], is_proven=False)
    renamed = Scenario("another name", LISTENERS[0].taps)
    (same,) = plan_jobs([Course("moved", "d1")], [Course("x", "t1")], PLAYERS[:1], [renamed], is_proven=False)
    assert same.key == job.key
    (proven,) = plan_jobs(SONGS[:1], NETWORKS[:1], PLAYERS[:1], LISTENERS[:1], is_proven=True)
    (other,) = plan_jobs([Course("one", "d3")], NETWORKS[:1], PLAYERS[:1], LISTENERS[:1], is_proven=False)
    assert len({job.key, proven.key, other.key}) == 3


def test_a_listener_is_a_seed() -> None:
    first, second = make_listeners(2, 6, 240_000_000, seed=5)
    assert make_listeners(1, 6, 240_000_000, seed=6)[0].taps == second.taps
    assert first.taps != second.taps
    assert first.name == "listener 5"


def test_listeners_leave_the_edges_alone_and_do_not_drum() -> None:
    for listener in make_listeners(50, 8, 100_000_000, seed=1):
        times = [tap.playhead_us for tap in listener.taps]
        assert all(3_000_000 <= at_us < 97_000_000 for at_us in times)
        assert all(after - before >= 4_000_000 for before, after in pairwise(times))


def test_a_trace_is_its_periods_and_not_its_name() -> None:
    same = Trace("called otherwise", SHAPES["3g"].periods)
    assert digest_trace(same) == digest_trace(SHAPES["3g"]) != digest_trace(SHAPES["4g"])


def test_what_goes_wrong_on_the_way_is_part_of_the_key() -> None:
    faulty = parse_scenario("[faults]\nstatusCode = [{ i = 3, code = 503 }]", "f")
    keys = {
        job.key
        for listener in (replace(faulty, taps=()), Scenario("f"))
        for job in plan_jobs(SONGS[:1], NETWORKS[:1], PLAYERS[:1], [listener], is_proven=False)
    }
    assert len(keys) == 2


def test_a_policy_is_words_of_the_settings_they_belong_to() -> None:
    config = Contender("bola", switching="segment+next+fixed:1").set_up(PlayerConfig())
    assert (config.warm, config.join, config.start_rung) == ("segment", "next", "fixed:1")
    assert Contender("throughput").set_up(PlayerConfig()) == PlayerConfig()


def test_listeners_come_to_the_button_before_they_tap_for_the_picture() -> None:
    (listener,) = make_listeners(1, 4, 240_000_000, seed=1)
    to_video = [tap.playhead_us for tap in listener.taps if tap.wants is Medium.VIDEO]
    assert [hover.at_us for hover in listener.controls] == [at_us - 700_000 for at_us in to_video]
