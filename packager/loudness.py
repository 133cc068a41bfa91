"""How loud a song is, and the one gain that brings it to a wanted loudness."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import floor

from packager.errors import InputError

# EBU R 128 s2 (streaming): -1 dBTP leaves a lossy encoder room for what it adds to the peaks.
MAX_TRUE_PEAK_DBTP = -1.0
# How far a decoded rung may stand above the peaks that were encoded. 13 songs passed theirs by 1.8 dB at most in AAC of
# 96 kb/s and more and in Opus, by 2.8 dB in AAC of 32; noise of full scale, which fills every band, by 5.2.
MOST_ADDED_DB = 6.0
# Less than what the peaks of a try say, as an encoder's noise is another at each gain. At the first fault little.
_RESERVES_DB = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
# Nobody masters songs outside of this; a typing slip (14 for -14) would end as noise or as silence.
QUIETEST_TARGET_LUFS, LOUDEST_TARGET_LUFS = -50.0, -5.0
# The DATA-ID under which multivariant playlists say the integrated loudness.
INTEGRATED_DATA_ID = "org.midnote.loudness.integrated-lufs"


@dataclass(frozen=True, slots=True)
class Loudness:
    """A whole song by ITU-R BS.1770-5 (EBU R 128): integrated loudness, true peak, loudness range (EBU Tech 3342).

    `integrated_lufs` and `range_lu` are None where nothing is above the gate at -70 LUFS or the song is shorter than a
    gating block (0.4 s), `true_peak_dbtp` where every sample is 0. `gain_db` had been applied before measuring.
    """

    integrated_lufs: float | None
    true_peak_dbtp: float | None
    range_lu: float | None
    gain_db: float = 0.0

    def __post_init__(self) -> None:
        assert (self.integrated_lufs is None) == (self.range_lu is None)
        assert self.integrated_lufs is None or self.true_peak_dbtp is not None, "what is heard has a peak"

    def __str__(self) -> str:
        if self.true_peak_dbtp is None:
            return "silent"
        peak = f"true peak {self.true_peak_dbtp:.1f} dBTP"
        if self.integrated_lufs is None:
            return f"too quiet or too short to measure, {peak}"
        gain = f", after a gain of {self.gain_db:+.2f} dB" if self.gain_db else ""
        return f"{self.integrated_lufs:.1f} LUFS, {peak}, range {self.range_lu:.1f} LU{gain}"


@dataclass(frozen=True, slots=True)
class Gain:
    """What all samples are multiplied by, and why it is not what was asked for, where it is not.

    `song` is what was measured without it, and `target_lufs` where it should bring that; None of both where nothing is
    to be normalized.
    """

    gain_db: float
    notes: tuple[str, ...] = ()
    song: Loudness | None = None
    target_lufs: float | None = None

    @property
    def factor(self) -> float:
        """The gain as a number to multiply by."""
        return float(10 ** (self.gain_db / 20))

    @property
    def is_near_ceiling(self) -> bool:
        """Whether a lossy encoder could bring what it is given over -1 dBTP."""
        if self.song is None or self.song.true_peak_dbtp is None:
            return False
        return self.song.true_peak_dbtp + self.gain_db > MAX_TRUE_PEAK_DBTP - MOST_ADDED_DB


NO_GAIN = Gain(0.0)


def check_target(target_lufs: float) -> None:
    """Raises InputError for a loudness that no song is brought to."""
    if not QUIETEST_TARGET_LUFS <= target_lufs <= LOUDEST_TARGET_LUFS:  # also catches nan
        raise InputError(
            f"--normalize {target_lufs:g}: expected LUFS from {QUIETEST_TARGET_LUFS:g} to {LOUDEST_TARGET_LUFS:g}; "
            "-14 is what most streaming services play at"
        )


def plan_gain(measured: Loudness, target_lufs: float) -> Gain:
    """The gain to this loudness, or less where the true peak would exceed -1 dBTP. In steps of 0.01 dB.

    One gain for the whole song and nothing else: no limiter changes what the artist mixed.
    """
    if measured.integrated_lufs is None or measured.true_peak_dbtp is None:
        return replace(NO_GAIN, notes=(f"not normalized: the song is {measured}",))
    wanted_db = round(target_lufs - measured.integrated_lufs, 2)
    room_db = _floor(MAX_TRUE_PEAK_DBTP - measured.true_peak_dbtp)
    if wanted_db <= room_db:
        return Gain(wanted_db, (), measured, target_lufs)
    reached_lufs = measured.integrated_lufs + room_db
    note = (
        f"normalized to {reached_lufs:.1f} LUFS instead of {target_lufs:g}: a gain above {room_db:+.2f} dB "
        f"would bring the true peak over {MAX_TRUE_PEAK_DBTP:g} dBTP"
    )
    return Gain(room_db, (note,), measured, target_lufs)


def lower_gain(planned: Gain, decode: Callable[[Gain], Mapping[str, float | None]]) -> Gain:
    """The planned gain, or as much less as it takes for no rung to exceed -1 dBTP once it is decoded.

    `decode` encodes and decodes all rungs at a gain and says the true peak of each, by name; None of silence.
    """
    gain, why = planned, ""
    for reserve_db in (*_RESERVES_DB, None):  # None: the last gain is listened to as well
        rung, peak_dbtp = _loudest(decode(gain))
        if peak_dbtp <= MAX_TRUE_PEAK_DBTP:
            break
        found = f"{rung} had a true peak of {peak_dbtp:+.2f} dBTP, decoded"
        why = why or f"by the {planned.gain_db:+.2f} dB planned, {found}"
        if reserve_db is None:
            why += f"; {rung} still has {peak_dbtp:+.2f}"
        else:
            gain = replace(planned, gain_db=_floor(gain.gain_db + MAX_TRUE_PEAK_DBTP - peak_dbtp - reserve_db))
    return replace(gain, notes=(_tell_loss(gain, why),)) if why else planned


def _loudest(peaks: Mapping[str, float | None]) -> tuple[str, float]:
    heard = {rung: peak for rung, peak in peaks.items() if peak is not None}
    return max(heard.items(), key=lambda each: each[1], default=("silence", MAX_TRUE_PEAK_DBTP))


def _tell_loss(gain: Gain, why: str) -> str:
    assert gain.song is not None
    assert gain.song.integrated_lufs is not None
    reached_lufs = gain.song.integrated_lufs + gain.gain_db
    return f"normalized to {reached_lufs:.2f} LUFS instead of {gain.target_lufs:g}, by {gain.gain_db:+.2f} dB: {why}"


def _floor(value_db: float) -> float:
    """Down to 0.01 dB; what is within rounding of a step stays on it."""
    return floor(round(value_db * 100, 3)) / 100
