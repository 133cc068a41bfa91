import pytest

from simulator.limits import DEFAULT_LIMITS
from simulator.metrics import Flip, Metrics
from simulator.presentation import Medium
from simulator.scenario import Scenario, Tap
from simulator.verdict import FlipProof, Proof, Seam, find_percentile, judge

V, A = Medium.VIDEO, Medium.AUDIO
TO_VIDEO = Flip(1, V, 10_000_000, 9_000_000, 10_800_000, 9_800_000, "240p")
TO_AUDIO = Flip(2, A, 20_000_000, 19_000_000, 20_000_000, 19_000_000)
TAPS = (Tap(9_000_000, V), Tap(19_000_000, A))


def metrics_of(*flips: Flip, rebuffer_s: float = 0.0, ending: str = "Ended", played_s: float = 60.0) -> Metrics:
    return Metrics(
        startup_s=0.6, played_s=played_s, rebuffer_s=rebuffer_s, rebuffer_count=int(rebuffer_s > 0), video_s=10.0,
        frozen_s=0.0, frozen_count=0, mean_audio_bps=256_000, mean_video_bps=500_000, rung_changes=1,
        fetched_bytes=1, wasted_bytes=1, retries=0, ending=ending, flips=flips,
    )  # fmt: skip


def proof_of(missing: int = 0, click_db: float | None = -3.0, av_offset_ms: float | None = 0.0) -> Proof:
    flips = (FlipProof(TO_VIDEO, missing, 0, 0, click_db, av_offset_ms), FlipProof(TO_AUDIO, 0, 0, 0, None, None))
    return Proof(60 * 48_000, 48_000, missing, 0, 0, (Seam(9.0, "tap 1", click_db), Seam(19.0, "tap 2", None)), flips)


def test_a_session_that_keeps_every_limit_is_good() -> None:
    verdict = judge(metrics_of(TO_VIDEO, TO_AUDIO), proof_of(), Scenario("s", TAPS))
    assert (verdict.is_good, verdict.exit_code, verdict.reasons()) == (True, 0, ())
    of_several_songs = ["song_gap_s", "skip_to_sound_s"]
    assert [j.limit.name for j in verdict.judgements] + of_several_songs == list(DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("metrics", "proof", "reason"),
    [
        (metrics_of(TO_VIDEO, TO_AUDIO), proof_of(missing=1024), "audio_missing_samples is 1,024, the limit is <= 0"),
        (metrics_of(TO_VIDEO, TO_AUDIO), proof_of(click_db=14.0), "seam_click_db is 14 dB, the limit is <= 3 dB"),
        (
            metrics_of(TO_VIDEO, TO_AUDIO), proof_of(av_offset_ms=-80.0),
            "av_offset_ms is -80 ms, the limit is -40 .. 60 ms",
        ),
        (metrics_of(TO_VIDEO, TO_AUDIO, rebuffer_s=1.5), proof_of(), "rebuffer_s is 1.5 s, the limit is <= 0 s"),
        (
            metrics_of(Flip(1, V, 10_000_000, 9_000_000, 11_500_000, 10_500_000, "240p"), TO_AUDIO), proof_of(),
            "tap_to_picture_s is 1.5 s, the limit is <= 1 s",
        ),
        (
            metrics_of(Flip(1, V, 10_000_000, 9_000_000, why="gave up"), TO_AUDIO), proof_of(),
            "flip 1 to video at 9.00 s never came: gave up",
        ),
        (
            metrics_of(TO_VIDEO, played_s=18.0), proof_of(),
            "the tap to audio at 19.00 s was never made: the session was over before",
        ),
        (metrics_of(TO_VIDEO, TO_AUDIO, ending="GaveUp"), proof_of(), "the player gave up"),
    ],
)  # fmt: skip
def test_says_why_a_session_falls_short(metrics: Metrics, proof: Proof, reason: str) -> None:
    verdict = judge(metrics, proof, Scenario("s", TAPS))
    assert reason in verdict.reasons()
    assert verdict.exit_code == 1


def test_a_tap_just_before_the_end_may_stay_without_effect() -> None:
    late = Flip(1, V, 60_000_000, 59_500_000, why="the session was over before")
    assert judge(metrics_of(late), proof_of(), Scenario("s", (Tap(59_500_000, V),))).is_good
    early = Flip(1, V, 58_000_000, 57_500_000, why="the session was over before")
    assert not judge(metrics_of(early), proof_of(), Scenario("s", (Tap(57_500_000, V),))).is_good


def test_nothing_to_measure_keeps_a_limit() -> None:
    verdict = judge(metrics_of(), proof_of(click_db=None, av_offset_ms=None), Scenario("s"))
    values = {j.limit.name: j.value for j in verdict.judgements}
    assert values["tap_to_picture_s"] is None
    assert values["seam_click_db"] is None


@pytest.mark.parametrize(("percent", "value"), [(50, 2), (95, 4), (100, 4), (1, 1)])
def test_percentiles_are_nearest_rank(percent: float, value: float) -> None:
    assert find_percentile([4, 1, 3, 2], percent) == value


def test_without_a_proof_only_what_needs_no_decoding_is_judged() -> None:
    verdict = judge(metrics_of(TO_VIDEO, TO_AUDIO), None, Scenario("s", TAPS))
    assert [j.limit.name for j in verdict.judgements] == ["tap_to_picture_s", "rebuffer_s", "rebuffer_count"]
    assert verdict.is_good
