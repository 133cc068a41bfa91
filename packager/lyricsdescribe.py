"""Says of the lyrics in a package what its playlists, its manifest and its index want to know."""

from collections.abc import Iterable
from dataclasses import dataclass

from packager.cues import Words
from packager.dash import TextFile
from packager.languages import UNDETERMINED, name_language
from packager.manifest import LyricsRecord
from packager.playlist import Place, Segment, WordsRendition, measure_average_bps, measure_peak_bps

# RFC8216bis 4.4.6.1: words in the language that is sung are a transcript; a translation is not. They are no captions
# for the deaf, which would describe the music too.
_TRANSCRIBES = "public.accessibility.transcribes-spoken-dialog"


@dataclass(frozen=True, slots=True)
class Lyrics:
    """What was read from one file: the name of the file, the words, their language, and what the user should know."""

    name: str
    words: Words
    language: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenLyrics:
    """A rendition of words on disk; all of them once more in one file, and where that is."""

    lyrics: Lyrics
    playlist: str
    segments: tuple[Segment, ...]
    whole: Place


def describe_lyrics(
    written: Iterable[WrittenLyrics], song_language: str, target_duration_s: int
) -> tuple[WordsRendition, ...]:
    """What the multivariant playlists say of the words."""
    return tuple(
        WordsRendition(
            uri=each.playlist,
            name=name_language(each.lyrics.language),
            language=each.lyrics.language,
            characteristics=_TRANSCRIBES if each.lyrics.language == song_language != UNDETERMINED else "",
            peak_bps=measure_peak_bps(each.segments, target_duration_s),
            average_bps=measure_average_bps(each.segments),
        )
        for each in written
    )


def list_texts(written: Iterable[WrittenLyrics]) -> tuple[TextFile, ...]:
    """What the DASH manifest says of the words."""
    return tuple(TextFile(each.lyrics.language, name_language(each.lyrics.language), each.whole) for each in written)


def record_lyrics(written: Iterable[WrittenLyrics]) -> tuple[LyricsRecord, ...]:
    """What package.json says of the words."""
    return tuple(
        LyricsRecord(
            language=each.lyrics.language,
            name=name_language(each.lyrics.language),
            playlist=each.playlist,
            file=each.whole.uri,
            source=each.lyrics.name,
            cue_count=len(each.lyrics.words.cues),
        )
        for each in written
    )
