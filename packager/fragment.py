"""Writes media segments of one or two CMAF chunks: each a `moof` with one `traf` and one `trun`, then an `mdat`.

The IDR at the head of a video segment has a chunk of its own, so that an I-frame playlist can name bytes that are
whole boxes. The usual cut through an `mdat` decodes in FFmpeg 8.1 only while nothing follows: of seven such ranges
appended one after another no frame came out ("Invalid data"). The second header costs 100 bytes a segment.

libavformat is not asked to do this, because its muxers decide for themselves where to cut (DESIGN, section 7).
"""

import struct
from collections.abc import Sequence
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


def write_chunk(
    sequence: int, decode_time_ticks: int, sample_duration_ticks: int, samples: Sequence[CodedSample]
) -> bytes:
    """The bytes of one chunk. `sequence` counts from 1; all samples last equally long."""
    size = len(_moof(sequence, decode_time_ticks, sample_duration_ticks, samples, 0))
    data_offset = size + 8  # past the header of mdat
    moof = _moof(sequence, decode_time_ticks, sample_duration_ticks, samples, data_offset)
    return moof + box("mdat", *(sample.payload for sample in samples))


class SegmentCutter:
    """Gathers coded samples in decode order and gives a segment whenever one is whole.

    `sample_counts`: samples in each segment. With closed GOPs these are the frames of the grid. `has_iframes`: it is
    video, and the first sample of each segment gets a chunk of its own.
    """

    def __init__(self, sample_counts: Sequence[int], sample_duration_ticks: int, *, has_iframes: bool = False) -> None:
        self._counts = tuple(sample_counts)
        self._starts = tuple(accumulate(self._counts, initial=0))
        self._duration = sample_duration_ticks
        self._has_iframes = has_iframes
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
        return write_chunk(self._chunk_count, start * self._duration, self._duration, samples)

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


def _moof(sequence: int, decode_time: int, duration: int, samples: Sequence[CodedSample], data_offset: int) -> bytes:
    all_sync = all(sample.is_sync for sample in samples)
    tfhd_flags = _DEFAULT_BASE_IS_MOOF | _DEFAULT_DURATION | _DEFAULT_FLAGS
    return box(
        "moof",
        full_box("mfhd", 0, 0, struct.pack(">I", sequence)),
        box(
            "traf",
            full_box("tfhd", 0, tfhd_flags, struct.pack(">III", TRACK_ID, duration, SYNC if all_sync else NON_SYNC)),
            full_box("tfdt", 1, 0, struct.pack(">Q", decode_time)),
            _trun(samples, data_offset, is_picture=not all_sync),
        ),
    )


def _trun(samples: Sequence[CodedSample], data_offset: int, *, is_picture: bool) -> bytes:
    """Sizes, and for pictures the flags and composition offsets too."""
    has_offsets = is_picture or any(sample.composition_offset_ticks for sample in samples)
    flags = _DATA_OFFSET | _SAMPLE_SIZE | (_SAMPLE_FLAGS if is_picture else 0) | (_SAMPLE_OFFSET if has_offsets else 0)
    parts = [struct.pack(">Ii", len(samples), data_offset)]
    for sample in samples:
        parts.append(struct.pack(">I", len(sample.payload)))
        if is_picture:
            parts.append(struct.pack(">I", SYNC if sample.is_sync else NON_SYNC))
        if has_offsets:
            parts.append(struct.pack(">I", sample.composition_offset_ticks))
    return full_box("trun", 0, flags, *parts)
