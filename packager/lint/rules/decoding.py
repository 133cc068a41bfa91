"""What only decoders can tell. Without `--decode` there is no such view, and nothing is found."""

from collections.abc import Iterator
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING

from packager.lint.finding import Fault
from packager.lint.presentation import Part, Presentation, Stream
from packager.lint.rules.loudness import list_statements

if TYPE_CHECKING:  # numpy, which who decodes nothing need not wait for
    from packager.lint.decoded import DecodedPart, DecodedStream

# EBU R 128 allows 1 LU where loudness cannot be set exactly; coding at 64 kbit/s changes less.
_LOUDNESS_TOLERANCE_LU = 1.0
# Two rates of one song differ by less than half a decibel in blocks of 0.1 s, two songs by 5 and more.
_OTHER_SOUND_DB = 3.0
# Steps of luma between small pictures: up to 3 between rungs of one video, 30 and more between two videos.
_OTHER_PICTURE = 12.0
# Half an AAC frame at 48 kHz: less is rounding of what is cut, more is priming that is there and not declared.
_SHIFT_S = 0.0107


def find_undecoded(presentation: Presentation) -> Iterator[Fault]:
    """Playlists of which segments were left: encrypted ones, other containers, files that are not there."""
    for file, view in (presentation.decoded or {}).items():
        stream = presentation.streams[file]
        due = sum(not part.segment.is_gap for part in stream.parts) if stream.kind != "text" else 0
        if len(view.parts) < due:
            found = f"{due - len(view.parts)} of {due} segments were not decoded"
            yield Fault(stream.place(), found, "fMP4 that is not encrypted", "decode a copy in the clear")


def find_undecodable(presentation: Presentation) -> Iterator[Fault]:
    """Segments at which a decoder finds fault."""
    for _, part, decoded in _parts(presentation):
        if decoded.fault and decoded.first_alone is not False:
            found = f"{decoded.frames} of {decoded.samples} samples decode: {decoded.fault}"
            yield Fault(part.place, found, "a segment that decodes", "encode or copy the segment again")


def find_missing_frames(presentation: Presentation) -> Iterator[Fault]:
    """Segments of which more or fewer frames come out than samples went in, without a word of the decoder."""
    for stream, part, decoded in _parts(presentation):
        if not decoded.fault and decoded.frames != decoded.samples and decoded.first_alone is not False:
            found = f"{decoded.frames} frames come out of {decoded.samples} samples"
            alone = ", when a player starts at it" if stream.kind == "video" else ""
            yield Fault(part.place, found, f"one frame of each sample{alone}", "encode with closed GOPs, and drop none")


def find_false_keys(presentation: Presentation) -> Iterator[Fault]:
    """Video segments whose first sample is called a sync sample, and of which alone no key frame comes."""
    for _, part, decoded in _parts(presentation):
        fragments = part.payload.of(part.track) if part.payload else ()
        if decoded.first_alone is False and fragments and fragments[0].is_sync_first:
            found = "the first sample is marked as a sync sample and does not decode to a key frame alone"
            yield Fault(part.place, found, "an IDR first", "place a key frame at every segment boundary")


def find_untrue_loudness(presentation: Presentation) -> Iterator[Fault]:
    """Stereo sound that is not as loud as package.json or a playlist says."""
    for said in list_statements(presentation):
        for stream, decoded in _sounds(presentation):
            is_mix = all((track.channels or 0) <= 2 for track in stream.tracks)
            if is_mix and decoded.lufs is not None and abs(decoded.lufs - said.lufs) > _LOUDNESS_TOLERANCE_LU:
                expected = f"{said.lufs:.2f} LUFS, as {said.place} says"
                mend = "measure what was encoded, and write that"
                yield Fault(stream.place(), f"{decoded.lufs:.2f} LUFS when decoded", expected, mend)


def find_other_sound(presentation: Presentation) -> Iterator[Fault]:
    """Renditions that should be one sound in several codings, and are not."""
    from packager.lint.decoded import find_level_difference_db

    for stream, model, own, theirs in _same_sounds(presentation):
        if own.levels_db is not None and theirs.levels_db is not None:
            difference_db = find_level_difference_db(own.levels_db, theirs.levels_db)
            if difference_db > _OTHER_SOUND_DB:
                found = f"levels are {difference_db:.1f} dB off those of {model.file} on average"
                mend = "encode all rungs from the same source, or give it another NAME"
                yield Fault(stream.place(), found, "the same sound under the same NAME", mend)


def find_shifted_sound(presentation: Presentation) -> Iterator[Fault]:
    """Renditions of one sound that, decoded, start at different instants, whatever their edit lists say."""
    from packager.lint.decoded import find_shift_s

    for stream, model, own, theirs in _same_sounds(presentation):
        if own.opening is None or theirs.opening is None:
            continue
        shift_s = find_shift_s(own.opening, theirs.opening)
        if shift_s is not None and abs(shift_s) > _SHIFT_S:
            found = f"the sound is {shift_s * 1000:+.1f} ms off that of {model.file}"
            mend = "declare the priming that the encoder really made in the edit list"
            yield Fault(stream.place(), found, "the same instant, edit lists counted", mend)


def find_other_pictures(presentation: Presentation) -> Iterator[Fault]:
    """Video variants whose segments do not start with the same pictures."""
    views = presentation.decoded or {}
    for playlist in presentation.multivariants:
        faces = [s for s in presentation.faces(playlist) if s.kind == "video" and s.file in views]
        for stream in faces[1:]:
            pairs = list(_pictures(views[stream.file], views[faces[0].file]))
            difference = median(pairs) if pairs else 0.0
            if difference > _OTHER_PICTURE:
                found = f"pictures are {difference:.0f} of 255 off those of {faces[0].file}"
                mend = "encode all rungs from the same source, and keep other edits in a playlist of their own"
                yield Fault(stream.place(), found, "the same pictures in all variants", mend)


def _pictures(own: "DecodedStream", theirs: "DecodedStream") -> Iterator[float]:
    from packager.lint.decoded import find_picture_difference

    for index, part in own.parts.items():
        other = theirs.parts.get(index)
        if other is not None and part.picture is not None and other.picture is not None:
            yield find_picture_difference(part.picture, other.picture)


def _parts(presentation: Presentation) -> Iterator[tuple[Stream, Part, "DecodedPart"]]:
    for file, view in (presentation.decoded or {}).items():
        stream = presentation.streams[file]
        for index, decoded in view.parts.items():
            yield stream, stream.parts[index], decoded


def _sounds(presentation: Presentation) -> Iterator[tuple[Stream, "DecodedStream"]]:
    for file, view in (presentation.decoded or {}).items():
        if presentation.streams[file].kind == "audio":
            yield presentation.streams[file], view


def _same_sounds(presentation: Presentation) -> Iterator[tuple[Stream, Stream, "DecodedStream", "DecodedStream"]]:
    """Streams of renditions of one NAME, LANGUAGE and number of channels, each beside the first of them.

    5.1 mixed down here is another mix than the stereo beside it: 7.6 dB off in a package that is as it should be.
    """
    views = presentation.decoded or {}
    for playlist in presentation.multivariants:
        alike: dict[tuple[str | int | None, ...], dict[str, Stream]] = {}
        for rendition in playlist.renditions:
            stream = presentation.stream(playlist, rendition.uri) if rendition.kind == "AUDIO" else None
            if stream is not None and stream.file in views:
                channels = (track.channels for track in stream.tracks)
                key = (rendition.get("NAME"), rendition.get("LANGUAGE"), *channels)
                alike.setdefault(key, {})[stream.file] = stream
        for streams in alike.values():
            for model, stream in combinations(streams.values(), 2):
                if model is next(iter(streams.values())):
                    yield stream, model, views[stream.file], views[model.file]
