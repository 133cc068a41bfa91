"""Brings files of lyrics into a package: read, placed in time, and written as a WebVTT rendition."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from packager.errors import InputError
from packager.languages import UNDETERMINED, is_language_tag, language_tag
from packager.lrc import read_lrc
from packager.lyricsdescribe import Lyrics, WrittenLyrics
from packager.playlist import Place, Segment, print_words_playlist
from packager.store import Staging
from packager.webvtt import SIGNATURE, print_webvtt, print_webvtt_segment, read_webvtt
from packager.words import cut_words, place_words

FOLDER = "text"
_WHOLE_NAME = "lyrics.vtt"
# The longest song of a catalogue has some 2,000 lines; a file beyond this is not lyrics.
MAX_FILE_BYTES = 4 << 20

# The longer mark first: that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class LyricsFile:
    """A file of lyrics and the language they are in; None where the file itself has to say."""

    path: Path
    language: str | None = None


def parse_lyrics_option(written: str) -> LyricsFile:
    """What `--lyrics de=song.lrc` or `--lyrics song.lrc` names."""
    language, equals, path = written.partition("=")
    if equals and path and is_language_tag(language):
        return LyricsFile(Path(path), language_tag(language))
    return LyricsFile(Path(written))


def read_all_lyrics(files: Sequence[LyricsFile], fallback_language: str) -> tuple[Lyrics, ...]:
    """The words of each file. `fallback_language` is theirs where neither the caller nor the file says one.

    Raises InputError where a file cannot be read, or where two are in one language.
    """
    read: dict[str, Lyrics] = {}
    for file in files:
        lyrics = _read_lyrics(file, fallback_language)
        if lyrics.language in read:
            raise InputError(
                f"{lyrics.name}: its language is {lyrics.language} like that of {read[lyrics.language].name}, expected "
                "one file for each language: name the language with --lyrics LANG=FILE"
            )
        read[lyrics.language] = lyrics
    return tuple(read.values())


def write_lyrics(
    staging: Staging, lyrics: Lyrics, lead: Fraction, durations: Sequence[Fraction], target_duration_s: int
) -> WrittenLyrics:
    """Put the segments and the playlist of one language into the package, and the words whole, as DASH wants them.

    `lead` seconds of silence stand before the song; `durations` are those of all segments of the package.
    """
    end = sum(durations, Fraction(0))
    placed = place_words(lyrics.words, lead, end)
    missing = len(lyrics.words.cues) - len(placed.cues)
    note = f"{lyrics.name}: {missing} of its lines stand after the end of the song at {float(end):.2f} s: left out"
    folder = f"{FOLDER}/{lyrics.language}"
    segments = []
    for index, (words, duration) in enumerate(zip(cut_words(placed, durations), durations, strict=True)):
        content = print_webvtt_segment(words).encode()
        place = Place(f"{index:05d}.vtt", len(content))
        staging.write(f"{folder}/{place.uri}", content)
        segments.append(Segment(place, duration))
    playlist = f"{folder}/playlist.m3u8"
    staging.write(playlist, print_words_playlist(segments, target_duration_s).encode())
    content = print_webvtt(placed).encode()
    whole = Place(f"{folder}/{_WHOLE_NAME}", len(content))
    staging.write(whole.uri, content)
    told = replace(lyrics, notes=(*lyrics.notes, *((note,) if missing else ())))
    return WrittenLyrics(told, playlist, tuple(segments), whole)


def _read_lyrics(file: LyricsFile, fallback_language: str) -> Lyrics:
    name = file.path.name
    text, notes = decode_text(name, _read_bytes(file.path))
    is_webvtt = file.path.suffix.lower() == ".vtt" or text.startswith(SIGNATURE)
    words = read_webvtt(name, text) if is_webvtt else read_lrc(name, text)
    if not words.cues:
        raise InputError(f"{name}: has no line of text: give the file with the words, or leave it out")
    return Lyrics(name, words, file.language or words.language or fallback_language or UNDETERMINED, notes)


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}): give the path of an LRC or WebVTT file"
        ) from error
    if len(content) > MAX_FILE_BYTES:
        raise InputError(f"{path}: is larger than {MAX_FILE_BYTES >> 20} MiB, expected lyrics as LRC or WebVTT")
    return content


def decode_text(name: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and a note where its encoding had to be guessed.

    A byte order mark decides; else it is UTF-8, or Windows-1252 (what older LRC editors write) where it is not.
    Raises InputError where it is none of these.
    """
    encoding = _find_encoding(content)
    try:
        return content.decode(encoding), ()
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise InputError(
                f"{name}: starts as {encoding.upper()} and is not at byte {error.start}: save it as UTF-8"
            ) from error
        guess = _guess(name, content, error.start)
        return guess, (f"{name}: not UTF-8, read as Windows-1252; save it as UTF-8 where letters look wrong",)


def _find_encoding(content: bytes) -> str:
    """By the mark, or by the zero byte that a bracket or a W has in UTF-16."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if content[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if content[:1] == b"\0" else "utf-8"


def _guess(name: str, content: bytes, at: int) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: is no text in UTF-8 (byte {at}) nor in Windows-1252: save it as UTF-8") from error
