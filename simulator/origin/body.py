"""A body read piece by piece, from the parts of which an answer made it."""

from collections.abc import Callable

from simulator.errors import OriginError
from simulator.origin.ranges import ByteSpan

ReadAt = Callable[[int, int], bytes]


class BodyReader:
    """Reads a body in pieces of at most the size asked for; `read_at(offset, size)` reads the representation."""

    def __init__(self, parts: tuple[bytes | ByteSpan, ...], read_at: ReadAt) -> None:
        self._parts = list(reversed(parts))
        self._read_at = read_at

    def read(self, most_bytes: int) -> bytes:
        """The next piece; empty at the end. Raises OriginError when the file has become shorter meanwhile."""
        if not self._parts:
            return b""
        part = self._parts.pop()
        if isinstance(part, bytes):
            piece, rest = part[:most_bytes], part[most_bytes:]
            if rest:
                self._parts.append(rest)
            return piece
        piece = self._read_at(part.first, min(most_bytes, part.size_bytes))
        if not piece:
            raise OriginError(f"the file ends at byte {part.first} while bytes up to {part.end} were promised")
        if len(piece) < part.size_bytes:
            self._parts.append(ByteSpan(part.first + len(piece), part.end))
        return piece
