"""Where the media changes from one segment to the next, and EXT-X-DISCONTINUITY should say so."""

from collections.abc import Iterator

from packager.lint.finding import Fault
from packager.lint.media import MediaTrack
from packager.lint.presentation import Part, Presentation, Stream

_EXPECTED, _MEND = "EXT-X-DISCONTINUITY at the change", "add it before the segment"


def _neighbours(presentation: Presentation) -> Iterator[tuple[Stream, Part, Part]]:
    """Each segment with a readable init segment, and the one before it, where no discontinuity is between them."""
    for stream in presentation.streams.values():
        before: Part | None = None
        for part in stream.parts if not stream.playlist.is_iframes_only else ():
            if part.init is None or part.init.breakage:
                continue
            if before and part.segment.discontinuities == before.segment.discontinuities:
                yield stream, part, before
            before = part


def _tracks(part: Part) -> tuple[MediaTrack, ...]:
    return part.init.tracks if part.init else ()


def _fault(stream: Stream, part: Part, found: str) -> Fault:
    place = stream.place(part.segment.line, part.segment.start_s)
    return Fault(place, f"{found} without EXT-X-DISCONTINUITY", _EXPECTED, _MEND)


def find_unmarked_changes(presentation: Presentation) -> Iterator[Fault]:
    """Segments of another format or other tracks than the one before."""
    for stream, part, before in _neighbours(presentation):
        own, theirs = _formats(part), _formats(before)
        if own != theirs:
            yield _fault(stream, part, f"{_name(own)} after {_name(theirs)}")


_Formats = set[tuple[int, str, int]]


def _formats(part: Part) -> _Formats:
    return {(track.track_id, track.codec.partition(".")[0], track.timescale) for track in _tracks(part)}


def _name(tracks: _Formats) -> str:
    return " + ".join(f"{codec} of {clock} Hz" for _, codec, clock in sorted(tracks)) or "nothing"


def find_unmarked_rates(presentation: Presentation) -> Iterator[Fault]:
    """Segments of another frame rate, or with sound of other channels, than the one before."""
    for stream, part, before in _neighbours(presentation):
        rate, old_rate = part.frame_rate(), before.frame_rate()
        own, theirs = ([t.channels for t in _tracks(each) if t.kind == "audio"] for each in (part, before))
        if rate and old_rate and rate != old_rate:
            yield _fault(stream, part, f"{float(rate):.3f} frames/s after {float(old_rate):.3f}")
        elif own != theirs and None not in {*own, *theirs} and len(own) == len(theirs):
            yield _fault(stream, part, f"{own[0]} channels after {theirs[0]}")


def find_unmarked_parameters(presentation: Presentation) -> Iterator[Fault]:
    """Segments that are encoded otherwise than the one before: another profile, level or size."""
    for stream, part, before in _neighbours(presentation):
        own, theirs = ({(t.track_id, t.codec, t.size) for t in _tracks(each)} for each in (part, before))
        if own != theirs and _formats(part) == _formats(before):
            yield _fault(stream, part, f"{_show(own - theirs)} after {_show(theirs - own)}")


def _show(tracks: set[tuple[int, str, tuple[int, int]]]) -> str:
    return " + ".join(f"{codec} {f'{width}x{height}' if width else ''}".strip() for _, codec, (width, height) in tracks)
