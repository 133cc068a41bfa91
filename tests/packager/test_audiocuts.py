from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.audiocuts import choose_packet_samples, cut_near
from packager.grid import AudioClock, AudioCuts, plan_grid
from packager.timing import STANDARD_FRAME_RATES

FILM = Fraction(24_000, 1001)


def times(rate: Fraction, frames: int, count: int) -> tuple[Fraction, ...]:
    return tuple(number * frames / rate for number in range(count + 1))


@pytest.mark.parametrize(
    ("rate", "frames", "sample_rate_hz", "packet_samples"),
    [
        (Fraction(25), 96, 44_100, 4032),  # 3.84 s are 169,344 samples: 42 packets
        (Fraction(25), 96, 48_000, 4608),  # 184,320: 40 packets
        (Fraction(25), 96, 96_000, 9216),
        (Fraction(30), 128, 44_100, 3920),  # 188,160: 48 packets
        (Fraction(24), 128, 48_000, 4000),  # 256,000: 64 packets
        (FILM, 96, 48_000, 4576),  # 4.004 s are 192,192 samples: 42 packets
    ],
)
def test_a_flac_packet_is_found_that_ends_on_every_cut(
    rate: Fraction, frames: int, sample_rate_hz: int, packet_samples: int
) -> None:
    cuts = times(rate, frames, 60)
    assert choose_packet_samples(cuts, sample_rate_hz) == packet_samples
    clock = AudioClock(sample_rate_hz, packet_samples)
    assert cut_near(cuts, clock, 0).worst_error(cuts) == 0


def test_film_at_44_1_khz_has_no_exact_packet_and_stays_within_a_millisecond() -> None:
    # 4.004 s are 176,576.4 samples. 62 packets of 2848 are 176,576: after 59 segments, 23.6 are 0.54 ms.
    cuts = times(FILM, 96, 60)
    assert choose_packet_samples(cuts, 44_100) == 2848
    assert cut_near(cuts, AudioClock(44_100, 2848), 0).worst_error(cuts) == Fraction(59 * 4, 10 * 44_100)


def test_a_cut_is_the_nearest_packet_and_the_end_has_room_for_the_song() -> None:
    # 20 ms packets: 0.25 s is 12.5 packets, and a tie goes up; 1 s are 50; the song wants 50.02 packets.
    cuts = cut_near((Fraction(0), Fraction(1, 4), Fraction(1)), AudioClock(48_000, 960), 48_021)
    assert cuts == AudioCuts(AudioClock(48_000, 960), (0, 13, 51))


@given(
    st.sampled_from(STANDARD_FRAME_RATES),
    st.integers(1, 20_000),
    st.sampled_from([22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000]),
)
def test_flac_is_never_cut_further_off_than_aac_and_ends_with_it(rate: Fraction, frames: int, rate_hz: int) -> None:
    song_s = frames / rate
    grid = plan_grid(rate, frames, int(song_s * 48_000))
    clock = AudioClock(rate_hz, choose_packet_samples(grid.cut_times, rate_hz))
    cuts = cut_near(grid.cut_times, clock, int(song_s * rate_hz))
    assert cuts.worst_error(grid.cut_times) <= Fraction(512, 48_000)
    assert cuts.times[-1] >= song_s - Fraction(1, rate_hz)
    # The limit that the linter has for streams of different lengths.
    assert abs(cuts.times[-1] - song_s) <= Fraction(1, 10)
