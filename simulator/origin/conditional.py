"""Whether a conditional request is to be carried out (RFC 9110 section 13).

Request fields come as a mapping with lower-case names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from enum import Enum, auto

_ENTITY_TAG = re.compile(r'(?P<weak>W/)?(?P<opaque>"[^"]*")')


class Verdict(Enum):
    """What the conditions of a request say."""

    PROCEED = auto()
    NOT_MODIFIED = auto()  # 304
    FAILED = auto()  # 412


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one state of a resource from another: a strong entity tag, quoted, and a time in Unix seconds."""

    etag: str
    modified_s: int

    def __post_init__(self) -> None:
        assert re.fullmatch(r'"[\x21\x23-\x7e]+"', self.etag), f"{self.etag} is no strong entity tag"

    @property
    def last_modified(self) -> str:
        """The value of `Last-Modified`."""
        return formatdate(self.modified_s, usegmt=True)


def make_etag(size_bytes: int, modified_ns: int, coding: str = "") -> str:
    """A strong entity tag that changes with a file's size, its time of change, and its content coding.

    Section 8.8.3.3: the gzipped form of a file is another representation and must not share its tag.
    """
    return f'"{size_bytes:x}-{modified_ns:x}{"-" if coding else ""}{coding}"'


def judge_conditions(request_fields: Mapping[str, str], validators: Validators) -> Verdict:
    """What If-Match, If-None-Match and their dated forms say of a GET or HEAD, in the order of section 13.2.2."""
    if not _may_proceed(request_fields, validators):
        return Verdict.FAILED
    if _is_known_to_client(request_fields, validators):
        return Verdict.NOT_MODIFIED
    return Verdict.PROCEED


def allows_range(if_range: str | None, validators: Validators) -> bool:
    """Whether a `Range` may be honoured; a stale If-Range (section 13.1.5) means: send the whole new body.

    A date must be exactly ours: an earlier or later one is of another state of the file.
    """
    if if_range is None:
        return True
    field = if_range.strip()
    if _ENTITY_TAG.fullmatch(field):
        return field == validators.etag  # strong comparison: a weak tag never matches
    return _parse_date(field) == validators.modified_s


def _may_proceed(fields: Mapping[str, str], validators: Validators) -> bool:
    if (tags := fields.get("if-match")) is not None:
        return _lists_tag(tags, validators.etag, weakly=False)
    unmodified_since_s = _parse_date(fields.get("if-unmodified-since"))
    return unmodified_since_s is None or validators.modified_s <= unmodified_since_s


def _is_known_to_client(fields: Mapping[str, str], validators: Validators) -> bool:
    if (tags := fields.get("if-none-match")) is not None:
        return _lists_tag(tags, validators.etag, weakly=True)
    modified_since_s = _parse_date(fields.get("if-modified-since"))
    return modified_since_s is not None and validators.modified_s <= modified_since_s


def _lists_tag(field: str, etag: str, *, weakly: bool) -> bool:
    """Whether a list of entity tags holds `etag`; compared weakly, a `W/` does not matter (section 8.8.3.2)."""
    if field.strip() == "*":
        return True
    return any(tag["opaque"] == etag and (weakly or not tag["weak"]) for tag in _ENTITY_TAG.finditer(field))


def _parse_date(field: str | None) -> int | None:
    """Unix seconds of an HTTP date; None when there is none or it is not a date, which makes its condition void."""
    try:
        date = parsedate_to_datetime(field or "")
        return int((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
