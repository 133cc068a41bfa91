"""What is heard and read along: audio formats, channels, subtitles."""

from collections.abc import Iterator
from fractions import Fraction

from packager.lint.finding import Fault, Place
from packager.lint.playlists import MultivariantPlaylist
from packager.lint.presentation import Presentation, Stream

_PLAIN_AAC = frozenset({"mp4a.40.2", "mp4a.40.5", "mp4a.40.29"})
_HE_AAC = frozenset({"mp4a.40.5", "mp4a.40.29"})
# Apple's authoring rule 2.4.
_HE_AAC_MAX_BPS = 64_000
# An encoder overshoots its target, and containers weigh something too: measured, 5 to 10 % together.
_OVERSHOOT = Fraction(11, 10)

# What no reader notices; packagers cut cues at frames of the picture.
_CUE_SLACK_S = Fraction(1, 2)


def _sounding(presentation: Presentation, playlist: MultivariantPlaylist) -> tuple[Stream, ...]:
    """The streams of a playlist that have sound."""
    faces = presentation.faces(playlist)
    return tuple(stream for stream in faces if any(track.kind == "audio" for track in stream.tracks))


def find_missing_aac(presentation: Presentation) -> Iterator[Fault]:
    """Playlists whose sound is in other formats only, or has more than two channels only."""
    for playlist in presentation.multivariants:
        if not all(stream.tracks for stream in presentation.faces(playlist)):
            continue  # an unread stream may be the one
        sounds = [t for s in _sounding(presentation, playlist) for t in s.tracks if t.kind == "audio"]
        plain = [t for t in sounds if t.codec in _PLAIN_AAC and t.channels in {None, 1, 2}]
        if sounds and not plain and not any(t.codec == "enca" for t in sounds):
            found = f"sound only as {', '.join(sorted({track.codec for track in sounds}))}"
            expected = "stereo in AAC-LC or HE-AAC as well"
            yield Fault(Place(playlist.file, 1), found, expected, "add a stereo AAC rendition")


def find_rich_he_aac(presentation: Presentation) -> Iterator[Fault]:
    """HE-AAC above the rate up to which it sounds better than AAC-LC."""
    for stream in presentation.streams.values():
        is_he = any(track.codec in _HE_AAC for track in stream.tracks) and stream.kind == "audio"
        if is_he and stream.average_bps is not None and stream.average_bps > _HE_AAC_MAX_BPS * _OVERSHOOT:
            found = f"HE-AAC at {round(stream.average_bps):,} bit/s"
            expected = f"at most {_HE_AAC_MAX_BPS:,} bit/s"
            yield Fault(stream.place(), found, expected, "use AAC-LC at this rate")


def find_wrong_channels(presentation: Presentation) -> Iterator[Fault]:
    """CHANNELS that the decoder configuration does not bear out."""
    for playlist in presentation.multivariants:
        for rendition in playlist.renditions:
            stream = presentation.stream(playlist, rendition.uri) if rendition.kind == "AUDIO" else None
            counts = {track.channels for track in stream.tracks if track.kind == "audio"} if stream else set()
            written = (rendition.get("CHANNELS") or "").partition("/")[0]
            known = next(iter(counts), None)
            if len(counts) == 1 and known is not None and written.isdecimal() and int(written) != known:
                place = Place(playlist.file, rendition.line)
                expected = f"{known}, as the init segment says"
                yield Fault(place, f"CHANNELS={written[:20]!r}", expected, f'write CHANNELS="{known}"')


def find_muxed_sound(presentation: Presentation) -> Iterator[Fault]:
    """Pictures with the sound in the same segments."""
    for playlist in presentation.multivariants:
        for stream in presentation.faces(playlist):
            if {"video", "audio"} <= {track.kind for track in stream.tracks}:
                expected = "sound in playlists of its own"
                mend = "package audio and video apart and join them with EXT-X-MEDIA"
                yield Fault(stream.place(), "sound and picture in one segment", expected, mend)


def _words(presentation: Presentation) -> Iterator[tuple[MultivariantPlaylist, Stream]]:
    """Each stream of subtitles once, with a playlist that names it."""
    seen: set[str] = set()
    for playlist in presentation.multivariants:
        for rendition in playlist.renditions:
            stream = presentation.stream(playlist, rendition.uri) if rendition.kind == "SUBTITLES" else None
            if stream and stream.file not in seen:
                seen.add(stream.file)
                yield playlist, stream


def find_unmapped_words(presentation: Presentation) -> Iterator[Fault]:
    """WebVTT segments that do not say which media time their zero is, the first of each playlist."""
    for _, stream in _words(presentation):
        for part in stream.parts:
            words = part.payload.words if part.payload else None
            if words and not words.is_mapped:
                mend = "add X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000 after WEBVTT"
                yield Fault(part.place, "no X-TIMESTAMP-MAP", "it in the header of every segment", mend)
                break


def find_misplaced_words(presentation: Presentation) -> Iterator[Fault]:
    """Cues that are shown at another time than their segment, the first of each playlist.

    Only beside media whose first timestamp is known: a cue is on the clock of the media.
    """
    for playlist, stream in _words(presentation):
        starts = [face.spans[0].start_s for face in presentation.faces(playlist) if face.spans and face.spans[0]]
        if not starts:
            continue
        for part in stream.parts:
            words, duration_s = part.payload.words if part.payload else None, part.segment.duration_s or Fraction(0)
            start_s = min(starts) + part.segment.start_s
            late_s, early_s = start_s + duration_s + _CUE_SLACK_S, start_s - _CUE_SLACK_S
            astray = next((c for c in words.cues if c.start_s > late_s or c.end_s < early_s), None) if words else None
            if astray:
                found = f"cue {astray.number} is shown at {float(astray.start_s):.3f} s"
                expected = f"cues of its segment, {float(start_s):.3f} to {float(start_s + duration_s):.3f} s"
                mend = "correct X-TIMESTAMP-MAP, or put the cue into the segment of its time"
                yield Fault(part.place, found, expected, mend)
                break


def find_short_words(presentation: Presentation) -> Iterator[Fault]:
    """Subtitles that stop before the song does."""
    for playlist, stream in _words(presentation):
        faces = presentation.faces(playlist)
        longest_s = max((face.playlist.duration_s for face in faces), default=Fraction(0))
        slack_s = stream.playlist.target_duration_s or 0
        if stream.playlist.duration_s < longest_s - slack_s:
            found = f"subtitles for {float(stream.playlist.duration_s):.3f} s"
            expected = f"all {float(longest_s):.3f} s of the content"
            yield Fault(stream.place(), found, expected, "add segments without cues up to the end")
