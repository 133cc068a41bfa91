from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from packager.errors import InputError
from packager.lrc import read_lrc
from packager.lyrics import LyricsFile, decode_text, parse_lyrics_option, read_all_lyrics
from packager.lyricsdescribe import Lyrics
from packager.webvtt import read_webvtt

LRC = "[00:01.00]Grüße"
LATIN_NOTE = "song.lrc: not UTF-8, read as Windows-1252; save it as UTF-8 where letters look wrong"


def read(folder: Path, content: bytes, name: str = "song.lrc", language: str | None = None) -> Lyrics:
    (folder / name).write_bytes(content)
    return read_all_lyrics([LyricsFile(folder / name, language)], "en")[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_letters_come_out_right_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    lyrics = read(tmp_path, LRC.encode(encoding))
    assert lyrics.words.cues[0].text == "Grüße"
    assert lyrics.notes == ((LATIN_NOTE,) if encoding == "cp1252" else ())


def test_webvtt_is_known_by_its_name_or_its_first_line(tmp_path: Path) -> None:
    vtt = b"WEBVTT\n\n00:01.000 --> 00:02.000\nla\n"
    assert read(tmp_path, vtt, "song.txt").words == read(tmp_path, vtt, "song.VTT").words


@pytest.mark.parametrize(
    ("option", "file"),
    [
        ("song.lrc", LyricsFile(Path("song.lrc"))),
        ("de=song.lrc", LyricsFile(Path("song.lrc"), "de")),
        ("ger=song.lrc", LyricsFile(Path("song.lrc"), "de")),
        ("pt-BR=a=b.lrc", LyricsFile(Path("a=b.lrc"), "pt-BR")),
        ("my songs/a=b.lrc", LyricsFile(Path("my songs/a=b.lrc"))),
    ],
)
def test_a_language_may_stand_before_the_file(option: str, file: LyricsFile) -> None:
    assert parse_lyrics_option(option) == file


@pytest.mark.parametrize(
    ("said", "content", "language"),
    [("de", "[la:fr]\n[00:01.00]x", "de"), (None, "[la:fr]\n[00:01.00]x", "fr"), (None, "[00:01.00]x", "en")],
)
def test_the_caller_says_the_language_then_the_file_then_the_song(
    tmp_path: Path, said: str | None, content: str, language: str
) -> None:
    assert read(tmp_path, content.encode(), language=said).language == language


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "song.lrc: no line has a time, expected lines like [00:12.00]text: plain words cannot follow the song"),
        (b"[00:01.00]\n", "song.lrc: has no line of text: give the file with the words, or leave it out"),
        (b"\xff\xfe[", "song.lrc: starts as UTF-16 and is not at byte 2: save it as UTF-8"),
        (b"[00:01.00]\x81", "song.lrc: is no text in UTF-8 (byte 10) nor in Windows-1252: save it as UTF-8"),
    ],
)
def test_a_file_that_is_no_lyrics_is_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError) as raised:
        read(tmp_path, content)
    assert str(raised.value) == message


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_all_lyrics([LyricsFile(tmp_path / "no.lrc")], "en")
    assert str(raised.value) == (
        f"{tmp_path}/no.lrc: cannot be read (No such file or directory): give the path of an LRC or WebVTT file"
    )


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "huge.lrc").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(InputError) as raised:
        read_all_lyrics([LyricsFile(tmp_path / "huge.lrc")], "en")
    assert str(raised.value) == f"{tmp_path}/huge.lrc: is larger than 4 MiB, expected lyrics as LRC or WebVTT"


def test_two_files_of_one_language_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.lrc").write_text(LRC)
    (tmp_path / "b.lrc").write_text(LRC)
    with pytest.raises(InputError) as raised:
        read_all_lyrics([LyricsFile(tmp_path / "a.lrc"), LyricsFile(tmp_path / "b.lrc", "en")], "en")
    assert str(raised.value) == (
        "b.lrc: its language is en like that of a.lrc, expected one file for each language: "
        "name the language with --lyrics LANG=FILE"
    )


@given(st.binary(max_size=60))
@example(b"\xff\xfe\x00\xd8")
@example(b"\x00\x00\xfe\xff")
def test_any_bytes_are_words_or_one_line(tail: bytes) -> None:
    for content in (tail, b"[00:01.00]" + tail, b"WEBVTT\n\n" + tail, "[00:01.00]".encode("utf-16") + tail):
        for reader in (read_lrc, read_webvtt):
            message = "read"
            try:
                reader("song.lrc", decode_text("song.lrc", content)[0])
            except InputError as error:
                message = str(error)
            assert len(message.splitlines()) == 1
