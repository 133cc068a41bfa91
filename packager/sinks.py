"""Where the segments of a rung go: what takes them one by one as they are made, and says where each one is."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Protocol

from packager.boxes import box, read_boxes
from packager.boxfields import read_tracks
from packager.delivery import Delivery, Encryption
from packager.encryption import encrypt_segment
from packager.errors import UnsupportedError
from packager.playlist import INIT_NAME, Place, RungHead
from packager.sidx import MAX_REFERENCES, Reference, measure_sidx, write_sidx
from packager.store import Staging

SINGLE_FILE_NAME = "media.mp4"

# What is kept free for the init segment of a single file, whose last bytes are known last. x264's and AAC's take under
# 1 kB; x265 puts 2 kB of its settings into its own.
_INIT_ROOM_BYTES = 8192
_BOX_HEADER_BYTES = 8


class SegmentSink(Protocol):
    """Takes the media segments of one rung in order, and its init segment when its last bytes are known."""

    def put(self, *content: bytes) -> Place:
        """Store the next media segment, given in one piece or several; where it is."""

    def finish(self, init: bytes) -> RungHead:
        """Store the init segment, after all media segments; where it is."""


def open_sink(staging: Staging, folder: str, durations: Sequence[Fraction], delivery: Delivery) -> SegmentSink:
    """The sink for a rung in this folder of the package, whose segments last so long, in seconds."""
    if delivery.is_single_file:
        return SingleFileSink(staging, folder, durations)
    if delivery.encryption is not None:
        return EncryptingSink(FolderSink(staging, folder), folder, delivery.encryption)
    return FolderSink(staging, folder)


class FolderSink:
    """Each segment a file of its own in the rung's folder: what every player and cache takes best."""

    def __init__(self, staging: Staging, folder: str) -> None:
        self._staging = staging
        self._folder = folder
        self._count = 0

    def put(self, *content: bytes) -> Place:
        """Write the next media segment: `00000.m4s`, `00001.m4s`, ..."""
        place = self._write(f"{self._count:05d}.m4s", *content)
        self._count += 1
        return place

    def finish(self, init: bytes) -> RungHead:
        """Write the init segment: `init.mp4`."""
        return RungHead(self._write(INIT_NAME, init))

    def _write(self, name: str, *content: bytes) -> Place:
        self._staging.write(f"{self._folder}/{name}", *content)
        return Place(name, sum(map(len, content)))


class EncryptingSink:
    """Encrypts each media segment before it goes into another sink. The init segment stays clear."""

    def __init__(self, sink: SegmentSink, folder: str, encryption: Encryption) -> None:
        self._sink = sink
        self._key = encryption.key
        self._uri = encryption.uri_from(folder)
        self._count = 0

    def put(self, *content: bytes) -> Place:
        """Store the next media segment; its number is its IV."""
        place = self._sink.put(encrypt_segment(b"".join(content), self._key, self._count))
        self._count += 1
        return place

    def finish(self, init: bytes) -> RungHead:
        """Store the init segment."""
        return replace(self._sink.finish(init), key_uri=self._uri)


class SingleFileSink:
    """All segments in one file, which is also a file to play: init segment, free space, index, segments.

    Segments are appended as they come. Room for what stands before them is left first and filled last: nothing is
    copied, and nothing but one segment is ever in memory.
    """

    def __init__(self, staging: Staging, folder: str, durations: Sequence[Fraction]) -> None:
        """Raises UnsupportedError when an index cannot list so many segments."""
        if len(durations) > MAX_REFERENCES:
            raise UnsupportedError(
                f"{len(durations)} segments do not fit the index of one file, which lists {MAX_REFERENCES}: "
                "leave out --single-file"
            )
        self._staging = staging
        self._path = f"{folder}/{SINGLE_FILE_NAME}"
        self._durations = durations
        self._sizes: list[int] = []

    def put(self, *content: bytes) -> Place:
        """Append the next media segment."""
        if not self._sizes:
            self._staging.append(self._path, bytes(_INIT_ROOM_BYTES + measure_sidx(len(self._durations))))
        offset = self._staging.append(self._path, *content)
        self._sizes.append(sum(map(len, content)))
        return Place(SINGLE_FILE_NAME, self._sizes[-1], offset)

    def finish(self, init: bytes) -> RungHead:
        """Write the init segment and the index before the media segments.

        Raises UnsupportedError when the init segment is larger than the room for it.
        """
        gap = _INIT_ROOM_BYTES - len(init)
        if gap < _BOX_HEADER_BYTES:
            raise UnsupportedError(
                f"{self._path}: its init segment has {len(init)} bytes where {_INIT_ROOM_BYTES} are kept for it: "
                "leave out --single-file"
            )
        index = self._write_index(init)
        self._staging.seal(self._path, init + box("free", bytes(gap - _BOX_HEADER_BYTES)) + index)
        return RungHead(Place(SINGLE_FILE_NAME, len(init), 0), Place(SINGLE_FILE_NAME, len(index), _INIT_ROOM_BYTES))

    def _write_index(self, init: bytes) -> bytes:
        (track,) = read_tracks(init, read_boxes(init))
        timescale = track.media.timescale
        pairs = zip(self._sizes, self._durations, strict=True)
        return write_sidx(timescale, [Reference(size, int(duration * timescale)) for size, duration in pairs])
