import pytest

from simulator.errors import OriginError
from simulator.origin.body import BodyReader
from simulator.origin.ranges import ByteSpan

CONTENT = b"0123456789"


def read_content(offset: int, size_bytes: int) -> bytes:
    return CONTENT[offset : offset + size_bytes]


def test_body_is_read_in_pieces_of_at_most_the_size_asked_for() -> None:
    reader = BodyReader((b"head", ByteSpan(2, 7), b"|"), read_content)
    assert list(iter(lambda: reader.read(3), b"")) == [b"hea", b"d", b"234", b"56", b"|"]


def test_short_reads_are_read_on() -> None:
    reader = BodyReader((ByteSpan(0, 5),), lambda offset, size: read_content(offset, min(size, 2)))
    assert list(iter(lambda: reader.read(100), b"")) == [b"01", b"23", b"4"]


def test_a_file_that_shrank_is_an_error_and_no_end() -> None:
    reader = BodyReader((ByteSpan(8, 20),), read_content)
    assert reader.read(100) == b"89"
    with pytest.raises(OriginError, match=r"^the file ends at byte 10 while bytes up to 20 were promised$"):
        reader.read(100)
