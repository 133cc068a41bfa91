import tomllib
from pathlib import Path

import pytest

from packager.errors import InputError
from packager.ladder_files import load_ladder, preset_names, read_preset
from packager.ladder_format import CODINGS


def test_these_come_with_midnote() -> None:
    assert preset_names() == ("default", "apple", "auto", "data-saver", "hd")


@pytest.mark.parametrize("name", preset_names())
def test_each_says_whom_it_is_for(name: str) -> None:
    ladder = load_ladder(name)
    assert ladder.name == name
    assert ladder.about.endswith(".")


def test_the_default_shows_every_key() -> None:
    shown = tomllib.loads(read_preset("default"))
    assert set(shown) == {"about", "segment_s", "video", "audio"}
    assert set(shown["video"]) == {"codecs", "most_rungs", "rungs", "h264", "hevc", "av1"}


def test_the_default_shows_what_is_usual() -> None:
    assert load_ladder("default").codings == tuple(CODINGS.values())


def test_only_auto_is_fitted_to_each_film() -> None:
    assert [name for name in preset_names() if load_ladder(name).target_db] == ["auto"]


def test_a_copy_of_a_preset_is_the_same_ladder(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(read_preset("hd"))
    assert load_ladder(str(mine)).steps == load_ladder("hd").steps
    assert load_ladder(str(mine)).name == "mine.toml"


def test_apples_rungs_are_those_of_its_table() -> None:
    # HLS authoring specification 1.29, H.264: 145, 365, 730, 1100, 2000, 3000, 4500, 6000, 7800 kbit/s.
    assert [step.cap_bps // 1000 for step in load_ladder("apple").steps] == [
        7800, 6000, 4500, 3000, 2000, 1100, 730, 365, 145,
    ]  # fmt: skip


def test_an_unknown_name_names_those_there_are() -> None:
    with pytest.raises(InputError) as raised:
        load_ladder("4k")
    assert str(raised.value) == (
        "4k: no such ladder, and no such file: give the path of a TOML file, or one of default, apple, auto, "
        "data-saver, hd"
    )


def test_what_is_no_text_is_said(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_bytes(b"\xff")
    with pytest.raises(InputError) as raised:
        load_ladder(str(mine))
    assert str(raised.value) == f"{mine}: not UTF-8 at byte 0: give the path of a TOML file"


def test_a_video_given_by_mistake_is_not_read(tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    video.write_bytes(bytes(1_000_001))
    with pytest.raises(InputError) as raised:
        load_ladder(str(video))
    assert str(raised.value) == f"{video}: 1000001 bytes: expected a ladder, a short TOML file"


def test_a_folder_is_no_ladder(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        load_ladder(str(tmp_path))
    assert str(raised.value) == f"{tmp_path}: cannot be read (Is a directory): give the path of a TOML file"
