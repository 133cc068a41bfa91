"""Looks into coded frames: the NAL units of H.264 (ISO/IEC 14496-10) and the ADTS headers of AAC (14496-3)."""

from collections.abc import Iterator

from packager.fragment import with_length_prefixes

_IDR_SLICE = 5
_SLICES = range(1, 6)
_PARAMETER_SETS = {7, 8, 13}
# Access unit delimiter, end of sequence, end of stream, filler: nothing of a picture, and MP4 does without.
_MARKERS = {9, 10, 11, 12}

_ADTS_CHECKSUM_BYTES = 2


def is_idr(payload: bytes, length_size: int) -> bool | None:
    """Whether this frame, its NAL units after their lengths, is an IDR: its first slice says so. None without one."""
    kinds = (unit[0] & 31 for unit in _split(payload, length_size) if unit)
    first = next((kind for kind in kinds if kind in _SLICES), None)
    return None if first is None else first == _IDR_SLICE


def read_parameter_sets(annex_b: bytes) -> frozenset[bytes]:
    """The NAL units in the configuration of an Annex B stream; none where it has none."""
    return frozenset(_split(with_length_prefixes(annex_b), 4)) if annex_b else frozenset()


def strip_units(payload: bytes, known: frozenset[bytes]) -> tuple[bytes, bool]:
    """The frame without markers and `known` parameter sets, and whether there are others in it.

    Both with lengths of 4 bytes. CMAF (ISO/IEC 23000-19 section 9.4.1.2): `avc1` has its sets in the init segment only.
    """
    kept = []
    has_others = False
    for unit in _split(payload, 4):
        kind = unit[0] & 31 if unit else None
        if kind is None or kind in _MARKERS or unit in known:
            continue
        has_others = has_others or kind in _PARAMETER_SETS
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
