from itertools import product

from abr_views import LADDER, make_view
from hypothesis import given
from hypothesis import strategies as st

from simulator.abr import Download, RobustMpc
from simulator.abr.robustmpc import Predictions


def test_predicts_with_the_harmonic_mean_and_its_largest_error() -> None:
    rule = RobustMpc()
    _, memory = rule.choose(make_view(last_download=Download(0, 400_000, 1e6, 1e6)), rule.start())
    assert (memory.rates_bps, memory.errors, round(memory.predicted_bps or 0)) == ((400_000.0,), (), 400_000)
    _, memory = rule.choose(make_view(last_download=Download(0, 200_000, 1e6, 1e6)), memory)
    # Half of what was predicted came: an error of 1; the harmonic mean of 400 and 200 is 266.7.
    assert [round(error, 9) for error in memory.errors] == [1.0]
    assert round(memory.predicted_bps or 0) == 266_667


def score(plan: tuple[int, ...], rate_bps: float, level_s: float, last: int) -> float:
    total, before = 0.0, LADDER[last] / 1e6
    for rung in plan:
        time_s = LADDER[rung] * 4 / rate_bps
        total += LADDER[rung] / 1e6 - 4.3 * max(0.0, time_s - level_s) - abs(LADDER[rung] / 1e6 - before)
        level_s, before = min(20.0, max(0.0, level_s - time_s) + 4), LADDER[rung] / 1e6
    return total


@given(st.floats(20_000, 900_000), st.floats(0, 20), st.integers(0, 2))
def test_the_plan_is_the_best_of_all_plans(rate_bps: float, level_s: float, last: int) -> None:
    view = make_view(None, level_s, last_rung=last, last_download=Download(0, rate_bps, 1e6, 1e6))
    rung = RobustMpc().choose(view, Predictions())[0].rung
    best = max(score(plan, rate_bps, level_s, last) for plan in product(range(3), repeat=5))
    mine = max(score((rung, *rest), rate_bps, level_s, last) for rest in product(range(3), repeat=4))
    assert mine > best - 1e-9
