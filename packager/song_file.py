"""Reads the song's TOML file, and finds the lyrics that it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packager.errors import InputError
from packager.lyrics import LyricsFile, parse_lyrics_option
from packager.song import NOTHING_SAID, Song
from packager.song_format import read_song

# A window for each territory of the world is 30 kB; what is larger is not a song's TOML.
_LARGEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class SongFile:
    """What a song's TOML says, its lyrics as files that can be opened."""

    title: str | None = None
    song: Song = NOTHING_SAID
    lyrics: tuple[LyricsFile, ...] = ()


def gather_said(path: Path | None, title: str | None, lyrics: Sequence[str]) -> SongFile:
    """What the file says, where there is one; the title and the lyrics given beside it win over it."""
    said = SongFile() if path is None else load_song(path)
    return SongFile(title or said.title, said.song, tuple(map(parse_lyrics_option, lyrics)) or said.lyrics)


def load_song(path: Path) -> SongFile:
    """What this file says; paths in it start from its own folder. Raises InputError where it cannot be used."""
    sheet = read_song(path.name, _read_text(path))
    lyrics = tuple(LyricsFile(path.parent / written, language) for language, written in sheet.lyrics)
    return SongFile(sheet.title, sheet.song, lyrics)


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
        if len(content) > _LARGEST_BYTES:
            raise InputError(f"{path}: is larger than {_LARGEST_BYTES} bytes, expected a song's TOML, a short file")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}): give the path of a TOML file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}: save it as UTF-8") from error
