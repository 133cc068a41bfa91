"""Opens source files for reading, and trusts them with nothing: a name is never a protocol, a text never a playlist.

FFmpeg takes `AC:DC.mp4` for a protocol called AC, and an upload that is really an HLS playlist for leave to open other
files and URLs. Here a path is a path, and only that one file is read.
"""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from packager.errors import InputError, UnsupportedError, printable

if TYPE_CHECKING:
    from av.container import InputContainer

# 8K (7680x4320) with a little room: one picture of it takes 50 MB, and a hostile header may claim 100000x100000.
MAX_PICTURE_PIXELS = 8192 * 4320

# Formats that are lists of other files.
_LISTS = frozenset({"hls", "dash", "concat", "imf", "sdp", "image2"})

_KINDS = (
    (stat.S_ISDIR, "is a folder; name the song or video file in it"),
    (stat.S_ISFIFO, "is a pipe, which cannot be read twice; save it to a file first"),
    (stat.S_ISSOCK, "is a socket; name a file"),
    (stat.S_ISCHR, "is a device; name a file"),
    (stat.S_ISBLK, "is a device; name a file"),
)


@contextmanager
def open_source(path: Path) -> "Iterator[InputContainer]":
    """The file, open for demuxing. Raises InputError when it is not a file that holds sound or pictures."""
    import av  # FFmpeg's libraries: 50 ms, for which who only asks for a name need not wait

    check_is_file(path)
    try:
        container = av.open(
            f"file:{path}",
            options={"protocol_whitelist": "file", "max_pixels": str(MAX_PICTURE_PIXELS)},
            metadata_errors="replace",
        )
    except av.error.FFmpegError as error:
        raise InputError(
            f"{name_of(path)}: not sound or video that can be read ({error.strerror}): "
            "export it again, or name another file"
        ) from error
    with container:
        if container.format.name in _LISTS:
            raise UnsupportedError(
                f"{name_of(path)}: is a list of other files ({container.format.name}), not sound or video itself: "
                "name the media file"
            )
        yield container


def name_of(path: Path) -> str:
    """The name of the file as messages and package.json give it."""
    return printable(path.name)


def check_is_file(path: Path) -> None:
    """Raise InputError unless there is a file with something in it, which we may read."""
    try:
        mode = path.stat().st_mode
        for is_kind, remedy in _KINDS:
            if is_kind(mode):
                raise InputError(f"{path}: {remedy}")
        with path.open("rb") as file:
            is_empty = not file.read(1)
    except FileNotFoundError as error:
        remedy = "is a link to a file that is not there" if path.is_symlink() else "no such file"
        raise InputError(f"{path}: {remedy}; check the path") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path}: cannot be opened ({reason}); check its name and permissions") from error
    if is_empty:
        raise InputError(f"{name_of(path)}: is empty (0 bytes); export or download it again")
