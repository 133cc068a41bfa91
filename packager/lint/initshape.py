"""How an init segment is built: its brands, the order of its boxes, and of each track what no decoder asks for.

RFC 8216 section 3.3 and CMAF say how these must be; whoever writes a fragmented file by other means gets them wrong.
"""

import struct
from dataclasses import dataclass

from packager.boxes import Box, find_box, find_boxes, need_box
from packager.boxfields import Edit, read_elst, read_mvhd, read_tkhd, read_version

# ISO/IEC 23091-2: the transfer characteristics of what HLS calls PQ and HLG.
_RANGES = {16: "PQ", 18: "HLG"}
# Where the count stands in the body of a sample table; `stsz` has a sample size before it.
_TABLES = {"stts": 4, "stsc": 4, "stsz": 8, "stco": 4, "co64": 4}
_PICTURES = frozenset({"avc1", "avc3", "hvc1", "hev1", "av01", "vp09", "dvh1", "dvhe", "encv"})


@dataclass(frozen=True, slots=True)
class Protection:
    """How a track is encrypted: the scheme of `schm`, and the pattern of `tenc` (blocks encrypted, blocks left).

    `is_default`: samples are encrypted where no sample group says otherwise.
    """

    scheme: str
    pattern: tuple[int, int] | None
    is_default: bool = True


@dataclass(frozen=True, slots=True)
class TrackShape:
    """One `trak`. `video_range` is SDR, PQ or HLG as `colr` says, None without it.

    `is_elsewhere`: a data reference says that the samples are in another file.
    """

    track_id: int
    entry: str
    edits: tuple[Edit, ...]
    filled: tuple[str, ...]
    duration_ticks: int
    has_defaults: bool
    has_pasp: bool
    video_range: str | None
    protection: Protection | None
    is_elsewhere: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether its sample entry is one of video."""
        return self.entry in _PICTURES


@dataclass(frozen=True, slots=True)
class InitShape:
    """The whole segment. `brands` starts with the major one; `is_extended_last`: `mvex` follows the last `trak`."""

    brands: tuple[str, ...]
    duration_ticks: int
    is_extended_last: bool
    tracks: tuple[TrackShape, ...]

    @property
    def is_cmaf(self) -> bool:
        """Whether it says that it is a CMAF track."""
        return bool({"cmfc", "cmf2"} & set(self.brands))


def read_brands(ftyp: bytes) -> tuple[str, ...]:
    """The major brand and the compatible ones of an `ftyp` box, header included."""
    codes = [ftyp[8:12], *(ftyp[at : at + 4] for at in range(16, len(ftyp) - 3, 4))]
    return tuple(code.decode("latin-1") for code in codes if len(code) == 4)


def read_shape(ftyp: bytes, content: bytes, boxes: tuple[Box, ...]) -> InitShape:
    """The shape of an init segment with this `ftyp` and the boxes of this `moov`.

    Raises BrokenPackageError where a part of it is missing or cut off.
    """
    moov = need_box(boxes, "moov")
    kinds = [box.kind for box in moov.children]
    last_track = max((index for index, kind in enumerate(kinds) if kind == "trak"), default=-1)
    extended = {
        int.from_bytes(content[trex.body + 4 : trex.body + 8]) for trex in find_boxes(moov.children, "mvex", "trex")
    }
    return InitShape(
        brands=read_brands(ftyp),
        duration_ticks=read_mvhd(content, need_box(moov.children, "mvhd"))[1],
        is_extended_last="mvex" in kinds and kinds.index("mvex") > last_track,
        tracks=tuple(_read_track(content, trak, extended) for trak in find_boxes(moov.children, "trak")),
    )


def _read_track(content: bytes, trak: Box, extended: set[int]) -> TrackShape:
    header = read_tkhd(content, need_box(trak.children, "tkhd"))
    tables = need_box(trak.children, "mdia", "minf", "stbl")
    elst = trak.find("edts", "elst")
    entry = next(iter(need_box(tables.children, "stsd").children), None)
    inside = entry.children if entry else ()
    return TrackShape(
        track_id=header.track_id,
        entry=entry.kind if entry else "none",
        edits=read_elst(content, elst) if elst else (),
        filled=tuple(table.kind for table in tables.children if _count(content, table)),
        duration_ticks=header.duration_ticks,
        has_defaults=header.track_id in extended,
        has_pasp=find_box(inside, "pasp") is not None,
        video_range=_read_range(content, find_box(inside, "colr")),
        protection=_read_protection(content, find_box(inside, "sinf")),
        is_elsewhere=_is_elsewhere(content, trak),
    )


def _is_elsewhere(content: bytes, trak: Box) -> bool:
    """ISO/IEC 14496-12 section 8.7.2: flag 1 of a data reference says that the samples are in the same file."""
    dref = trak.find("mdia", "minf", "dinf", "dref")
    return any(not read_version(content, entry)[1] & 1 for entry in (dref.children if dref else ()))


def _count(content: bytes, table: Box) -> int:
    at = _TABLES.get(table.kind)
    return 0 if at is None else int.from_bytes(table.payload(content)[at : at + 4])


def _read_range(content: bytes, colr: Box | None) -> str | None:
    """The video range of an `nclx` or `nclc` colour box."""
    if colr is None:
        return None
    payload = colr.payload(content)
    if payload[:4] not in {b"nclx", b"nclc"} or len(payload) < 8:
        return "SDR"
    return _RANGES.get(struct.unpack_from(">H", payload, 6)[0], "SDR")


def _read_protection(content: bytes, sinf: Box | None) -> Protection | None:
    """ISO/IEC 23001-7 section 8.2: version 1 of `tenc` has the pattern, in two halves of its sixth byte."""
    if sinf is None or (schm := sinf.find("schm")) is None:
        return None
    tenc, pattern, is_default = sinf.find("schi", "tenc"), None, True
    if tenc is not None and len(tenc.payload(content)) > 6:
        both, default = tenc.payload(content)[5:7]
        pattern = (both >> 4, both & 15) if read_version(content, tenc)[0] >= 1 else None
        is_default = bool(default)
    return Protection(schm.payload(content)[4:8].decode("latin-1"), pattern, is_default)
