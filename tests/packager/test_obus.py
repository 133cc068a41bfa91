import pytest

from packager.obus import is_key_unit, strip_delimiters

# A first byte has the kind in bits 6 to 3, an extension in bit 2, a size in bit 1 (AV1 section 5.3.2).
DELIMITER = b"\x12\x00"
SEQUENCE = b"\x0a\x03seq"


def frame(head: int, kind: int = 6) -> bytes:
    """A frame (or with kind 3 its header alone) that starts with this byte."""
    return bytes([kind << 3 | 2, 4, head]) + b"row"


KEY, KEY_SHOWN_LATER, INTER, AGAIN = frame(0x10), frame(0x00), frame(0x30), frame(0x80)


@pytest.mark.parametrize(
    ("unit", "is_key"),
    [
        (SEQUENCE + KEY, True),
        (DELIMITER + SEQUENCE + KEY, True),
        (SEQUENCE + frame(0x10, kind=3), True),
        (SEQUENCE + frame(0x10)[:1] + b"\x84\x00" + frame(0x10)[2:], True),  # its size in two bytes
        (SEQUENCE + b"\x36\x00\x04\x10row", True),  # with an extension
        (SEQUENCE + b"\x30\x10row", True),  # without a size: up to the end
        (KEY, False),
        (SEQUENCE + KEY_SHOWN_LATER + INTER, False),
        (SEQUENCE + INTER + KEY, False),
        (SEQUENCE + AGAIN, False),
        (SEQUENCE, False),
        (SEQUENCE + b"\x32\x00", False),
        (SEQUENCE + b"\x32\x7f\x10", False),  # longer than the unit
        (SEQUENCE + b"\x32" + b"\x80" * 9, False),
        (b"", False),
    ],
)
def test_decoding_starts_with_a_key_frame_that_is_shown_at_once(unit: bytes, is_key: bool) -> None:
    assert is_key_unit(unit) is is_key


def test_delimiters_leave_the_unit() -> None:
    assert strip_delimiters(DELIMITER + SEQUENCE + KEY) == SEQUENCE + KEY
    assert strip_delimiters(SEQUENCE + KEY) == SEQUENCE + KEY
    assert strip_delimiters(DELIMITER + b"\x32\x7f\x10") == b"\x32\x7f\x10"
