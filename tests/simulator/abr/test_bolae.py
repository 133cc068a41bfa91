from abr_views import make_view

from simulator.abr import BolaE
from simulator.abr.bolae import Placeholder
from simulator.abr.contract import Download

RULE = BolaE()
# Three rungs spread over max(20 s, 10 s + 3 * 2 s): gamma = ln 4 / (20/10 - 1) = 1.386, V = 10 s / gamma = 7.213 s.


def test_starts_at_the_rate_of_the_link() -> None:
    decision, memory = RULE.choose(make_view(400_000, 4), RULE.start())
    assert (decision.rung, decision.reason) == (2, "starts at 400 kbit/s")
    assert memory.buffer_factor == 0.9
    assert memory.level_us > 0


def test_nothing_known_keeps_the_last_rung() -> None:
    assert RULE.choose(make_view(None, 4, last_rung=1), RULE.start())[0].rung == 1


def test_the_placeholder_keeps_the_rung_that_the_link_sustains() -> None:
    _, memory = RULE.choose(make_view(600_000, 4), RULE.start())
    done = Download(2, 1_600_000, 2_700_000, 2_600_000)
    later = make_view(600_000, 6, last_rung=2, last_download=done)
    assert RULE.choose(later, memory)[0].rung == 2


def test_the_placeholder_rises_to_what_the_last_rung_was_worth() -> None:
    # 400 is worth its bits from V * (gamma + 1) = 17.21 s on; 6 s are here and the download took 2.7 s.
    done = Download(2, 1_600_000, 2_700_000, 2_600_000)
    view = make_view(600_000, 6, last_rung=2, last_download=done)
    assert round(RULE.choose(view, Placeholder(0.0, 0.9))[1].level_us / 1e6, 2) == 8.51


def test_a_segment_given_up_lowers_the_placeholder() -> None:
    gone = Download(2, 100_000, 2_700_000, 2_600_000, given_up_for=0)
    _, memory = RULE.choose(make_view(100_000, 4, last_rung=2, last_download=gone), Placeholder(30e6, 0.9))
    assert memory.level_us <= 6_000_000


def test_a_shallow_buffer_caps_it() -> None:
    decision, memory = RULE.choose(make_view(100_000, 2, last_rung=2), Placeholder(30e6, 0.9))
    assert (decision.rung, decision.reason) == (0, "a segment must come within 2000 ms")
    assert memory.buffer_factor == 0.9 * 0.9
