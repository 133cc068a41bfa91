"""Media playlists and the segments they list, each on its own."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from math import floor

from packager.lint.finding import Fault, Place
from packager.lint.media import Container
from packager.lint.presentation import Part, Presentation, Span, Stream

_HALF_SECOND = Fraction(1, 2)


def _faces(presentation: Presentation) -> Iterator[Stream]:
    """All streams but the I-frame ones."""
    return (stream for stream in presentation.streams.values() if not stream.playlist.is_iframes_only)


def find_missing_targets(presentation: Presentation) -> Iterator[Fault]:
    """Media playlists without a target duration."""
    for stream in presentation.streams.values():
        tag = stream.playlist.first("EXT-X-TARGETDURATION")
        if not stream.playlist.target_duration_s:
            found = f"EXT-X-TARGETDURATION:{tag.value[:40]}" if tag else "no EXT-X-TARGETDURATION"
            longest_s = max((part.segment.duration_s or Fraction(1) for part in stream.parts), default=Fraction(1))
            mend = f"write #EXT-X-TARGETDURATION:{max(1, round_half_up(longest_s))}"
            yield Fault(stream.place(tag.line if tag else 1), found, "a whole number of seconds from 1", mend)


def find_segments_over_target(presentation: Presentation) -> Iterator[Fault]:
    """Segments whose EXTINF, rounded, is over the target duration."""
    for stream in presentation.streams.values():
        target_s = stream.playlist.target_duration_s
        for part in stream.parts:
            duration_s = part.segment.duration_s
            if target_s and duration_s is not None and round_half_up(duration_s) > target_s:
                place = stream.place(part.segment.line, part.segment.start_s)
                found = f"EXTINF of {float(duration_s):g} s"
                expected = f"at most the target duration, {target_s} s, when rounded"
                yield Fault(place, found, expected, "raise EXT-X-TARGETDURATION or cut shorter")


def find_unusual_targets(presentation: Presentation) -> Iterator[Fault]:
    """Target durations other than Apple's 6 s. Our own packages choose theirs for the switch, and say so."""
    for stream in _faces(presentation):
        target_s, tag = stream.playlist.target_duration_s, stream.playlist.first("EXT-X-TARGETDURATION")
        if tag and target_s not in {None, 0, *_USUAL_TARGETS_S} and not presentation.is_ours and stream.kind != "text":
            place = stream.place(tag.line)
            yield Fault(place, f"a target duration of {target_s} s", "6 s", "cut segments of 6 s (NTSC: 6.006 s)")


# 6.006 s of NTSC round to 6; who rounds up writes 7.
_USUAL_TARGETS_S = frozenset({6, 7})


def find_long_segments(presentation: Presentation) -> Iterator[Fault]:
    """Segments whose media, whatever EXTINF says, lasts half a second more than the target duration."""
    for stream in _faces(presentation):
        target_s = stream.playlist.target_duration_s
        for part, span in zip(stream.parts, stream.spans, strict=True):
            if target_s and span and span.end_s - span.start_s > target_s + _HALF_SECOND:
                found = f"{float(span.end_s - span.start_s):.3f} s of media"
                expected = f"at most {target_s + 0.5} s: the target duration and half a second"
                yield Fault(part.place, found, expected, "cut shorter or raise the target duration")


def find_drift(presentation: Presentation) -> Iterator[Fault]:
    """EXTINF that run away from the media, at the worst segment of each playlist."""
    frame_s = max((s.frame_s for s in presentation.streams.values() if s.kind == "video"), default=Fraction(0))
    for stream in _faces(presentation):
        worst = max(_drifts(stream), default=None, key=lambda drift: abs(drift[0]))
        if worst and abs(worst[0]) > max(frame_s, stream.frame_s):
            drift_s, part = worst
            found = f"EXTINF up to here are {float(drift_s) * 1000:+.1f} ms off the media"
            place = stream.place(part.segment.line, part.segment.start_s)
            yield Fault(place, found, "within one video frame over any run", "write EXTINF from the samples' durations")


def _drifts(stream: Stream) -> Iterator[tuple[Fraction, Part]]:
    """After each segment, how far EXTINF and media are apart, counted from the last discontinuity."""
    since: tuple[int, Fraction, Fraction] | None = None
    for part, span in zip(stream.parts, stream.spans, strict=True):
        segment = part.segment
        if span is None or segment.duration_s is None:
            return
        if since is None or since[0] != segment.discontinuities:
            since = (segment.discontinuities, segment.start_s, span.start_s)
        _, playlist_start_s, media_start_s = since
        yield segment.start_s + segment.duration_s - playlist_start_s - (span.end_s - media_start_s), part


def find_missing_types(presentation: Presentation) -> Iterator[Fault]:
    """Media playlists that do not say VOD."""
    for stream in presentation.streams.values():
        tag = stream.playlist.first("EXT-X-PLAYLIST-TYPE")
        if not stream.playlist.is_live and (tag is None or tag.value.strip() != "VOD"):
            found = f"EXT-X-PLAYLIST-TYPE:{tag.value[:40]}" if tag else "no EXT-X-PLAYLIST-TYPE"
            mend = "write #EXT-X-PLAYLIST-TYPE:VOD"
            yield Fault(stream.place(tag.line if tag else 1), found, "VOD for what is finished", mend)


def find_missing_ends(presentation: Presentation) -> Iterator[Fault]:
    """Media playlists that players take for live."""
    for stream in presentation.streams.values():
        if stream.playlist.first("EXT-X-ENDLIST") is None and not stream.playlist.is_live:
            expected = "EXT-X-ENDLIST after the last segment of what is finished"
            yield Fault(stream.place(1), "no EXT-X-ENDLIST: players take it for live", expected, "add it")


def find_missing_maps(presentation: Presentation) -> Iterator[Fault]:
    """fMP4 segments that no EXT-X-MAP applies to, the first of each playlist."""
    for stream in presentation.streams.values():
        for part in stream.parts:
            is_fmp4 = part.payload is not None and part.payload.container is Container.FMP4
            if is_fmp4 and part.segment.init is None:
                place = stream.place(part.segment.line, part.segment.start_s)
                yield Fault(place, "an fMP4 segment before any EXT-X-MAP", "EXT-X-MAP before it", "add EXT-X-MAP")
                break


def find_wrong_ranges(presentation: Presentation) -> Iterator[Fault]:
    """Byte ranges that do not say where, or reach over the end of the file."""
    for stream in presentation.streams.values():
        for part in stream.parts:
            byte_range = part.segment.byte_range
            if byte_range is None:
                continue
            place = stream.place(part.segment.line, part.segment.start_s)
            if byte_range.end is None:
                found = "EXT-X-BYTERANGE without an offset"
                yield Fault(place, found, "a range of the same file before it", "write length@offset")
            elif part.file_size_bytes is not None and byte_range.end > part.file_size_bytes:
                found = f"bytes up to {byte_range.end} of {part.segment.uri[:80]}"
                yield Fault(place, found, f"a file of {part.file_size_bytes} bytes", "correct the range")


def find_dependent_starts(presentation: Presentation) -> Iterator[Fault]:
    """Video segments whose first sample is not one where decoding can start."""
    for stream in _faces(presentation):
        if stream.kind != "video":
            continue
        for part in stream.parts:
            fragments = part.payload.of(part.track) if part.payload else ()
            if fragments and not fragments[0].is_sync_first:
                place = Place(part.place.file, None, fragments[0].offset_bytes, part.segment.start_s)
                mend = "place a key frame at every segment boundary"
                yield Fault(place, "the first video sample is not a sync sample", "an IDR first", mend)


def find_sparse_keys(presentation: Presentation) -> Iterator[Fault]:
    """Video with more than two seconds, and the frame that NTSC wants, between key frames; the first place of each.

    Our own packages place one at each boundary: the switch needs no other, and bits are saved.
    """
    for stream in _faces(presentation) if not presentation.is_ours else ():
        if stream.kind != "video":
            continue
        for part, span in zip(stream.parts, stream.spans, strict=True):
            widest_s = _find_widest_gap(part, span) if span else Fraction(0)
            if widest_s > 2 + stream.frame_s:
                mend = "place a key frame every two seconds"
                yield Fault(part.place, f"{float(widest_s):.3f} s without a key frame", "one every 2 s", mend)
                break


def _find_widest_gap(part: Part, span: Span) -> Fraction:
    """The longest time from one key frame of a segment to the next, or to the segment's end."""
    fragments = part.payload.of(part.track) if part.payload else ()
    if part.track is None:
        return Fraction(0)
    moments = [part.track.present(ticks) for fragment in fragments for ticks in fragment.key_starts]
    return max((later - now for now, later in pairwise([*moments, span.end_s])), default=Fraction(0))


def find_leading_pictures(presentation: Presentation) -> Iterator[Fault]:
    """Segments that show pictures before their first sync sample, the first of each playlist.

    In an open GOP these need the segment before, so that no player can start here without a gap. Whether they do
    (RASL or RADL pictures of HEVC) stands in the samples, which are not read.
    """
    for stream in _faces(presentation):
        for part in stream.parts if stream.kind == "video" else ():
            fragments = part.payload.of(part.track) if part.payload else ()
            first = fragments[0] if fragments else None
            if first is None or part.track is None or not first.is_sync_first or first.start >= first.key_starts[0]:
                continue
            early_s = Fraction(first.key_starts[0] - first.start, part.track.timescale)
            place = Place(part.place.file, None, first.offset_bytes, part.segment.start_s)
            found = f"pictures are shown {float(early_s) * 1000:.1f} ms before the first sync sample"
            yield Fault(place, found, "a segment that stands alone", "encode with closed GOPs")
            break


def find_decode_holes(presentation: Presentation) -> Iterator[Fault]:
    """Fragments whose decode time is not where the one before ended, and those that have none."""
    for stream in _faces(presentation):
        ends: dict[tuple[int, int], int] = {}
        for part in stream.parts:
            if part.segment.is_gap or part.payload is None or part.init is None:
                ends.clear()
                continue
            for fragment in part.payload.fragments:
                key = (part.segment.discontinuities, fragment.track_id)
                place = Place(part.place.file, None, fragment.offset_bytes, part.segment.start_s)
                if fragment.decode is None:
                    yield Fault(place, "a traf without tfdt", "tfdt in every traf", "write the decode time")
                    continue
                due = ends.get(key, fragment.decode)
                if fragment.decode != due:
                    found = f"tfdt of track {fragment.track_id} is {fragment.decode}"
                    expected = f"{due}, where the fragment before it ends ({fragment.decode - due:+d} ticks)"
                    yield Fault(place, found, expected, "write tfdt as the sum of all durations before it")
                ends[key] = fragment.decode + fragment.duration


def find_empty_edits(presentation: Presentation) -> Iterator[Fault]:
    """Tracks that an edit list makes start late."""
    for stream in presentation.streams.values():
        for init in dict.fromkeys(part.init for part in stream.parts if part.init):
            for track in init.tracks:
                if track.empty_edit_s:
                    found = (
                        f"track {track.track_id} starts with an empty edit of {float(track.empty_edit_s) * 1000:.1f} ms"
                    )
                    mend = "shift the track's timestamps and skip priming by media_time"
                    yield Fault(Place(init.file), found, "an edit list that only skips", mend)


def round_half_up(duration_s: Fraction) -> int:
    """The nearest whole number, halves up: RFC 8216 section 4.3.3.1 does not say, and players do so."""
    return floor(duration_s + _HALF_SECOND)
