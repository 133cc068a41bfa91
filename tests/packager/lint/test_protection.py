import struct

import pytest

from packager.boxes import box, full_box, read_boxes
from packager.errors import BrokenPackageError
from packager.lint.protection import read_protections

CLEAR, LOCKED = bytes(20), bytes([0, 0, 1, 8]) + bytes(16)


def groups(*rows: tuple[int, int]) -> bytes:
    written = b"".join(struct.pack(">II", *row) for row in rows)
    return full_box("sbgp", 0, 0, b"seig", struct.pack(">I", len(rows)), written)


def descriptions(*entries: bytes) -> bytes:
    return full_box("sgpd", 1, 0, b"seig", struct.pack(">II", 20, len(entries)), *entries)


def protections(*children: bytes) -> frozenset[bool | None]:
    content = box("traf", *children)
    (traf,) = read_boxes(content)
    return read_protections(content, traf, 10)


def test_samples_without_a_group_are_as_the_track_says() -> None:
    assert protections() == {None}
    assert protections(descriptions(CLEAR), groups((4, 0x10001))) == {False, None}
    assert protections(descriptions(CLEAR), groups((4, 0x10001), (6, 0))) == {False, None}


def test_samples_of_a_group_are_as_its_description_says() -> None:
    assert protections(descriptions(CLEAR, LOCKED), groups((4, 0x10001), (6, 0x10002))) == {False, True}
    assert protections(descriptions(CLEAR, LOCKED), groups((10, 0x10002))) == {True}


def test_descriptions_of_the_init_segment_are_not_looked_up() -> None:
    assert protections(groups((10, 1))) == frozenset()


def test_groups_that_are_cut_off_are_broken() -> None:
    torn = full_box("sbgp", 0, 0, b"seig", struct.pack(">I", 0xFFFFFFFF))
    with pytest.raises(BrokenPackageError, match="sbgp box at byte 8 is cut off"):
        protections(torn)
    with pytest.raises(BrokenPackageError, match="sgpd box at byte 8 is cut off"):
        protections(full_box("sgpd", 1, 0, b"seig", struct.pack(">II", 20, 0xFFFFFFFF)))
