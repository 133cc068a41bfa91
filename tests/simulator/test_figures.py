import pytest
from outcome_specimen import make_outcome

from simulator import figures
from simulator.limits import DEFAULT_LIMITS
from simulator.metrics import Flip
from simulator.presentation import Medium
from simulator.verdict import FlipProof, Judgement


@pytest.mark.parametrize(
    ("at_us", "text"),
    [
        (0, "0:00.00"),
        (7_300_000, "0:07.30"),
        (59_999_999, "0:59.99"),
        (83_450_000, "1:23.45"),
        (3_600_000_000, "60:00.00"),
    ],
)
def test_song_times_are_minutes_and_seconds(at_us: int, text: str) -> None:
    assert figures.format_song_time(at_us) == text


@pytest.mark.parametrize(
    ("bps", "text"), [(0, "0 kbit/s"), (96_000, "96 kbit/s"), (1_000_000, "1 Mbit/s"), (2_412_000, "2.41 Mbit/s")]
)
def test_rates_have_the_unit_that_fits(bps: int, text: str) -> None:
    assert figures.format_rate(bps) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (12_345, "12.3 kB"), (3_400_000, "3.4 MB"), (2_000_000_000, "2,000.0 MB")],
)
def test_sizes_have_the_unit_that_fits(size: int, text: str) -> None:
    assert figures.format_size(size) == text


@pytest.mark.parametrize(
    ("offset", "text"), [(None, "-"), (0.0, "0 ms"), (-0.01, "0 ms"), (12.0, "+12 ms"), (-40.25, "-40.2 ms")]
)
def test_offsets_say_which_side_is_ahead(offset: float | None, text: str) -> None:
    assert figures.format_offset(offset) == text


def test_a_seam_without_any_difference_is_bit_exact() -> None:
    assert [figures.format_seam(db) for db in (None, 0.0, -1.26, 14.0)] == [
        "bit-exact",
        "+0.0 dB",
        "-1.3 dB",
        "+14.0 dB",
    ]


def test_where_the_sound_stopped_its_seam_is_the_hole() -> None:
    def shown(hole_us: int) -> str:
        flip = Flip(1, Medium.VIDEO, 0, 0, hole_us=hole_us)
        return figures.format_flip_seam(FlipProof(flip, 0, 0, 0, -1.26, None))

    assert [shown(hole_us) for hole_us in (0, 29_000, 999_499, 999_500)] == [
        "-1.3 dB", "29 ms hole", "999 ms hole", "1.00 s hole",
    ]  # fmt: skip


def test_values_carry_their_unit_and_no_more_digits_than_they_deserve() -> None:
    shown = {
        name: figures.format_value(Judgement(DEFAULT_LIMITS[name], value))
        for name, value in (
            ("audio_missing_samples", 1_920_000.0), ("tap_to_picture_s", 0.8500004), ("seam_click_db", -10.488),
            ("av_offset_ms", None), ("rebuffer_s", 0.0),
        )
    }  # fmt: skip
    assert shown == {
        "audio_missing_samples": "1,920,000",
        "tap_to_picture_s": "0.85 s",
        "seam_click_db": "-10.5 dB",
        "av_offset_ms": "nothing to measure",
        "rebuffer_s": "0 s",
    }


def test_a_value_just_over_its_limit_is_not_rounded_onto_it() -> None:
    assert figures.format_value(Judgement(DEFAULT_LIMITS["tap_to_picture_s"], 1.0004)) == "1.0004 s"
    assert figures.format_value(Judgement(DEFAULT_LIMITS["seam_click_db"], 3.01)) == "3.01 dB"


def test_key_figures_say_how_the_session_went() -> None:
    outcome = make_outcome()
    shown = {name: (value, note) for name, value, note in figures.list_figures(outcome.metrics, outcome.qoe)}
    assert shown["Song played"] == ("10.00 s", "the listener left")
    assert shown["Rebuffering"] == ("2.00 s", "1 x")
    assert shown["Picture shown"] == ("2.90 s", "stood still 1 x, 1.00 s")
    assert shown["Picture QoE"][0] == f"{outcome.qoe.picture_linear:+.2f}"
    assert shown["Retries"] == ("1", "")
