import pytest

from simulator.abr import Decision, cap_by_buffer, choose_by_throughput
from simulator.presentation import Medium, Rung

LADDER = tuple(Rung(str(kbps), Medium.VIDEO, f"{kbps}.m3u8", kbps * 1000, kbps * 1000) for kbps in (100, 200, 400))


@pytest.mark.parametrize(
    ("budget_bps", "current", "rung"),
    [
        (None, None, 0),
        (99_999, None, 0),
        (200_000, None, 1),
        (10**9, None, 2),
        (219_999, 0, 0),  # 200 does not fit with a tenth to spare
        (220_001, 0, 1),
        (200_000, 1, 1),  # staying needs no headroom
        (199_999, 1, 0),
    ],
)
def test_throughput_rule(budget_bps: int | None, current: int | None, rung: int) -> None:
    assert choose_by_throughput(LADDER, budget_bps, current).rung == rung


def test_decisions_say_why() -> None:
    assert choose_by_throughput(LADDER, None, None).reason == "nothing is known of the link yet"
    assert choose_by_throughput(LADDER, 50_000, None).reason == "nothing fits 50 kbit/s"
    assert choose_by_throughput(LADDER, 250_000, None).reason == "fits 250 kbit/s"


def test_a_low_buffer_lowers_the_rung() -> None:
    wanted = Decision(2, "fits")
    # 4 s at 400 kbit/s take 4 s at 400 kbit/s; 0.9 * 5 s are enough, 0.9 * 4 s are not.
    assert cap_by_buffer(wanted, LADDER, 4_000_000, 5_000_000, 400_000) == wanted
    assert cap_by_buffer(wanted, LADDER, 4_000_000, 4_000_000, 400_000) == Decision(
        1, "a segment must come within 4000 ms"
    )
    assert cap_by_buffer(wanted, LADDER, 4_000_000, 0, 400_000).rung == 0
    assert cap_by_buffer(wanted, LADDER, 4_000_000, 0, None) == wanted
