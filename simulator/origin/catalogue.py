"""What each file below a served folder is for, as its playlists say: so that a fault can be aimed at a rung."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from simulator.commands import Fetch, Part
from simulator.errors import SimulatorError
from simulator.faults import Asked
from simulator.package_folder import PackageFolder
from simulator.presentation import MediaPlaylist, Presentation, Resource, Rung

# A path below the served folder, and the first byte asked for where playlists name byte ranges.
Place = tuple[str, int | None]


def read_catalogue(
    root: Path, playlists: tuple[str, ...], shelf: Mapping[str, Path] = MappingProxyType({})
) -> dict[Place, Asked]:
    """What the playlists below `root` name. Those that cannot be played from are left out.

    What stands under another name of the `shelf` is known by that name, to whoever aims a fault by its path too.
    """
    catalogue: dict[Place, Asked] = {}
    for path in playlists:
        folder, slash, name = path.rpartition("/")
        package = PackageFolder(root / folder)
        for place, asked in _list_package(package, name):
            catalogue.setdefault((f"{folder}{slash}{place[0]}", place[1]), asked)
    for shelf_name, elsewhere in shelf.items():
        for place, asked in _list_package(PackageFolder(elsewhere), "master.m3u8"):
            named = replace(asked, path=f"{shelf_name}/{asked.path}")
            catalogue[f"{shelf_name}/{place[0]}", place[1]] = named
    return catalogue


def _list_package(package: PackageFolder, name: str) -> Iterator[tuple[Place, Asked]]:
    try:
        presentation = package.parse(Fetch(0, Resource(name), Part.MULTIVARIANT))
    except SimulatorError:
        return
    assert isinstance(presentation, Presentation), "a multivariant fetch gives a presentation"
    yield (name, None), Asked(name, Part.MULTIVARIANT)
    for rung in (*presentation.audio, *presentation.video):
        yield from _list_rung(package, rung)


def _list_rung(package: PackageFolder, rung: Rung) -> Iterator[tuple[Place, Asked]]:
    yield (rung.uri, None), Asked(rung.uri, Part.PLAYLIST, rung.medium, rung.name)
    try:
        playlist = package.parse(Fetch(0, Resource(rung.uri), Part.PLAYLIST))
    except SimulatorError:
        return
    assert isinstance(playlist, MediaPlaylist), "a playlist fetch gives a media playlist"
    if playlist.init:
        yield _place(playlist.init), Asked(playlist.init.uri, Part.INIT, rung.medium, rung.name)
    for index, segment in enumerate(playlist.segments):
        asked = Asked(segment.resource.uri, Part.SEGMENT, rung.medium, rung.name, index)
        yield _place(segment.resource), asked
        if segment.encryption is not None:
            key = segment.encryption.key
            yield _place(key), Asked(key.uri, Part.KEY, rung.medium, rung.name)


def _place(resource: Resource) -> Place:
    return resource.uri, None if resource.byte_range is None else resource.byte_range.offset
