from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from packager.lint.lexer import Slip
from packager.lint.playlists import (
    MEDIA_TAGS,
    MULTIVARIANT_TAGS,
    ByteRange,
    InitPointer,
    KeyPointer,
    MediaPlaylist,
    MultivariantPlaylist,
    Segment,
    read_byte_range,
    read_decimal,
    read_integer,
    read_playlist,
)


def media(text: str) -> MediaPlaylist:
    playlist = read_playlist("a.m3u8", text.encode())
    assert isinstance(playlist, MediaPlaylist)
    return playlist


def multivariant(text: str) -> MultivariantPlaylist:
    playlist = read_playlist("a.m3u8", text.encode())
    assert isinstance(playlist, MultivariantPlaylist)
    return playlist


def test_segments_know_their_start_init_and_range() -> None:
    playlist = media(
        '#EXTM3U\n#EXT-X-MAP:URI="f.mp4",BYTERANGE="720@0"\n#EXTINF:3.84,\n#EXT-X-BYTERANGE:100@720\nf.mp4\n'
        "#EXTINF:1.92,title, with comma\n#EXT-X-BYTERANGE:50\nf.mp4\n"
    )
    init = InitPointer(2, "f.mp4", ByteRange(720, 0))
    assert playlist.segments == (
        Segment(5, "f.mp4", Fraction(0), Fraction("3.84"), ByteRange(100, 720), init),
        Segment(8, "f.mp4", Fraction("3.84"), Fraction("1.92"), ByteRange(50, 820), init, number=1),
    )
    assert playlist.duration_s == Fraction("5.76")
    assert playlist.slips == ()


def test_range_without_offset_after_another_file_has_none() -> None:
    playlist = media("#EXTM3U\n#EXTINF:1,\n#EXT-X-BYTERANGE:9@0\na\n#EXTINF:1,\n#EXT-X-BYTERANGE:9\nb\n")
    assert playlist.segments[1].byte_range == ByteRange(9, None)


def test_gap_key_and_discontinuity_reach_the_segments_they_should() -> None:
    first, second, third = media(
        "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:1,\na\n"
        '#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXT-X-DISCONTINUITY\n#EXT-X-GAP\n#EXTINF:1,\nb\n#EXTINF:1,\nc\n'
    ).segments
    key = KeyPointer(5, "AES-128", "k", None)
    assert (first.is_gap, first.key, first.discontinuities, first.number) == (False, None, 0, 7)
    assert (second.is_gap, second.key, second.discontinuities, second.number) == (True, key, 1, 8)
    assert (third.is_gap, third.key, third.discontinuities, third.number) == (False, key, 1, 9)


def test_iv_is_written_or_the_number_of_the_segment() -> None:
    assert KeyPointer(1, "AES-128", "k", None).iv_of(258) == bytes(14) + b"\1\2"
    (segment,) = media('#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0xFf\n#EXTINF:1,\na\n').segments
    assert segment.key is not None
    assert segment.key.iv_of(258) == bytes(15) + b"\xff"


def test_keys_of_samples_leave_files_clear() -> None:
    text = '#EXTM3U\n#EXT-X-KEY:METHOD={},URI="k"\n#EXTINF:1,\na\n'
    assert [
        media(text.format(m)).segments[0].key is None for m in ("NONE", "SAMPLE-AES", "SAMPLE-AES-CTR", "AES-256")
    ] == [True, True, True, False]


def test_odd_numbers_and_missing_durations_are_slips() -> None:
    playlist = media("#EXTM3U\n#EXTINF:soon,\na\nb\n#EXTINF:1,\n#EXT-X-BYTERANGE:x@1\nc\n")
    assert [segment.duration_s for segment in playlist.segments] == [None, None, 1]
    assert playlist.slips == (
        Slip(2, "EXTINF:soon", "a decimal number of seconds"),
        Slip(4, "the URI 'b' without EXTINF", "EXTINF before it"),
        Slip(6, "EXT-X-BYTERANGE:x@1", "length[@offset]"),
    )


def test_variant_takes_the_next_line_and_no_later_one() -> None:
    playlist = multivariant(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\n#EXT-X-STREAM-INF:BANDWIDTH=3\n"
        '# why\nb.m3u8\nc.m3u8\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=4,URI="i.m3u8"\n#EXT-X-STREAM-INF:BANDWIDTH=5\n'
    )
    found = [(v.line, v.integer("BANDWIDTH"), v.uri, v.is_iframes_only) for v in playlist.variants]
    assert found == [
        (2, 1, "a.m3u8", False),
        (4, 2, None, False),
        (5, 3, "b.m3u8", False),
        (10, 5, None, False),
        (9, 4, "i.m3u8", True),
    ]
    assert playlist.slips == (Slip(8, "the URI 'c.m3u8' alone", "EXT-X-STREAM-INF before it"),)


def test_a_mixed_playlist_is_what_most_of_it_is() -> None:
    multivariant("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n")
    media("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.m4s\n")


def test_numbers_follow_the_playlist_grammar() -> None:
    assert [read_integer(text) for text in ("0", "18446744073709551615", "-1", "1.0", "", "٣", "9" * 21)] == [
        0, 18446744073709551615, None, None, None, None, None,
    ]  # fmt: skip
    assert [read_decimal(text) for text in ("3", "3.84", "3.", ".5", "1e3", "-1", "nan")] == [
        3, Fraction(96, 25), 3, None, None, None, None,
    ]  # fmt: skip
    assert [read_byte_range(text) for text in ("9", "9@1", "@1", "9@")] == [
        ByteRange(9, None), ByteRange(9, 1), None, None,
    ]  # fmt: skip


line = st.one_of(
    st.tuples(st.sampled_from(sorted(MEDIA_TAGS | MULTIVARIANT_TAGS)), st.text(max_size=30)).map(
        lambda t: f"#{t[0]}:{t[1]}"
    ),
    st.sampled_from(
        ["#EXTINF:4,", "#EXTINF:0.5,", "#EXT-X-BYTERANGE:5@0", "#EXT-X-BYTERANGE:5", "a.m4s", '#EXT-X-MAP:URI="i"']
    ),
    st.text(max_size=20),
)


@given(st.lists(line, max_size=30).map("\n".join))
def test_any_lines_make_a_playlist(text: str) -> None:
    playlist = read_playlist("a.m3u8", text.encode(errors="replace"))
    if isinstance(playlist, MediaPlaylist):
        starts = [segment.start_s for segment in playlist.segments]
        assert starts == sorted(starts)
        assert playlist.duration_s >= (starts[-1] if starts else 0)
