"""The coded frames of a stream on disk: where each one lies, so that none has to be in memory before it is wanted."""

import os
from array import array
from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import IO

from packager.errors import InputError


class Payloads:
    """The coded frames of one stream, in decode order, in an open file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        # Where each frame ends, were they all one after another.
        self._ends = array("Q", [0])
        # Frames that do lie one after another are an extent: its first frame, and by how much all are further on.
        self._firsts: list[int] = []
        self._shifts: list[int] = []

    def __len__(self) -> int:
        return len(self._ends) - 1

    @property
    def total(self) -> int:
        """All of them, in bytes."""
        return self._ends[-1]

    def note(self, offset: int, *sizes_bytes: int) -> None:
        """The next frames lie there already, one after another."""
        shift = offset - self._ends[-1]
        if not self._shifts or shift != self._shifts[-1]:
            self._firsts.append(len(self))
            self._shifts.append(shift)
        self._ends.extend(accumulate(sizes_bytes[1:], initial=self._ends[-1] + sizes_bytes[0]))

    def append(self, payload: bytes) -> None:
        """The next frame, written to the end of the file."""
        self.note(self._file.tell(), self._file.write(payload))

    def sizes(self, first: int, end: int) -> list[int]:
        """The sizes in bytes of these frames."""
        return [after - before for before, after in pairwise(self._ends[first : end + 1])]

    def read_head(self, number: int, size_bytes: int) -> bytes:
        """The first bytes of a frame, at most so many."""
        size_bytes = min(size_bytes, self._ends[number + 1] - self._ends[number])
        shift = self._shifts[bisect_right(self._firsts, number) - 1]
        return os.pread(self._file.fileno(), size_bytes, self._ends[number] + shift)

    def read(self, first: int, end: int) -> bytes:
        """These frames, one after another. Those that lie together are read at once."""
        self._file.flush()
        pieces = []
        while first < end:
            extent = bisect_right(self._firsts, first) - 1
            until = min([end, *self._firsts[extent + 1 : extent + 2]])
            start, stop = self._ends[first], self._ends[until]
            pieces.append(self._read(start + self._shifts[extent], stop - start))
            first = until
        return b"".join(pieces)

    def _read(self, offset: int, size_bytes: int) -> bytes:
        found = os.pread(self._file.fileno(), size_bytes, offset)
        if len(found) < size_bytes:
            raise InputError(f"{self._file.name}: became shorter while it was read; copy it again when it is whole")
        return found
