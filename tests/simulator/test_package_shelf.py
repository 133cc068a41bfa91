from pathlib import Path

import pytest

from benchmarks.hollow import write_hollow_package
from simulator.commands import Fetch, Part
from simulator.errors import BrokenPackageError, InputError
from simulator.faults import Asked
from simulator.origin.catalogue import read_catalogue
from simulator.package_shelf import PackageShelf
from simulator.presentation import Medium, Presentation, Resource


@pytest.fixture
def shelf(hollow_package: Path, tmp_path: Path) -> PackageShelf:
    return PackageShelf(hollow_package, {"song-2": write_hollow_package(tmp_path / "other", 3)})


def test_each_package_is_read_under_its_own_name(shelf: PackageShelf) -> None:
    first, second = (
        shelf.parse(Fetch(0, Resource(uri), Part.MULTIVARIANT)) for uri in ("master.m3u8", "song-2/master.m3u8")
    )
    assert isinstance(first, Presentation)
    assert isinstance(second, Presentation)
    assert (first.audio[0].uri, second.audio[0].uri) == (
        "audio/aac-96/playlist.m3u8",
        "song-2/audio/aac-96/playlist.m3u8",
    )
    assert shelf.size_bytes(Resource("song-2/audio/aac-96/00002.m4s")) == 46_080
    with pytest.raises(BrokenPackageError, match=r"00003\.m4s: No such file"):
        shelf.read(Resource("song-2/audio/aac-96/00003.m4s"))


def test_nothing_outside_a_package_is_read(shelf: PackageShelf) -> None:
    with pytest.raises(BrokenPackageError, match="a playlist names a file outside the package folder"):
        shelf.read(Resource("song-2/../secret"))


def test_a_package_that_is_not_there_is_named(hollow_package: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gone: no such folder; give a package folder"):
        PackageShelf(hollow_package, {"song-2": tmp_path / "gone"})


def test_a_folder_that_stands_in_the_way_is_named(hollow_package: Path) -> None:
    with pytest.raises(InputError, match="video: stands where the next song is to be read; rename it"):
        PackageShelf(hollow_package, {"video": hollow_package})


def test_an_origin_knows_what_each_file_of_a_shelf_is_for(hollow_package: Path, tmp_path: Path) -> None:
    other = write_hollow_package(tmp_path / "other", 3)
    catalogue = read_catalogue(hollow_package, ("master.m3u8",), {"song-2": other})
    path = "song-2/video/240p/00001.m4s"
    assert catalogue[path, None] == Asked(path, Part.SEGMENT, Medium.VIDEO, "240p", 1)
    assert ("song-2/video/240p/00003.m4s", None) not in catalogue
    assert ("video/240p/00003.m4s", None) in catalogue
