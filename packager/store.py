"""Puts a package on disk: whole or not at all. It is built in a folder beside its place and renamed into it."""

import hashlib
import json
import os
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from packager.errors import InputError
from packager.manifest import FILE_NAME, StoredFile, is_package_json
from packager.workplace import claim_workplace, put_in_place


class Staging:
    """A package being written. Safe to write to from many threads."""

    def __init__(self, folder: Path, out: Path) -> None:
        self.folder = folder
        self._out = out
        self._files: list[StoredFile] = []
        self._lock = threading.Lock()

    def write(self, path: str, content: bytes) -> None:
        """Write one file; `path` is relative to the package."""
        target = self.folder / path
        with _disk_faults(self._out):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        self._note(path, len(content), hashlib.sha256(content).hexdigest())

    def append(self, path: str, content: bytes) -> int:
        """Add to the end of a file, which `seal` finishes; the offset at which it now stands there."""
        target = self.folder / path
        with _disk_faults(self._out):
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("ab") as file:
                offset = file.tell()
                file.write(content)
        return offset

    def seal(self, path: str, head: bytes) -> None:
        """Finish a file that was appended to: `head` replaces its first bytes."""
        with _disk_faults(self._out), (self.folder / path).open("r+b") as file:
            file.write(head)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size_bytes = file.tell()
        self._note(path, size_bytes, digest)

    def _note(self, path: str, size_bytes: int, sha256: str) -> None:
        with self._lock:
            self._files.append(StoredFile(path, size_bytes, sha256))

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """What has been written until now, by path."""
        with self._lock:
            return tuple(sorted(self._files, key=lambda stored: stored.path))


@contextmanager
def stage_package(out: Path) -> Iterator[Staging]:
    """A staging folder that becomes `out` when the block ends well, and is removed when it does not.

    An existing package of ours is replaced, and stays in its place until the new one is whole.

    Raises InputError when something else is at `out`, or when the disk refuses.
    """
    check_replaceable(out)
    made = _make_parents(out)
    try:
        with ExitStack() as stack:
            with _disk_faults(out):
                folder = stack.enter_context(claim_workplace(out))
            yield Staging(folder, out)
            with _disk_faults(out):
                _sync(folder)
                put_in_place(folder, out)
    except BaseException:
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        raise


@contextmanager
def _disk_faults(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            f"{out}: cannot be written ({error.strerror}): mend that, or name another place with --out"
        ) from error


def check_replaceable(out: Path) -> None:
    """Raise InputError unless `out` is free, an empty folder or a package of ours."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise InputError(f"{out}: is a file, and a package is a folder; name another place with --out")
    if out.is_dir() and any(out.iterdir()) and not _is_package(out):
        raise InputError(f"{out}: exists and is not a midnote package; name another place with --out, or move it away")


def _is_package(folder: Path) -> bool:
    try:
        return is_package_json(json.loads((folder / FILE_NAME).read_bytes()))
    except (OSError, ValueError):
        return False


def _make_parents(out: Path) -> tuple[Path, ...]:
    """The parents that had to be made, deepest first."""
    missing = tuple(parent for parent in out.absolute().parents if not parent.exists())
    with _disk_faults(out):
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
    return missing


def _sync(folder: Path) -> None:
    """Have all files on the disk before the rename says that they are (one pass, when most have arrived anyway).

    Several at a time: the disk then writes its journal once for all that wait. 80 files took 22 ms one after another
    and 13 ms so; 400 of them, on a busy disk, 0.7 s.
    """
    with ThreadPoolExecutor(16) as pool:
        deque(pool.map(_sync_one, (*folder.rglob("*"), folder)), maxlen=0)


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
