"""What was made before, kept for the next run: chunks of bytes under a key, with a note about them.

    recording = cache.record(key)            kept = cache.find(key)
    recording.put(chunk)                     kept.note, [chunk for chunk in kept]
    recording.keep({"codec": "avc1.64001F"})

An entry is one file: its chunks, then their sizes and the note as JSON, the length of that in 8 bytes, and the SHA-256
of all before it. It appears whole, by renaming, and is believed only when its sum is right. The oldest give way when
there are too many. A cache that cannot be written keeps nothing; it never spoils the work.
"""

import hashlib
import json
import os
import secrets
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from packager.errors import InputError

# Some 40 songs of four minutes with five video rungs.
LIMIT_BYTES = 10 << 30

_SUFFIX = ".entry"
_PARTIAL = ".partial"
_LENGTH = struct.Struct(">Q")
_SUM_BYTES = 32
_READ_BYTES = 1 << 20
# A recording that nobody has written to for so long belongs to a run that was killed.
_ABANDONED_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry whose sum is right: the sizes of its chunks, and what was noted with them. Its chunks come in order."""

    path: Path
    sizes: tuple[int, ...]
    note: dict[str, object]

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            for size in self.sizes:
                yield file.read(size)


class Recording:
    """An entry being made. What is not kept in the end leaves nothing behind."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(f"{path.stem}-{secrets.token_hex(4)}{_PARTIAL}")
        self._sizes: list[int] = []
        self._sum = hashlib.sha256()
        self._file: IO[bytes] | None = None
        with suppress(OSError):
            self._file = self._partial.open("xb")

    def put(self, chunk: bytes) -> None:
        """Add a chunk."""
        self._sizes.append(len(chunk))
        self._write(chunk)

    def keep(self, note: dict[str, object]) -> None:
        """Have the entry found from now on."""
        tail = json.dumps({"sizes": self._sizes, "note": note}).encode()
        self._write(tail + _LENGTH.pack(len(tail)))
        self._write(self._sum.digest())
        if self._file is None:
            return
        try:
            self._file.close()
            self._partial.replace(self._path)
            self._file = None
        except OSError:
            self.drop()

    def drop(self) -> None:
        """Forget it, where it has not been kept."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._partial.unlink(missing_ok=True)
            self._file = None

    def _write(self, content: bytes) -> None:
        self._sum.update(content)
        try:
            if self._file is not None:
                self._file.write(content)
        except OSError:  # a full disk, most of all
            self.drop()


class Cache:
    """A folder of entries. Safe to use from many threads and many runs.

    `reused` names what was found and used in this run, for a summary.
    """

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self.folder = folder
        self.reused: list[str] = []
        self._limit_bytes = limit_bytes
        self._recordings: list[Recording] = []
        self._recorded: set[str] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"{folder}: cannot be used as a cache ({error.strerror}): name another folder with --cache, or give "
                "--no-cache"
            ) from error

    def find(self, key: str) -> Kept | None:
        """What was kept under this key; None where nothing was, or where it is damaged, and then it is cleared away."""
        path = self._path(key)
        try:
            kept = _read(path)
        except (OSError, ValueError, KeyError, TypeError):
            with suppress(OSError):
                path.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            os.utime(path)
        return kept

    def record(self, key: str) -> Recording:
        """An entry to be made under this key."""
        recording = Recording(self._path(key))
        self._recorded.add(key)
        self._recordings.append(recording)
        return recording

    def has_recorded(self, key: str) -> bool:
        """Whether an entry under this key was begun in this run."""
        return key in self._recorded

    def settle(self) -> None:
        """Drop recordings that were not kept, and what is too much. When nobody records any more."""
        for recording in self._recordings:
            recording.drop()
        self._recordings.clear()
        self.trim()

    def trim(self) -> None:
        """Take away the entries not used for longest, until the rest is within the limit, and abandoned recordings."""
        with suppress(OSError):
            now = time.time()
            for path in self.folder.glob(f"*{_PARTIAL}"):
                if now - path.stat().st_mtime > _ABANDONED_S:
                    path.unlink(missing_ok=True)
            entries = sorted((path.stat().st_mtime_ns, path) for path in self.folder.glob(f"*{_SUFFIX}"))
            total = sum(path.stat().st_size for _, path in entries)
            for _, path in entries:
                if total <= self._limit_bytes:
                    return
                total -= path.stat().st_size
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"


def open_cache(folder: Path | None = None) -> Cache | None:
    """The cache in this folder, or in the usual one; None where the usual one cannot be written.

    Raises InputError where a folder that was asked for cannot be used.
    """
    try:
        return Cache(folder or default_folder())
    except InputError:
        if folder is not None:
            raise
        return None


def default_folder() -> Path:
    """Where the XDG base directory specification wants caches: $XDG_CACHE_HOME/midnote, or ~/.cache/midnote."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if home.startswith("/") else Path("~/.cache").expanduser()) / "midnote"


def _read(path: Path) -> Kept:
    """The entry in this file. Raises OSError, ValueError, KeyError or TypeError where it is not one, or damaged."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END) - _SUM_BYTES
        file.seek(0)
        if size < _LENGTH.size or _sum_of(file, size) != file.read(_SUM_BYTES):
            raise ValueError("damaged")
        file.seek(size - _LENGTH.size)
        (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
        file.seek(size - _LENGTH.size - length)
        tail = json.loads(file.read(length))
    return Kept(path, tuple(tail["sizes"]), tail["note"])


def _sum_of(file: IO[bytes], size: int) -> bytes:
    found = hashlib.sha256()
    while size > 0 and (block := file.read(min(size, _READ_BYTES))):
        found.update(block)
        size -= len(block)
    return found.digest()
