"""How loud a song is, and the one gain that brings it to a wanted loudness."""

from dataclasses import dataclass, replace
from math import floor

from packager.errors import InputError

# EBU R 128 s2 (streaming): -1 dBTP leaves a lossy encoder room for what it adds to the peaks.
MAX_TRUE_PEAK_DBTP = -1.0
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
    """What all samples are multiplied by, and why it is not what was asked for, where it is not."""

    gain_db: float
    notes: tuple[str, ...] = ()

    @property
    def factor(self) -> float:
        """The gain as a number to multiply by."""
        return float(10 ** (self.gain_db / 20))


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
        return Gain(wanted_db)
    reached_lufs = measured.integrated_lufs + room_db
    note = (
        f"normalized to {reached_lufs:.1f} LUFS instead of {target_lufs:g}: a gain above {room_db:+.2f} dB "
        f"would bring the true peak over {MAX_TRUE_PEAK_DBTP:g} dBTP"
    )
    return Gain(room_db, (note,))


def _floor(value_db: float) -> float:
    """Down to 0.01 dB; what is within rounding of a step stays on it."""
    return floor(round(value_db * 100, 3)) / 100
