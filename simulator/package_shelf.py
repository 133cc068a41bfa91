"""Several packages read as one: the songs of a queue, each under a name of its own."""

from collections.abc import Mapping
from pathlib import Path

from simulator.errors import InputError
from simulator.package_folder import PackageFolder


class PackageShelf(PackageFolder):
    """A package, and others below it that stand elsewhere: `song-2/master.m3u8` is the second song's."""

    def __init__(self, root: Path, others: Mapping[str, Path]) -> None:
        """`others`: by the name that each is known by, its folder. Raises InputError when one is not there."""
        super().__init__(root)
        for name in others:
            if (root / name).exists():
                raise InputError(f"{root / name}: stands where the next song is to be read; rename it")
        self._others = {name: PackageFolder(folder) for name, folder in others.items()}

    def _path(self, uri: str) -> Path:
        name, _, rest = uri.partition("/")
        return self._others[name]._path(rest) if name in self._others else super()._path(uri)
