"""The loudness box of a track: `udta`/`ludt`/`tlou` (ISO/IEC 14496-12 section 12.2.7), written and read.

Its numbers are coded as ISO/IEC 23003-4 codes them: loudness in steps of 0.25 LU, peaks in steps of 1/32 dB.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from packager.boxes import Box, box, full_box, need_box, read_boxes
from packager.errors import BrokenPackageError
from packager.loudness import Loudness

LOUDNESS_STEP_LU = 0.25

# ISO/IEC 23003-4: methodDefinition, measurementSystem and reliability.
_PROGRAMME_LOUDNESS, _LOUDNESS_RANGE = 1, 6
_EBU_R128, _BS_1770 = 1, 2
_ACCURATE = 3

# Code 0 of a loudness, code 0 (which means: not said) of a peak, and their steps.
_LEAST_LUFS = -57.75
_MAX_CODE = 255
_PEAK_ORIGIN_DB, _PEAK_STEPS_PER_DB = 20, 32
_UNSAID = 0
_MEASUREMENT = struct.Struct(">BBB")


@dataclass(frozen=True, slots=True)
class TrackLoudness:
    """What a `tlou` says of its track; None: it does not say."""

    integrated_lufs: float | None = None
    true_peak_dbtp: float | None = None
    range_lu: float | None = None


def add_loudness(init: bytes, loudness: Loudness) -> bytes:
    """The init segment of one audio rung with this loudness in its track. It must not have user data yet."""
    boxes = read_boxes(init)
    moov = need_box(boxes, "moov")
    trak = need_box(boxes, "moov", "trak")
    assert trak.find("udta") is None
    whole = box("trak", trak.payload(init), box("udta", write_ludt(loudness)))
    grown = box("moov", init[moov.body : trak.start], whole, init[trak.end : moov.end])
    return init[: moov.start] + grown + init[moov.end :]


def write_ludt(loudness: Loudness) -> bytes:
    """A `ludt` box. What cannot be said (silence, a loudness outside of -57.75 to +6 LUFS) is left out."""
    measurements = list(_measurements(loudness))
    peak, peak_system = _UNSAID, 0
    if loudness.true_peak_dbtp is not None:
        peak, peak_system = _code_peak(loudness.true_peak_dbtp), _BS_1770 << 4 | _ACCURATE
    # No downmix, no dynamic range control; the 12 bits of the sample peak unsaid.
    fields = bytes(2) + peak.to_bytes(3) + bytes((peak_system, len(measurements)))
    return box("ludt", full_box("tlou", 0, 0, fields, *measurements))


def read_ludt(moov: bytes, trak: Box) -> TrackLoudness | None:
    """What the `tlou` of this track says of the track as it is; None where there is none.

    Raises BrokenPackageError when the box is cut off.
    """
    udta = trak.find("udta")
    if udta is None:
        return None
    for ludt in _boxes_in(moov, udta):
        for tlou in _boxes_in(moov, ludt) if ludt.kind == "ludt" else ():
            if tlou.kind == "tlou":
                return _read_tlou(tlou.payload(moov), tlou.start)
    return None


def _measurements(loudness: Loudness) -> Iterator[bytes]:
    system = _EBU_R128 << 4 | _ACCURATE
    if loudness.integrated_lufs is None or loudness.range_lu is None:
        return
    code = round((loudness.integrated_lufs - _LEAST_LUFS) / LOUDNESS_STEP_LU)
    if 0 <= code <= _MAX_CODE:
        yield _MEASUREMENT.pack(_PROGRAMME_LOUDNESS, code, system)
        yield _MEASUREMENT.pack(_LOUDNESS_RANGE, _code_range(loudness.range_lu), system)


def _code_peak(peak_dbtp: float) -> int:
    return max(1, min(round((_PEAK_ORIGIN_DB - peak_dbtp) * _PEAK_STEPS_PER_DB), 0xFFF))


def _code_range(range_lu: float) -> int:
    """Steps of 0.25 LU up to 32, of 0.5 up to 70, of 1 above."""
    if range_lu <= 32:
        return round(range_lu * 4)
    if range_lu <= 70:
        return round((range_lu + 32) * 2)
    return min(round(range_lu + 134), _MAX_CODE)


def _loudness_of(code: int | None) -> float | None:
    return None if code is None else _LEAST_LUFS + code * LOUDNESS_STEP_LU


def _range_of(code: int | None) -> float | None:
    if code is None or code <= 128:
        return None if code is None else code / 4
    return code / 2 - 32 if code <= 204 else code - 134.0


def _boxes_in(moov: bytes, outer: Box) -> Iterator[Box]:
    """The boxes in user data, up to the four zeros by which QuickTime ends it or anything else that is no box."""
    at = outer.body
    while at + 8 <= outer.end:
        size, kind = struct.unpack_from(">I4s", moov, at)
        if size < 8 or at + size > outer.end:
            return
        yield Box(kind.decode("latin-1"), at, 8, size)
        at += size


def _read_tlou(payload: bytes, start: int) -> TrackLoudness:
    """The first set of values that holds for the track without a downmix, a DRC or an equalizer."""
    reader = _Reader(payload, start)
    version = reader.take(4) >> 24
    count = reader.take(1) & 0x3F if version else 1
    for _ in range(count):
        equalizer = reader.take(1) & 0x3F if version else 0
        changes = reader.take(2) & 0x1FFF  # downmix and DRC
        peak = reader.take(3) & 0xFFF
        reader.take(1)
        values: dict[int, int] = {}
        for _ in range(reader.take(1)):
            method, value, _ = reader.take(1), reader.take(1), reader.take(1)
            values.setdefault(method, value)
        if not equalizer and not changes:
            return TrackLoudness(
                integrated_lufs=_loudness_of(values.get(_PROGRAMME_LOUDNESS)),
                true_peak_dbtp=None if peak == _UNSAID else _PEAK_ORIGIN_DB - peak / _PEAK_STEPS_PER_DB,
                range_lu=_range_of(values.get(_LOUDNESS_RANGE)),
            )
    return TrackLoudness()


class _Reader:
    """Big-endian numbers one after another, never past the end of the box."""

    def __init__(self, payload: bytes, start: int) -> None:
        self._payload = payload
        self._start = start
        self._at = 0

    def take(self, size: int) -> int:
        if self._at + size > len(self._payload):
            raise BrokenPackageError(f"tlou box at byte {self._start} is cut off: {size} more bytes expected")
        self._at += size
        return int.from_bytes(self._payload[self._at - size : self._at])
