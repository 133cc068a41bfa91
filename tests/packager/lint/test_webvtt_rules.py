from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.lint.webvtt import Cue, Words, read_words

CUE = b"\n\n00:01.500 --> 00:02.000 align:start\nla\n"


def test_header_ends_at_the_first_blank_line() -> None:
    words = read_words(b"\xef\xbb\xbfWEBVTT\r\nX-TIMESTAMP-MAP=MPEGTS:0\r\n\r\nNOTE 00:00")
    assert words == Words("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0")
    assert words.is_mapped


@pytest.mark.parametrize(
    ("stamp", "start_s"),
    [
        (b"", "1.5"),
        (b"\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000", "1.5"),
        (b"\nX-TIMESTAMP-MAP=LOCAL:00:00.000,MPEGTS:900000", "11.5"),
        (b"\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:01.000", "10.5"),
        (b"\nX-TIMESTAMP-MAP=MPEGTS:900000", "1.5"),
    ],
)
def test_cues_are_on_the_clock_of_the_media(stamp: bytes, start_s: str) -> None:
    start = Fraction(start_s)
    assert read_words(b"WEBVTT" + stamp + CUE).cues == (Cue(start, start + Fraction(1, 2), 1),)


def test_hours_may_be_written() -> None:
    (cue,) = read_words(b"WEBVTT\n\n7\n01:00:00.250 --> 100:00:00.000\nla").cues
    assert (cue.start_s, cue.end_s) == (Fraction(14401, 4), 360_000)


@given(st.binary(max_size=300))
def test_any_bytes_are_words(content: bytes) -> None:
    read_words(b"WEBVTT\n\n" + content)
