"""Writes media segments of one or two CMAF chunks: each a `moof` with one `traf` and one `trun`, then an `mdat`.

The IDR at the head of a video segment has a chunk of its own, so that an I-frame playlist can name bytes that are
whole boxes. The usual cut through an `mdat` decodes in FFmpeg 8.1 only while nothing follows: of seven such ranges
appended one after another no frame came out ("Invalid data"). The second header costs 100 bytes a segment.

libavformat is not asked to do this, because its muxers decide for themselves where to cut (DESIGN, section 7).
"""

import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from packager.boxes import box, full_box
from packager.boxfields import NON_SYNC, SYNC

TRACK_ID = 1

_START_CODE = b"\x00\x00\x01"

_DEFAULT_BASE_IS_MOOF = 0x020000
_DEFAULT_DURATION = 0x000008
_DEFAULT_FLAGS = 0x000020
_DATA_OFFSET = 0x000001
_SAMPLE_SIZE = 0x000200
_SAMPLE_FLAGS = 0x000400
_SAMPLE_OFFSET = 0x000800


@dataclass(frozen=True, slots=True)
class CodedSample:
    """One coded frame. `composition_offset_ticks` is from its decode time to its place in the media timeline."""

    payload: bytes
    composition_offset_ticks: int = 0
    is_sync: bool = True

    def __post_init__(self) -> None:
        assert self.payload, "an empty packet is not a sample: decoders reject the file"
        assert self.composition_offset_ticks >= 0, "negative offsets shift FFmpeg's demuxer by a frame"


@dataclass(frozen=True, slots=True)
class CutSegment:
    """The bytes of a segment. The first `iframe_size_bytes` of them are its IDR alone, in whole boxes; 0 for sound."""

    content: bytes
    iframe_size_bytes: int = 0

    def __post_init__(self) -> None:
        assert 0 <= self.iframe_size_bytes <= len(self.content)


@dataclass(frozen=True, slots=True)
class SampleRun:
    """Coded frames in decode order, as columns of equal length.

    `needs_roll`: each is in the first group of the init segment's pre-roll.
    """

    sizes_bytes: Sequence[int]
    composition_offsets_ticks: Sequence[int]
    are_sync: Sequence[bool]
    needs_roll: bool = False

    def __post_init__(self) -> None:
        assert len(self.sizes_bytes) == len(self.composition_offsets_ticks) == len(self.are_sync) > 0
        assert min(self.composition_offsets_ticks) >= 0, "negative offsets shift FFmpeg's demuxer by a frame"


def write_chunk(
    sequence: int,
    decode_time_ticks: int,
    sample_duration_ticks: int,
    samples: Sequence[CodedSample],
    *,
    needs_roll: bool = False,
) -> bytes:
    """The bytes of one chunk. `sequence` counts from 1; all samples last equally long.

    `needs_roll`: each sample is in the first group of the init segment's pre-roll.
    """
    run = SampleRun(
        [len(sample.payload) for sample in samples],
        [sample.composition_offset_ticks for sample in samples],
        [sample.is_sync for sample in samples],
        needs_roll,
    )
    return write_run(sequence, decode_time_ticks, sample_duration_ticks, run, *(sample.payload for sample in samples))


def write_run(
    sequence: int, decode_time_ticks: int, sample_duration_ticks: int, run: SampleRun, *payload: bytes
) -> bytes:
    """The bytes of one chunk, its samples given as columns; `payload` is all of them, in one piece or several."""
    return b"".join((write_head(sequence, decode_time_ticks, sample_duration_ticks, run), *payload))


def write_head(sequence: int, decode_time_ticks: int, sample_duration_ticks: int, run: SampleRun) -> bytes:
    """All of a chunk but its samples, which follow it: `moof`, and the header of `mdat`."""
    mdat = struct.pack(">I4s", 8 + sum(run.sizes_bytes), b"mdat")
    return _moof(sequence, decode_time_ticks, sample_duration_ticks, run) + mdat


class SegmentCutter:
    """Gathers coded samples in decode order and gives a segment whenever one is whole.

    `sample_counts`: samples in each segment. With closed GOPs these are the frames of the grid. `has_iframes`: it is
    video, and the first sample of each segment gets a chunk of its own. `needs_roll`: each sample wants pre-roll.
    """

    def __init__(
        self,
        sample_counts: Sequence[int],
        sample_duration_ticks: int,
        *,
        has_iframes: bool = False,
        needs_roll: bool = False,
    ) -> None:
        self._counts = tuple(sample_counts)
        self._starts = tuple(accumulate(self._counts, initial=0))
        self._duration = sample_duration_ticks
        self._has_iframes = has_iframes
        self._needs_roll = needs_roll
        self._gathered: list[CodedSample] = []
        self._index = 0
        self._chunk_count = 0

    def add(self, sample: CodedSample) -> CutSegment | None:
        """The segment that this sample completes; None while it is not complete."""
        assert self._index < len(self._counts), "more samples than the grid has room for"
        if not self._gathered:
            assert sample.is_sync, f"segment {self._index} does not start with a sync sample"
        self._gathered.append(sample)
        if len(self._gathered) < self._counts[self._index]:
            return None
        gathered, self._gathered = self._gathered, []
        start = self._starts[self._index]
        self._index += 1
        if not self._has_iframes:
            return CutSegment(self._write(start, gathered))
        iframe = self._write(start, gathered[:1])
        rest = self._write(start + 1, gathered[1:]) if len(gathered) > 1 else b""
        return CutSegment(iframe + rest, len(iframe))

    def _write(self, start: int, samples: Sequence[CodedSample]) -> bytes:
        self._chunk_count += 1
        return write_chunk(
            self._chunk_count, start * self._duration, self._duration, samples, needs_roll=self._needs_roll
        )

    @property
    def is_whole(self) -> bool:
        """Every segment has come out."""
        return self._index == len(self._counts)


def with_length_prefixes(annex_b: bytes) -> bytes:
    """The same NAL units, each after its length in 4 bytes (as avcC says) instead of a start code.

    ISO/IEC 14496-10 annex B: a unit ends at the next 000001 or 000000; zero bytes before that are padding.
    """
    units = []
    start = annex_b.find(_START_CODE)
    assert start >= 0, "no start code: x264 gave something else than annex B"
    while start >= 0:
        following = annex_b.find(_START_CODE, start + 3)
        unit = annex_b[start + 3 : following if following >= 0 else None].rstrip(b"\x00")
        units.append(struct.pack(">I", len(unit)) + unit)
        start = following
    return b"".join(units)


def _moof(sequence: int, decode_time: int, duration: int, run: SampleRun) -> bytes:
    all_sync = all(run.are_sync)
    tfhd_flags = _DEFAULT_BASE_IS_MOOF | _DEFAULT_DURATION | _DEFAULT_FLAGS
    trun_flags, fields = _columns(run, is_picture=not all_sync)
    mfhd = full_box("mfhd", 0, 0, struct.pack(">I", sequence))
    tfhd = full_box("tfhd", 0, tfhd_flags, struct.pack(">III", TRACK_ID, duration, SYNC if all_sync else NON_SYNC))
    tfdt = full_box("tfdt", 1, 0, struct.pack(">Q", decode_time))
    count = len(run.sizes_bytes)
    sbgp = full_box("sbgp", 0, 0, b"roll", struct.pack(">III", 1, count, 1)) if run.needs_roll else b""
    # Past the headers of moof, traf and mdat, and past trun: header, version and flags, count, this offset.
    data_offset = 3 * 8 + len(mfhd) + len(tfhd) + len(tfdt) + 20 + len(fields) + len(sbgp)
    trun = full_box("trun", 0, trun_flags, struct.pack(">Ii", count, data_offset), fields)
    return box("moof", mfhd, box("traf", tfhd, tfdt, trun, sbgp))


def _columns(run: SampleRun, *, is_picture: bool) -> tuple[int, bytes]:
    """The flags of `trun` and its rows: sizes, and for pictures the flags and composition offsets too."""
    columns: list[Iterable[int]] = [run.sizes_bytes]
    flags = _DATA_OFFSET | _SAMPLE_SIZE
    if is_picture:
        flags |= _SAMPLE_FLAGS
        columns.append(SYNC if each else NON_SYNC for each in run.are_sync)
    if is_picture or any(run.composition_offsets_ticks):
        flags |= _SAMPLE_OFFSET
        columns.append(run.composition_offsets_ticks)
    # Column by column: a call for each field took three times as long as everything else here.
    rows = array("I", bytes(4 * len(columns) * len(run.sizes_bytes)))
    for place, column in enumerate(columns):
        rows[place :: len(columns)] = array("I", column)
    if sys.byteorder == "little":
        rows.byteswap()
    return flags, rows.tobytes()
