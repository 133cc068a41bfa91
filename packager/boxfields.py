"""What the boxes say: typed views of the fields that packaging and linting look at.

Each reader takes the bytes and a Box found in them and returns a value. Nothing here crashes on a stranger's file:
fields that are cut off, and counts that cannot be true, raise BrokenPackageError with the box and its byte offset.
"""

import struct
from dataclasses import dataclass
from typing import Any

from packager.boxes import Box, find_box, find_boxes, need_box
from packager.errors import BrokenPackageError
from packager.ludt import TrackLoudness, read_ludt

# A segment of some seconds holds hundreds of samples. A `trun` without per-sample fields can claim 4 billion in 20
# bytes, which we do not believe.
MAX_SAMPLES = 1_000_000

SYNC = 0x02000000  # sample_depends_on = 2 (an I picture), sample_is_non_sync_sample = 0
NON_SYNC = 0x01010000  # sample_depends_on = 1, sample_is_non_sync_sample = 1
_NON_SYNC_BIT = 0x00010000


@dataclass(frozen=True, slots=True)
class MediaHeader:
    """`mdhd`: the clock of a track. `language` is its ISO 639-2 code."""

    timescale: int
    duration_ticks: int
    language: str


@dataclass(frozen=True, slots=True)
class TrackHeader:
    """`tkhd`. `width` and `height` are whole pixels, 0 for sound."""

    track_id: int
    duration_ticks: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of `elst`. `media_time_ticks` is -1 for an empty edit, a gap in the presentation."""

    duration_ticks: int
    media_time_ticks: int
    rate: int


@dataclass(frozen=True, slots=True)
class FragmentDefaults:
    """What `tfhd` says, or `trex` where it does not. None: neither says."""

    track_id: int
    duration_ticks: int | None
    size_bytes: int | None
    flags: int | None
    base_data_offset: int | None = None


@dataclass(frozen=True, slots=True)
class SampleFields:
    """One sample of a `trun`, with the defaults filled in."""

    duration_ticks: int
    size_bytes: int
    flags: int
    composition_offset_ticks: int

    @property
    def is_sync(self) -> bool:
        """Decoding can start here."""
        return not self.flags & _NON_SYNC_BIT


@dataclass(frozen=True, slots=True)
class TrackRun:
    """`trun`, its samples as columns. `data_offset` counts from the start of the `moof` (default-base-is-moof).

    It is None where it is not written.
    """

    data_offset: int | None
    durations_ticks: tuple[int, ...]
    sizes_bytes: tuple[int, ...]
    flags: tuple[int, ...]
    composition_offsets_ticks: tuple[int, ...]

    @property
    def samples(self) -> tuple[SampleFields, ...]:
        """The samples one by one."""
        columns = self.durations_ticks, self.sizes_bytes, self.flags, self.composition_offsets_ticks
        return tuple(map(SampleFields, *columns))

    @property
    def are_sync(self) -> tuple[bool, ...]:
        """Of each sample, whether decoding can start there."""
        if len({*self.flags}) == 1:
            return (not self.flags[0] & _NON_SYNC_BIT,) * len(self.flags)
        return tuple([not flags & _NON_SYNC_BIT for flags in self.flags])


@dataclass(frozen=True, slots=True)
class SampleEntry:
    """One entry of `stsd`. `config` is the decoder's own: avcC, hvcC, av1C, vpcC, AudioSpecificConfig (of esds).

    Of others it is empty. `original` is the code that an encrypted entry had before (`frma`), else empty.
    """

    kind: str
    config: bytes
    width: int = 0
    height: int = 0
    channels: int = 0
    sample_rate: int = 0
    object_type: int = 0
    original: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """One `trak` of an init segment, with the defaults of its `trex`. `loudness` is None where it has no `ludt`."""

    header: TrackHeader
    media: MediaHeader
    handler: str
    edits: tuple[Edit, ...]
    entries: tuple[SampleEntry, ...]
    defaults: FragmentDefaults | None
    loudness: TrackLoudness | None = None

    @property
    def media_time_ticks(self) -> int:
        """The media time that is shown at presentation time 0 (priming, reorder delay), 0 without an edit list."""
        return next((edit.media_time_ticks for edit in self.edits if edit.media_time_ticks >= 0), 0)


def read_tracks(data: bytes, boxes: tuple[Box, ...]) -> tuple[Track, ...]:
    """The tracks of an init segment. Raises BrokenPackageError when there is no `moov` or a part is missing."""
    moov = need_box(boxes, "moov")
    extends = [read_trex(data, trex) for trex in find_boxes(moov.children, "mvex", "trex")]
    defaults = {each.track_id: each for each in extends}
    return tuple(_read_track(data, trak, defaults) for trak in find_boxes(moov.children, "trak"))


def _read_track(data: bytes, trak: Box, defaults: dict[int, FragmentDefaults]) -> Track:
    header = read_tkhd(data, need_box(trak.children, "tkhd"))
    elst = trak.find("edts", "elst")
    return Track(
        header=header,
        media=read_mdhd(data, need_box(trak.children, "mdia", "mdhd")),
        handler=read_handler(data, need_box(trak.children, "mdia", "hdlr")),
        edits=read_elst(data, elst) if elst else (),
        entries=read_sample_entries(data, need_box(trak.children, "mdia", "minf", "stbl", "stsd")),
        defaults=defaults.get(header.track_id),
        loudness=read_ludt(data, trak),
    )


def read_version(data: bytes, box: Box) -> tuple[int, int]:
    """Version and flags of a full box."""
    (word,) = _Fields(data, box).unpack(">I")
    return word >> 24, word & 0xFFFFFF


def read_mvhd(data: bytes, box: Box) -> tuple[int, int]:
    """Timescale and duration (in its ticks) of the movie."""
    fields = _Fields(data, box)
    (word,) = fields.unpack(">I")
    _, _, timescale, duration = fields.unpack(">QQIQ" if word >> 24 == 1 else ">IIII")
    return timescale, duration


def read_mdhd(data: bytes, box: Box) -> MediaHeader:
    """The clock of a track."""
    fields = _Fields(data, box)
    (word,) = fields.unpack(">I")
    _, _, timescale, duration = fields.unpack(">QQIQ" if word >> 24 == 1 else ">IIII")
    (code,) = fields.unpack(">H")
    language = "".join(chr((code >> shift & 31) + 0x60) for shift in (10, 5, 0))
    return MediaHeader(timescale, duration, language)


def read_tkhd(data: bytes, box: Box) -> TrackHeader:
    """Identity and picture size of a track."""
    fields = _Fields(data, box)
    (word,) = fields.unpack(">I")
    _, _, track_id, _, duration = fields.unpack(">QQIIQ" if word >> 24 == 1 else ">IIIII")
    fields.unpack(">8sHHHH36s")
    width, height = fields.unpack(">II")
    return TrackHeader(track_id, duration, width >> 16, height >> 16)


def read_handler(data: bytes, box: Box) -> str:
    """The handler of `hdlr`: "vide", "soun", ..."""
    _, _, kind = _Fields(data, box).unpack(">II4s")
    return str(kind.decode("latin-1"))


def read_elst(data: bytes, box: Box) -> tuple[Edit, ...]:
    """The edit list."""
    fields = _Fields(data, box)
    word, count = fields.unpack(">II")
    layout = ">QqI" if word >> 24 == 1 else ">IiI"
    fields.check_count(count, struct.calcsize(layout))
    return tuple(Edit(*fields.unpack(layout)) for _ in range(count))


def read_trex(data: bytes, box: Box) -> FragmentDefaults:
    """The defaults of all fragments of a track."""
    _, track_id, _, duration, size, flags = _Fields(data, box).unpack(">IIIIII")
    return FragmentDefaults(track_id, duration, size, flags)


def read_tfhd(data: bytes, box: Box, trex: FragmentDefaults | None = None) -> FragmentDefaults:
    """The defaults of one fragment, those of `trex` where it says nothing."""
    fields = _Fields(data, box)
    word, track_id = fields.unpack(">II")
    base = fields.unpack(">Q")[0] if word & 0x01 else None
    if word & 0x02:
        fields.unpack(">I")
    otherwise = trex or FragmentDefaults(track_id, None, None, None)
    duration = fields.unpack(">I")[0] if word & 0x08 else otherwise.duration_ticks
    size = fields.unpack(">I")[0] if word & 0x10 else otherwise.size_bytes
    flags = fields.unpack(">I")[0] if word & 0x20 else otherwise.flags
    return FragmentDefaults(track_id, duration, size, flags, base)


def read_tfdt(data: bytes, box: Box) -> int:
    """The decode time of the first sample of a fragment, in ticks of its track."""
    fields = _Fields(data, box)
    (word,) = fields.unpack(">I")
    return int(fields.unpack(">Q" if word >> 24 == 1 else ">I")[0])


def read_run_length(data: bytes, trun: Box) -> int:
    """How many samples a run says it has; nothing else of it is looked at."""
    _, count = _Fields(data, trun).unpack(">II")
    return int(count)


def read_trun(data: bytes, box: Box, defaults: FragmentDefaults) -> TrackRun:
    """The samples of a run, `defaults` filled in. Raises BrokenPackageError where a sample has no duration or size."""
    fields = _Fields(data, box)
    word, count = fields.unpack(">II")
    offset = fields.unpack(">i")[0] if word & 0x001 else None
    first_flags = fields.unpack(">I")[0] if word & 0x004 else defaults.flags
    row = "I" * (word >> 8 & 7).bit_count() + ("i" if word >> 24 else "I") * (word >> 11 & 1)
    fields.check_count(count, 4 * len(row))
    # All rows at once and then by columns: a call for each row took three times as long.
    values = fields.unpack(">" + row * count)
    columns = (values[place :: len(row)] for place in range(len(row)))
    durations = next(columns) if word & 0x100 else _fill(defaults.duration_ticks, count, box)
    sizes = next(columns) if word & 0x200 else _fill(defaults.size_bytes, count, box)
    flags = next(columns) if word & 0x400 else ((first_flags or 0,) + (defaults.flags or 0,) * (count - 1))[:count]
    offsets = next(columns) if word & 0x800 else (0,) * count
    return TrackRun(offset, durations, sizes, flags, offsets)


def _fill(default: int | None, count: int, trun: Box) -> tuple[int, ...]:
    if default is None and count:
        raise BrokenPackageError(f"sample 0 of the trun box at byte {trun.start} has no duration or no size")
    return (default or 0,) * count


def read_sample_entries(data: bytes, stsd: Box) -> tuple[SampleEntry, ...]:
    """The sample entries of `stsd`. One of a kind we do not know has only its kind."""
    return tuple(_read_entry(data, entry) for entry in stsd.children)


_CONFIGS = ("avcC", "hvcC", "av1C", "vpcC")
_PICTURES = frozenset({"hvc1", "hev1", "av01", "vp09", "avc1", "avc3", "encv"})
_SOUNDS = frozenset({"mp4a", "Opus", "fLaC", "ac-3", "ec-3", "enca"})


def _read_entry(data: bytes, entry: Box) -> SampleEntry:
    kind, frma = entry.kind, entry.find("sinf", "frma")
    original = frma.payload(data)[:4].decode("latin-1") if frma else ""
    config = next((child for child in entry.children if child.kind in _CONFIGS), None)
    if config or kind in _PICTURES:
        width, height = _Fields(data, entry).unpack(">24xHH")
        written = config.payload(data) if config else b""
        return SampleEntry(kind, written, width=width, height=height, original=original)
    if kind in _SOUNDS:
        channels, rate = _Fields(data, entry).unpack(">16xH6xI")
        esds = find_box(entry.children, "esds")
        object_type, specific = _read_esds(data, esds) if esds else (0, b"")
        return SampleEntry(
            kind, specific, channels=channels, sample_rate=rate >> 16, object_type=object_type, original=original
        )
    return SampleEntry(kind, b"")


def _read_esds(data: bytes, esds: Box) -> tuple[int, bytes]:
    """Object type and AudioSpecificConfig (ISO/IEC 14496-1 section 7.2.6): descriptors 3, in it 4, in it 5."""
    fields = _Fields(data, esds)
    fields.unpack(">I")
    _expect_descriptor(fields, 3)
    _, flags = fields.unpack(">HB")
    if flags & 0x80:
        fields.unpack(">H")
    if flags & 0x40:
        (length,) = fields.unpack(">B")
        fields.take(length)
    if flags & 0x20:
        fields.unpack(">H")
    _expect_descriptor(fields, 4)
    object_type, *_ = fields.unpack(">B12s")
    return object_type, fields.take(_expect_descriptor(fields, 5))


def _expect_descriptor(fields: "_Fields", tag: int) -> int:
    found, length, more = fields.unpack(">B")[0], 0, True
    if found != tag:
        raise BrokenPackageError(f"{fields.place}: descriptor {found} where {tag} should stand")
    for _ in range(4):  # the length has 7 bits a byte, at most 4 bytes
        if more:
            (byte,) = fields.unpack(">B")
            length, more = length << 7 | byte & 0x7F, bool(byte & 0x80)
    return length


class _Fields:
    """Reads fields one after another and never past the end of its box."""

    def __init__(self, data: bytes, box: Box) -> None:
        self._data = data
        self._at = box.body
        self._end = min(box.end, len(data))
        self.place = f"{box.kind} box at byte {box.start}"

    def unpack(self, layout: str) -> tuple[Any, ...]:
        size = struct.calcsize(layout)
        if self._at + size > self._end:
            raise BrokenPackageError(f"{self.place} is cut off: {size} more bytes expected at byte {self._at}")
        values = struct.unpack_from(layout, self._data, self._at)
        self._at += size
        return values

    def take(self, size: int) -> bytes:
        if self._at + size > self._end:
            raise BrokenPackageError(f"{self.place} is cut off: {size} more bytes expected at byte {self._at}")
        taken = self._data[self._at : self._at + size]
        self._at += size
        return taken

    def check_count(self, count: int, entry_size: int) -> None:
        if count > MAX_SAMPLES or count * entry_size > self._end - self._at:
            raise BrokenPackageError(f"{self.place} claims {count} entries, more than fit in it")
