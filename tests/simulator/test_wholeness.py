import pytest

from simulator.commands import Fetch, Part
from simulator.presentation import Resource
from simulator.wholeness import find_damage, find_fault

BOX = b"\0\0\0\x0cmdatfour"


@pytest.mark.parametrize(
    "body",
    [
        BOX,
        BOX + BOX,
        b"\0\0\0\x01mdat" + (20).to_bytes(8, "big") + b"four",  # a size of 64 bits
        b"\x47" + bytes(187),  # a packet of MPEG-TS
        b"ID3" + bytes(9),
    ],
)
def test_whole_bodies_pass(body: bytes) -> None:
    assert find_damage(body) == ""


@pytest.mark.parametrize(
    ("body", "damage"),
    [
        (b"", "it is empty"),
        (BOX[:-1], "its last box ends 1 bytes after it"),
        (BOX + BOX[:7], "no MP4 box at byte 12"),
        (b"\0\0\0\x04mdat", "no MP4 box at byte 0"),  # smaller than its own head
        (bytes(100), "no MP4 box at byte 0"),
        (b"<!DOCTYPE html>", "its last box ends 1008813120 bytes after it"),
    ],
)
def test_damage_is_named(body: bytes, damage: str) -> None:
    assert find_damage(body) == damage


@pytest.mark.parametrize(
    ("part", "is_encrypted", "body", "fault"),
    [
        (Part.SEGMENT, False, BOX, ""),
        (Part.SEGMENT, False, bytes(16), "no MP4 box at byte 0"),
        (Part.SEGMENT, True, bytes(32), ""),
        (Part.SEGMENT, True, bytes(33), "33 bytes, no whole number of blocks of 16"),
        (Part.SEGMENT, True, b"", "0 bytes, no whole number of blocks of 16"),
        (Part.KEY, False, bytes(16), ""),
        (Part.KEY, False, bytes(9), "9 bytes, where a key has 16"),
    ],
)
def test_what_is_whole_depends_on_what_was_asked_for(part: Part, is_encrypted: bool, body: bytes, fault: str) -> None:
    assert find_fault(Fetch(1, Resource("u", is_encrypted=is_encrypted), part), body) == fault
