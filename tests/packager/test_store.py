import errno
import hashlib
import json
import os
from pathlib import Path

import pytest

from packager.errors import InputError
from packager.manifest import StoredFile
from packager.store import Staging, stage_package

INDEX = json.dumps({"maker": "midnote", "schema_version": 1}).encode()


def publish(out: Path, mark: bytes = b"new") -> Staging:
    with stage_package(out) as staging:
        staging.write("package.json", INDEX)
        staging.write("audio/aac-96/00000.m4s", mark)
    return staging


def test_a_package_appears_at_its_place_and_nothing_beside_it(tmp_path: Path) -> None:
    publish(tmp_path / "song")
    assert [each.name for each in tmp_path.iterdir()] == ["song"]
    assert (tmp_path / "song/audio/aac-96/00000.m4s").read_bytes() == b"new"


def test_files_are_listed_with_size_and_hash(tmp_path: Path) -> None:
    assert publish(tmp_path / "song").files[0] == StoredFile(
        "audio/aac-96/00000.m4s", 3, "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"
    )


def test_folders_above_are_made(tmp_path: Path) -> None:
    publish(tmp_path / "a/b/song")
    assert (tmp_path / "a/b/song/package.json").exists()


def test_an_error_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(TypeError), stage_package(tmp_path / "a/b/song") as staging:
        staging.write("package.json", None)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_an_older_package_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "song"
    publish(out, b"old")
    with stage_package(out) as staging:
        staging.write("package.json", INDEX)
        assert (out / "audio/aac-96/00000.m4s").read_bytes() == b"old"
    assert sorted(each.name for each in out.iterdir()) == ["package.json"]
    assert [each.name for each in tmp_path.iterdir()] == ["song"]


def test_an_error_leaves_the_older_package_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "song"
    publish(out, b"old")
    with pytest.raises(KeyboardInterrupt), stage_package(out):
        raise KeyboardInterrupt
    assert (out / "audio/aac-96/00000.m4s").read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["song"]


def test_an_empty_folder_may_become_a_package(tmp_path: Path) -> None:
    (tmp_path / "song").mkdir()
    publish(tmp_path / "song")
    assert (tmp_path / "song/package.json").exists()


@pytest.mark.parametrize("content", [b"{}", b"not json", b'{"maker": "someone"}', b"[]"])
def test_a_folder_of_someone_else_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    out = tmp_path / "photos"
    out.mkdir()
    (out / "package.json").write_bytes(content)
    with pytest.raises(InputError) as raised:
        publish(out)
    assert str(raised.value) == (
        f"{out}: exists and is not a midnote package; name another place with --out, or move it away"
    )
    assert (out / "package.json").read_bytes() == content


def test_a_file_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "song"
    out.write_bytes(b"mine")
    with pytest.raises(InputError) as raised:
        publish(out)
    assert str(raised.value) == f"{out}: is a file, and a package is a folder; name another place with --out"


def test_a_disk_that_refuses_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    out = tmp_path / "song"
    with pytest.raises(InputError) as raised:
        publish(out)
    assert str(raised.value) == (
        f"{out}: cannot be written (No space left on device): mend that, or name another place with --out"
    )
    assert list(tmp_path.iterdir()) == []


def fill_disk(out: Path) -> None:
    with stage_package(out) as staging:
        (staging.folder / "full.bin").symlink_to("/dev/full")
        staging.write("full.bin", b"content")


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    out = tmp_path / "song"
    with pytest.raises(InputError) as raised:
        fill_disk(out)
    assert str(raised.value) == (
        f"{out}: cannot be written (No space left on device): mend that, or name another place with --out"
    )
    assert list(tmp_path.iterdir()) == []


def test_what_has_settled_and_what_has_not_are_both_there(tmp_path: Path) -> None:
    with stage_package(tmp_path / "song") as staging:
        staging.write("package.json", INDEX)
        staging.settle()
        staging.write("a/b/c.bin", b"one", b"two")
    assert (tmp_path / "song/a/b/c.bin").read_bytes() == b"onetwo"
    assert staging.files[0] == StoredFile("a/b/c.bin", 6, hashlib.sha256(b"onetwo").hexdigest())
