from hypothesis import given
from hypothesis import strategies as st

from packager.lint.lexer import Attribute, Lexed, Slip, Tag, UriLine, lex_playlist


def test_lines_know_their_numbers() -> None:
    content = b'#EXTM3U\r\n\r\n# a comment\r\n#EXT-X-MAP:URI="a,b.mp4"\r\nseg 1.m4s\r\n'
    lines = (Tag(1, "EXTM3U"), Tag(4, "EXT-X-MAP", 'URI="a,b.mp4"'), UriLine(5, "seg 1.m4s"))
    assert lex_playlist(content) == Lexed(lines, ())


def test_attribute_list_keeps_commas_in_quotes() -> None:
    tag = Tag(1, "EXT-X-STREAM-INF", 'BANDWIDTH=1280000,CODECS="avc1.64000D,mp4a.40.2",RESOLUTION=320x180')
    assert tag.attributes() == (
        Attribute("BANDWIDTH", "1280000"),
        Attribute("CODECS", "avc1.64000D,mp4a.40.2", is_quoted=True),
        Attribute("RESOLUTION", "320x180"),
    )
    assert tag.slips() == ()


def test_unreadable_attribute_is_a_slip_and_the_others_are_read() -> None:
    tag = Tag(7, "EXT-X-KEY", 'METHOD=NONE, IV=0x1,URI="unclosed')
    assert tag.get("METHOD") == "NONE"
    assert tag.slips() == (
        Slip(7, "EXT-X-KEY: ' IV=0x1'", "NAME=value"),
        Slip(7, "EXT-X-KEY: 'URI=\"unclosed'", "NAME=value"),
    )


def test_doubled_attribute_is_a_slip_and_the_first_counts() -> None:
    tag = Tag(2, "EXT-X-MEDIA", "DEFAULT=YES,DEFAULT=NO")
    assert tag.get("DEFAULT") == "YES"
    assert tag.slips() == (Slip(2, "EXT-X-MEDIA has DEFAULT twice", "each attribute once"),)


def test_bytes_that_no_playlist_may_have_are_slips() -> None:
    assert lex_playlist(b"\xef\xbb\xbf#EXTM3U\n\xff.ts\na\x00b").slips == (
        Slip(1, "a byte order mark", "UTF-8 without one"),
        Slip(2, "bytes that are not UTF-8", "UTF-8"),
        Slip(3, "the control character '\\x00'", "none but CR and LF"),
    )


def test_first_line_is_extm3u() -> None:
    assert lex_playlist(b"").slips == (Slip(1, "first line ''", "#EXTM3U"),)


names = st.text("ABCXYZ-", min_size=1, max_size=8)
values = st.one_of(
    st.text("abc019x.", min_size=1).map(lambda text: (text, text)),
    st.text("abc ,=#é", max_size=12).map(lambda text: (text, f'"{text}"')),
)


@given(st.lists(st.tuples(names, values), max_size=6, unique_by=lambda pair: pair[0]))
def test_what_is_written_is_read(pairs: list[tuple[str, tuple[str, str]]]) -> None:
    tag = Tag(1, "EXT-X-MEDIA", ",".join(f"{name}={written}" for name, (_, written) in pairs))
    assert [(found.name, found.text) for found in tag.attributes()] == [(name, text) for name, (text, _) in pairs]
    assert tag.slips() == ()


@given(st.binary(max_size=400))
def test_any_bytes_are_lexed(content: bytes) -> None:
    lexed = lex_playlist(content)
    for line in lexed.lines:
        assert 1 <= line.line <= content.count(b"\n") + 1
        if isinstance(line, Tag):
            line.slips()
