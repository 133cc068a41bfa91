import pytest

from simulator.estimate import DecayingMean, ThroughputEstimator


def transfer(estimator: ThroughputEstimator, start_us: int, end_us: int, size_bytes: int) -> None:
    estimator.note_answer(start_us, waited_us=100_000)
    estimator.note_bytes(size_bytes)
    estimator.note_end(end_us)


def test_knows_nothing_before_the_first_sample() -> None:
    assert ThroughputEstimator().throughput_bps is None


def test_one_transfer_gives_its_rate_without_the_wait_for_its_first_byte() -> None:
    estimator = ThroughputEstimator()
    transfer(estimator, 1_000_000, 2_000_000, 125_000)
    assert estimator.throughput_bps == 1_000_000
    assert estimator.latency_us == 100_000


def test_transfers_at_once_count_as_one_link() -> None:
    estimator = ThroughputEstimator()
    estimator.note_answer(0, 0)
    estimator.note_answer(0, 0)
    estimator.note_bytes(125_000)  # 62,500 each in one second
    estimator.note_end(1_000_000)
    estimator.note_bytes(62_500)
    estimator.note_end(1_500_000)
    assert estimator.throughput_bps == 1_000_000


def test_idle_time_does_not_count() -> None:
    estimator = ThroughputEstimator()
    transfer(estimator, 0, 1_000_000, 125_000)
    transfer(estimator, 60_000_000, 61_000_000, 125_000)
    assert estimator.throughput_bps == 1_000_000


def test_falls_faster_than_it_rises() -> None:
    rising, falling = ThroughputEstimator(), ThroughputEstimator()
    for estimator, rates in ((rising, (125_000, 250_000)), (falling, (250_000, 125_000))):
        for number, size in enumerate(rates):
            transfer(estimator, number * 1_000_000, (number + 1) * 1_000_000, size)
    # 1 then 2 Mbit/s: half-lives of 3 and 8 s give 1.558 and 1.522 Mbit/s; the other way round 1.442 and 1.478.
    assert rising.throughput_bps == 1_521_647
    assert falling.throughput_bps == 1_442_493


def test_a_playlist_alone_is_no_sample() -> None:
    estimator = ThroughputEstimator()
    transfer(estimator, 0, 10, 3_999)
    assert estimator.throughput_bps is None


def test_a_decaying_mean_is_the_sample_itself_at_first_and_halves_with_its_half_life() -> None:
    mean = DecayingMean(2.0)
    assert mean.value is None
    mean.add(100.0, 0.1)
    assert mean.value == pytest.approx(100.0)
    level = DecayingMean(2.0)
    level.add(100.0, 200.0)  # as good as for ever
    level.add(0.0, 2.0)
    assert level.value == pytest.approx(50.0)
