"""Puts streams that are already encoded into a package: the same coded frames, cut by a plan into our fragments."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from operator import sub

from packager.coded import CodedPictures, CodedSound
from packager.codedfile import CodedStream
from packager.copyplan import CopyPlan, SoundPlan
from packager.fragment import SampleRun, write_head
from packager.initsegment import add_roll_group, finish_init, read_codec, write_pre_skip
from packager.ladder import AudioCodec
from packager.playlist import EncodedRung, Place, Segment
from packager.sinks import SegmentSink


def copy_sound(stream: CodedStream[CodedSound], plan: SoundPlan, folder: str, sink: SegmentSink) -> EncodedRung:
    """An audio rung from these packets."""
    sound, payloads, first = stream.coded, stream.payloads, plan.first_packet
    is_opus = sound.codec is AudioCodec.OPUS
    # Decode times count from the first frame that may be there: that of the priming, or the one that sounds at time 0.
    origin = min(0, first)
    starts = (first, *plan.cuts.boundaries[1:])
    segments = []
    for number, ((start, end), duration) in enumerate(zip(pairwise(starts), plan.cuts.durations, strict=True), 1):
        packets = start - sound.first_frame, end - sound.first_frame
        sizes = payloads.sizes(*packets)
        run = SampleRun(sizes, [0] * len(sizes), [True] * len(sizes), needs_roll=is_opus)
        head = write_head(number, (start - origin) * sound.frame_samples, sound.frame_samples, run)
        segments.append(Segment(sink.put(head, payloads.read(*packets)), duration))
    init = finish_init(stream.written_init, plan.priming_samples)
    if is_opus:
        init = add_roll_group(write_pre_skip(init, plan.priming_samples))
    return EncodedRung(folder, read_codec(init), stream.timescale, sink.finish(init), tuple(segments))


def copy_pictures(stream: CodedStream[CodedPictures], plan: CopyPlan, folder: str, sink: SegmentSink) -> EncodedRung:
    """A video rung from these frames, each IDR in a chunk of its own."""
    grid = plan.grid
    assert grid.frame_rate is not None
    segments: list[Segment] = []
    iframes: list[tuple[int, Place]] = []
    sequence, delay = 0, stream.coded.delay_frames
    for (start, end), duration in zip(pairwise(grid.video_boundaries), grid.video_durations, strict=True):
        idrs = [idr for idr in stream.coded.idrs if start <= idr < end]
        content: list[bytes] = []
        ranges, size = [], 0
        for first, last, is_idr in _chunks(idrs, end):
            sequence += 1
            chunk = _write_pictures(stream, sequence, delay, first, last, is_idr=is_idr)
            chunk_size = sum(map(len, chunk))
            if is_idr:
                ranges.append((first, size, chunk_size))
            content += chunk
            size += chunk_size
        place = sink.put(*content)
        segments.append(Segment(place, duration))
        iframes += [(idr, Place(place.uri, size, (place.offset or 0) + offset)) for idr, offset, size in ranges]
    init = finish_init(stream.written_init, delay * _ticks(stream))
    return EncodedRung(
        folder, read_codec(init), stream.timescale, sink.finish(init), tuple(segments),
        tuple(_time_iframes(iframes, grid.frame_count, grid.frame_rate)),
    )  # fmt: skip


def _chunks(idrs: list[int], end: int) -> Iterator[tuple[int, int, bool]]:
    """Each IDR, and what follows up to the next one: first and last frame in decode order, and whether it is an IDR."""
    for idr, following in pairwise((*idrs, end)):
        yield idr, idr + 1, True
        if idr + 1 < following:
            yield idr + 1, following, False


def _write_pictures(
    stream: CodedStream[CodedPictures], sequence: int, delay: int, first: int, last: int, *, is_idr: bool
) -> tuple[bytes, bytes]:
    """A chunk of the frames decoded from `first` up to `last`, one IDR or none: its head, and its samples."""
    ticks = _ticks(stream)
    offsets = [(number + delay) * ticks for number in map(sub, stream.coded.numbers[first:last], range(first, last))]
    run = SampleRun(stream.payloads.sizes(first, last), offsets, [is_idr] * (last - first))
    return write_head(sequence, first * ticks, ticks, run), stream.payloads.read(first, last)


def _ticks(stream: CodedStream[CodedPictures]) -> int:
    return int(stream.timescale / stream.coded.frame_rate)


def _time_iframes(iframes: list[tuple[int, Place]], end: int, rate: Fraction) -> Iterator[Segment]:
    """Each I-frame with the time to the next."""
    numbers = [number for number, _ in iframes]
    for (number, place), following in zip(iframes, (*numbers[1:], end), strict=True):
        yield Segment(place, (following - number) / rate)
