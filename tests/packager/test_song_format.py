from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from packager.errors import InputError
from packager.lyrics import LyricsFile
from packager.song import AiDisclosure, AiUse, Availability, Song
from packager.song_file import load_song
from packager.song_format import SongSheet, read_song

SAMPLE = Path(__file__).parents[2] / "samples/song.toml"

WHOLE = """
title = "Say \\"la\\""
artist = "A"
isrc = "gb-aye-67-01234"
languages = ["ger", "pt-BR", "de"]
lyrics = { ger = "a.lrc", en = "b.vtt" }
ai = { vocals = "generated" }
[[availability]]
territories = ["DE"]
until = 2026-11-27T00:00:00Z
[[availability]]
territories = ["Worldwide"]
from = 2026-11-27T01:00:00+01:00
"""


def test_everything_that_can_be_said_is_read() -> None:
    turn = datetime(2026, 11, 27, tzinfo=UTC)
    assert read_song("song.toml", WHOLE) == SongSheet(
        'Say "la"',
        Song(
            "A", "GBAYE6701234", ("de", "pt-BR"),
            (Availability(("DE",), end=turn), Availability(("Worldwide",), turn)), AiDisclosure(vocals=AiUse.GENERATED),
        ),
        (("de", "a.lrc"), ("en", "b.vtt")),
    )  # fmt: skip


def test_nothing_said_is_nothing_assumed() -> None:
    assert read_song("song.toml", "") == SongSheet()


def test_the_sample_is_read_and_its_instants_know_their_zone() -> None:
    song = load_song(SAMPLE).song
    assert (song.isrc, len(song.availability)) == ("QZMID2600001", 2)
    assert song.availability[0].start == datetime(2026, 11, 27, tzinfo=timezone(timedelta(hours=1)))


def test_lyrics_are_found_beside_the_song_file(tmp_path: Path) -> None:
    (tmp_path / "song.toml").write_bytes(b'\xef\xbb\xbf[lyrics]\nen = "words/a.lrc"\n')
    assert load_song(tmp_path / "song.toml").lyrics == (LyricsFile(tmp_path / "words/a.lrc", "en"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titel = 'x'", "titel: unknown key: expected one of title, artist, isrc, languages, availability, ai, lyrics"),
        ("title = 1", "title = 1: expected one line of text in quotes"),
        ('title = "a\\u0007"', "title = 'a\\x07': expected one line of text in quotes"),
        (
            "isrc = 'GB-1'",
            "isrc = 'GB-1': expected two letters, three letters or digits, and seven digits: GB-AYE-67-01234",
        ),
        ("languages = 'de'", "languages = 'de': expected a list of texts in quotes"),
        ("languages = ['d']", "languages: found 'd', expected a tag of BCP 47 like de, pt-BR or zxx (no words)"),
        ("lyrics = { de = 1 }", "lyrics: de = 1: expected one line of text in quotes"),
        ("ai = { vocals = 'some' }", "ai: vocals = 'some': expected one of none, assisted, generated, in quotes"),
        (
            "ai = { singer = 'none' }",
            "ai: singer: unknown key: expected one of vocals, instruments, composition, lyrics, post_production",
        ),
        (
            "availability = { territories = ['DE'] }",
            (
                "availability = {'territories': ['DE']}: expected tables [[availability]]; "
                "see samples/song.toml for one that works"
            ),
        ),
        (
            "[[availability]]",
            'availability 1: territories is missing; write ["Worldwide"] for everywhere',
        ),
        (
            "[[availability]]\nterritories = ['uk']",
            (
                "availability 1: territories: found 'uk', expected ISO 3166-1 codes of two capital letters, or "
                '"Worldwide" alone: write GB'
            ),
        ),
        (
            "[[availability]]\nterritories = ['DE', 'Worldwide']",
            "availability 1: territories: found Worldwide beside others, expected it alone",
        ),
        (
            "[[availability]]\nterritories = ['DE']\nfrom = 2026-11-27",
            (
                "availability 1: from = 2026-11-27: expected a date with time and zone, without quotes: "
                "2026-11-27T00:00:00Z"
            ),
        ),
        (
            "[[availability]]\nterritories = ['DE']\nfrom = 0001-01-01T00:00:00+23:59",
            (
                "availability 1: from = 0001-01-01T00:00:00+23:59: expected a date with time and zone, without quotes: "
                "2026-11-27T00:00:00Z"
            ),
        ),
        (
            "[[availability]]\nterritories = ['DE']\nfrom = 2026-11-27T00:00:00",
            (
                "availability 1: from = 2026-11-27T00:00:00: expected a date with time and zone, without quotes: "
                "2026-11-27T00:00:00Z"
            ),
        ),
        (
            "[[availability]]\nterritories = ['DE']\nfrom = 2026-11-27T00:00:00Z\nuntil = 2026-11-27T01:00:00+01:00",
            ("availability 1: until = 2026-11-27T00:00:00Z: expected an instant after from = 2026-11-27T00:00:00Z"),
        ),
        (
            "[[availability]]\nterritories = ['DE', 'AT']\n[[availability]]\nterritories = ['CH', 'AT']",
            (
                "availability 2: overlaps availability 1 in AT, expected one window at a time for each territory: end "
                "the first before the second starts"
            ),
        ),
    ],
)
def test_what_cannot_be_said_is_named_with_its_key(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        read_song("song.toml", text)
    assert str(raised.value) == f"song.toml: {message}"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff", "not UTF-8 at byte 0: save it as UTF-8"),
     (b"#" * 1_000_001, "is larger than 1000000 bytes, expected a song's TOML, a short file")],
)  # fmt: skip
def test_a_file_that_is_no_song_file_is_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "song.toml").write_bytes(content)
    with pytest.raises(InputError) as raised:
        load_song(tmp_path / "song.toml")
    assert str(raised.value) == f"{tmp_path}/song.toml: {message}"


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        load_song(tmp_path / "no.toml")
    assert str(raised.value) == (
        f"{tmp_path}/no.toml: cannot be read (No such file or directory): give the path of a TOML file"
    )


KEYS = "title artist isrc languages lyrics ai availability vocals territories from until none DE Worldwide de"
tokens = st.sampled_from(
    [*KEYS.split(), "[", "]", "[[", "]]", "{", "}", "=", ",", ".", "'", '"', "\n", " ", "1", "true", "'DE'", "'none'",
     "2026-11-27T00:00:00Z", "2026-11-27", "\\", "\0", "\u2028"]
)  # fmt: skip


@given(st.lists(tokens, max_size=40).map("".join) | st.text(max_size=40))
@example("title = " + "[" * 5000)
@example("title = " + "9" * 5000)
@example("[[availability]]\nterritories = [['DE']]")
@example("[[availability]]\nterritories = ['DE']\nfrom = 0001-01-01T00:00:00+23:59")
def test_any_text_is_a_song_or_one_line(text: str) -> None:
    message = "read"
    try:
        read_song("song.toml", text)
    except InputError as error:
        message = str(error)
    assert len(message.splitlines()) == 1
