from pathlib import Path

import pytest

from packager.copylist import ListedSong, read_copy_list
from packager.errors import InputError

TWO = """
[[song]]
name = "artist/first"
files = ["first/720p.mp4", "first/song.m4a"]
title = "The first"
about = "first/song.toml"

[[song]]
name = "second"
files = ["second.mp4"]
"""


def test_songs_are_read_in_order() -> None:
    assert read_copy_list("songs.toml", TWO) == (
        ListedSong("artist/first", ("first/720p.mp4", "first/song.m4a"), "The first", "first/song.toml"),
        ListedSong("second", ("second.mp4",)),
    )


def test_the_sample_is_one_that_works() -> None:
    path = Path(__file__).parents[2] / "samples/songs.toml"
    first, second = read_copy_list(path.name, path.read_text())
    assert (first.name, len(first.files), first.about) == ("artist/first", 4, "first/song.toml")
    assert second == ListedSong("second", ("second.mp4",))


def entry(name: str, files: str = '["a.mp4"]', more: str = "") -> str:
    return f"[[song]]\nname = {name}\nfiles = {files}\n{more}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "songs.toml: song is missing; see samples/songs.toml for a list that works"),
        ("[[song", "songs.toml: not TOML: "),
        (entry('"a"', more="tittle = 'x'"), "songs.toml: song 1: tittle: unknown key: expected one of name, files, "),
        (entry('"a"') + "\n[other]", "songs.toml: other: unknown key: expected one of song"),
        (entry('"a"', "[]"), "songs.toml: song 1: files is missing; name the files of the song, at least one"),
        (entry('"a"', '"a.mp4"'), "songs.toml: song 1: files = 'a.mp4': expected a list of texts in quotes"),
        (entry('"a"') + entry("3"), "songs.toml: song 2: name = 3: expected one line of text in quotes"),
        *((entry(f'"{name}"'), f"songs.toml: song 1: name = '{name}': expected the folder of its package, within ")
          for name in ("", "/etc", "../x", "a/../../b")),
        (entry('"a"') + entry('"b"') + entry('"a/"'), "songs.toml: the packages a and a would lie in one folder: name"),
        (entry('"a/b"') + entry('"a"'), "songs.toml: the packages a and a/b would lie in one folder: name another"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_one_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_copy_list("songs.toml", text)
    assert str(caught.value).startswith(message)
