import pytest

from packager.errors import InputError
from packager.loudness import Gain, Loudness, check_target, lower_gain, plan_gain

SILENT = Loudness(None, None, None)
QUIET = Loudness(-20.0, -3.0, 5.2)


def test_a_loud_song_is_turned_down() -> None:
    loud = Loudness(-9.61, 0.42, 5.2)
    assert plan_gain(loud, -14) == Gain(-4.39, (), loud, -14)
    assert Gain(-6.0).factor == pytest.approx(0.501, abs=0.001)


def test_a_quiet_song_is_turned_up_as_far_as_its_peaks_allow() -> None:
    assert plan_gain(Loudness(-20.0, -9.0, 5.2), -14).gain_db == 6.0
    assert plan_gain(QUIET, -14) == Gain(
        2.0,
        ("normalized to -18.0 LUFS instead of -14: a gain above +2.00 dB would bring the true peak over -1 dBTP",),
        QUIET,
        -14,
    )


def test_a_song_at_its_loudness_whose_peaks_are_too_high_is_turned_down() -> None:
    assert plan_gain(Loudness(-14.0, 0.5, 5.2), -14).gain_db == -1.5


def test_the_gain_is_rounded_away_from_the_ceiling() -> None:
    assert plan_gain(Loudness(-20.0, -3.004, 5.2), -14).gain_db == 2.0
    assert plan_gain(Loudness(-14.0, 0.504, 5.2), -14).gain_db == -1.51


def test_silence_keeps_its_level() -> None:
    assert plan_gain(SILENT, -14) == Gain(0.0, ("not normalized: the song is silent",))
    assert plan_gain(Loudness(None, -80.0, None), -14).notes == (
        "not normalized: the song is too quiet or too short to measure, true peak -80.0 dBTP",
    )


@pytest.mark.parametrize(("peak_dbtp", "is_near"), [(-2.5, False), (-2.4, True), (0.5, True)])
def test_peaks_that_an_encoder_could_raise_too_far_are_near_the_ceiling(peak_dbtp: float, is_near: bool) -> None:
    assert plan_gain(Loudness(-9.5, peak_dbtp, 5.2), -14).is_near_ceiling is is_near  # -4.5 dB: -7, -6.9 and -4 dBTP
    assert not plan_gain(SILENT, -14).is_near_ceiling


def test_a_gain_that_holds_when_decoded_stays() -> None:
    planned = plan_gain(QUIET, -14)
    assert lower_gain(planned, lambda gain: {"aac-96": -1.0, "aac-160": -1.3}) == planned
    assert lower_gain(planned, lambda gain: {"aac-96": None}) == planned


def test_a_gain_is_lowered_until_the_loudest_rung_holds() -> None:
    tried: list[float] = []

    def decode(gain: Gain) -> dict[str, float | None]:
        """Two rungs that stand 0.4 and 0.6 dB above the song, the louder one 0.1 dB more at a lower gain."""
        tried.append(gain.gain_db)
        peak = -3.0 + gain.gain_db
        return {"aac-96": round(peak + (0.6 if gain.gain_db == 2 else 0.7), 2), "aac-160": round(peak + 0.4, 2)}

    lowered = lower_gain(plan_gain(QUIET, -14), decode)
    assert tried == [2.0, 1.38, 1.25]  # lower by what was too much, and by 0.02 and 0.05 dB more
    assert lowered.gain_db == 1.25
    (note,) = lowered.notes
    assert note == (
        "normalized to -18.75 LUFS instead of -14, by +1.25 dB: by the +2.00 dB planned, aac-96 had a true peak of "
        "-0.40 dBTP, decoded"
    )


def test_what_never_holds_is_told() -> None:
    lowered = lower_gain(plan_gain(QUIET, -14), lambda gain: {"aac-96": -0.98})
    assert lowered.gain_db == pytest.approx(2 - 6 * 0.02 - 1.57)
    assert lowered.notes == (
        (
            "normalized to -19.69 LUFS instead of -14, by +0.31 dB: by the +2.00 dB planned, aac-96 had a true peak of "
            "-0.98 dBTP, decoded; aac-96 still has -0.98"
        ),
    )


@pytest.mark.parametrize("target", [14, -4.9, -50.1, float("nan")])
def test_a_target_that_no_song_has_is_refused(target: float) -> None:
    with pytest.raises(InputError, match=rf"^--normalize {target:g}: expected LUFS from -50 to -5; "):
        check_target(target)


def test_it_reads_like_this() -> None:
    assert str(Loudness(-14.02, -1.0, 5.25)) == "-14.0 LUFS, true peak -1.0 dBTP, range 5.2 LU"
    assert str(Loudness(-14.02, -3.2, 5.3, -4.39)) == (
        "-14.0 LUFS, true peak -3.2 dBTP, range 5.3 LU, after a gain of -4.39 dB"
    )
    assert str(SILENT) == "silent"
