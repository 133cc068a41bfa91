"""I-frame playlists: whether there are any, and whether a player can show what they list from the bytes they name."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from packager.lint.finding import Fault, Place
from packager.lint.media import Container
from packager.lint.presentation import Part, Presentation, Stream


def find_missing_iframes(presentation: Presentation) -> Iterator[Fault]:
    """Multivariant playlists with pictures that name no I-frame playlist."""
    for playlist in presentation.multivariants:
        pictures = [v for v in playlist.playable if presentation.has_picture(playlist, v)]
        if pictures and len(playlist.playable) == len(playlist.variants):
            found, expected = "no EXT-X-I-FRAME-STREAM-INF", "an I-frame playlist for scrubbing"
            mend = "list the I-frames of the video in a playlist and name it here"
            yield Fault(Place(playlist.file, pictures[0].line), found, expected, mend)


def find_unmarked_iframes(presentation: Presentation) -> Iterator[Fault]:
    """Playlists that are named as I-frame playlists and do not say that they are."""
    for playlist, variant in presentation.variants():
        stream = presentation.stream(playlist, variant.uri)
        if variant.is_iframes_only and stream and not stream.playlist.is_iframes_only:
            found = f"no EXT-X-I-FRAMES-ONLY, though {playlist.file}:{variant.line} names it for its I-frames"
            mend = "add #EXT-X-I-FRAMES-ONLY, or name the playlist of the I-frames"
            yield Fault(stream.place(1), found, "EXT-X-I-FRAMES-ONLY", mend)


def find_useless_ranges(presentation: Presentation) -> Iterator[Fault]:
    """I-frames of which a decoder gets too few bytes, or the wrong ones; the first of each playlist."""
    for stream in _iframe_streams(presentation):
        faults = (fault for part in stream.parts if (fault := _judge_range(stream, part)))
        yield from list(faults)[:1]


def _judge_range(stream: Stream, part: Part) -> Fault | None:
    payload = part.payload
    if part.track is None or payload is None or payload.container not in {Container.FMP4, Container.UNKNOWN}:
        return None
    place = stream.place(part.segment.line, part.segment.start_s)
    fragments = payload.of(part.track)
    if not fragments:
        mend = "start the range at the moof of the I-frame"
        return Fault(place, "a range without the moof of its I-frame", "moof and mdat", mend)
    first = fragments[0]
    if not first.is_sync_first:
        mend = "list the chunks that start with an IDR"
        return Fault(place, "a range that starts with no sync sample", "an I-frame", mend)
    end = _end_of(part)
    if first.first_end is not None and end is not None and first.first_end > end:
        found = f"a range that ends at byte {end}, inside its I-frame"
        return Fault(place, found, f"all of it, up to byte {first.first_end}", "lengthen the range")
    return None


def find_inits_in_ranges(presentation: Presentation) -> Iterator[Fault]:
    """I-frames whose range takes the init segment along; the first of each playlist."""
    for stream in _iframe_streams(presentation):
        for part in stream.parts:
            pointer, end = part.segment.init, _end_of(part)
            if part.init is None or part.init.file != part.file or pointer is None or end is None:
                continue
            start = (part.segment.byte_range.offset or 0) if part.segment.byte_range else 0
            init_start = (pointer.byte_range.offset or 0) if pointer.byte_range else 0
            init_end = init_start + pointer.byte_range.length if pointer.byte_range else part.file_size_bytes
            if init_end is not None and start < init_end and init_start < end:
                place = stream.place(part.segment.line, part.segment.start_s)
                found = f"a range from byte {start}, with the init segment (up to byte {init_end}) in it"
                yield Fault(place, found, "the I-frame without the init segment", "start the range at the moof")
                break


def find_wrong_waits(presentation: Presentation) -> Iterator[Fault]:
    """EXTINF that are not the time to the next I-frame, by more than half a frame; the first of each playlist."""
    for stream in _iframe_streams(presentation):
        for part, following in pairwise(stream.parts):
            shown_s, next_s, said_s = _shown_at(part), _shown_at(following), part.segment.duration_s
            is_run = part.segment.discontinuities == following.segment.discontinuities
            if not is_run or shown_s is None or next_s is None or said_s is None:
                continue
            if abs(next_s - shown_s - said_s) > stream.frame_s / 2:
                place = stream.place(part.segment.line, part.segment.start_s)
                expected = f"{float(next_s - shown_s):.6f}, the time to the next I-frame of the playlist"
                yield Fault(place, f"EXTINF:{float(said_s):g}", expected, "write the time to the next I-frame")
                break


def find_unlisted_iframes(presentation: Presentation) -> Iterator[Fault]:
    """Key frames of a video playlist that the I-frame playlist of the same track leaves out."""
    videos = [s for s in presentation.streams.values() if s.kind == "video" and not s.playlist.is_iframes_only]
    for stream in _iframe_streams(presentation):
        inits = {part.init.file for part in stream.parts if part.init}
        listed = {_shown_at(part) for part in stream.parts}
        if None in listed:
            continue  # other rules say what is wrong with that range
        for video in videos:
            if inits != {part.init.file for part in video.parts if part.init}:
                continue
            there = sorted({moment for part in video.parts for moment in _key_moments(part)})
            missing = [moment for moment in there if moment not in listed]
            if missing:
                found = f"{len(there) - len(missing)} of the {len(there)} key frames in {video.file}"
                expected = f"all of them (the first one missing is at {float(missing[0]):.3f} s)"
                yield Fault(stream.place(), found, expected, "list every key frame")


def find_sparse_iframes(presentation: Presentation) -> Iterator[Fault]:
    """I-frame playlists with more than a second, and the frame that NTSC wants, between I-frames; the first place.

    Our own packages list the IDRs that there are, one for each segment and no more.
    """
    for stream in _iframe_streams(presentation) if not presentation.is_ours else ():
        for part in stream.parts:
            duration_s = part.segment.duration_s
            if duration_s is not None and duration_s > 1 + stream.frame_s:
                place = stream.place(part.segment.line, part.segment.start_s)
                mend = "place a key frame every second, or encode I-frames of their own for trick play"
                yield Fault(place, f"{float(duration_s):.3f} s to the next I-frame", "one I-frame a second", mend)
                break


def find_heavy_iframes(presentation: Presentation) -> Iterator[Fault]:
    """I-frame playlists that take more than eight times what playing their video at eightfold speed leaves them.

    Apple's authoring rule 6.5: the rate of the video, times the I-frames in a second, by 8. An I-frame of encoders
    weighs as much as some ten frames, and that is twice to three times as much; here it weighs more than a second.
    What eightfold speed of it would take on any network is let be: a still picture, say. Our own packages list the
    IDRs of their rungs, whatever these weigh.
    """
    for stream in _iframe_streams(presentation) if not presentation.is_ours else ():
        inits = {part.init.file for part in stream.parts if part.init}
        for video in presentation.streams.values():
            own = {part.init.file for part in video.parts if part.init}
            if video.playlist.is_iframes_only or not inits or inits != own or not video.average_bps:
                continue
            duration_s, rate_bps = stream.playlist.duration_s, stream.average_bps
            if not duration_s or rate_bps is None:
                continue
            due_bps = video.average_bps * len(stream.parts) / duration_s / 8
            if rate_bps > _HEAVY * due_bps and 8 * rate_bps > _ANYWHERE_BPS:
                expected = f"about {round(due_bps):,} bit/s: that of {video.file} by I-frames a second by 8"
                mend = "encode I-frames of their own for trick play, of a smaller picture"
                yield Fault(stream.place(), f"I-frames of {round(rate_bps):,} bit/s", expected, mend)


# Where an I-frame weighs as much as a second of its video.
_HEAVY = 8
# Apple's authoring rule iOS 9.21: what a cellular network is sure to carry.
_ANYWHERE_BPS = 192_000


def _iframe_streams(presentation: Presentation) -> Iterator[Stream]:
    return (stream for stream in presentation.streams.values() if stream.playlist.is_iframes_only)


def _end_of(part: Part) -> int | None:
    """The byte after the range of an I-frame."""
    return part.segment.byte_range.end if part.segment.byte_range else part.file_size_bytes


def _shown_at(part: Part) -> Fraction | None:
    """When the I-frame of a range is shown: the first sync sample in it."""
    return next(_key_moments(part), None)


def _key_moments(part: Part) -> Iterator[Fraction]:
    """When each sync sample of the main track is shown."""
    track = part.track
    if track is None or part.payload is None:
        return
    for fragment in part.payload.of(track):
        if fragment.decode is not None:
            yield from map(track.present, fragment.key_starts)
