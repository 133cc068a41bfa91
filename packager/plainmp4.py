"""Reads plain MP4 files by their own tables: H.264 and AAC-LC, one track of each at most, nothing fragmented or hidden.

That is what a ladder usually is, and ten times faster than taking packet by packet from a demuxer, whose libraries
need not even be loaded then. Whatever is not plain is for `packets`, which also knows best what is wrong with it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import IO

from packager.avc import CodedShape, read_avc_shape
from packager.bitstream import H264_UNITS, is_start
from packager.boxes import Box, find_boxes, need_box, read_boxes
from packager.boxfields import (
    Edit,
    SampleEntry,
    read_elst,
    read_handler,
    read_mdhd,
    read_mvhd,
    read_sample_entries,
)
from packager.coded import CodedPictures, CodedSound
from packager.codedfile import CodedFile, CodedStream
from packager.codedtimes import find_frame_rate, number_frames
from packager.colour import Colour, fill_colour
from packager.errors import BrokenPackageError
from packager.initsegment import has_unity_matrix
from packager.lint.codecnames import count_channels
from packager.opening import name_of
from packager.payloads import Payloads
from packager.sampletable import SampleTable, read_sample_table
from packager.timing import round_half_up, video_timescale
from packager.trackboxes import write_picture_entry, write_picture_init, write_sound_entry, write_sound_init

_TOPS = frozenset({"ftyp", "free", "skip", "wide", "mdat", "moov"})
_FOREIGN_BRAND = b"qt  "  # QuickTime's own sample entries have other fields
_MOST_TOPS, _MOST_HEADER_BYTES = 64, 64 << 20

_PICTURE_PARTS = frozenset({"avcC", "colr", "pasp", "btrt"})
_SOUND_PARTS = frozenset({"esds", "btrt"})
# Sample groups that tell of key frames otherwise than `stss`, and partial sync samples.
_OTHER_KEYS = frozenset({b"rap ", b"sync"})

_UNITY_RATE = 0x00010000
_MPEG4_AUDIO = 0x40
_AAC_LC_FRAME_SAMPLES = 1024
# Below this, AAC may carry SBR without saying so, and then plays at twice the rate.
_LEAST_RATE_WITHOUT_SBR_HZ = 32_000
_NO_SBR = b"\x56\xe5\x00"  # AudioSpecificConfig's extension that says so (14496-3 section 1.6.6)

# A header may claim half a second more than there is.
_SHORT_BY = 2

# Enough for the units before the first slice of most frames.
_FRAME_HEAD_BYTES = 2048


class _NotPlainError(Exception):
    """Something that is left to the demuxer."""


@dataclass(frozen=True, slots=True)
class _Track:
    """One `trak`: its samples, its clock, and its sample entry, read and as it is. `shift_ticks` is added to times."""

    samples: SampleTable
    timescale: int
    language: str
    shift_ticks: int
    until_ticks: int | None
    entry: SampleEntry
    entry_box: Box


def read_plain(path: Path, source: IO[bytes]) -> CodedFile | None:
    """The streams of a plain MP4 file, which is open as `source`; None where it is not plain, or damaged.

    Raises UnsupportedError when its pictures are not shown at a constant rate.
    """
    try:
        header = _find_header(source.fileno())
        tracks = _read_tracks(header, os.fstat(source.fileno()).st_size)
        pictures, sounds = tracks.get("vide"), tracks.get("soun")
        shape = _check_pictures(header, pictures) if pictures else None
        if sounds:
            _check_sounds(header, sounds)
    except (_NotPlainError, BrokenPackageError):
        return None
    picture = _copy_pictures(name_of(path), source, header, pictures, shape) if pictures and shape else None
    start = _times(pictures, min(pictures.samples.composition_ticks)) if pictures else None
    sound = _copy_sounds(name_of(path), source, header, sounds, start) if sounds else None
    return CodedFile(picture, sound)


def _need(is_plain: bool) -> None:
    if not is_plain:
        raise _NotPlainError


def _find_header(descriptor: int) -> bytes:
    """The bytes of `moov`."""
    size, at, header = os.fstat(descriptor).st_size, 0, b""
    for number in range(_MOST_TOPS):
        if at >= size:
            break
        head = os.pread(descriptor, 16, at)
        length, kind = int.from_bytes(head[:4]), head[4:8].decode("latin-1")
        length = int.from_bytes(head[8:16]) if length == 1 else size - at if length == 0 else length
        _need(kind in _TOPS and 8 <= length <= size - at and (number > 0 or kind == "ftyp"))
        _need(number > 0 or head[8:12] != _FOREIGN_BRAND)
        if kind == "moov":
            _need(not header and length <= _MOST_HEADER_BYTES)
            header = os.pread(descriptor, length, at)
        at += length
    _need(bool(header) and at >= size)
    return header


def _read_tracks(header: bytes, file_size: int) -> dict[str, _Track]:
    """The only video track and the only audio track, by handler; others are not looked at."""
    moov = need_box(read_boxes(header), "moov")
    movie_timescale, _ = read_mvhd(header, need_box(moov.children, "mvhd"))
    found: dict[str, _Track] = {}
    for trak in find_boxes(moov.children, "trak"):
        handler = read_handler(header, need_box(trak.children, "mdia", "hdlr"))
        if handler in {"vide", "soun"}:
            _need(handler not in found)
            found[handler] = _read_track(header, trak, movie_timescale)
            _check_bounds(found[handler].samples, file_size)
    _need(bool(found) and not any(each.kind == "mvex" for each in moov.children))
    return found


def _read_track(header: bytes, trak: Box, movie_timescale: int) -> _Track:
    media = read_mdhd(header, need_box(trak.children, "mdia", "mdhd"))
    stbl = need_box(trak.children, "mdia", "minf", "stbl")
    stsd, elst = need_box(stbl.children, "stsd"), trak.find("edts", "elst")
    entries = read_sample_entries(header, stsd)
    _need(len(entries) == 1 and media.timescale > 0 and movie_timescale > 0)
    _need(not any(each.payload(header)[4:8] in _OTHER_KEYS for each in find_boxes(stbl.children, "sbgp")))
    _need(stbl.find("stps") is None and trak.find("mdia", "elng") is None)
    _need(has_unity_matrix(header, need_box(trak.children, "tkhd")))
    shift, until = _read_edits(read_elst(header, elst) if elst else (), movie_timescale, media.timescale)
    samples = read_sample_table(header, stbl)
    _need(media.duration_ticks - samples.decode_ticks[-1] <= media.timescale // _SHORT_BY)
    _need(media.language.isalpha())  # else it is a number of QuickTime's
    return _Track(samples, media.timescale, media.language, shift, until, entries[0], stsd.children[0])


def _read_edits(edits: Sequence[Edit], movie_timescale: int, timescale: int) -> tuple[int, int | None]:
    """What an edit list adds to media times, and the media time at which it ends; one edit, perhaps after a hole."""
    if not edits:
        return 0, None
    *holes, edit = edits
    _need(len(holes) <= 1 and all(each.media_time_ticks == -1 for each in holes))
    _need(edit.media_time_ticks >= 0 and edit.rate == _UNITY_RATE and edit.duration_ticks > 0)
    hole, length = (
        round_half_up(Fraction(sum(each.duration_ticks for each in part) * timescale, movie_timescale))
        for part in (holes, [edit])
    )
    return hole - edit.media_time_ticks, edit.media_time_ticks + length


def _check_bounds(samples: SampleTable, file_size: int) -> None:
    _need(all(offset + sum(sizes) <= file_size for offset, sizes in samples.runs()) and min(samples.sizes) > 0)


def _check_pictures(header: bytes, track: _Track) -> CodedShape:
    """The shape of the picture, of which nothing is hidden by the edit list."""
    _need(track.entry.kind == "avc1" and {each.kind for each in track.entry_box.children} <= _PICTURE_PARTS)
    _need(track.entry_box.children[0].kind == "avcC" and track.entry.config[:1] == b"\x01")
    shape = read_avc_shape(track.entry.config)
    _need((shape.width, shape.height) == (track.entry.width, track.entry.height))
    shape = _override(header, track, shape)
    times = track.samples.composition_ticks
    first = max(0, -track.shift_ticks) if track.until_ticks is not None else min(times)
    _need(first <= min(times) and (track.until_ticks is None or max(times) < track.until_ticks))
    return shape


def _override(header: bytes, track: _Track, shape: CodedShape) -> CodedShape:
    """The shape with what the sample entry says, which weighs more than what the stream does."""
    colour, is_full_range, aspect = shape.colour, shape.is_full_range, shape.pixel_aspect
    for part in track.entry_box.children:
        content = part.payload(header)
        if part.kind == "colr":
            _need(content[:4] == b"nclx" and len(content) == 11)
            colour = Colour(*(int.from_bytes(content[at : at + 2]) for at in (4, 6, 8)))
            is_full_range = content[10] >= 128
        if part.kind == "pasp":
            _need(len(content) == 8 and all(content[at + 3] or any(content[at : at + 3]) for at in (0, 4)))
            aspect = Fraction(int.from_bytes(content[:4]), int.from_bytes(content[4:]))
    return CodedShape(shape.width, shape.height, aspect, fill_colour(colour, shape.height), is_full_range)


def _check_sounds(header: bytes, track: _Track) -> None:
    """AAC-LC in frames of 1024 samples, one after another, the first of them priming if any is."""
    entry, box = track.entry, track.entry_box
    _need(entry.kind == "mp4a" and {each.kind for each in box.children} <= _SOUND_PARTS)
    _need(entry.object_type == _MPEG4_AUDIO and header[box.body + 8 : box.body + 10] == b"\0\0")
    config = entry.config
    # Five bits of object type (2: AAC-LC), four of frequency, four of channels; three that ask for something unusual.
    _need(len(config) >= 2 and config[0] >> 3 == 2 and not config[1] & 7 and config[2:] in {b"", _NO_SBR})
    _need(count_channels(entry) is not None and entry.sample_rate == track.timescale >= _LEAST_RATE_WITHOUT_SBR_HZ)
    ticks = track.samples.decode_ticks
    _need(-track.shift_ticks <= track.timescale)  # of what is hidden before, FFmpeg keeps a second
    _need([*track.samples.composition_ticks] == [*ticks[:-1]] and track.samples.sync is None)
    *starts, end = ticks  # the last frame is often said to last no longer than what is heard of it
    _need(starts == [*range(0, end, _AAC_LC_FRAME_SAMPLES)])


def _copy_pictures(
    file: str, source: IO[bytes], header: bytes, track: _Track, shape: CodedShape
) -> CodedStream[CodedPictures]:
    tick, ticks = Fraction(1, track.timescale), track.samples.decode_ticks
    rate = find_frame_rate(track.samples.composition_ticks, tick, (len(ticks) - 1) / (ticks[-1] * tick))
    numbers = number_frames(file, track.samples.composition_ticks, tick, rate)
    payloads = _place(source, track.samples)
    starts = range(len(numbers)) if track.samples.sync is None else track.samples.sync
    closed = {at for at in starts if numbers[at] == at and _is_idr(payloads, at, (track.entry.config[4] & 3) + 1)}
    aspect = shape.pixel_aspect or Fraction(1)
    coded = CodedPictures(
        file=file,
        width=round_half_up(shape.width * max(aspect, Fraction(1))),
        height=round_half_up(shape.height / min(aspect, Fraction(1))),
        frame_rate=rate,
        numbers=numbers,
        idrs=tuple(numbers[at] for at in starts if at in closed),
        open_points=tuple(numbers[at] for at in starts if at not in closed),
    )
    entry = write_picture_entry(header, track.entry_box, shape.colour, is_full_range=shape.is_full_range, aspect=aspect)
    timescale = video_timescale(rate)
    init = write_picture_init(entry, timescale, coded.width, coded.height)
    return CodedStream(coded, payloads, timescale, init)


def _is_idr(payloads: Payloads, at: int, length_size: int) -> bool:
    """Whether this frame is an IDR, by its first bytes where these have a slice."""
    found = is_start(H264_UNITS, payloads.read_head(at, _FRAME_HEAD_BYTES), length_size)
    return bool(is_start(H264_UNITS, payloads.read(at, at + 1), length_size)) if found is None else found


def _copy_sounds(
    file: str, source: IO[bytes], header: bytes, track: _Track, picture_start: Fraction | None
) -> CodedStream[CodedSound]:
    rate, ticks = track.timescale, track.samples.decode_ticks
    count = len(track.samples.sizes)
    if track.until_ticks is not None:
        # The frame in which the edit ends is the last one.
        count = min(count, ceil(Fraction(track.until_ticks, _AAC_LC_FRAME_SAMPLES)))
    first = _times(track, ticks[0])
    heard = first + Fraction(max(0, -track.shift_ticks), rate)
    origin = heard if picture_start is None else picture_start
    channels = count_channels(track.entry)
    assert channels is not None
    coded = CodedSound(
        file=file,
        language=track.language,
        channels=channels,
        sample_rate_hz=rate,
        frame_samples=_AAC_LC_FRAME_SAMPLES,
        first_sample=round_half_up((first - origin) * rate),
        frame_count=count,
        early_s=max(Fraction(0), origin - heard),
    )
    entry = write_sound_entry(header, track.entry_box, channels)
    return CodedStream(coded, _place(source, track.samples, count), rate, write_sound_init(entry, rate))


def _times(track: _Track, ticks: int) -> Fraction:
    """Seconds of the file's own time at this media time."""
    return Fraction(ticks + track.shift_ticks, track.timescale)


def _place(source: IO[bytes], samples: SampleTable, count: int | None = None) -> Payloads:
    payloads = Payloads(source)
    left = len(samples.sizes) if count is None else count
    for offset, sizes in samples.runs():
        if left > 0:
            payloads.note(offset, *sizes[:left])
        left -= len(sizes)
    return payloads
