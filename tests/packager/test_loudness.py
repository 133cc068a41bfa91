import pytest

from packager.errors import InputError
from packager.loudness import Gain, Loudness, check_target, plan_gain

SILENT = Loudness(None, None, None)


def test_a_loud_song_is_turned_down() -> None:
    assert plan_gain(Loudness(-9.61, 0.42, 5.2), -14) == Gain(-4.39)
    assert Gain(-6.0).factor == pytest.approx(0.501, abs=0.001)


def test_a_quiet_song_is_turned_up_as_far_as_its_peaks_allow() -> None:
    assert plan_gain(Loudness(-20.0, -9.0, 5.2), -14) == Gain(6.0)
    assert plan_gain(Loudness(-20.0, -3.0, 5.2), -14) == Gain(
        2.0,
        ("normalized to -18.0 LUFS instead of -14: a gain above +2.00 dB would bring the true peak over -1 dBTP",),
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
