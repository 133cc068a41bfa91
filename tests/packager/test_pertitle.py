from itertools import pairwise

from packager.ladder import LadderStep
from packager.ladder_files import load_ladder
from packager.pertitle import ProbePoint, fit_ladder

AUTO = load_ladder("auto")  # 18 dB, at most six rungs
STEPS = (LadderStep(720, 2_800_000), LadderStep(360, 700_000))
# Each six steps of CRF halve the rate and cost 2 dB.
LARGE = [ProbePoint(720, 21, 1_600_000, 20.0), ProbePoint(720, 27, 800_000, 18.0), ProbePoint(720, 33, 400_000, 16.0)]
# Below 400 kb/s there is the small size only.
SMALL = [ProbePoint(360, 21, 400_000, 15.5), ProbePoint(360, 27, 200_000, 14.5), ProbePoint(360, 33, 100_000, 13.0)]


def test_the_top_rung_is_the_cheapest_that_reaches_the_target_and_those_below_fall_by_1_7() -> None:
    ladder, _ = fit_ladder(AUTO, STEPS, LARGE + SMALL)
    # 800 / 1.7 = 471: CRF 32 has 449 kb/s. 449 / 1.7 = 264: 252 kb/s at CRF 25 of the small size, then 141.
    assert ladder.steps == (
        LadderStep(720, 1_600_000, always=True, crf=27, expected_bps=800_000),
        LadderStep(720, 897_970, always=True, crf=32, expected_bps=448_985),
        LadderStep(360, 503_968, always=True, crf=25, expected_bps=251_984),
        LadderStep(360, 282_842, always=True, crf=30, expected_bps=141_421),
    )
    assert ladder.most_rungs == 4


def test_a_size_that_buys_nothing_is_left_out_and_the_reason_is_given() -> None:
    useless = [ProbePoint(360, 21, 1_600_000, 16.0), ProbePoint(360, 27, 800_000, 14.0)]
    ladder, reasons = fit_ladder(AUTO, STEPS, LARGE + useless)
    assert {step.side for step in ladder.steps} == {720}
    assert reasons == (
        "per title: 720p at 800 kb/s reaches an SSIM of 18 dB (18.0) cheapest",
        "per title: 360p is left out: at 800 kb/s it has 14.0 dB, and 720p at 800 kb/s has 18.0",
    )


def test_a_target_out_of_reach_gives_the_best_that_the_caps_allow() -> None:
    ladder, reasons = fit_ladder(AUTO, (LadderStep(720, 500_000), LadderStep(360, 450_000)), LARGE + SMALL)
    assert ladder.steps[0] == LadderStep(720, 500_000, always=True, crf=32, expected_bps=448_985)
    assert reasons[0] == "per title: 720p at 449 kb/s comes nearest to an SSIM of 18 dB (16.3) cheapest"


def test_a_film_that_exceeds_every_cap_keeps_the_usual_rungs() -> None:
    ladder, _ = fit_ladder(AUTO, (LadderStep(720, 300_000),), LARGE)
    assert (ladder.steps, ladder.target_db) == (AUTO.steps, None)


def test_a_film_that_needs_next_to_nothing_keeps_the_usual_rungs() -> None:
    black = [ProbePoint(720, 21, 9_000, 60.0), ProbePoint(720, 27, 8_000, 60.0), ProbePoint(360, 21, 4_000, 60.0)]
    ladder, reasons = fit_ladder(AUTO, STEPS, black)
    assert ladder.steps == AUTO.steps
    assert reasons == ("per title: 360p at 4 kb/s reaches an SSIM of 18 dB (60.0) cheapest: the usual rungs are kept",)


JOINED = (*STEPS, LadderStep(144, 130_000, always=True))
TINY = [ProbePoint(144, 21, 80_000, 10.0), ProbePoint(144, 27, 40_000, 9.0), ProbePoint(144, 33, 20_000, 8.0)]


def test_the_rung_to_join_on_stays_whatever_it_looks_like() -> None:
    ladder, reasons = fit_ladder(AUTO, JOINED, LARGE + SMALL + TINY)
    without, _ = fit_ladder(AUTO, STEPS, LARGE + SMALL)
    # At the rate factor of the ladder, 23, it has 63 kb/s: the others may come down to 1.5 times that, 95 kb/s.
    assert ladder.steps == (*without.steps, LadderStep(144, 126_992, always=True, crf=23, expected_bps=63_496))
    assert ladder.most_rungs == 5
    assert reasons == (
        "per title: 720p at 800 kb/s reaches an SSIM of 18 dB (18.0) cheapest",
        "per title: 144p is there for a switch to video, which joins on it at once",
    )


def test_the_rung_to_join_on_keeps_to_its_cap_and_below_all_others() -> None:
    busy = [ProbePoint(144, 21, 400_000, 10.0), ProbePoint(144, 27, 200_000, 9.0)]
    ladder, _ = fit_ladder(AUTO, JOINED, LARGE + SMALL + busy)
    # 317 kb/s at CRF 23 is more than its cap. 1.5 times that is 195: the rung of 141 kb/s is not wanted now.
    rates = [(step.side, step.expected_bps) for step in ladder.steps]
    assert rates == [(720, 800_000), (720, 448_985), (360, 251_984), (144, 130_000)]
    assert ladder.steps[-1] == LadderStep(144, 130_000, always=True, crf=23, expected_bps=130_000)


def test_a_rung_to_join_on_takes_no_rung_of_a_quiet_film_away() -> None:
    quiet = [ProbePoint(360, 21, 150_000, 18.5), ProbePoint(360, 27, 60_000, 15.0)]
    ladder, _ = fit_ladder(AUTO, JOINED[1:], quiet + TINY)
    assert [(step.side, step.crf) for step in ladder.steps] == [(360, 21), (144, 23)]


def test_a_high_top_rung_comes_down_in_wider_steps() -> None:
    heavy = [ProbePoint(720, 21, 12_800_000, 18.0), ProbePoint(720, 45, 100_000, 10.0)]
    ladder, _ = fit_ladder(AUTO, (LadderStep(720, 14_000_000), LadderStep(144, 130_000, always=True)), heavy + TINY)
    rates = [step.expected_bps for step in ladder.steps if step.expected_bps]
    assert len(rates) == 7
    assert all(1.7 <= above / below <= 2.5 for above, below in pairwise(rates[:-1]))
