import re
from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.origin.folder import OpenFile, ServedFolder


def write_files(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"#EXTM3U\n")
    return root


def read(root: Path, *names: str) -> bytes | None:
    with ServedFolder(root).open_file(names) as file:
        return file and file.read_at(0, 1000)


def test_playlists_to_open_come_in_the_order_people_open_them(tmp_path: Path) -> None:
    root = write_files(tmp_path, "z.m3u8", "video.m3u8", "manifest.mpd", "master.m3u8", "audio/a/playlist.m3u8")
    assert ServedFolder(root).list_playlists() == ("master.m3u8", "video.m3u8", "manifest.mpd", "z.m3u8")


def test_a_folder_of_packages_lists_the_playlists_of_each(tmp_path: Path) -> None:
    root = write_files(tmp_path, "b/master.m3u8", "a/audio.m3u8", ".building/master.m3u8", "c/notes.txt")
    assert ServedFolder(root).list_playlists() == ("a/audio.m3u8", "b/master.m3u8")


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(f"{tmp_path}/x: does not exist; expected a package folder")):
        ServedFolder(tmp_path / "x")


def test_a_file_is_refused(tmp_path: Path) -> None:
    root = write_files(tmp_path, "master.m3u8")
    with pytest.raises(InputError, match=re.escape("master.m3u8: is a file; expected a package folder")):
        ServedFolder(root / "master.m3u8")


def test_a_folder_with_nothing_to_play_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no playlist"):
        ServedFolder(write_files(tmp_path, "song.mp3"))


def test_links_are_followed_inside_the_folder_only(package: Path) -> None:
    assert read(package, "up", "outside.txt") is None
    assert read(package, "escape.txt") is None
    assert read(package, "inside.m4s") == bytes(range(256)) * 3 + bytes(range(232))


def test_what_is_no_regular_file_cannot_be_opened(package: Path) -> None:
    found = [read(package, *names) for names in (("pipe.m4s",), ("video",), ("loop",), ("x" * 300,), ("nothing",))]
    assert found == [None] * 5


def test_an_open_file_stays_what_it_is_when_it_is_replaced(tmp_path: Path) -> None:
    root = write_files(tmp_path, "master.m3u8", "new.m3u8")
    with ServedFolder(root).open_file(("master.m3u8",)) as file:
        (root / "new.m3u8").write_bytes(b"something else")
        (root / "new.m3u8").rename(root / "master.m3u8")
        assert isinstance(file, OpenFile)
        assert (file.size_bytes, file.read_at(0, 1000)) == (8, b"#EXTM3U\n")


def test_other_packages_stand_under_names_of_their_own(tmp_path: Path) -> None:
    root, other = write_files(tmp_path / "a", "master.m3u8"), write_files(tmp_path / "b", "master.m3u8", "audio/x.m4s")
    (other / "audio" / "x.m4s").write_bytes(b"of b")
    folder = ServedFolder(root, {"song-2": other})

    def read_shelf(*names: str) -> bytes | None:
        with folder.open_file(names) as file:
            return file and file.read_at(0, 1000)

    assert read_shelf("song-2", "audio", "x.m4s") == b"of b"
    for names in (("song-2",), ("song-2", "..", "..", "a", "master.m3u8"), ("b",)):
        assert read_shelf(*names) is None
    assert folder.list_playlists() == ("master.m3u8",)
    with pytest.raises(InputError, match="gone: does not exist"):
        ServedFolder(root, {"song-2": tmp_path / "gone"})
