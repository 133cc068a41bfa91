import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.trace import Period, Trace, TraceReader, constant_trace

STEPS = Trace("steps", (Period(1_000_000, 8_000, 10), Period(500_000, 0, 20), Period(500_000, 16_000, 30)))


def test_carries_what_its_periods_allow() -> None:
    # 8 kbit/s for 1 s, nothing for 0.5 s, 16 kbit/s for 0.5 s: 8,000 + 0 + 8,000 bits a lap.
    assert STEPS.carried_until(1_000_000) == 8_000 * 1_000_000
    assert STEPS.carried_until(1_400_000) == 8_000 * 1_000_000
    assert STEPS.carried_until(2_000_000) == 16_000 * 1_000_000
    assert STEPS.carried_until(5_000_000) == 40_000 * 1_000_000


def test_tells_when_an_amount_has_been_carried() -> None:
    assert STEPS.time_when_carried(4_000 * 1_000_000) == 500_000
    assert STEPS.time_when_carried(8_000 * 1_000_000) == 1_000_000
    assert STEPS.time_when_carried(8_000 * 1_000_000 + 1) == 1_500_001
    assert STEPS.time_when_carried(16_000 * 1_000_000) == 2_000_000
    assert STEPS.time_when_carried(24_000 * 1_000_000) == 3_000_000


def test_an_instant_belongs_to_the_period_that_starts_there() -> None:
    assert [STEPS.period_at(t).latency_us for t in (0, 999_999, 1_000_000, 1_500_000, 2_000_000)] == [
        10,
        10,
        20,
        30,
        10,
    ]


@given(
    st.lists(st.tuples(st.integers(1, 5_000), st.integers(0, 9_000)), min_size=1, max_size=6).filter(
        lambda periods: any(rate for _, rate in periods)
    ),
    st.integers(1, 10**9),
)
def test_time_when_carried_is_the_first_such_time(periods: list[tuple[int, int]], amount: int) -> None:
    trace = Trace("any", (Period(duration, rate, 0) for duration, rate in periods))
    at = trace.time_when_carried(amount)
    assert trace.carried_until(at) >= amount
    assert trace.carried_until(at - 1) < amount


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6).filter(
        lambda periods: any(rate for _, rate, _ in periods)
    ),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 4_000)), max_size=20),
)
def test_a_reader_says_what_its_trace_says(periods: list[tuple[int, int, int]], asked: list[tuple[int, int]]) -> None:
    trace = Trace("any", (Period(*period) for period in periods))
    reader = TraceReader(trace)
    for at_us, microbits in asked:
        assert reader.time_when_carried(microbits) == trace.time_when_carried(microbits)
        assert reader.carried_until(at_us) == trace.carried_until(at_us)
        assert reader.latency_at(at_us) == trace.period_at(at_us).latency_us


@pytest.mark.parametrize(
    ("periods", "message"),
    [
        ((), "trace bad: it never carries a bit"),
        ((Period(1, 0, 0),), "trace bad: it never carries a bit"),
    ],
)
def test_refuses_a_link_that_never_carries(periods: tuple[Period, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Trace("bad", periods)


def test_refuses_impossible_periods() -> None:
    with pytest.raises(InputError, match="a period lasts 0 us"):
        Period(0, 1, 1)
    with pytest.raises(InputError, match=r"bandwidth -1 bit/s, latency 1 us: neither may be negative"):
        Period(1, -1, 1)


def test_a_constant_link_never_changes() -> None:
    assert constant_trace(8_000_000).time_when_carried(8_000_000 * 3_000_000) == 3_000_000
