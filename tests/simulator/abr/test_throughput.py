import pytest
from abr_views import make_view

from simulator.abr import Decision, Throughput
from simulator.abr.contract import Progress
from simulator.abr.throughput import SABRE, cap_by_buffer

RULE = Throughput(safety=1.0)


@pytest.mark.parametrize(
    ("share_bps", "last", "rung"),
    [
        (None, None, 0),
        (99_999, None, 0),
        (-5, 2, 0),
        (200_000, None, 1),
        (10**9, None, 2),
        (219_999, 0, 0),  # 200 does not fit with a tenth to spare
        (220_001, 0, 1),
        (200_000, 1, 1),  # staying needs no headroom
        (199_999, 1, 0),
    ],
)
def test_the_best_rung_that_fits(share_bps: int | None, last: int | None, rung: int) -> None:
    assert RULE.choose(make_view(share_bps, last_rung=last, level_s=1000), 0.9)[0].rung == rung


def test_decisions_say_why() -> None:
    assert RULE.choose(make_view(None), 0.9)[0].reason == "nothing is known of the link yet"
    assert RULE.choose(make_view(50_000), 0.9)[0].reason == "nothing fits 50 kbit/s"
    assert RULE.choose(make_view(250_000), 0.9)[0].reason == "fits 250 kbit/s"


def test_a_low_buffer_lowers_the_rung() -> None:
    wanted = Decision(2, "fits")
    # 4 s at 400 kbit/s take 4 s at 400 kbit/s; 0.9 * 5 s are enough, 0.9 * 4 s are not.
    assert cap_by_buffer(wanted, make_view(400_000, 5), 0.9) == wanted
    assert cap_by_buffer(wanted, make_view(400_000, 4), 0.9) == Decision(1, "a segment must come within 4000 ms")
    assert cap_by_buffer(wanted, make_view(400_000, 5, latency_us=600_000), 0.9).rung == 1
    assert cap_by_buffer(wanted, make_view(400_000, 0), 0.9).rung == 0
    assert cap_by_buffer(wanted, make_view(None, 0), 0.9) == wanted


def test_sabre_grows_careful_with_each_choice_down_to_half() -> None:
    factors = [SABRE.start()]
    for _ in range(7):
        factors.append(SABRE.choose(make_view(400_000), factors[-1])[1])
    assert factors[:3] == pytest.approx([0.9, 0.81, 0.729])
    assert factors[-2:] == [0.5, 0.5]


def test_a_transfer_that_would_take_too_long_is_given_up_for_what_it_can_sustain() -> None:
    # 100 kbit of 1600 in 1 s: 16 s in all, above 1.8 * 4 s; 80 % of 100 kbit/s sustain nothing: the cheapest.
    slow = Progress(2, 1_600_000, 100_000, 1_000_000, 1_000_000)
    assert Throughput().reconsider(make_view(400_000), 0.9, slow)[0] == 0
    quick = Progress(2, 1_600_000, 400_000, 1_000_000, 1_000_000)
    assert Throughput().reconsider(make_view(400_000), 0.9, quick)[0] is None
    young = Progress(2, 1_600_000, 40_000, 499_999, 400_000)
    assert Throughput().reconsider(make_view(400_000), 0.9, young)[0] is None
