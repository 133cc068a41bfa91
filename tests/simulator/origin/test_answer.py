from http import HTTPStatus

from hypothesis import given
from hypothesis import strategies as st

from simulator.origin.answer import Answer, Representation, answer_file, answer_method_refused, answer_preflight
from simulator.origin.body import BodyReader
from simulator.origin.conditional import Validators
from simulator.origin.mediatypes import kind_of
from simulator.origin.ranges import ByteSpan

VALIDATORS = Validators('"a-1"', 784_111_777)
SEGMENT = Representation(kind_of(("00001.m4s",)), 1000, VALIDATORS)

RANGES = st.one_of(
    st.tuples(st.integers(0, 70), st.integers(0, 70)).map(lambda pair: (min(pair), max(pair))),
    st.tuples(st.integers(0, 70), st.none()),
    st.tuples(st.none(), st.integers(0, 70)),
)


def write_range(first: int | None, last: int | None) -> str:
    return f"{'' if first is None else first}-{'' if last is None else last}"


def slice_of(content: bytes, first: int | None, last: int | None) -> bytes:
    if first is None:
        return content[-last:] if last else b""
    return content[first:] if last is None else content[first : last + 1]


def read_all(answer: Answer, content: bytes, piece_bytes: int = 7) -> bytes:
    reader = BodyReader(answer.body, lambda offset, size: content[offset : offset + size])
    return b"".join(iter(lambda: reader.read(piece_bytes), b""))


def parts_of(body: bytes, media_type: str) -> list[bytes]:
    boundary = media_type.removeprefix("multipart/byteranges; boundary=").encode()
    first, *parts, last = body.split(b"\r\n--" + boundary)
    assert (first, last) == (b"", b"--\r\n")
    return [part.split(b"\r\n\r\n", 1)[1] for part in parts]


@given(st.binary(max_size=60), st.lists(RANGES, min_size=1, max_size=4), st.integers(1, 20))
def test_any_ranges_of_any_file_are_the_slices_of_it(
    content: bytes, ranges: list[tuple[int | None, int | None]], piece_bytes: int
) -> None:
    asked = Representation(kind_of(("00001.m4s",)), len(content), VALIDATORS)
    answer = answer_file("GET", {"range": "bytes=" + ",".join(write_range(*r) for r in ranges)}, asked)
    body, fields = read_all(answer, content, piece_bytes), dict(answer.fields)
    slices = [part for r in ranges if (part := slice_of(content, *r))]

    assert int(fields["Content-Length"]) == len(body)
    match answer.status:
        case HTTPStatus.PARTIAL_CONTENT if len(slices) == 1:
            assert body == slices[0]
        case HTTPStatus.PARTIAL_CONTENT:
            assert parts_of(body, fields["Content-Type"]) == slices
        case HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            assert slices == []
            assert fields["Content-Range"] == f"bytes */{len(content)}"
        case other:
            assert other is HTTPStatus.OK
            assert body == content
            assert len(content) == 0 or sum(map(len, slices)) > len(content)


def test_head_has_the_fields_of_get_and_no_body() -> None:
    head, get = answer_file("HEAD", {}, SEGMENT), answer_file("GET", {}, SEGMENT)
    assert (head.status, head.fields, head.body) == (HTTPStatus.OK, get.fields, ())
    assert get.body == (ByteSpan(0, 1000),)
    assert dict(head.fields)["Content-Length"] == "1000"


def test_head_ignores_a_range() -> None:
    assert answer_file("HEAD", {"range": "bytes=0-1"}, SEGMENT) == answer_file("HEAD", {}, SEGMENT)


def test_stale_if_range_gives_the_whole_file() -> None:
    fresh = answer_file("GET", {"range": "bytes=0-1", "if-range": '"a-1"'}, SEGMENT)
    stale = answer_file("GET", {"range": "bytes=0-1", "if-range": '"a-0"'}, SEGMENT)
    assert (fresh.status, fresh.body) == (HTTPStatus.PARTIAL_CONTENT, (ByteSpan(0, 2),))
    assert (stale.status, stale.body) == (HTTPStatus.OK, (ByteSpan(0, 1000),))


def test_not_modified_wins_over_a_range_and_says_how_long_to_keep() -> None:
    answer = answer_file("GET", {"range": "bytes=0-1", "if-none-match": '"a-1"'}, SEGMENT)
    fields = dict(answer.fields)
    assert (answer.status, answer.body) == (HTTPStatus.NOT_MODIFIED, ())
    assert fields["ETag"] == '"a-1"'
    assert fields["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Content-Length" not in fields


def test_failed_condition_is_412() -> None:
    answer = answer_file("GET", {"if-match": '"a-0"'}, SEGMENT)
    assert answer.status == HTTPStatus.PRECONDITION_FAILED
    assert answer.body == (b"the file has changed: ask again without conditions\n",)


def test_multipart_gives_each_part_its_type_and_place() -> None:
    answer = answer_file("GET", {"range": "bytes=0-1,998-"}, SEGMENT)
    boundary = dict(answer.fields)["Content-Type"].removeprefix("multipart/byteranges; boundary=")
    assert answer.body == (
        f"\r\n--{boundary}\r\nContent-Type: video/iso.segment\r\nContent-Range: bytes 0-1/1000\r\n\r\n".encode(),
        ByteSpan(0, 2),
        f"\r\n--{boundary}\r\nContent-Type: video/iso.segment\r\nContent-Range: bytes 998-999/1000\r\n\r\n".encode(),
        ByteSpan(998, 1000),
        f"\r\n--{boundary}--\r\n".encode(),
    )


def test_only_text_varies_with_the_coding() -> None:
    playlist = Representation(kind_of(("master.m3u8",)), 9, VALIDATORS, coding="gzip")
    assert dict(answer_file("GET", {}, playlist).fields)["Vary"] == "Accept-Encoding"
    assert dict(answer_file("GET", {}, playlist).fields)["Content-Encoding"] == "gzip"
    assert "Vary" not in dict(answer_file("GET", {}, SEGMENT).fields)


def test_preflight_lets_any_page_ask_for_ranges() -> None:
    fields = dict(answer_preflight().fields)
    assert fields["Access-Control-Allow-Origin"] == "*"
    assert fields["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Range" in fields["Access-Control-Allow-Headers"].split(", ")


def test_refused_method_names_those_allowed() -> None:
    answer = answer_method_refused("DELETE")
    assert answer.status == HTTPStatus.METHOD_NOT_ALLOWED
    assert dict(answer.fields)["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.body == (b"DELETE is not possible here: GET, HEAD, OPTIONS\n",)
