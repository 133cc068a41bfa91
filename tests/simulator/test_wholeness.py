import pytest

from simulator.wholeness import find_damage

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
