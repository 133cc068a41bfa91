"""What renditions must have in common beyond their outline: bitstreams, priming, ends, discontinuities, dates."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from packager.lint.finding import Fault, Place
from packager.lint.playlists import read_integer
from packager.lint.presentation import Presentation, Stream
from packager.lint.rules.alignment import MAX_LENGTH_DIFFERENCE_S, list_finished_rivals

# EXTINF to three decimals, in each of two playlists.
_ROUNDING_S = Fraction(1, 1000)


def find_unshared_audio(presentation: Presentation) -> Iterator[Fault]:
    """Audio-only variants of which none plays what sounds beside the pictures, though the codec is the same."""
    for playlist in presentation.multivariants:
        beside = {
            stream.file: stream
            for variant in playlist.playable
            if not presentation.is_audio_only(playlist, variant)
            for rendition in presentation.audio_of(playlist, variant)
            if (stream := presentation.stream(playlist, rendition.uri))
        }
        codecs = {track.codec for stream in beside.values() for track in stream.tracks}
        alone = [
            (variant, own)
            for variant in playlist.playable
            if (own := presentation.stream(playlist, variant.uri)) and own.kind == "audio"
        ]
        alike = [(variant, own) for variant, own in alone if codecs & {track.codec for track in own.tracks}]
        if alike and not any(own.file in beside for _, own in alike):
            variant, own = alike[0]
            expected = f"a playlist that the video variants use too, as {next(iter(beside))}"
            mend = "name the shared audio playlist, so that a switch leaves the sound alone"
            yield Fault(Place(playlist.file, variant.uri_line), f"{own.file} is for audio alone", expected, mend)


def find_shared_but_different(presentation: Presentation) -> Iterator[Fault]:
    """Segments that two playlists list with different durations, the first of each playlist."""
    known: dict[tuple[str, int | None], tuple[Fraction, str]] = {}
    for stream in _faces(presentation):
        for part in stream.parts:
            byte_range, duration_s = part.segment.byte_range, part.segment.duration_s
            if part.file is None or duration_s is None:
                continue
            key = part.file, byte_range.offset if byte_range else None
            other_s, other = known.setdefault(key, (duration_s, stream.file))
            if abs(other_s - duration_s) > _ROUNDING_S:
                place = stream.place(part.segment.line, part.segment.start_s)
                found = f"{part.file} for {float(duration_s):g} s"
                yield Fault(place, found, f"{float(other_s):g} s, as in {other}", "write what the segment lasts")
                break


def _faces(presentation: Presentation) -> Iterator[Stream]:
    return (stream for stream in presentation.streams.values() if not stream.playlist.is_iframes_only)


def find_different_priming(presentation: Presentation) -> Iterator[Fault]:
    """Sound of one codec and clock of which different lengths are skipped at the start."""
    for playlist in presentation.multivariants:
        models: dict[tuple[str, int], tuple[int, str]] = {}
        for stream in presentation.faces(playlist):
            for part in stream.parts[:1]:
                track = part.track
                if track is None or track.kind != "audio" or part.init is None:
                    continue
                skip, file = models.setdefault((track.codec, track.timescale), (track.media_time_ticks, part.init.file))
                if skip != track.media_time_ticks:
                    found = f"{track.media_time_ticks} samples of priming by the edit list"
                    mend = "encode all with one encoder and write the same edit list"
                    yield Fault(Place(part.init.file), found, f"{skip}, as in {file}", mend)


def find_jagged_ends(presentation: Presentation) -> Iterator[Fault]:
    """Streams whose media ends at another time, by more than a frame of each, though EXTINF add up alike."""
    for stream, model in list_finished_rivals(presentation):
        own, theirs = (each.spans[-1] if each.spans else None for each in (stream, model))
        if abs(stream.playlist.duration_s - model.playlist.duration_s) > MAX_LENGTH_DIFFERENCE_S:
            continue  # another rule's, and then the ends differ too
        if own and theirs and abs(own.end_s - theirs.end_s) > stream.frame_s + model.frame_s:
            found = f"media ends at {float(own.end_s):.3f} s ({float(own.end_s - theirs.end_s) * 1000:+.1f} ms)"
            expected = f"{float(theirs.end_s):.3f} s, as {model.file}"
            yield Fault(stream.parts[-1].place, found, expected, "trim or pad the source before packaging")


def find_extra_content(presentation: Presentation) -> Iterator[Fault]:
    """Streams that are longer than another by more than the smallest target duration."""
    for stream, model in list_finished_rivals(presentation):
        targets = [each.playlist.target_duration_s for each in (stream, model)]
        difference_s = stream.playlist.duration_s - model.playlist.duration_s
        smallest_s = min((target for target in targets if target), default=None)
        if smallest_s and abs(difference_s) > smallest_s:
            found = f"{float(stream.playlist.duration_s):.3f} s in all ({float(difference_s):+.3f} s)"
            expected = f"no more than {smallest_s} s off {model.file}"
            yield Fault(stream.place(), found, expected, "a different edit belongs into a presentation of its own")


def find_different_discontinuities(presentation: Presentation) -> Iterator[Fault]:
    """Streams with discontinuities where the model has none, or numbered otherwise; words among them."""
    for stream, model in (*list_finished_rivals(presentation), *_list_words(presentation)):
        own, theirs = _list_breaks(stream), _list_breaks(model)
        slack_s = max(stream.frame_s, model.frame_s, _ROUNDING_S * max(len(stream.parts), 1))
        is_alike = len(own) == len(theirs) and all(abs(a - b) <= slack_s for a, b in zip(own, theirs, strict=True))
        tags = [each.playlist.first("EXT-X-DISCONTINUITY-SEQUENCE") for each in (stream, model)]
        first, expected = ((read_integer(tag.value) or 0) if tag else 0 for tag in tags)
        if not is_alike:
            found = f"discontinuities at {_show(own)}"
            mend = "mark them at the same instants in every playlist"
            yield Fault(stream.place(), found, f"at {_show(theirs)}, as in {model.file}", mend)
        elif first != expected:
            place = stream.place(tags[0].line if tags[0] else 1)
            found = f"discontinuity sequence {first}"
            yield Fault(place, found, f"{expected}, as in {model.file}", "number them alike in every playlist")


def _list_words(presentation: Presentation) -> Iterator[tuple[Stream, Stream]]:
    """Each finished stream of subtitles with the first one that is heard or seen beside it."""
    for playlist in presentation.multivariants:
        model = next(iter(presentation.faces(playlist)), None)
        for uri in dict.fromkeys(r.uri for r in playlist.renditions if r.kind == "SUBTITLES"):
            stream = presentation.stream(playlist, uri)
            if stream and model and not stream.playlist.is_live and not model.playlist.is_live:
                yield stream, model


def _list_breaks(stream: Stream) -> list[Fraction]:
    breaks: list[Fraction] = []
    count = 0
    for part in stream.parts:
        if part.segment.discontinuities != count:
            breaks.append(part.segment.start_s)
            count = part.segment.discontinuities
    return breaks


def _show(breaks: list[Fraction]) -> str:
    return ", ".join(f"{float(each):.3f} s" for each in breaks[:5]) or "no time"


def find_undated_ranges(presentation: Presentation) -> Iterator[Fault]:
    """EXT-X-DATERANGE where no date is known."""
    for stream in presentation.streams.values():
        tag = stream.playlist.first("EXT-X-DATERANGE")
        if tag and not stream.playlist.first("EXT-X-PROGRAM-DATE-TIME"):
            found = "EXT-X-DATERANGE without EXT-X-PROGRAM-DATE-TIME"
            yield Fault(stream.place(tag.line), found, "a date for a segment", "add EXT-X-PROGRAM-DATE-TIME")


def find_different_dates(presentation: Presentation) -> Iterator[Fault]:
    """Dates in one playlist and not, or others, in another."""
    for stream, model in list_finished_rivals(presentation):
        tags = [each.playlist.first("EXT-X-PROGRAM-DATE-TIME") for each in (stream, model)]
        place = stream.place(tags[0].line if tags[0] else 1)
        if (tags[0] is None) != (tags[1] is None):
            found = "no EXT-X-PROGRAM-DATE-TIME" if tags[0] is None else "EXT-X-PROGRAM-DATE-TIME"
            expected = f"{'one' if tags[1] else 'none'}, as in {model.file}"
            yield Fault(place, found, expected, "date all playlists or none")
            continue
        own, theirs = _date_start(stream), _date_start(model)
        if own and theirs and (own.tzinfo is None) == (theirs.tzinfo is None):
            difference_s = Fraction((own - theirs) // timedelta(microseconds=1), 1_000_000)
            if abs(difference_s) > max(stream.frame_s, model.frame_s) + _ROUNDING_S:
                found = f"dated {float(difference_s):+.3f} s off"
                yield Fault(place, found, f"the dates of {model.file}", "date all playlists from one clock")


def _date_start(stream: Stream) -> datetime | None:
    """The date of the playlist's start, from its first dated segment; None where there is none to be read."""
    tag = stream.playlist.first("EXT-X-PROGRAM-DATE-TIME")
    part = next((part for part in stream.parts if tag and part.segment.line > tag.line), None)
    if tag is None or part is None:
        return None
    try:
        return datetime.fromisoformat(tag.value.strip()) - timedelta(
            microseconds=round(part.segment.start_s * 1_000_000)
        )
    except (ValueError, OverflowError):
        return None
