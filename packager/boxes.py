"""The boxes of an MP4 file (ISO/IEC 14496-12): where each lies in the bytes, and how to write one.

The reader is meant for files of strangers. It is bounded (depth, number of boxes) and looks only at headers, never
copies a payload, and never crashes: what cannot be a box raises BrokenPackageError with its byte offset. It knows
which boxes contain others and nothing of what they say: `boxfields` reads that.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from packager.errors import BrokenPackageError

# Bytes between the header of a container and its first child. A full box has 4 (version and flags), `stsd` and
# `dref` 4 more (their count); the sample entries have the fixed fields of 14496-12 sections 12.1.3 and 12.2.3.
_VISUAL_ENTRY_FIELDS = 78
_AUDIO_ENTRY_FIELDS = 28
CONTAINERS = {
    "moov": 0, "trak": 0, "mdia": 0, "minf": 0, "stbl": 0, "dinf": 0, "edts": 0, "mvex": 0, "moof": 0, "traf": 0,
    "mfra": 0, "sinf": 0, "schi": 0, "stsd": 8, "dref": 8,
    "avc1": _VISUAL_ENTRY_FIELDS, "avc3": _VISUAL_ENTRY_FIELDS, "hvc1": _VISUAL_ENTRY_FIELDS,
    "hev1": _VISUAL_ENTRY_FIELDS, "av01": _VISUAL_ENTRY_FIELDS, "vp09": _VISUAL_ENTRY_FIELDS,
    "encv": _VISUAL_ENTRY_FIELDS, "mp4a": _AUDIO_ENTRY_FIELDS, "Opus": _AUDIO_ENTRY_FIELDS,
    "fLaC": _AUDIO_ENTRY_FIELDS, "ac-3": _AUDIO_ENTRY_FIELDS, "ec-3": _AUDIO_ENTRY_FIELDS,
    "enca": _AUDIO_ENTRY_FIELDS,
}  # fmt: skip

_HEADER = struct.Struct(">I4s")

# Real files stay far below both; a hostile one could otherwise cost us the stack or the memory.
MAX_DEPTH = 16
MAX_BOXES = 100_000


@dataclass(frozen=True, slots=True)
class Box:
    """One box: `kind` is its four-character code, `start` its offset in the bytes given to `read_boxes`."""

    kind: str
    start: int
    header_size: int
    size: int
    children: tuple["Box", ...] = ()

    @property
    def body(self) -> int:
        """Where the payload starts."""
        return self.start + self.header_size

    @property
    def end(self) -> int:
        """Where the next box starts."""
        return self.start + self.size

    def payload(self, data: bytes) -> bytes:
        """The bytes after the header, of the same `data` that was read."""
        return data[self.body : self.end]

    def find(self, *path: str) -> "Box | None":
        """The first box down this path of kinds below this one; None when there is none."""
        return find_box(self.children, *path)


def read_boxes(data: bytes, *, file_size: int | None = None) -> tuple[Box, ...]:
    """All boxes of `data`, containers with their children.

    `file_size`: the size of the whole file where `data` is only its beginning; a box that is not a container (an
    `mdat`, say) may then end beyond `data`. Bytes after the last whole header are then left alone.

    Raises BrokenPackageError when a size cannot be true or a container is cut off.
    """
    end = len(data) if file_size is None else max(file_size, len(data))
    reader = _Reader(data)
    return tuple(reader.read(0, end, depth=0))


def find_box(boxes: Iterable[Box], *path: str) -> Box | None:
    """The first box down this path of kinds; None when there is none."""
    return next(find_boxes(boxes, *path), None)


def find_boxes(boxes: Iterable[Box], *path: str) -> Iterator[Box]:
    """Every box down this path of kinds, in file order."""
    if not path:
        return
    for box in boxes:
        if box.kind == path[0]:
            if len(path) == 1:
                yield box
            else:
                yield from find_boxes(box.children, *path[1:])


def need_box(boxes: Iterable[Box], *path: str) -> Box:
    """The first box down this path of kinds. Raises BrokenPackageError when there is none."""
    found = find_box(boxes, *path)
    if found is None:
        raise BrokenPackageError(f"no {'/'.join(path)} box, which this file must have")
    return found


class _Reader:
    """Counts what it has read, so that no file can make it read without end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._count = 0

    def read(self, start: int, end: int, depth: int) -> Iterator[Box]:
        while start < min(end, len(self._data)):
            if depth == 0 and end > len(self._data) and not self._has_header(start):
                return  # the beginning of a file may end inside a header
            box = self._read_one(start, end, depth)
            yield box
            start = box.end

    def _read_one(self, start: int, end: int, depth: int) -> Box:
        kind, header_size, size = self._read_header(start, end)
        self._count += 1
        if self._count > MAX_BOXES:
            raise BrokenPackageError(f"more than {MAX_BOXES} boxes before byte {start}: not a file we can read")
        skip = CONTAINERS.get(kind)
        if skip is None:
            return Box(kind, start, header_size, size)
        return Box(kind, start, header_size, size, self._read_children(kind, start, header_size + skip, size, depth))

    def _read_children(self, kind: str, start: int, skip: int, size: int, depth: int) -> tuple[Box, ...]:
        if start + size > len(self._data):
            raise BrokenPackageError(
                f"{kind} box at byte {start} ends at {start + size}, but only {len(self._data)} bytes are there"
            )
        if skip > size:
            raise BrokenPackageError(f"{kind} box at byte {start} is {size} bytes long, too short for its fields")
        if depth + 1 > MAX_DEPTH:
            raise BrokenPackageError(f"{kind} box at byte {start} lies {MAX_DEPTH} boxes deep: not a file we can read")
        return tuple(self.read(start + skip, start + size, depth + 1))

    def _has_header(self, start: int) -> bool:
        """Whether a header at `start` is all there; one with a 64-bit size has 16 bytes."""
        is_large = self._data[start : start + 4] == b"\x00\x00\x00\x01"
        return start + (16 if is_large else 8) <= len(self._data)

    def _read_header(self, start: int, end: int) -> tuple[str, int, int]:
        if start + 8 > min(end, len(self._data)):
            raise BrokenPackageError(f"{end - start} stray bytes at byte {start} where a box should start")
        size, code = _HEADER.unpack_from(self._data, start)
        kind = code.decode("latin-1")
        header_size = 8
        if size == 1:
            if start + 16 > min(end, len(self._data)):
                raise BrokenPackageError(f"{kind!r} box at byte {start} is cut off inside its 64-bit size")
            (size,) = struct.unpack_from(">Q", self._data, start + 8)
            header_size = 16
        elif size == 0:  # "to the end of the file": 14496-12 section 4.2
            size = end - start
        if size < header_size or start + size > end:
            raise BrokenPackageError(
                f"{kind!r} box at byte {start} claims {size} bytes, but {end - start} are left there"
            )
        return kind, header_size, size


def box(kind: str, *parts: bytes) -> bytes:
    """A box of this kind around these bytes."""
    size = 8 + sum(map(len, parts))
    assert len(kind) == 4
    assert size < 1 << 32, "a box of 4 GiB: a segment is some seconds"
    return b"".join((struct.pack(">I4s", size, kind.encode("latin-1")), *parts))


def full_box(kind: str, version: int, flags: int, *parts: bytes) -> bytes:
    """A box that starts with a version and 24 bits of flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)
