from hypothesis import given
from hypothesis import strategies as st

from simulator.link import Link, Progress
from simulator.trace import Period, Trace, constant_trace

# 8 Mbit/s: one byte a microsecond.
BYTE_A_US = constant_trace(8_000_000, latency_us=100)


def drain(link: Link) -> list[Progress]:
    happened: list[Progress] = []
    while (at := link.next_at()) is not None:
        happened += link.take(at)
    return happened


def test_one_transfer_waits_its_latency_and_takes_its_time() -> None:
    link = Link(BYTE_A_US)
    link.start(1, 5_000, now_us=1_000)
    assert drain(link) == [
        Progress(1_100, 1, 0, is_first=True),
        Progress(6_100, 1, 5_000, is_last=True),
    ]


def test_two_transfers_share_evenly_and_the_survivor_speeds_up() -> None:
    link = Link(BYTE_A_US)
    link.start(1, 1_000, now_us=0)
    link.start(2, 3_000, now_us=0)
    # Together at half speed until 1 has its 1,000 bytes at 2,100 us; then 2 has 2,000 left at full speed.
    assert [(p.at_us, p.request_id) for p in drain(link) if p.is_last] == [(2_100, 1), (4_100, 2)]


def test_a_stopped_transfer_leaves_the_link_to_the_others() -> None:
    link = Link(BYTE_A_US)
    link.start(1, 1_000, now_us=0)
    link.start(2, 1_000, now_us=0)
    link.take(100)
    link.stop(1, now_us=1_100)
    assert [p for p in drain(link) if p.is_last] == [Progress(1_600, 2, 1_000, is_last=True)]


def test_an_empty_body_is_whole_with_its_first_byte() -> None:
    link = Link(BYTE_A_US)
    link.start(1, 0, now_us=0)
    assert drain(link) == [Progress(100, 1, 0, is_first=True), Progress(100, 1, 0, is_last=True)]


def test_a_dead_period_carries_nothing() -> None:
    link = Link(Trace("gap", (Period(1_000, 8_000_000, 0), Period(9_000, 0, 0))))
    link.start(1, 1_500, now_us=0)
    assert [p.at_us for p in drain(link) if p.is_last] == [10_500]


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 30_000)), min_size=1, max_size=8))
def test_every_byte_arrives_and_never_sooner_than_the_link_allows(starts: list[tuple[int, int]]) -> None:
    link = Link(BYTE_A_US)
    happened: list[Progress] = []
    for number, (at, size) in enumerate(sorted(starts)):
        while (due := link.next_at()) is not None and due <= at:
            happened += link.take(due)
        link.start(number, size, at)
    happened += drain(link)
    for number, (_, size) in enumerate(sorted(starts)):
        assert sum(p.size_bytes for p in happened if p.request_id == number) == size
    first_start = min(at for at, _ in starts)
    assert max(p.at_us for p in happened) >= first_start + 100 + sum(size for _, size in starts) - max(
        at for at, _ in starts
    )
