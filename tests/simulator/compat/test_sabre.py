import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.abr import Bola
from simulator.abr.bolae import BolaE
from simulator.abr.dynamic import Dynamic
from simulator.abr.throughput import SABRE
from simulator.compat.sabre import Movie, play_movie
from simulator.compat.sabre_book import SabreBook
from simulator.compat.sabre_link import Arrival, SabreLink, Stretch

# A second at 1000 kbit/s and 100 ms, a second at 100 kbit/s and 200 ms.
TWO = (Stretch(1000, 1000, 100), Stretch(1000, 100, 200))


def test_a_latency_is_paid_part_by_part_where_the_period_changes() -> None:
    link = SabreLink(TWO)
    link.wait(950)
    assert link.pay_latency() == 150  # half of it in the first period (50 of 100 ms), half in the second (100 of 200)
    assert link.crossings == [(1000, TWO[1])]


def test_a_whole_download_starts_the_trace_again() -> None:
    # 900,000 bits in the first period after its latency, 100,000 in the second, 50,000 in the first again.
    assert SabreLink(TWO).download_whole(1_050_000) == Arrival(1_050_000, 2050, 100)


def test_looks_come_each_50_ms_and_the_last_one_has_all() -> None:
    looks = list(SabreLink(TWO).download(112_000))
    # After a latency of 100 ms nothing is left of the first 50: the least is then 12,000 bits.
    assert [look.arrived_bits for look in looks] == [12_000, 62_000, 112_000]
    assert [look.since_request_ms for look in looks] == [112, 162, 212]


def test_a_dead_link_is_looked_at_too() -> None:
    dead_then_alive = (Stretch(30, 0, 0), Stretch(1000, 10, 0))
    looks = list(SabreLink(dead_then_alive).download(1000))
    assert [(look.arrived_bits, look.since_request_ms) for look in looks] == [(1000, 130)]


def test_the_book_plays_what_it_has_and_stalls_for_the_rest() -> None:
    book = SabreBook((100, 200), 1000, 5000, Stretch(1, 150, 0))
    book.append(0)
    book.append(1)
    book.play(500)
    assert book.level_ms == 1500
    book.play(2000)
    figures = book.figures(2)
    assert (figures["total rebuffer"], figures["total rebuffer events"]) == (0.5, 1)
    assert (figures["total played bitrate"], figures["total bitrate change"]) == (300, 100)
    assert figures["rampup time"] == 0  # 150 kbit/s sustain the first rung, and it was played at once


def test_a_reaction_lasts_until_the_better_rung_is_played() -> None:
    book = SabreBook((100, 200), 1000, 5000, Stretch(1, 150, 0))
    book.append(0)
    book.play(400)
    book.note_period(400, Stretch(1, 250, 0))
    book.append(1)
    for _ in range(7):
        book.append(1)
    book.play_out()
    assert book.figures(9)["total reaction time"] == 0.6  # from 400 ms to 1000 ms


@pytest.mark.parametrize("rule", [SABRE, Bola(), BolaE(), Dynamic(throughput=SABRE)])
@given(rates=st.lists(st.integers(0, 5000), min_size=1, max_size=6).filter(any))
def test_every_segment_is_played_whatever_the_link_does(rule: Bola, rates: list[int]) -> None:
    movie = Movie(3000, (300, 1000, 3000), tuple((900_000, 3_000_000, 9_000_000) for _ in range(12)))
    figures = play_movie(movie, [Stretch(2000, rate, 80) for rate in rates], rule, 15_000)
    played_s = figures["total play time"] - figures["total rebuffer"]
    assert played_s > 36
    assert figures["total rebuffer"] >= 0
