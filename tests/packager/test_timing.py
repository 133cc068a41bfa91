from fractions import Fraction
from itertools import accumulate

import pytest

from packager.timing import choose_frame_rate, round_half_up, video_timescale

FILM = Fraction(24000, 1001)
NTSC = Fraction(30000, 1001)
MILLISECOND = Fraction(1, 1000)


def milliseconds(rate: Fraction, count: int) -> list[Fraction]:
    """Frames of this rate as WebM writes them."""
    return [Fraction(round_half_up(1000 * n / rate), 1000) for n in range(count)]


@pytest.mark.parametrize(("value", "rounded"), [("1/2", 1), ("3/2", 2), ("5/2", 3), ("-1/2", 0), ("7/3", 2)])
def test_ties_round_up(value: str, rounded: int) -> None:
    assert round_half_up(Fraction(value)) == rounded


@pytest.mark.parametrize(
    ("rate", "timescale"),
    [(Fraction(25), 10_000), (Fraction(24), 10_008), (Fraction(30), 10_020), (NTSC, 30_000), (Fraction(25, 2), 10_000)],
)
def test_a_frame_is_a_whole_number_of_ticks(rate: Fraction, timescale: int) -> None:
    assert video_timescale(rate) == timescale
    assert (timescale / rate).denominator == 1


@pytest.mark.parametrize("rate", [FILM, Fraction(24), Fraction(25), NTSC, Fraction(30), Fraction(60000, 1001)])
def test_millisecond_timestamps_do_not_confuse_neighbouring_rates(rate: Fraction) -> None:
    assert choose_frame_rate(milliseconds(rate, 720), MILLISECOND, None) == rate


def test_a_short_clip_takes_the_rate_that_the_container_claims() -> None:
    assert choose_frame_rate(milliseconds(Fraction(24), 24), MILLISECOND, Fraction(24)) == 24
    assert choose_frame_rate(milliseconds(FILM, 24), MILLISECOND, FILM) == FILM


def test_timestamps_are_believed_rather_than_a_wrong_claim() -> None:
    assert choose_frame_rate(milliseconds(Fraction(25), 500), MILLISECOND, Fraction(30)) == 25


def test_a_hole_in_the_video_does_not_change_its_rate() -> None:
    shown = [Fraction(n, 30) for n in range(60)] + [Fraction(n, 30) for n in range(100, 180)]
    assert choose_frame_rate(shown, Fraction(1, 90_000), Fraction(30)) == 30


def test_varying_frames_take_the_usual_step() -> None:
    steps = [Fraction(1, 30)] * 20 + [Fraction(1, 10)] * 5 + [Fraction(1, 30)] * 20
    assert choose_frame_rate(list(accumulate(steps, initial=Fraction(0))), Fraction(1, 90_000), None) == 30


def test_odd_rates_go_to_the_next_standard_one_and_none_above_60() -> None:
    assert choose_frame_rate([Fraction(n, 22) for n in range(100)], Fraction(1, 90_000), None) == FILM
    assert choose_frame_rate([Fraction(n, 120) for n in range(100)], Fraction(1, 90_000), Fraction(120)) == 60


def test_a_single_frame_takes_the_claim() -> None:
    assert choose_frame_rate([Fraction(0)], MILLISECOND, Fraction(50)) == 50
