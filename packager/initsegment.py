"""Finishes the init segment that libavformat wrote, and reads from it what the playlists must say."""

import struct
from collections.abc import Sequence

from packager.boxes import Box, box, full_box, need_box, read_boxes
from packager.boxfields import read_tracks
from packager.lint.codecnames import name_codec

# What libavformat's mp4 muxer is asked for.
MUXER_OPTIONS = {"movflags": "empty_moov+default_base_moof+cmaf", "fflags": "+bitexact"}

_UNITY_RATE = 0x00010000
UNITY_MATRIX = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
OPUS_ROLL_PACKETS = 4


def finish_init(written: bytes, media_time_ticks: int) -> bytes:
    """The init segment with one edit: the presentation starts at `media_time_ticks` of the media.

    That is the priming of an audio encoder or the reorder delay of a video encoder, and the only edit CMAF knows: no
    empty edits. Its duration is 0, which in a fragmented file means all that follows (14496-12 section 8.6.6).
    libavformat's `udta` (the name of its version) goes: packages made by different builds can be compared.
    """
    boxes = read_boxes(written)
    edit = struct.pack(">IIiI", 1, 0, media_time_ticks, _UNITY_RATE)
    edts = box("edts", full_box("elst", 0, 0, edit))
    moov = need_box(boxes, "moov")
    children = [
        _with_edit(written, child, edts) if child.kind == "trak" else written[child.start : child.end]
        for child in moov.children
        if child.kind != "udta"
    ]
    ftyp = need_box(boxes, "ftyp")
    return written[ftyp.start : ftyp.end] + box("moov", *children)


def is_turned(init: bytes) -> bool:
    """Whether the header of the only track has another matrix than one that leaves the picture as it is."""
    return not has_unity_matrix(init, need_box(read_boxes(init), "moov", "trak", "tkhd"))


def has_unity_matrix(data: bytes, tkhd: Box) -> bool:
    """Whether the matrix of a track's header leaves the picture as it is."""
    # 14496-12 section 8.3.2: the matrix, 36 bytes, stands before width and height at the end of the box.
    return data[tkhd.end - 44 : tkhd.end - 8] == UNITY_MATRIX


def read_codec(init: bytes) -> str:
    """The codec of the only track as the CODECS attribute names it (RFC 6381): "avc1.64001F", "hvc1.1.6.L93.90"."""
    (track,) = read_tracks(init, read_boxes(init))
    (entry,) = track.entries
    return name_codec(entry)


def _with_edit(written: bytes, trak: Box, edts: bytes) -> bytes:
    """The `trak` with the edit list after its header, where 14496-12 wants it."""
    parts = []
    for child in trak.children:
        if child.kind != "edts":
            parts.append(written[child.start : child.end])
        if child.kind == "tkhd":
            parts.append(edts)
    return box("trak", *parts)


def write_pre_skip(init: bytes, samples: int) -> bytes:
    """The init segment of an Opus track whose decoder is told to drop this many samples at the start.

    Encapsulation of Opus in ISOBMFF, 4.3.2: `dOps` has a version, the channel count and then the pre-skip.
    """
    dops = need_box(read_boxes(init), "moov", "trak", "mdia", "minf", "stbl", "stsd", "Opus", "dOps")
    at = dops.body + 2
    return init[:at] + struct.pack(">H", samples) + init[at + 2 :]


def add_roll_group(init: bytes) -> bytes:
    """The init segment whose track describes the pre-roll of Opus: 80 ms, four packets of 20 ms.

    14496-12 section 10.1; Encapsulation of Opus in ISOBMFF, 4.3.6.2. Each fragment then says that its packets need it.
    """
    group = full_box("sgpd", 1, 0, b"roll", struct.pack(">IIh", 2, 1, -OPUS_ROLL_PACKETS))
    return _append(init, ("moov", "trak", "mdia", "minf", "stbl"), group)


def _append(init: bytes, path: Sequence[str], content: bytes) -> bytes:
    """The same boxes with `content` as the last child of the box down this path; those around it grow."""
    boxes = read_boxes(init)
    chain = [need_box(boxes, *path[: depth + 1]) for depth in range(len(path))]
    grown = bytearray(init)
    for each in chain:
        grown[each.start : each.start + 4] = struct.pack(">I", each.size + len(content))
    end = chain[-1].end
    return bytes(grown[:end]) + content + bytes(grown[end:])
