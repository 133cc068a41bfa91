import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.cache import Cache, default_folder
from packager.errors import InputError


def keep(cache: Cache, key: str, *chunks: bytes) -> None:
    recording = cache.record(key)
    for chunk in chunks:
        recording.put(chunk)
    recording.keep({"codec": "x"})


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_kept_is_found_with_its_note(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "a/b")
    keep(cache, "one", b"abc", b"", b"de")
    kept = cache.find("one")
    assert kept is not None
    assert (list(kept), list(kept), kept.note) == ([b"abc", b"", b"de"], [b"abc", b"", b"de"], {"codec": "x"})
    assert cache.find("two") is None


def test_a_recording_is_not_found_before_it_is_kept_and_leaves_nothing_when_dropped(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    recording = cache.record("one")
    recording.put(b"abc")
    assert cache.find("one") is None
    recording.drop()
    recording.put(b"more")
    recording.keep({})
    assert files(tmp_path) == []


@given(st.data())
def test_a_damaged_entry_is_never_believed_and_is_cleared_away(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    cache = Cache(folder)
    keep(cache, "one", b"abcdef")
    (path,) = folder.iterdir()
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        path.write_bytes(content[:at])
    else:
        content[at] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
    assert cache.find("one") is None
    assert files(folder) == []


def test_what_is_not_kept_in_the_end_leaves_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    keep(cache, "one", b"abc")
    cache.record("two").put(b"abc")
    assert len(files(tmp_path)) == 2
    cache.settle()
    assert files(tmp_path) == ["one.entry"]


def test_entries_not_used_for_longest_give_way(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit_bytes=2500)
    for number, key in enumerate(("one", "two", "three")):
        keep(cache, key, bytes(1000))
        os.utime(tmp_path / f"{key}.entry", (number, number))
    assert cache.find("one") is not None  # and is now the one used last
    cache.trim()
    assert files(tmp_path) == ["one.entry", "three.entry"]


def test_recordings_of_the_dead_are_cleared_after_a_day(tmp_path: Path) -> None:
    (tmp_path / "x-1.partial").write_bytes(b"")
    (tmp_path / "x-2.partial").write_bytes(b"")
    os.utime(tmp_path / "x-1.partial", (0, 0))
    Cache(tmp_path).trim()
    assert files(tmp_path) == ["x-2.partial"]


def test_a_cache_that_cannot_be_written_keeps_nothing_and_says_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    (tmp_path / "cache").rmdir()
    keep(cache, "one", b"abc")
    cache.trim()
    assert cache.find("one") is None


def test_a_full_disk_spoils_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, content: bytes) -> None:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            raise OSError(28, "No space left on device")

    recording = Cache(tmp_path).record("one")
    monkeypatch.setattr(recording, "_file", Full())
    recording.put(b"abc")
    recording.keep({})
    assert files(tmp_path) == []


def test_a_file_is_no_cache_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError) as raised:
        Cache(tmp_path / "file")
    assert str(raised.value) == (
        f"{tmp_path}/file: cannot be used as a cache (File exists): name another folder with --cache, or give "
        "--no-cache"
    )


@pytest.mark.parametrize(
    ("said", "folder"),
    [("/var/x", "/var/x/midnote"), ("", "/home/me/.cache/midnote"), ("x", "/home/me/.cache/midnote")],
)
def test_the_usual_folder_is_that_of_xdg(monkeypatch: pytest.MonkeyPatch, said: str, folder: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", said)
    monkeypatch.setenv("HOME", "/home/me")
    assert default_folder() == Path(folder)
