"""Looks into coded frames: NAL units of H.264 and HEVC (ISO/IEC 14496-10, 23008-2), ADTS headers of AAC (14496-3)."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from packager.fragment import with_length_prefixes

_ADTS_CHECKSUM_BYTES = 2


@dataclass(frozen=True, slots=True)
class NalKinds:
    """Where the kind of a NAL unit stands in its first byte, and what the kinds mean.

    `starts` are the slices with which decoding can start. `markers` are of no picture: delimiters, ends, filler.
    """

    shift: int
    mask: int
    slices: Set[int]
    starts: Set[int]
    parameter_sets: Set[int]
    markers: Set[int]

    def of(self, unit: bytes) -> int | None:
        """The kind of this unit; None where it is empty."""
        return unit[0] >> self.shift & self.mask if unit else None


# Table 7-1 of each: H.264 starts with an IDR, HEVC with any of BLA, IDR and CRA.
H264_UNITS = NalKinds(0, 31, {*range(1, 6)}, {5}, {7, 8, 13}, {9, 10, 11, 12})
HEVC_UNITS = NalKinds(1, 63, {*range(32)}, {*range(16, 22)}, {32, 33, 34}, {35, 36, 37, 38})


def is_start(kinds: NalKinds, payload: bytes, length_size: int) -> bool | None:
    """Whether decoding can start with this frame, its NAL units after their lengths: its first slice says so.

    None without a slice.
    """
    found = (kinds.of(unit) for unit in _split(payload, length_size))
    first = next((kind for kind in found if kind in kinds.slices), None)
    return None if first is None else first in kinds.starts


def read_parameter_sets(annex_b: bytes) -> frozenset[bytes]:
    """The NAL units in the configuration of an Annex B stream; none where it has none."""
    return frozenset(_split(with_length_prefixes(annex_b), 4)) if annex_b else frozenset()


def read_hevc_arrays(config: bytes) -> frozenset[bytes]:
    """The NAL units in an hvcC (ISO/IEC 14496-15 section 8.3.3.1)."""
    return frozenset(unit for _, units in _walk_arrays(config) for unit in units)


def close_hevc_arrays(config: bytes) -> bytes:
    """The hvcC that says: all parameter sets are here, and lengths have 4 bytes, as sample entry `hvc1` has them."""
    closed = bytearray(config)
    closed[21] |= 3
    for at, _ in _walk_arrays(config):
        if config[at] & HEVC_UNITS.mask in HEVC_UNITS.parameter_sets:
            closed[at] |= 0x80
    return bytes(closed)


def _walk_arrays(config: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Where each array of an hvcC begins, and its units."""
    at = 23
    for _ in range(config[22] if len(config) > 22 else 0):
        start, units = at, []
        at += 3
        for _ in range(int.from_bytes(config[start + 1 : start + 3])):
            end = at + 2 + int.from_bytes(config[at : at + 2])
            units.append(config[at + 2 : end])
            at = end
        if at > len(config):
            return
        yield start, units


def strip_units(kinds: NalKinds, payload: bytes, known: frozenset[bytes], length_size: int = 4) -> tuple[bytes, bool]:
    """The frame without markers and `known` parameter sets, lengths of 4 bytes; and whether there are others in it.

    CMAF (ISO/IEC 23000-19 section 9.4.1.2): `avc1` has its sets in the init segment only, and so has `hvc1`.
    """
    kept = []
    has_others = False
    for unit in _split(payload, length_size):
        kind = kinds.of(unit)
        if kind is None or kind in kinds.markers or unit in known:
            continue
        has_others = has_others or kind in kinds.parameter_sets
        kept.append(len(unit).to_bytes(4) + unit)
    return b"".join(kept), has_others


def strip_adts(frame: bytes) -> bytes:
    """The AAC frame behind its ADTS header."""
    return frame[7 if frame[1] & 1 else 7 + _ADTS_CHECKSUM_BYTES :]


def audio_config(frame: bytes) -> bytes | None:
    """The AudioSpecificConfig that an ADTS header stands for (14496-3 tables 1.A.6 and 1.15); None where it is none."""
    if len(frame) < 8 or frame[0] != 0xFF or frame[1] & 0xF6 != 0xF0:
        return None
    profile, frequency = frame[2] >> 6, frame[2] >> 2 & 15
    channels = (frame[2] & 1) << 2 | frame[3] >> 6
    return ((profile + 1) << 11 | frequency << 7 | channels << 3).to_bytes(2)


def _split(payload: bytes, length_size: int) -> Iterator[bytes]:
    at = 0
    while at + length_size <= len(payload):
        end = at + length_size + int.from_bytes(payload[at : at + length_size])
        yield payload[at + length_size : end]
        at = end
