from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from packager.cues import Cue, Words
from packager.timemap import Piece, TimeMap, identity_map
from packager.words import cut_words, follow_map, place_words

S = Fraction

millis = st.integers(0, 20_000).map(lambda count: S(count, 1000))
cues = st.tuples(millis, st.integers(1, 9_000)).map(lambda pair: Cue(pair[0], pair[0] + S(pair[1], 1000), "x"))
songs = st.lists(cues, max_size=8).map(lambda found: Words(tuple(sorted(found, key=lambda cue: cue.start))))
durations = st.lists(st.integers(1, 9).map(S), min_size=1, max_size=6)


def test_words_move_with_the_song_and_end_with_it() -> None:
    words = Words((Cue(S(1), S(3), "a <00:00:02.000>b"), Cue(S(3), S(9), "c"), Cue(S(8), S(9), "d")))
    assert place_words(words, S("1.5"), S(9)).cues == (
        Cue(S("2.5"), S("4.5"), "a <00:00:03.500>b"), Cue(S("4.5"), S(9), "c"),
    )  # fmt: skip


def test_words_before_a_beginning_that_is_left_out_are_cut_off_there() -> None:
    words = Words((Cue(S(0), S("0.1"), "a"), Cue(S("0.1"), S(3), "b <00:00:00.200>c <00:00:02.000>d")))
    assert place_words(words, S("-0.2"), S(9)).cues == (Cue(S(0), S("2.8"), "b c <00:00:01.800>d"),)


def test_a_cue_stands_whole_in_every_segment_it_reaches_into() -> None:
    long, short = Cue(S(1), S(9), "long"), Cue(S(4), S(8), "short")
    assert [part.cues for part in cut_words(Words((long, short)), [S(4), S(4), S(4)])] == [
        (long,), (long, short), (long,),
    ]  # fmt: skip


@given(songs, durations)
def test_a_segment_holds_exactly_the_cues_shown_during_it(words: Words, lengths: list[Fraction]) -> None:
    bounds = [sum(lengths[:count], S(0)) for count in range(len(lengths) + 1)]
    for part, (start, end) in zip(cut_words(words, lengths), pairwise(bounds), strict=True):
        assert part.cues == tuple(cue for cue in words.cues if max(cue.start, start) < min(cue.end, end))


def test_words_follow_a_video_with_an_intro_and_a_cut() -> None:
    # 10 s of intro, 4 s of the song, a scene of 5 s without it, then the song from 6 s on.
    video = TimeMap((Piece(S(0), S(10), S(4)), Piece(S(6), S(19), S(4))))
    words = Words((Cue(S(1), S(3), "a <00:00:02.000>b"), Cue(S(3), S(7), "c <00:00:05.000>d"), Cue(S(20), S(21), "e")))
    assert follow_map(words, video).cues == (
        Cue(S(11), S(13), "a <00:00:12.000>b"), Cue(S(13), S(14), "c d"), Cue(S(19), S(20), "c d"),
    )  # fmt: skip


def test_words_of_a_slower_video_last_longer() -> None:
    video = TimeMap((Piece(S(0), S(0), S(8), rate=S(5, 4)),))
    assert follow_map(Words((Cue(S(4), S(6), "a"),)), video).cues == (Cue(S(5), S("7.5"), "a"),)


def test_chapters_of_the_song_in_another_order_stay_in_time_order() -> None:
    video = TimeMap((Piece(S(0), S(10), S(4)), Piece(S(4), S(0), S(4))))
    words = Words((Cue(S(1), S(2), "first sung"), Cue(S(5), S(6), "first seen")))
    assert [cue.text for cue in follow_map(words, video).cues] == ["first seen", "first sung"]


@given(songs)
def test_the_same_edit_changes_nothing(words: Words) -> None:
    assert follow_map(words, identity_map(S(30))) == words


@given(songs, millis)
def test_a_cue_of_the_video_starts_where_the_map_says(words: Words, start: Fraction) -> None:
    video = TimeMap((Piece(start, S(100), S(5)),))
    for cue in follow_map(words, video).cues:
        assert cue.start in {video.video_at(max(each.start, start)) for each in words.cues}
        assert cue.end <= 105
