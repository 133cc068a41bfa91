"""Lists of songs to copy: TOML in, songs out, and one line that says what is wrong with it where something is.

`samples/songs.toml` shows all that can be said, with comments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from packager.errors import InputError
from packager.toml_table import Table, parse_toml, show

_REMEDY = "see samples/songs.toml for a list that works"


@dataclass(frozen=True, slots=True)
class ListedSong:
    """One song as the list has it: the folder of its package, and paths as they are written."""

    name: str
    files: tuple[str, ...]
    title: str | None = None
    about: str | None = None


def read_copy_list(name: str, text: str) -> tuple[ListedSong, ...]:
    """The songs of this TOML text, in its order; `name` stands in messages.

    Raises InputError for what is no TOML, for unknown keys, for values of a wrong kind, and for folders that lead out
    of that of all, or lie in one another.
    """
    top = parse_toml(name, text, _REMEDY)
    songs = tuple(map(_read_song, top.tables("song")))
    top.refuse_others()
    _refuse_nested(name, [song.name for song in songs])
    return songs


def _read_song(table: Table) -> ListedSong:
    song = ListedSong(
        name=_read_name(table),
        files=tuple(table.texts("files")),
        title=table.text("title", "") or None,
        about=table.text("about", "") or None,
    )
    if not song.files:
        raise InputError(f"{table.place('files')} is missing; name the files of the song, at least one")
    table.refuse_others()
    return song


def _read_name(table: Table) -> str:
    written = table.text("name", "")
    parts = [part for part in written.split("/") if part not in {"", "."}]
    if not parts or written.startswith("/") or ".." in parts:
        raise InputError(
            f"{table.place('name')} = {show(written)}: expected the folder of its package, within that of all: "
            '"artist/first"'
        )
    return "/".join(parts)


def _refuse_nested(file: str, names: Sequence[str]) -> None:
    """Raise InputError where two songs have one folder, or one of them lies in the other's."""
    for before, after in pairwise(sorted(name.split("/") for name in names)):
        if after[: len(before)] == before:
            raise InputError(
                f"{file}: the packages {'/'.join(before)} and {'/'.join(after)} would lie in one folder: name another"
            )
