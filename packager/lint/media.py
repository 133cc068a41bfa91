"""What the rules ask of media: the tracks of an init segment, the timing of a segment's fragments.

Read from the headers alone (`moov`, `moof`); no sample is looked at. Times become presentation times as a player
that honours edit lists computes them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import accumulate, chain, compress
from operator import add

from packager.boxes import Box, find_box, find_boxes, need_box, read_boxes
from packager.boxfields import (
    MAX_SAMPLES,
    FragmentDefaults,
    SampleEntry,
    Track,
    TrackRun,
    read_mvhd,
    read_run_length,
    read_tfdt,
    read_tfhd,
    read_tracks,
    read_trun,
)
from packager.errors import BrokenPackageError
from packager.lint.codecnames import count_channels, name_codec
from packager.lint.initshape import InitShape, read_shape
from packager.lint.protection import read_protections
from packager.lint.webvtt import Words
from packager.ludt import TrackLoudness


class Container(Enum):
    """What the bytes of a segment are."""

    FMP4 = "fMP4"
    MPEG_TS = "MPEG-TS"
    PACKED_AUDIO = "packed audio"
    WEBVTT = "WebVTT"
    ENCRYPTED = "encrypted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TopBox:
    """A box at the top of a file: where it lies, and its bytes (header included) if they are headers, else none."""

    kind: str
    offset_bytes: int
    size_bytes: int
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Breakage:
    """Boxes that cannot be read: from which byte on, and why. `is_locked`: a key at hand does not open them."""

    offset_bytes: int
    reason: str
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class MediaTrack:
    """A track of an init segment. `codec` is its RFC 6381 name, or the sample entry's code where we cannot tell more.

    `shown` is the size on a screen (`tkhd`). `media_time_ticks` is what the edit list skips, `empty_edit_s` the hole
    that it puts in front. `channels` is None where the sample entry does not tell them for certain, `loudness` where
    the track has no `ludt`.
    """

    track_id: int
    kind: str
    timescale: int
    codec: str
    size: tuple[int, int]
    media_time_ticks: int
    empty_edit_s: Fraction
    defaults: FragmentDefaults | None
    channels: int | None = None
    loudness: TrackLoudness | None = None
    shown: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        assert self.timescale > 0, self.timescale

    def present(self, ticks: int) -> Fraction:
        """Seconds of presentation time at this media time; what the edit list skips is at its start."""
        shown_s = Fraction(max(0, ticks - self.media_time_ticks), self.timescale)
        return shown_s + self.empty_edit_s if self.empty_edit_s else shown_s


@dataclass(frozen=True, slots=True)
class Init:
    """An init segment, or why it cannot be read."""

    file: str
    tracks: tuple[MediaTrack, ...] = ()
    breakage: Breakage | None = None
    shape: InitShape | None = None

    @property
    def main(self) -> MediaTrack | None:
        """The video track, or the audio track where there is no video."""
        ranked = sorted(self.tracks, key=lambda track: {"video": 0, "audio": 1}.get(track.kind, 2))
        return ranked[0] if ranked else None


@dataclass(frozen=True, slots=True)
class Fragment:
    """A `traf`: its place, its first decode time (None where it does not say), and when its samples are shown.

    `key_starts` are the composition times of its sync samples; `first_end` is the byte of the file after its first
    sample, None where the boxes leave that open.

    All in ticks of the track. `start` and `end` are the least and greatest composition time, before edit lists.
    `runs` counts its `trun` boxes; `is_relative`: its data is found from the `moof`, not from the start of a file.
    `is_unsigned`: composition offsets below zero stand where only those above can. `protections` is as
    `read_protections` gives it.
    """

    track_id: int
    offset_bytes: int
    decode: int | None
    duration: int
    start: int
    end: int
    longest: int
    key_starts: tuple[int, ...]
    first_end: int | None
    samples: int
    is_sync_first: bool
    runs: int = 1
    is_relative: bool = True
    is_unsigned: bool = False
    protections: frozenset[bool | None] = frozenset({None})

    @property
    def frame_ticks(self) -> int | None:
        """How long each sample lasts; None where they do not all last equally long."""
        return self.longest if self.samples and self.longest * self.samples == self.duration else None


@dataclass(frozen=True, slots=True)
class Payload:
    """A media segment: its container, and for fMP4 its fragments or why they cannot be read.

    `words` is what WebVTT says; `unread`, why an encrypted segment was left.
    """

    container: Container
    fragments: tuple[Fragment, ...] = ()
    breakage: Breakage | None = None
    words: Words | None = None
    unread: str = ""

    def of(self, track: MediaTrack | None) -> tuple[Fragment, ...]:
        """The fragments of one track that have samples."""
        return tuple(f for f in self.fragments if track is not None and f.track_id == track.track_id and f.samples)


_TOP_KINDS = frozenset({"ftyp", "styp", "moov", "moof", "sidx", "ssix", "emsg", "prft", "free", "skip", "mdat", "uuid"})


def name_container(head: bytes) -> Container:
    """The container, by its first bytes (200 are enough)."""
    if head[4:8].decode("latin-1") in _TOP_KINDS:
        return Container.FMP4
    if head[:1] == b"\x47" and head[188:189] in {b"\x47", b""}:
        return Container.MPEG_TS
    if head.removeprefix(b"\xef\xbb\xbf")[:6] == b"WEBVTT":
        return Container.WEBVTT
    is_synced = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    if head[:3] == b"ID3" or head[:2] == b"\x0b\x77" or is_synced:
        return Container.PACKED_AUDIO
    return Container.UNKNOWN


def read_init(file: str, tops: Iterable[TopBox]) -> Init:
    """The init segment that these boxes make; the reason where they make none."""
    tops = tuple(tops)
    moov = next((top for top in tops if top.kind == "moov"), None)
    ftyp = next((top.content for top in tops if top.kind == "ftyp"), b"")
    if moov is None:
        return Init(file, breakage=Breakage(0, "no moov box, which an init segment must have"))
    try:
        boxes = read_boxes(moov.content)
        movie_timescale, _ = read_mvhd(moov.content, need_box(boxes, "moov", "mvhd"))
        tracks = tuple(_read_track(track, movie_timescale) for track in read_tracks(moov.content, boxes))
        shape = read_shape(ftyp, moov.content, boxes)
    except BrokenPackageError as error:
        return Init(file, breakage=Breakage(moov.offset_bytes, f"inside moov, bytes counted from it: {error}"))
    return Init(file, tracks, shape=shape)


_KINDS = {"vide": "video", "soun": "audio", "text": "text", "subt": "text", "sbtl": "text"}


def _read_track(track: Track, movie_timescale: int) -> MediaTrack:
    if not track.media.timescale or not movie_timescale:
        raise BrokenPackageError(f"track {track.header.track_id} has a clock of 0 ticks a second")
    empty_ticks = 0
    for edit in track.edits:
        if edit.media_time_ticks >= 0:
            break
        empty_ticks += edit.duration_ticks
    entry = track.entries[0] if track.entries else SampleEntry("none", b"")
    return MediaTrack(
        track_id=track.header.track_id,
        kind=_KINDS.get(track.handler, track.handler),
        timescale=track.media.timescale,
        codec=name_codec(entry),
        size=(entry.width, entry.height),
        media_time_ticks=track.media_time_ticks,
        empty_edit_s=Fraction(empty_ticks, movie_timescale),
        defaults=track.defaults,
        channels=count_channels(entry),
        loudness=track.loudness,
        shown=(track.header.width, track.header.height),
    )


def read_payload(tops: Iterable[TopBox], init: Init | None) -> Payload:
    """The fragments in these boxes, durations filled in from `init`; the reason where they cannot be read.

    Without the tracks of a readable init segment nothing can be said of them, and nothing is.
    """
    if init is None or init.breakage:
        return Payload(Container.FMP4)
    defaults = {track.track_id: track.defaults for track in init.tracks}
    fragments: list[Fragment] = []
    claimed = 0
    for top in tops:
        if top.kind == "moof":
            try:
                boxes = read_boxes(top.content)
                claimed = _count_samples(top, boxes, claimed)
                fragments.extend(_read_fragments(top, boxes, defaults))
            except BrokenPackageError as error:
                return Payload(
                    Container.FMP4,
                    tuple(fragments),
                    Breakage(top.offset_bytes, f"inside moof, bytes counted from it: {error}"),
                )
    if not fragments:
        return Payload(Container.FMP4, (), Breakage(0, "no moof box, which a media segment must have"))
    return Payload(Container.FMP4, tuple(fragments))


def _count_samples(top: TopBox, boxes: Sequence[Box], before: int) -> int:
    """How many samples the file claims so far. Each run may be believed and all of them not: a run takes 16 bytes."""
    runs = find_boxes(boxes, "moof", "traf", "trun")
    claimed = before + sum(read_run_length(top.content, each) for each in runs)
    if claimed > MAX_SAMPLES:
        raise BrokenPackageError(
            f"{claimed} samples are claimed up to here, and {MAX_SAMPLES} is more than a segment has"
        )
    return claimed


def _read_fragments(
    top: TopBox, boxes: Sequence[Box], defaults: dict[int, FragmentDefaults | None]
) -> Iterator[Fragment]:
    for traf in find_boxes(boxes, "moof", "traf"):
        tfhd = need_box(traf.children, "tfhd")
        own = read_tfhd(top.content, tfhd)
        yield _read_fragment(top, traf, read_tfhd(top.content, tfhd, defaults.get(own.track_id)))


def _read_fragment(top: TopBox, traf: Box, header: FragmentDefaults) -> Fragment:
    tfdt = find_box(traf.children, "tfdt")
    decode = read_tfdt(top.content, tfdt) if tfdt else None
    runs = tuple(read_trun(top.content, trun, header) for trun in find_boxes(traf.children, "trun"))
    run = runs[0] if len(runs) == 1 else _join(runs)
    durations, offsets, are_sync = run.durations_ticks, run.composition_offsets_ticks, run.are_sync
    first = decode or 0
    # Columns, not samples: an object for each took five times as long.
    *starts, end = accumulate(durations, initial=first)
    if any(offsets):
        starts = list(map(add, starts, map(_sign, offsets) if _is_unsigned(offsets) else offsets))
    return Fragment(
        track_id=header.track_id,
        offset_bytes=top.offset_bytes,
        decode=decode,
        duration=end - first,
        start=min(starts, default=first),
        end=max(map(add, starts, durations), default=first),
        longest=max(durations, default=0),
        key_starts=tuple(compress(starts, are_sync)),
        first_end=_find_first_end(top, runs, header),
        samples=len(starts),
        is_sync_first=are_sync[:1] == (True,),
        runs=len(runs),
        is_relative=header.base_data_offset is None,
        is_unsigned=_is_unsigned(offsets),
        protections=read_protections(top.content, traf, len(starts)),
    )


# What fits into 31 bits. ISO/IEC 14496-12 section 8.8.8: version 0 of `trun` has offsets without a sign, and more than
# this in it was meant to be less than zero; decoders read it so.
_MOST_SIGNED = (1 << 31) - 1


def _join(runs: Sequence[TrackRun]) -> TrackRun:
    """All runs as one, which has no place of its own."""
    return TrackRun(
        data_offset=None,
        durations_ticks=tuple(chain.from_iterable(run.durations_ticks for run in runs)),
        sizes_bytes=tuple(chain.from_iterable(run.sizes_bytes for run in runs)),
        flags=tuple(chain.from_iterable(run.flags for run in runs)),
        composition_offsets_ticks=tuple(chain.from_iterable(run.composition_offsets_ticks for run in runs)),
    )


def _is_unsigned(offsets: Sequence[int]) -> bool:
    return max(offsets, default=0) > _MOST_SIGNED


def _sign(offset_ticks: int) -> int:
    return offset_ticks - (1 << 32) if offset_ticks > _MOST_SIGNED else offset_ticks


def _find_first_end(top: TopBox, runs: Sequence[TrackRun], header: FragmentDefaults) -> int | None:
    """The byte of the file after the first sample; None without samples, or where no run says where its data is."""
    first = next((run for run in runs if run.sizes_bytes), None)
    if first is None or first.data_offset is None:
        return None
    base = top.offset_bytes if header.base_data_offset is None else header.base_data_offset
    return base + first.data_offset + first.sizes_bytes[0]
