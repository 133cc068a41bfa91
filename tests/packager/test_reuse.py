"""Packages made from the cache are those that are made without it, and only what has changed is made again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from media_makers import make_sound, steady, write_media

import packager.reuse
import packager.rungs_audio
import packager.rungs_video
from packager.audiogroups import AudioWishes
from packager.build import build_package
from packager.cache import Cache
from packager.delivery import Delivery
from packager.errors import InputError
from packager.ladder import AudioCodec
from packager.wishes import PackageWishes

ALL = ["aac-96", "aac-160", "aac-256", "240p", "144p"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """4 s at 25 fps: two segments, two video rungs."""
    path = tmp_path_factory.mktemp("source") / "both.mkv"
    return write_media(path, sound=make_sound(4), pictures=steady(100), size=(256, 240))


@pytest.fixture(scope="module")
def first(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The package made without anything at hand, and the cache after it."""
    folder = tmp_path_factory.mktemp("first")
    cache = Cache(folder / "cache")
    build_package(source, None, folder / "package", cache=cache)
    assert cache.reused == []
    return folder / "package", folder / "cache"


@pytest.fixture
def kept(first: tuple[Path, Path], tmp_path: Path) -> Path:
    """A cache folder of this test's own, as it was after the first run."""
    (tmp_path / "kept").mkdir()
    for entry in first[1].iterdir():
        (tmp_path / "kept" / entry.name).write_bytes(entry.read_bytes())
    return tmp_path / "kept"


def read_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_run_makes_the_same_package_and_decodes_nothing(
    source: Path, first: tuple[Path, Path], kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Iterator[None]:
        raise AssertionError("decoded again")

    monkeypatch.setattr(packager.rungs_audio, "read_song", refuse)
    monkeypatch.setattr(packager.rungs_video, "read_pictures", refuse)
    cache = Cache(kept)
    build_package(source, None, tmp_path / "package", cache=cache)
    assert sorted(cache.reused) == sorted(ALL)
    assert read_files(tmp_path / "package") == read_files(first[0])


@pytest.mark.parametrize("number", range(7))  # five rungs, what was measured of the song, the thumbnails
def test_any_entry_that_is_damaged_is_made_again(
    source: Path, first: tuple[Path, Path], kept: Path, tmp_path: Path, number: int
) -> None:
    entry = sorted(kept.iterdir())[number]
    whole = entry.read_bytes()
    entry.write_bytes(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])
    cache = Cache(kept)
    build_package(source, None, tmp_path / "package", cache=cache)
    assert len(cache.reused) in {4, 5}
    assert read_files(tmp_path / "package") == read_files(first[0])
    assert entry.read_bytes() == whole


def test_a_gain_makes_the_sound_anew_and_not_the_pictures(source: Path, kept: Path, tmp_path: Path) -> None:
    cache = Cache(kept)
    build_package(source, None, tmp_path / "package", PackageWishes(normalize_lufs=-20), cache=cache)
    assert sorted(cache.reused) == ["144p", "240p"]


def test_another_layout_of_the_files_is_made_of_the_same_rungs(source: Path, kept: Path, tmp_path: Path) -> None:
    cache, delivery = Cache(kept), Delivery(is_single_file=True)
    build_package(source, None, tmp_path / "kept_package", PackageWishes(delivery=delivery), cache=cache)
    build_package(source, None, tmp_path / "package", PackageWishes(delivery=delivery))
    assert sorted(cache.reused) == sorted(ALL)
    assert read_files(tmp_path / "kept_package") == read_files(tmp_path / "package")


def test_a_lossless_group_is_added_without_making_the_pictures_anew(source: Path, kept: Path, tmp_path: Path) -> None:
    cache, wishes = Cache(kept), AudioWishes((AudioCodec.FLAC,))
    build_package(source, None, tmp_path / "kept_package", PackageWishes(audio=wishes), cache=cache)
    build_package(source, None, tmp_path / "package", PackageWishes(audio=wishes))
    assert set(cache.reused) >= {"240p", "144p"}
    assert read_files(tmp_path / "kept_package") == read_files(tmp_path / "package")


def test_another_source_of_the_same_name_finds_nothing(kept: Path, tmp_path: Path) -> None:
    other = write_media(tmp_path / "both.mkv", sound=make_sound(4, seed=2), pictures=steady(100), size=(256, 240))
    cache = Cache(kept)
    build_package(other, None, tmp_path / "package", cache=cache)
    assert cache.reused == []


def test_other_code_finds_nothing(source: Path, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packager.reuse, "_maker", lambda: ("another version",))
    cache = Cache(kept)
    build_package(source, None, tmp_path / "package", cache=cache)
    assert cache.reused == []


def test_what_was_finished_before_a_fault_is_used_again(
    source: Path, first: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path) -> None:
        raise InputError("the lights went out")

    with monkeypatch.context() as patch:
        patch.setattr("packager.build._lint", fail)
        with pytest.raises(InputError, match=r"^the lights went out$"):
            build_package(source, None, tmp_path / "package", cache=Cache(tmp_path / "cache"))
    assert not (tmp_path / "package").exists()
    cache = Cache(tmp_path / "cache")
    build_package(source, None, tmp_path / "package", cache=cache)
    assert sorted(cache.reused) == sorted(ALL)
    assert read_files(tmp_path / "package") == read_files(first[0])
