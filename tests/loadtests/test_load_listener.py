from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from loadtests.listener import AWAY_S, FLIP_GAP_S, STAY_S, plan_visit, plan_visits
from simulator.presentation import Medium

SEEDS = st.integers(0, 2**63)


def test_the_same_seed_plans_the_same_visits() -> None:
    assert list(islice(plan_visits(1, "0-7"), 5)) == list(islice(plan_visits(1, "0-7"), 5))


def test_a_visit_is_the_same_on_every_machine() -> None:
    visit = plan_visit(1, "0-1", 1)
    assert visit.scenario.name == "listener 0-1, visit 1"
    assert visit.scenario.leaves_at_us == 33_515_430


def test_seed_listener_and_number_each_make_another_visit() -> None:
    visits = [plan_visit(1, "0-1", 1), plan_visit(2, "0-1", 1), plan_visit(1, "0-2", 1), plan_visit(1, "0-1", 2)]
    assert len({visit.scenario.leaves_at_us for visit in visits}) == 4


@given(SEEDS)
def test_a_listener_flips_to_and_fro_while_staying(seed: int) -> None:
    visit = plan_visit(seed, "0-1", 1)
    stay_us = visit.scenario.leaves_at_us
    assert stay_us is not None
    assert STAY_S[0] * 1e6 <= stay_us <= STAY_S[1] * 1e6
    assert AWAY_S[0] <= visit.away_s <= AWAY_S[1]
    sides = [tap.wants for tap in visit.scenario.taps]
    assert sides == [Medium.VIDEO, Medium.AUDIO] * (len(sides) // 2) + [Medium.VIDEO] * (len(sides) % 2)
    assert sides  # whoever stays 8 s flips within the first 6
    times_us = [tap.playhead_us for tap in visit.scenario.taps]
    gaps_us = [later - earlier for earlier, later in pairwise(times_us)]
    assert all(FLIP_GAP_S[0] * 1e6 <= gap_us <= FLIP_GAP_S[1] * 1e6 for gap_us in gaps_us)
    assert times_us[-1] < stay_us


def test_taps_fall_between_segment_boundaries() -> None:
    taps = [tap.playhead_us for n in range(1, 51) for tap in plan_visit(1, f"0-{n}", 1).scenario.taps]
    assert len(taps) > 200
    assert not [tap_us for tap_us in taps if tap_us % 3_840_000 == 0]
