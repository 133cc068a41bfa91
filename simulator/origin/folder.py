"""The folder served: its files, opened so that nothing outside can be reached, and its playlists."""

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from simulator.errors import InputError

PLAYLIST_SUFFIXES = frozenset({".m3u8", ".mpd"})
# What people open first stands first.
_PLAYLIST_ORDER = ("master.m3u8", "tv.m3u8", "audio.m3u8", "video.m3u8", "manifest.mpd")

# O_NONBLOCK: opening a pipe would wait for its writer. O_NOFOLLOW: the name was resolved already.
_OPEN_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EACCES, errno.ENXIO})


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A regular file, open for reading; it stays what it is though another may be renamed into its place."""

    descriptor: int
    size_bytes: int
    modified_ns: int

    def read_at(self, offset: int, size_bytes: int) -> bytes:
        """Up to `size_bytes` from `offset`: what the kernel has at once, fewer at the end of the file."""
        return os.pread(self.descriptor, size_bytes, offset)


class ServedFolder:
    """A package, or a folder of packages; and others that stand elsewhere, under names of their own."""

    def __init__(self, root: Path, shelf: Mapping[str, Path] = MappingProxyType({})) -> None:
        """`shelf`: those others. Raises InputError when one is no folder or there is nothing in it to play."""
        if not root.is_dir():
            found = "is a file" if root.exists() else "does not exist"
            raise InputError(f"{root}: {found}; expected a package folder (make one with `midnote package`)")
        self._root = root.resolve()
        if not self.list_playlists():
            raise InputError(
                f"{root}: no playlist (.m3u8 or .mpd) in it or in a folder directly below; name a package folder"
            )
        self._shelf = {name: ServedFolder(folder) for name, folder in shelf.items()}

    def list_playlists(self) -> tuple[str, ...]:
        """Paths of the playlists to open, relative to the folder; of its subfolders when it has none itself."""
        return _playlists_in(self._root) or tuple(
            f"{folder.name}/{name}"
            for folder in sorted(self._root.iterdir())
            if folder.is_dir() and not folder.name.startswith(".")
            for name in _playlists_in(folder)
        )

    @contextmanager
    def open_file(self, names: tuple[str, ...]) -> Iterator[OpenFile | None]:
        """The file at `names` below the folder, closed at the end; None when there is no such file to read.

        Symbolic links are followed as long as they end inside the folder.
        """
        descriptor = self._open(names)
        if descriptor is None:
            yield None
            return
        try:
            status = os.fstat(descriptor)
            is_file = stat.S_ISREG(status.st_mode)
            yield OpenFile(descriptor, status.st_size, status.st_mtime_ns) if is_file else None
        finally:
            os.close(descriptor)

    def _open(self, names: tuple[str, ...]) -> int | None:
        if names and names[0] in self._shelf:
            return self._shelf[names[0]]._open(names[1:])
        try:
            real = self._root.joinpath(*names).resolve(strict=True)
            return os.open(real, _OPEN_FLAGS) if real.is_relative_to(self._root) else None
        except RuntimeError:  # Path.resolve on a loop of symbolic links, until Python 3.13
            return None
        except OSError as error:
            if error.errno in _NOT_THERE:
                return None
            raise


def _playlists_in(folder: Path) -> tuple[str, ...]:
    names = sorted(path.name for path in folder.iterdir() if path.suffix in PLAYLIST_SUFFIXES and path.is_file())
    first = tuple(name for name in _PLAYLIST_ORDER if name in names)
    return first + tuple(name for name in names if name not in first)
