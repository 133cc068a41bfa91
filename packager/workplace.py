"""Where a package is built: a folder beside its place, which then changes places with what stands there.

Whoever is killed leaves the folder behind, and the next run to the same place clears it away. A lock on the folder
tells the living from the dead: the kernel lets go of it with the process, while a process id may by then be another's,
or be counted in another container.
"""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_AT_FDCWD = -100  # linux/fcntl.h
_RENAME_EXCHANGE = 2  # linux/fs.h
# What renameat2 says where the kernel or the file system does not know how to exchange.
_UNABLE = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM})


@contextmanager
def claim_workplace(out: Path) -> Iterator[Path]:
    """A new empty folder beside `out`, ours until the block ends, and gone then. Leftovers of the dead are cleared."""
    clear_leftovers(out)
    folder, lock = _make_locked(out)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def clear_leftovers(out: Path) -> None:
    """Take away what killed runs to this place have left, and bring back a package that one of them had set aside."""
    aside = _aside(out)
    if aside.is_dir():
        if not out.exists():
            aside.rename(out)
        shutil.rmtree(aside, ignore_errors=True)
    for entry in tuple(out.parent.iterdir()):
        if entry.name.startswith(_prefix(out)) and _is_abandoned(entry):
            shutil.rmtree(entry, ignore_errors=True)


def put_in_place(folder: Path, out: Path) -> None:
    """Have `folder` stand at `out`, in one step: at no moment is there less than a whole package where one was.

    What stood there is at `folder` afterwards. Where the file system cannot exchange two folders, it is set aside for a
    moment; a run that is killed in that moment leaves it to the next one.
    """
    if not out.exists():
        folder.rename(out)
    elif not _exchange(folder, out):
        aside = _aside(out)
        out.rename(aside)
        try:
            folder.rename(out)
        except OSError:
            aside.rename(out)
            raise
        shutil.rmtree(aside, ignore_errors=True)
    _sync_folder(out.parent)


def _prefix(out: Path) -> str:
    return f".{out.name}.partial-"


def _aside(out: Path) -> Path:
    return out.parent / f".{out.name}.old"


def _make_locked(out: Path) -> tuple[Path, int]:
    """A new folder and the descriptor that holds the lock on it."""
    while True:
        folder = out.parent / f"{_prefix(out)}{secrets.token_hex(4)}"
        folder.mkdir()
        descriptor = os.open(folder, os.O_RDONLY)
        with suppress(OSError):  # a file system without locks: nobody can take it for abandoned either
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Another run may have cleared it away between the two steps.
        if _is_same(descriptor, folder):
            return folder, descriptor
        os.close(descriptor)


def _is_abandoned(folder: Path) -> bool:
    """Whether nobody holds the lock; one who cannot find out leaves it alone."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _is_same(descriptor: int, folder: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), folder.stat())
    except FileNotFoundError:
        return False


def _exchange(one: Path, other: Path) -> bool:
    """Whether the two could change places; raises OSError where something else than ability was missing."""
    import ctypes  # only for who replaces something

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _sync_folder(folder: Path) -> None:
    """Have the new name itself on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
