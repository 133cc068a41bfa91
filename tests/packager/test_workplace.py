from pathlib import Path

import pytest

import packager.workplace
from packager.workplace import claim_workplace, clear_leftovers, put_in_place


def make_folder(path: Path, mark: str) -> Path:
    path.mkdir()
    (path / "mark").write_text(mark)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["exchanged", "set aside"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to put a folder in place: by one call, and where the file system does not know it."""
    if request.param == "set aside":
        monkeypatch.setattr(packager.workplace, "_exchange", lambda one, other: False)


@pytest.mark.usefixtures("_way")
def test_a_folder_takes_the_place_of_another_and_of_nothing(tmp_path: Path) -> None:
    for mark in ("first", "second"):
        with claim_workplace(tmp_path / "song") as folder:
            (folder / "mark").write_text(mark)
            put_in_place(folder, tmp_path / "song")
        assert (tmp_path / "song/mark").read_text() == mark
        assert names(tmp_path) == ["song"]


def test_the_linux_call_exchanges_two_folders(tmp_path: Path) -> None:
    new, old = make_folder(tmp_path / "new", "new"), make_folder(tmp_path / "old", "old")
    if not packager.workplace._exchange(new, old):
        pytest.skip("this file system cannot exchange folders")
    assert ((new / "mark").read_text(), (old / "mark").read_text()) == ("old", "new")


def test_what_the_dead_left_is_cleared_and_what_the_living_use_is_not(tmp_path: Path) -> None:
    make_folder(tmp_path / ".song.partial-dead", "x")
    make_folder(tmp_path / ".another.partial-dead", "x")
    (tmp_path / ".song.partial-file").write_text("not a folder")
    with claim_workplace(tmp_path / "song") as living:
        assert names(tmp_path) == sorted([".another.partial-dead", ".song.partial-file", living.name])
        clear_leftovers(tmp_path / "song")
        assert living.is_dir()
    assert names(tmp_path) == [".another.partial-dead", ".song.partial-file"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    photos = make_folder(tmp_path / "photos", "mine")
    (tmp_path / ".song.partial-1").symlink_to(photos)
    clear_leftovers(tmp_path / "song")
    assert (photos / "mark").read_text() == "mine"


def test_a_package_that_was_set_aside_by_the_dead_comes_back(tmp_path: Path) -> None:
    make_folder(tmp_path / ".song.old", "old")
    clear_leftovers(tmp_path / "song")
    assert (names(tmp_path), (tmp_path / "song/mark").read_text()) == (["song"], "old")


def test_a_package_that_was_replaced_does_not_come_back(tmp_path: Path) -> None:
    make_folder(tmp_path / ".song.old", "old")
    make_folder(tmp_path / "song", "new")
    clear_leftovers(tmp_path / "song")
    assert (names(tmp_path), (tmp_path / "song/mark").read_text()) == (["song"], "new")


def test_a_folder_cleared_before_it_was_locked_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def clear_the_first(descriptor: int, operation: int) -> None:
        made.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        if len(made) == 1:
            Path(made[0]).rmdir()

    monkeypatch.setattr("fcntl.flock", clear_the_first)
    with claim_workplace(tmp_path / "song") as folder:
        assert str(folder) == made[1] != made[0]


def test_a_fault_while_the_old_one_is_aside_brings_it_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = make_folder(tmp_path / "song", "old")
    monkeypatch.setattr(packager.workplace, "_exchange", lambda one, other: False)
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "gone", old)
    assert (names(tmp_path), (old / "mark").read_text()) == (["song"], "old")
