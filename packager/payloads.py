"""The coded frames of a stream on disk: where each one lies, so that none has to be in memory before it is wanted."""

import os
from array import array
from typing import IO


class Payloads:
    """The coded frames of one stream, in decode order, in an open file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._offsets = array("Q")
        self._sizes = array("Q")

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def total(self) -> int:
        """All of them, in bytes."""
        return sum(self._sizes)

    def note(self, offset: int, size_bytes: int) -> None:
        """The next frame lies there already."""
        self._offsets.append(offset)
        self._sizes.append(size_bytes)

    def append(self, payload: bytes) -> None:
        """The next frame, written to the end of the file."""
        self.note(self._file.tell(), self._file.write(payload))

    def sizes(self, first: int, end: int) -> list[int]:
        """The sizes in bytes of these frames."""
        return self._sizes[first:end].tolist()

    def read(self, first: int, end: int) -> bytes:
        """These frames, one after another. Those that lie together are read at once."""
        self._file.flush()
        pieces = []
        start = stop = 0
        for offset, size in zip(self._offsets[first:end], self._sizes[first:end], strict=True):
            if offset != stop:
                pieces.append(self._read(start, stop))
                start = offset
            stop = offset + size
        pieces.append(self._read(start, stop))
        return b"".join(pieces)

    def _read(self, start: int, stop: int) -> bytes:
        return os.pread(self._file.fileno(), stop - start, start) if stop > start else b""
