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
