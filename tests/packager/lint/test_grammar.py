import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.lint.grammar import list_slips
from packager.lint.lexer import Slip, is_playlist, lex_playlist


def slips(text: str) -> list[Slip]:
    return list(list_slips(lex_playlist(text.encode())))


@pytest.mark.parametrize(
    ("line", "found", "expected"),
    [
        ("#EXT-X-VERSION:x", "EXT-X-VERSION:x", "a whole number from 0"),
        ("#EXT-X-MEDIA-SEQUENCE:-11", "EXT-X-MEDIA-SEQUENCE:-11", "a whole number from 0"),
        ("#EXT-X-DISCONTINUITY-SEQUENCE:", "EXT-X-DISCONTINUITY-SEQUENCE:", "a whole number from 0"),
        ("#EXT-X-BITRATE:4.5", "EXT-X-BITRATE:4.5", "a whole number from 0"),
        ("#EXT-X-PLAYLIST-TYPE:vod", "EXT-X-PLAYLIST-TYPE:vod", "VOD or EVENT"),
        ("#EXTINF:2.000000", "EXTINF:2.000000 without a comma", "a comma after the duration"),
        ("#EXT-X-PROGRAM-DATE-TIME:noon", "EXT-X-PROGRAM-DATE-TIME:noon", "a date and time of ISO 8601"),
        ("#EXT-X-PROGRAM-DATE-TIME:2026-01-01", "EXT-X-PROGRAM-DATE-TIME:2026-01-01", "a date and time of ISO 8601"),
        ("#EXT-X-MEDIA:TYPE=SOUND", "EXT-X-MEDIA has TYPE='SOUND'", "AUDIO or VIDEO or SUBTITLES or CLOSED-CAPTIONS"),
        ("#EXT-X-MEDIA:DEFAULT=yes", "EXT-X-MEDIA has DEFAULT='yes'", "YES or NO"),
        ("#EXT-X-MEDIA:NAME=Song", "EXT-X-MEDIA has NAME=Song", "its value in quotes"),
        ('#EXT-X-STREAM-INF:BANDWIDTH="9"', 'EXT-X-STREAM-INF has BANDWIDTH="9"', "its value without quotes"),
        ("#EXT-X-KEY:IV=7", "EXT-X-KEY has IV='7'", "0x and up to 32 hexadecimal digits"),
        ("#EXT-X-KEY:METHOD=NONE,", "", ""),
        ("#EXT-X-MEDIA: DEFAULT=YES", "EXT-X-MEDIA: ' DEFAULT=YES'", "NAME=value"),
    ],
)
def test_what_a_tag_may_not_say_is_a_slip(line: str, found: str, expected: str) -> None:
    assert slips(f"#EXTM3U\n{line}\n") == ([Slip(2, found, expected)] if found else [])


@pytest.mark.parametrize(
    "line",
    [
        "#EXTINF:10,\tA title, with commas",
        "#EXT-X-PROGRAM-DATE-TIME:2024-11-11T04:35:19.353-08:00",
        '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0X10ef8f758ca555115584bb5b3c687f52',
        '#EXT-X-STREAM-INF:BANDWIDTH=9,CLOSED-CAPTIONS=NONE,X-COM-EXAMPLE="a"',
        "#EXT-X-SOMETHING-NEW:whatever it says",
    ],
)
def test_what_a_tag_may_say_is_none(line: str) -> None:
    assert slips(f"#EXTM3U\n{line}\n") == []


def test_some_tags_stand_once_and_before_the_first_segment() -> None:
    twice = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-MEDIA-SEQUENCE:1\n"
    assert slips(twice) == [Slip(3, "a second EXT-X-MEDIA-SEQUENCE", "it once")]
    late = "#EXTM3U\n#EXTINF:1,\na\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n"
    assert slips(late) == [Slip(4, "EXT-X-DISCONTINUITY-SEQUENCE after a segment", "it before the first segment")]


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    slips(text)


def test_a_playlist_is_known_by_any_tag_in_its_head() -> None:
    assert is_playlist(b"\xef\xbb\xbf#EXTM3U")
    assert is_playlist(b"# made by hand\r\n\r\n#EXTM3U\r\n")
    assert not is_playlist(b"<html>\n# EXTM3U\n")
    assert not is_playlist(b"\0\0\0\x18ftyp\n#EXTM3U")
