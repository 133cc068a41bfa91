"""A package on disk, read as a stranger would: by the URIs in its playlists, relative to its folder."""

from pathlib import Path
from typing import Protocol

from simulator.commands import Fetch, Part
from simulator.errors import BrokenPackageError, InputError
from simulator.hls import parse_playlist
from simulator.presentation import MediaPlaylist, Presentation, Resource


class PackageReader(Protocol):
    """Gives the bytes of a package's resources, named relative to its multivariant playlist."""

    def read(self, resource: Resource) -> bytes:
        """The bytes of a resource."""
        ...


class PackageFolder:
    """Bodies, sizes and parsed playlists of a package; each playlist is parsed once."""

    def __init__(self, root: Path) -> None:
        """Raises InputError when there is no such folder."""
        if not root.is_dir():
            raise InputError(f"{root}: no such folder; give a package folder, or the URL of its master.m3u8")
        self.root = root
        self._parsed: dict[str, Presentation | MediaPlaylist] = {}
        self._sizes: dict[str, int] = {}

    def read(self, resource: Resource) -> bytes:
        """The bytes of a resource. Raises BrokenPackageError when they are not there."""
        try:
            with self._path(resource.uri).open("rb") as file:
                if resource.byte_range is None:
                    return file.read()
                file.seek(resource.byte_range.offset)
                return file.read(resource.byte_range.length)
        except OSError as fault:
            raise BrokenPackageError(
                f"{self.root / resource.uri}: {fault.strerror}, though a playlist names it; package the song again"
            ) from fault

    def size_bytes(self, resource: Resource) -> int:
        """How many bytes `read` would give."""
        if resource.byte_range is not None:
            return resource.byte_range.length
        if resource.uri not in self._sizes:
            try:
                self._sizes[resource.uri] = self._path(resource.uri).stat().st_size
            except OSError as fault:
                raise BrokenPackageError(
                    f"{self.root / resource.uri}: {fault.strerror}, though a playlist names it; package the song again"
                ) from fault
        return self._sizes[resource.uri]

    def parse(self, fetch: Fetch) -> Presentation | MediaPlaylist | None:
        """The playlist that a fetch is for; None when it is for media."""
        uri = fetch.resource.uri
        if fetch.part not in (Part.MULTIVARIANT, Part.PLAYLIST):
            return None
        if uri not in self._parsed:
            self._parsed[uri] = parse_playlist(fetch, self.read(fetch.resource))
        return self._parsed[uri]

    def _path(self, uri: str) -> Path:
        if "://" in uri:
            raise BrokenPackageError(f"{uri}: is not in the folder {self.root}; serve the package, and play its URL")
        path = self.root / uri
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise BrokenPackageError(f"{uri}: a playlist names a file outside the package folder {self.root}")
        return path
