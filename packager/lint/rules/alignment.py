"""What the streams of one presentation must have in common, so that a player may go from one to another."""

from collections.abc import Iterator
from fractions import Fraction

from packager.lint.finding import Fault
from packager.lint.presentation import Presentation, Stream

# A frame of 24 pictures a second (42 ms) and one of AC-3 at 32 kHz (48 ms) come to less: with whole frames on both
# sides no two lengths need differ more.
MAX_LENGTH_DIFFERENCE_S = Fraction(1, 10)
# EXTINF to three decimals is off by half a millisecond, in each of two playlists.
_EXTINF_ROUNDING_S = Fraction(1, 1000)


def list_rivals(presentation: Presentation) -> Iterator[tuple[Stream, Stream]]:
    """Each stream with the one that it is measured by: the first video of its playlist, or else the first stream."""
    for playlist in presentation.multivariants:
        streams = presentation.faces(playlist)
        model = next((stream for stream in streams if stream.kind == "video"), next(iter(streams), None))
        for stream in streams:
            if model is not None and stream is not model:
                yield stream, model


def list_finished_rivals(presentation: Presentation) -> Iterator[tuple[Stream, Stream]]:
    """The same without live playlists, whose windows need not cover the same time."""
    return (pair for pair in list_rivals(presentation) if not any(stream.playlist.is_live for stream in pair))


def find_different_targets(presentation: Presentation) -> Iterator[Fault]:
    """Audio and video playlists with different target durations."""
    for stream, model in list_rivals(presentation):
        tag, target_s = stream.playlist.first("EXT-X-TARGETDURATION"), model.playlist.target_duration_s
        if tag and target_s and stream.playlist.target_duration_s not in {target_s, None, 0}:
            found = f"target duration {stream.playlist.target_duration_s} s"
            mend = "write the largest of all into every one"
            yield Fault(stream.place(tag.line), found, f"{target_s} s, as in {model.file}", mend)


def find_different_types(presentation: Presentation) -> Iterator[Fault]:
    """EXT-X-PLAYLIST-TYPE in one playlist and not, or differently, in another."""
    for stream, model in list_rivals(presentation):
        own, theirs = (each.playlist.first("EXT-X-PLAYLIST-TYPE") for each in (stream, model))
        if (own and own.value.strip()) != (theirs and theirs.value.strip()):
            found = f"EXT-X-PLAYLIST-TYPE:{own.value[:40]}" if own else "no EXT-X-PLAYLIST-TYPE"
            expected = f"{theirs.value[:40] if theirs else 'none'}, as in {model.file}"
            yield Fault(stream.place(own.line if own else 1), found, expected, "write the same into every one")


def find_different_lengths(presentation: Presentation) -> Iterator[Fault]:
    """Streams that end at different times."""
    for stream, model in list_finished_rivals(presentation):
        difference_s = stream.playlist.duration_s - model.playlist.duration_s
        if abs(difference_s) > MAX_LENGTH_DIFFERENCE_S:
            found = f"{float(stream.playlist.duration_s):.3f} s in all ({float(difference_s):+.3f} s)"
            expected = f"{float(model.playlist.duration_s):.3f} s, as in {model.file}"
            yield Fault(stream.place(), found, expected, "trim or pad the source before packaging")


def find_different_starts(presentation: Presentation) -> Iterator[Fault]:
    """Streams whose first sample is shown at another time, by more than half a frame of the coarser one."""
    for stream, model in list_finished_rivals(presentation):
        own, theirs = (each.spans[0] if each.spans else None for each in (stream, model))
        if own and theirs and abs(own.start_s - theirs.start_s) > max(stream.frame_s, model.frame_s) / 2:
            found = f"starts at {float(own.start_s) * 1000:.1f} ms"
            expected = f"{float(theirs.start_s) * 1000:.1f} ms, as {model.file}"
            mend = "give both the same first timestamp, edit lists included"
            yield Fault(stream.parts[0].place, found, expected, mend)


def find_unaligned_boundaries(presentation: Presentation) -> Iterator[Fault]:
    """The first boundary of each stream that is not where the model has it."""
    for stream, model in list_finished_rivals(presentation):
        is_video = stream.kind == model.kind == "video"
        slack_s = Fraction(0) if is_video else max(stream.frame_s, model.frame_s) / 2
        for index in range(1, min(len(stream.parts), len(model.parts))):
            start_s, due_s, rounding_s = _boundaries(stream, model, index)
            if abs(start_s - due_s) > slack_s + rounding_s:
                part = stream.parts[index]
                found = f"segment starts at {float(start_s):.3f} s ({float(start_s - due_s) * 1000:+.1f} ms)"
                expected = f"{float(due_s):.3f} s, as in {model.file}"
                place = stream.place(part.segment.line, part.segment.start_s)
                yield Fault(place, found, expected, "cut all renditions at the same instants")
                break


def _boundaries(stream: Stream, model: Stream, index: int) -> tuple[Fraction, Fraction, Fraction]:
    """When a segment starts in each of two streams, by their media if it is read, and how exactly that is known."""
    own, theirs = stream.spans[index], model.spans[index]
    if own and theirs:
        return own.start_s, theirs.start_s, Fraction(0)
    entry, due = stream.parts[index].segment, model.parts[index].segment
    return entry.start_s, due.start_s, index * _EXTINF_ROUNDING_S
