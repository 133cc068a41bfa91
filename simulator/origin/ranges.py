"""Which bytes a `Range` field asks for (RFC 9110 section 14)."""

import re
from dataclasses import dataclass

# More parts than any player asks for; a longer list is ignored, as section 17.15 advises against abuse.
MOST_RANGES = 32
# A position of more digits than a file can have lies beyond its end, whatever it is exactly.
_BEYOND_ANY_FILE = 10**18

_BYTES_RANGES = re.compile(r"bytes=(.*)", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(r"([0-9]*)-([0-9]*)")


@dataclass(frozen=True, slots=True)
class ByteSpan:
    """The bytes from `first` up to, but not including, `end`."""

    first: int
    end: int

    def __post_init__(self) -> None:
        assert 0 <= self.first < self.end, f"bytes {self.first} to {self.end} hold nothing"

    @property
    def size_bytes(self) -> int:
        """How many bytes it holds; at least one."""
        return self.end - self.first


def select_spans(range_field: str | None, size_bytes: int) -> tuple[ByteSpan, ...] | None:
    """The bytes that `range_field` asks of a body of `size_bytes`, in the order asked.

    None: there is nothing to select, send it whole (no field, another unit, malformed, or more
    bytes and parts than a fair request has). Empty: no part of it can be satisfied, answer 416.
    """
    asked = _parse_ranges(range_field or "")
    if asked is None:
        return None
    if size_bytes == 0 and any(first is None and length for first, length in asked):
        return None  # section 14.1.2: a suffix of nothing is satisfiable, but Content-Range cannot say so
    spans = tuple(span for first, last in asked if (span := _fit(first, last, size_bytes)))
    # Ranges that overlap ask for some bytes twice: the whole is cheaper (section 15.3.7.2 lets us choose).
    if len(spans) > 1 and sum(span.size_bytes for span in spans) > size_bytes:
        return None
    return spans


def content_range(span: ByteSpan, size_bytes: int) -> str:
    """The value of `Content-Range` for one span of a body of `size_bytes`."""
    return f"bytes {span.first}-{span.end - 1}/{size_bytes}"


def _parse_ranges(field: str) -> tuple[tuple[int | None, int | None], ...] | None:
    """(first, last) of each range, (None, length) of a suffix, (first, None) of an open one; None when malformed."""
    matched = _BYTES_RANGES.fullmatch(field.strip())
    if matched is None:
        return None
    # Section 5.6.1.2: empty elements of a list count for nothing.
    items = [item for raw in matched[1].split(",") if (item := raw.strip(" \t"))]
    ranges = tuple(parsed for item in items if (parsed := _parse_range(item)))
    return ranges if 0 < len(items) == len(ranges) <= MOST_RANGES else None


def _parse_range(item: str) -> tuple[int | None, int | None] | None:
    matched = _RANGE.fullmatch(item)
    if matched is None or item == "-":
        return None
    first, last = _parse_position(matched[1]), _parse_position(matched[2])
    if first is not None and last is not None and last < first:
        return None  # section 14.1.1: such a range is invalid, and the field with it
    return first, last


def _parse_position(digits: str) -> int | None:
    if not digits:
        return None
    significant = digits.lstrip("0") or "0"
    return _BEYOND_ANY_FILE if len(significant) > 18 else int(significant)


def _fit(first: int | None, last: int | None, size_bytes: int) -> ByteSpan | None:
    """What a body of `size_bytes` has of a range, if anything."""
    if first is None:
        assert last is not None, "a range without positions was parsed"
        start, end = max(0, size_bytes - last), size_bytes
    else:
        start, end = first, size_bytes if last is None else min(last + 1, size_bytes)
    return ByteSpan(start, end) if start < end else None
