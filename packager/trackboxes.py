"""Writes an init segment of one track around the sample entry of an MP4 file (ISO/IEC 14496-12, CMAF section 7.3)."""

import struct
from fractions import Fraction

from packager.boxes import Box, box, full_box
from packager.colour import Colour
from packager.initsegment import UNITY_MATRIX

_BRANDS = b"iso6" + struct.pack(">I", 512) + b"iso6cmfcmp41"
_UNITY_RATE, _FULL_VOLUME = 0x00010000, 0x0100
_UNDETERMINED = 0x55C4  # "und", five bits a letter
_MOVIE_TIMESCALE = 1000
_ENABLED_IN_MOVIE = 3
_TRACK_ID = 1
_NO_LANGUAGE = struct.pack(">HH", _UNDETERMINED, 0)


def write_picture_entry(data: bytes, entry: Box, colour: Colour, *, is_full_range: bool, aspect: Fraction) -> bytes:
    """The visual sample entry with these colours and this shape of pixels in it, which CMAF wants to be said."""
    written = struct.pack(">HHHB", colour.primaries, colour.transfer, colour.matrix, is_full_range << 7)
    said = {
        "colr": box("colr", b"nclx", written),
        "pasp": box("pasp", struct.pack(">II", aspect.numerator, aspect.denominator)),
    }
    config, *others = [data[each.start : each.end] for each in entry.children if each.kind not in said]
    fields = data[entry.body : entry.children[0].start]
    return box(entry.kind, fields, config, *said.values(), *others)


def write_sound_entry(data: bytes, entry: Box, channels: int) -> bytes:
    """The audio sample entry with this count of channels: many writers say 2 whatever the decoder is told."""
    at = entry.body + 16  # ISO/IEC 14496-12 section 12.2.3: after reserved bytes and the data reference
    return data[entry.start : at] + struct.pack(">H", channels) + data[at + 2 : entry.end]


def write_picture_init(entry: bytes, timescale: int, width: int, height: int) -> bytes:
    """The init segment of a picture that is shown in this size."""
    size = struct.pack(">II", width << 16, height << 16)
    return _write_init(entry, timescale, b"vide", b"VideoHandler", full_box("vmhd", 0, 1, bytes(8)), 0, size)


def write_sound_init(entry: bytes, timescale: int) -> bytes:
    """The init segment of sound."""
    return _write_init(
        entry, timescale, b"soun", b"SoundHandler", full_box("smhd", 0, 0, bytes(4)), _FULL_VOLUME, bytes(8)
    )


def _write_init(
    entry: bytes, timescale: int, handler: bytes, name: bytes, medium: bytes, volume: int, size: bytes
) -> bytes:
    group = 1 if volume else 0
    tkhd = struct.pack(">IIIII8xHHHH", 0, 0, _TRACK_ID, 0, 0, 0, group, volume, 0) + UNITY_MATRIX + size
    tables = [full_box(kind, 0, 0, bytes(4)) for kind in ("stts", "stsc")]
    stbl = box(
        "stbl", full_box("stsd", 0, 0, struct.pack(">I", 1), entry), *tables, full_box("stsz", 0, 0, bytes(8)),
        full_box("stco", 0, 0, bytes(4)),
    )  # fmt: skip
    dref = full_box("dref", 0, 0, struct.pack(">I", 1), full_box("url ", 0, 1))
    mdia = box(
        "mdia",
        full_box("mdhd", 0, 0, struct.pack(">IIII", 0, 0, timescale, 0), _NO_LANGUAGE),
        full_box("hdlr", 0, 0, bytes(4), handler, bytes(12), name, b"\0"),
        box("minf", medium, box("dinf", dref), stbl),
    )
    trak = box("trak", full_box("tkhd", 0, _ENABLED_IN_MOVIE, tkhd), mdia)
    mvex = box("mvex", full_box("trex", 0, 0, struct.pack(">IIIII", _TRACK_ID, 1, 0, 0, 0)))
    return box("ftyp", _BRANDS) + box("moov", full_box("mvhd", 0, 0, _movie_header()), trak, mvex)


def _movie_header() -> bytes:
    fields = struct.pack(">IIIIIH10x", 0, 0, _MOVIE_TIMESCALE, 0, _UNITY_RATE, _FULL_VOLUME)
    return fields + UNITY_MATRIX + bytes(24) + struct.pack(">I", _TRACK_ID + 1)
