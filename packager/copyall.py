"""Copies song after song of a list. One that cannot be used is told, and does not keep the others from their place."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packager.copy import copy_package
from packager.copyindex import CopyIndex
from packager.copylist import ListedSong, read_copy_list
from packager.delivery import Delivery
from packager.errors import InputError, PackagerError
from packager.song_file import gather_said

# A line for each file of some hundred thousand songs; what is larger is no list.
_LARGEST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class CopiedSong:
    """What became of a song: its index, or why there is no package of it."""

    name: str
    out: Path
    result: CopyIndex | PackagerError


def load_copy_list(path: Path) -> tuple[ListedSong, ...]:
    """The songs in this file. Raises InputError where it cannot be used."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path}: cannot be read ({reason}): give the path of a TOML file") from error
    if len(content) > _LARGEST_BYTES:
        raise InputError(f"{path}: is larger than {_LARGEST_BYTES} bytes: divide it into several lists")
    return read_copy_list(path.name, text)


def copy_all(path: Path, out: Path, delivery: Delivery) -> Iterator[CopiedSong]:
    """Each song of the list in this file, in a folder of its own in `out`, as soon as its package is there.

    Raises InputError where the list itself cannot be used, before anything is written.
    """
    for song in load_copy_list(path):
        target = out / song.name
        yield CopiedSong(song.name, target, _copy(song, path.parent, target, delivery))


def _copy(song: ListedSong, folder: Path, out: Path, delivery: Delivery) -> CopyIndex | PackagerError:
    try:
        said = gather_said(folder / song.about if song.about else None, song.title, ())
        return copy_package([folder / file for file in song.files], out, said=said, delivery=delivery)
    except PackagerError as error:
        return error
