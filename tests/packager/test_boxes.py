import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.boxes import MAX_DEPTH, Box, box, find_box, find_boxes, full_box, need_box, read_boxes
from packager.errors import BrokenPackageError

FREE = box("free", b"xyz")


def test_boxes_are_found_where_they_were_written() -> None:
    assert read_boxes(FREE + box("moof", box("mfhd", b"12345678"))) == (
        Box("free", 0, 8, 11),
        Box("moof", 11, 8, 24, (Box("mfhd", 19, 8, 16),)),
    )


def test_a_payload_is_what_follows_the_header() -> None:
    data = FREE + full_box("tfdt", 1, 0xABCDEF, b"rest")
    assert [each.payload(data) for each in read_boxes(data)] == [b"xyz", b"\x01\xab\xcd\xefrest"]


def test_paths_lead_to_boxes_in_file_order() -> None:
    boxes = read_boxes(box("moov", box("trak", box("tkhd", b"1")), box("trak", box("tkhd", b"2"), box("mdia"))))
    assert [each.start for each in find_boxes(boxes, "moov", "trak", "tkhd")] == [16, 33]
    assert find_box(boxes, "moov", "trak", "mdia") == Box("mdia", 42, 8, 8)
    assert find_box(boxes, "moov", "udta") is None
    assert find_box(boxes) is None


def test_a_needed_box_that_is_absent_is_named() -> None:
    with pytest.raises(BrokenPackageError, match=r"^no moov/mvex box, which this file must have$"):
        need_box(read_boxes(box("moov")), "moov", "mvex")


def test_sizes_of_64_bits_and_to_the_end_of_the_file() -> None:
    data = struct.pack(">I4sQ", 1, b"mdat", 20) + b"1234" + struct.pack(">I4s", 0, b"mdat") + b"all the rest"
    assert read_boxes(data) == (Box("mdat", 0, 16, 20), Box("mdat", 20, 8, 20))


def test_the_beginning_of_a_file_is_enough() -> None:
    head = box("moof", box("mfhd", b"12345678")) + struct.pack(">I4s", 1000, b"mdat")
    assert read_boxes(head, file_size=24 + 1000) == (
        Box("moof", 0, 8, 24, (Box("mfhd", 8, 8, 16),)),
        Box("mdat", 24, 8, 1000),
    )
    assert read_boxes(head[:27], file_size=1024) == (Box("moof", 0, 8, 24, (Box("mfhd", 8, 8, 16),)),)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x00\x00\x00", "3 stray bytes at byte 0 where a box should start"),
        (FREE + b"abcdefg", "7 stray bytes at byte 11 where a box should start"),
        (struct.pack(">I4s", 7, b"free"), "'free' box at byte 0 claims 7 bytes, but 8 are left there"),
        (struct.pack(">I4s", 9, b"free"), "'free' box at byte 0 claims 9 bytes, but 8 are left there"),
        (struct.pack(">I4sI", 1, b"mdat", 0), "'mdat' box at byte 0 is cut off inside its 64-bit size"),
        (struct.pack(">I4sQ", 1, b"mdat", 15), "'mdat' box at byte 0 claims 15 bytes, but 16 are left there"),
        (box("moov", FREE[:-1]), "'free' box at byte 8 claims 11 bytes, but 10 are left there"),
        (box("stsd", b"1234567"), "stsd box at byte 0 is 15 bytes long, too short for its fields"),
    ],
)
def test_what_cannot_be_true_is_said_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(BrokenPackageError) as raised:
        read_boxes(data)
    assert str(raised.value) == message


def test_a_container_that_is_cut_off_cannot_be_read_from_the_beginning_of_a_file() -> None:
    whole = box("moof", box("mfhd", b"12345678"))
    with pytest.raises(BrokenPackageError, match=r"^moof box at byte 0 ends at 24, but only 20 bytes are there$"):
        read_boxes(whole[:20], file_size=24)


def test_nesting_is_bounded() -> None:
    data = b""
    for _ in range(MAX_DEPTH + 1):
        data = box("moov", data)
    with pytest.raises(BrokenPackageError, match=r"^moov box at byte 128 lies 16 boxes deep: not a file we can read$"):
        read_boxes(data)


def test_the_number_of_boxes_is_bounded() -> None:
    with pytest.raises(BrokenPackageError, match=r"^more than 100000 boxes before byte 800000: "):
        read_boxes(box("free") * 100_001)


@given(st.binary(max_size=200), st.none() | st.integers(0, 400))
def test_any_bytes_are_read_or_refused(data: bytes, file_size: int | None) -> None:
    try:
        boxes = read_boxes(data, file_size=file_size)
    except BrokenPackageError:
        return
    assert all(each.size >= each.header_size for each in boxes)


@given(
    st.recursive(
        st.binary(max_size=20).map(lambda body: box("free", body)),
        lambda inner: st.lists(inner, max_size=3).map(lambda parts: box("traf", *parts)),
        max_leaves=10,
    )
)
def test_what_is_written_is_read(data: bytes) -> None:
    (only,) = read_boxes(data)
    assert (only.start, only.end) == (0, len(data))
    assert only.kind in {"free", "traf"}
