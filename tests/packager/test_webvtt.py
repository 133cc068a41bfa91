from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from packager.cues import Cue, Words
from packager.errors import InputError
from packager.webvtt import print_time, print_webvtt_segment, read_webvtt

S = Fraction

WHOLE = """WEBVTT - Kind of song

NOTE written by hand
over two lines

STYLE
::cue(#refrain) { color: white }

REGION
id:top

1
00:00.500 --> 00:02.000
First &amp; <i>foremost</i>

refrain
01:00:03.000 --> 01:00:04.250 line:0 align:start
La
la

NOTE gone

00:02.000 --> 00:03.000

"""


def test_cues_settings_identifiers_and_blocks_are_read_in_time_order() -> None:
    assert read_webvtt("a.vtt", WHOLE) == Words(
        (
            Cue(S("0.5"), S(2), "First &amp; <i>foremost</i>", "", "1"),
            Cue(S(3603), S("3604.25"), "La\nla", "line:0 align:start", "refrain"),
        ),
        ("STYLE\n::cue(#refrain) { color: white }", "REGION\nid:top"),
    )


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_do_not_matter(line_end: str, mark: str) -> None:
    assert read_webvtt("a.vtt", mark + WHOLE.replace("\n", line_end)) == read_webvtt("a.vtt", WHOLE)


def test_cues_out_of_order_are_sorted() -> None:
    late, soon = "00:05.000 --> 00:06.000\nlate", "00:01.000 --> 00:02.000\nsoon"
    assert [cue.text for cue in read_webvtt("a.vtt", f"WEBVTT\n\n{late}\n\n{soon}").cues] == ["soon", "late"]


def test_a_segment_maps_zero_to_zero_and_keeps_its_blocks() -> None:
    words = Words((Cue(S("0.5"), S(2), "One", "line:0", "a"), Cue(S(2), S("3.2505"), "Two")), ("STYLE\n::cue {}",))
    assert print_webvtt_segment(words) == (
        "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\nSTYLE\n::cue {}\n\n"
        "a\n00:00:00.500 --> 00:00:02.000 line:0\nOne\n\n00:00:02.000 --> 00:00:03.251\nTwo\n\n"
    )


@pytest.mark.parametrize(("time", "printed"), [(S(0), "00:00:00.000"), (S("3723.5"), "01:02:03.500")])
def test_times_are_printed_with_hours(time: Fraction, printed: str) -> None:
    assert print_time(time) == printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[00:01.00]la", "a.vtt: starts with '[00:01.00]la', expected WEBVTT: save it as WebVTT or LRC"),
        ("WEBVTTX", "a.vtt: starts with 'WEBVTTX', expected WEBVTT: save it as WebVTT or LRC"),
        (
            "WEBVTT\n\n1\n00:01,000 --> 00:02,000\nla",
            "a.vtt: line 4: found '00:01,000 --> 00:02,000', expected times like 00:01.000 --> 00:04.000",
        ),
        (
            "WEBVTT\n\n00:02.000 --> 00:02.000\nla",
            ("a.vtt: line 3: the cue starts at 00:00:02.000 and ends at 00:00:02.000, expected an end after its start: "
             "correct one of them"),
        ),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\nla\n\nlost",
            ("a.vtt: line 6: found 'lost', expected a cue (00:01.000 --> 00:04.000), NOTE, or STYLE and REGION "
             "before the first cue; a blank line within a cue cuts it in two: remove it"),
        ),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\nla\n00:02.000 --> 00:03.000\nlu",
            ("a.vtt: line 3: found \"-->\" within the text of a cue: put a blank line before each cue, and "
             "write --&gt; where an arrow is meant"),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        read_webvtt("a.vtt", text)
    assert str(raised.value) == message


@given(st.text(alphabet=st.sampled_from("WEBVTT\n\r\0 0123:.-> <>alNOTESYRGI\u0663"), max_size=120))
@example("WEBVTT\n\n99999999999:00:00.000 --> 00:01.000\nx")
@example("WEBVTT\n\n00:00.000 --> 00:01.000\n<9999999999999999:00:00.000>x")
def test_any_text_is_words_or_one_line(tail: str) -> None:
    for text in (tail, f"WEBVTT\n\n{tail}", f"WEBVTT\n\n00:00.000 --> 00:01.000{tail}"):
        message = "read"
        try:
            words = read_webvtt("a.vtt", text)
            assert read_webvtt("a.vtt", print_webvtt_segment(words)) == words
        except InputError as error:
            message = str(error)
        assert len(message.splitlines()) == 1
