"""Where the segments of a rung go: what takes them one by one as they are made, and says where each one is."""

from typing import Protocol

from packager.playlist import INIT_NAME, Place
from packager.store import Staging


class SegmentSink(Protocol):
    """Takes the media segments of one rung in order, and its init segment when its last bytes are known."""

    def put(self, content: bytes) -> Place:
        """Store the next media segment; where it is."""

    def finish(self, init: bytes) -> Place:
        """Store the init segment, after all media segments; where it is."""


class FolderSink:
    """Each segment a file of its own in the rung's folder: what every player and cache takes best."""

    def __init__(self, staging: Staging, folder: str) -> None:
        self._staging = staging
        self._folder = folder
        self._count = 0

    def put(self, content: bytes) -> Place:
        """Write the next media segment: `00000.m4s`, `00001.m4s`, ..."""
        place = self._write(f"{self._count:05d}.m4s", content)
        self._count += 1
        return place

    def finish(self, init: bytes) -> Place:
        """Write the init segment: `init.mp4`."""
        return self._write(INIT_NAME, init)

    def _write(self, name: str, content: bytes) -> Place:
        self._staging.write(f"{self._folder}/{name}", content)
        return Place(name, len(content))
