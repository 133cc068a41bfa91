from abr_views import make_view
from hypothesis import given
from hypothesis import strategies as st

from simulator.abr import Bola, Dynamic
from simulator.abr.contract import Progress
from simulator.abr.dynamic import Turns


def choose(level_s: float, last: int = 2, link_bps: float | None = 10**9, **fields: float) -> int:
    return Bola().choose(make_view(link_bps, level_s, **fields), last)[0].rung


def test_nothing_known_is_the_cheapest_rung() -> None:
    assert choose(12, link_bps=None) == 0


def test_the_level_picks_the_rung() -> None:
    # V = 16 s / (ln 4 + 5) = 2.505 s. Scores equal where V * (5 + (b*u' - b'*u)/(b - b')) = level, with ln 2 = 0.693:
    # between 100 and 200 at V * (5 - 0.693) = 10.79 s, between 200 and 400 at V * 5 = 12.53 s.
    assert [choose(level_s) for level_s in (0, 10.78, 10.80, 12.52, 12.54, 20)] == [0, 0, 1, 1, 2, 2]


def test_a_step_up_goes_one_rung_beyond_what_the_link_sustains() -> None:
    assert [choose(20, 0, link_bps) for link_bps in (100_000, 200_000, 400_000)] == [1, 2, 2]
    assert choose(20, 2, 100_000) == 2  # staying is not a step up
    assert choose(20, 1, 50_000) == 1


def test_the_goal_is_nearer_at_the_beginning_and_the_end() -> None:
    assert choose(8, since_start=50, remaining=50) == 0
    # Three segments: V = 8 s / 6.386 = 1.253 s; 400 is wanted from 6.26 s on.
    assert choose(8, since_start=1, remaining=50) == 2
    assert choose(8, since_start=50, remaining=2) == 2


def test_gives_up_only_for_what_is_smaller_than_the_rest() -> None:
    early = Progress(2, 1_600_000, 1_000, 1_000_000, 1_000_000)
    assert Bola().reconsider(make_view(100_000, 0.5), 2, early) == (0, 0)
    late = Progress(2, 1_600_000, 1_300_000, 1_000_000, 1_000_000)
    assert Bola().reconsider(make_view(100_000, 0.5), 2, late) == (None, 2)


@given(st.floats(0, 60), st.floats(0, 60))
def test_more_buffer_never_lowers_the_rung(one_s: float, other_s: float) -> None:
    assert choose(min(one_s, other_s)) <= choose(max(one_s, other_s))


def test_dynamic_changes_over_at_ten_seconds() -> None:
    rule = Dynamic()
    low, turns = rule.choose(make_view(300_000, 9), rule.start())
    assert (low.reason, turns.is_bola) == ("fits 240 kbit/s", False)
    high, turns = rule.choose(make_view(300_000, 18), turns)
    assert (high.rung, turns.is_bola) == (2, True)
    again, turns = rule.choose(make_view(300_000, 5), turns)
    assert (again.reason, turns.is_bola) == ("fits 240 kbit/s", False)


def test_dynamic_stays_with_bola_while_bola_asks_for_no_less() -> None:
    rule = Dynamic()
    assert rule.choose(make_view(50_000, 5), Turns(is_bola=True, bola=0, throughput=0.9))[1].is_bola
