"""Looks into temporal units of AV1: their OBUs (AV1 bitstream specification, section 5)."""

from collections.abc import Iterator

_SEQUENCE_HEADER, _TEMPORAL_DELIMITER, _FRAME_HEADER, _FRAME = 1, 2, 3, 6
_HAS_EXTENSION, _HAS_SIZE = 4, 2
_SHOWS_EXISTING, _FRAME_TYPE, _IS_SHOWN = 0x80, 0x60, 0x10


def is_key_unit(unit: bytes) -> bool:
    """Whether decoding can start with this unit: a sequence header, and first of all a key frame that is shown.

    AV1 in ISOBMFF section 2.4: only then is it a sync sample. A key frame that is shown later is none.
    """
    has_header = False
    for kind, content in _split(unit):
        has_header = has_header or kind == _SEQUENCE_HEADER
        if kind in {_FRAME_HEADER, _FRAME}:
            # Section 5.9.2: show_existing_frame, two bits of frame_type (0: a key frame), show_frame.
            head = content[0] if content else _SHOWS_EXISTING
            return has_header and not head & (_SHOWS_EXISTING | _FRAME_TYPE) and bool(head & _IS_SHOWN)
    return False


def strip_delimiters(unit: bytes) -> bytes:
    """The unit without temporal delimiters (AV1 in ISOBMFF section 2.4: samples should have none)."""
    kept, at = [], 0
    for kind, end in _walk(unit):
        if kind != _TEMPORAL_DELIMITER:
            kept.append(unit[at:end])
        at = end
    return b"".join((*kept, unit[at:]))


def _split(unit: bytes) -> Iterator[tuple[int, bytes]]:
    """The kind of each OBU, and what is in it."""
    at = 0
    for kind, end in _walk(unit):
        yield kind, unit[at + _measure_head(unit, at) : end]
        at = end


def _walk(unit: bytes) -> Iterator[tuple[int, int]]:
    """The kind of each OBU, and where it ends; one without a size is the last."""
    at = 0
    while at < len(unit):
        head = unit[at]
        size, length_bytes = _read_size(unit, at + 1 + bool(head & _HAS_EXTENSION)) if head & _HAS_SIZE else (-1, 0)
        end = len(unit) if size < 0 else at + 1 + bool(head & _HAS_EXTENSION) + length_bytes + size
        if end > len(unit):
            return
        yield head >> 3 & 15, end
        at = end


def _measure_head(unit: bytes, at: int) -> int:
    head = unit[at]
    before_size = 1 + bool(head & _HAS_EXTENSION)
    return before_size + (_read_size(unit, at + before_size)[1] if head & _HAS_SIZE else 0)


def _read_size(unit: bytes, at: int) -> tuple[int, int]:
    """leb128 (section 4.10.5), and how many bytes it takes."""
    size = 0
    for index, byte in enumerate(unit[at : at + 8]):
        size |= (byte & 0x7F) << 7 * index
        if not byte & 0x80:
            return size, index + 1
    return len(unit), 0
