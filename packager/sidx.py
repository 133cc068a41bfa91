"""Writes the segment index of a rung that is one file (`sidx`, ISO/IEC 14496-12 section 8.16.3)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from packager.boxes import full_box
from packager.fragment import TRACK_ID

MAX_REFERENCES = 0xFFFF
_MAX_REFERENCED_BYTES = (1 << 31) - 1
_STARTS_WITH_SYNC = 1 << 31 | 1 << 28  # starts_with_SAP, SAP_type 1, no delta


@dataclass(frozen=True, slots=True)
class Reference:
    """One segment: its bytes, and how long it lasts in ticks of the index."""

    size_bytes: int
    duration_ticks: int

    def __post_init__(self) -> None:
        assert 0 < self.size_bytes <= _MAX_REFERENCED_BYTES
        assert 0 < self.duration_ticks < 1 << 32


def write_sidx(timescale: int, references: Sequence[Reference]) -> bytes:
    """The index of segments that follow it at once, from presentation time 0, each beginning with a sync sample."""
    assert len(references) <= MAX_REFERENCES
    earliest_time, first_offset = 0, 0
    head = struct.pack(">IIQQHH", TRACK_ID, timescale, earliest_time, first_offset, 0, len(references))
    entries = (struct.pack(">III", each.size_bytes, each.duration_ticks, _STARTS_WITH_SYNC) for each in references)
    return full_box("sidx", 1, 0, head, *entries)


def measure_sidx(count: int) -> int:
    """The bytes of an index of so many segments."""
    return 40 + 12 * count
