from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from packager.cues import Cue, Words
from packager.errors import InputError
from packager.lrc import read_lrc

S = Fraction


def texts(lrc: str) -> list[tuple[Fraction, Fraction, str]]:
    return [(cue.start, cue.end, cue.text) for cue in read_lrc("a.lrc", lrc).cues]


def test_a_line_stays_until_the_next_and_the_last_for_10_s() -> None:
    assert read_lrc("a.lrc", "[00:01.50]One\n[01:02.125]Two\n") == Words(
        (Cue(S("1.5"), S("62.125"), "One"), Cue(S("62.125"), S("72.125"), "Two"))
    )


@pytest.mark.parametrize(
    ("tag", "start"),
    [("[00:01]", S(1)), ("[0:1.5]", S("1.5")), ("[00:01:50]", S("1.5")), ("[100:00.007]", S("6000.007"))],
)
def test_times_as_players_write_them(tag: str, start: Fraction) -> None:
    assert texts(f"{tag}la")[0][0] == start


def test_a_line_with_several_times_is_sung_at_each() -> None:
    assert texts("[00:01.00][00:05.00]La\n[00:03.00]Li") == [
        (S(1), S(3), "La"),
        (S(3), S(5), "Li"),
        (S(5), S(15), "La"),
    ]


def test_an_empty_line_ends_the_one_before() -> None:
    assert texts("[00:01.00]La\n[00:03.00]\n[00:09.00]Li")[0] == (S(1), S(3), "La")


def test_lines_of_one_time_are_one_cue() -> None:
    assert texts("[00:01.00]Liebe\n[00:01.00]love")[0][2] == "Liebe\nlove"


def test_a_positive_offset_shows_lines_sooner_and_none_before_the_start() -> None:
    assert [start for start, _, _ in texts("[offset:+500]\n[00:00.20]a\n[00:02.00]b")] == [S(0), S("1.5")]
    assert [start for start, _, _ in texts("[00:02.00]b\n[offset: -500]")] == [S("2.5")]


def test_word_times_become_timestamp_tags_within_the_cue() -> None:
    line = "[00:12.00] <00:12.00> To <00:12.40>get<00:13.20>her <00:13.20>now <00:20.00>"
    assert texts(f"{line}\n[00:15.00]x")[0][2] == "To <00:00:12.400>get<00:00:13.200>her now"


def test_word_times_move_with_the_offset_and_with_each_repetition() -> None:
    assert [text for _, _, text in texts("[offset:-1000]\n[00:01.00][00:05.00]a <00:02.00>b")] == [
        "a <00:00:03.000>b", "a <00:00:07.000>b",
    ]  # fmt: skip


def test_text_is_escaped() -> None:
    assert texts("[00:01.00]I <3 R&B --> you")[0][2] == "I &lt;3 R&amp;B --&gt; you"


def test_what_else_is_said_of_a_song_is_no_text_and_its_language_is_kept() -> None:
    words = read_lrc("a.lrc", "\ufeff[ti:Song]\r\n[la:ger]\r\n[length: 03:12]\r\n\r\n[00:01.00][Refrain] La\r\n")
    assert (words.language, [cue.text for cue in words.cues]) == ("de", ["[Refrain] La"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "La la\n[00:01.00]li",
            "a.lrc: line 1: found 'La la' without a time, expected one like [01:23.45] before it",
        ),
        ("[00:75.00]li", "a.lrc: line 1: found '[00:75.00]', expected a time like [01:23.45]"),
        ("[offset:soon]\n[00:01.00]li", "a.lrc: found 'soon' after offset, expected milliseconds like [offset:+250]"),
        (
            "[ti:Song]",
            "a.lrc: no line has a time, expected lines like [00:12.00]text: plain words cannot follow the song",
        ),
    ],
)
def test_what_cannot_be_shown_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        read_lrc("a.lrc", text)
    assert str(raised.value) == message


@given(st.text(alphabet=st.sampled_from("[]<>:.+-\n\r\t 0123456789ofsetla&\u0663\u2028"), max_size=80))
@example("[offset:0]\n[00:00.00]")
@example("[00:01.0][00:01.00]a")
def test_any_text_is_words_or_one_line(text: str) -> None:
    for lrc in (text, f"[00:01.00]{text}", f"[00:01.00]a<00:02.00>{text}\n[00:05.00]"):
        message = "read"
        try:
            read_lrc("a.lrc", lrc)
        except InputError as error:
            message = str(error)
        assert len(message.splitlines()) == 1
