"""Playlist bytes as numbered lines: tags with their attributes, and URIs.

It mends nothing and refuses nothing: what cannot be read as it stands becomes a `Slip`, which a rule then reports.
RFC 8216 sections 4.1 (lines), 4.2 (attribute lists).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain


@dataclass(frozen=True, slots=True)
class Slip:
    """A breach of the playlist's syntax: its line (from 1), what was found, what the syntax wants."""

    line: int
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """One NAME=value of an attribute list; `text` is without the quotes."""

    name: str
    text: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """A line `#EXT...`, with what follows the colon in `value`."""

    line: int
    name: str
    value: str = ""

    def attributes(self) -> tuple[Attribute, ...]:
        """The value read as an attribute list, in order, doubles included, unreadable pieces left out."""
        return tuple(piece for piece in _lex_attributes(self.value) if isinstance(piece, Attribute))

    def get(self, name: str) -> str | None:
        """The attribute's text, or None where the list does not have it. The first one counts."""
        return _first_texts(self.value).get(name)

    def slips(self) -> tuple[Slip, ...]:
        """What is wrong with the value when it is read as an attribute list."""
        pieces = _lex_attributes(self.value)
        torn = [Slip(self.line, f"{self.name}: {piece!r}", "NAME=value") for piece in pieces if isinstance(piece, str)]
        names = [piece.name for piece in pieces if isinstance(piece, Attribute)]
        doubled = dict.fromkeys(name for name in names if names.count(name) > 1)
        return (*torn, *(Slip(self.line, f"{self.name} has {name} twice", "each attribute once") for name in doubled))


@dataclass(frozen=True, slots=True)
class UriLine:
    """A line that is neither blank nor a comment nor a tag."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Lexed:
    """The lines that say something, in order, and what was wrong with the bytes themselves."""

    lines: tuple[Tag | UriLine, ...]
    slips: tuple[Slip, ...]
    # Rules ask for tags thousands of times; a look through all lines each time was half of what they took.
    _by_name: dict[str, tuple[Tag, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, list[Tag]] = {}
        for line in self.lines:
            if isinstance(line, Tag):
                by_name.setdefault(line.name, []).append(line)
        object.__setattr__(self, "_by_name", {name: tuple(tags) for name, tags in by_name.items()})

    def tags(self, *names: str) -> tuple[Tag, ...]:
        """The tags of these names, in order."""
        if len(names) == 1:
            return self._by_name.get(names[0], ())
        found = chain.from_iterable(self._by_name.get(name, ()) for name in dict.fromkeys(names))
        return tuple(sorted(found, key=lambda tag: tag.line))


_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=(?:"([^"]*)"|([^",\s][^",]*|))(?:,|$)')
# RFC 8216 section 4.1: no control characters but CR and LF. A tab is the one seen in the field.
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BOM = b"\xef\xbb\xbf"


def is_playlist(head: bytes) -> bool:
    """Whether a file that starts with these bytes is meant as a playlist: one of its lines is a tag."""
    rows = head.removeprefix(_BOM).split(b"\n")
    return b"\0" not in head and any(row.lstrip().startswith(b"#EXT") for row in rows)


def lex_playlist(content: bytes) -> Lexed:
    """The lines of a playlist. Any bytes at all give a result."""
    slips: list[Slip] = []
    if content.startswith(_BOM):
        slips.append(Slip(1, "a byte order mark", "UTF-8 without one"))
        content = content.removeprefix(_BOM)
    raw_rows = content.split(b"\n")
    rows = [raw.decode("utf-8", errors="replace").removesuffix("\r") for raw in raw_rows]
    slips.extend(_slips_of_rows(raw_rows, rows))
    return Lexed(tuple(_lex_rows(rows)), tuple(sorted(slips, key=lambda slip: slip.line)))


def _slips_of_rows(raw_rows: list[bytes], rows: list[str]) -> Iterator[Slip]:
    if rows[0].rstrip() != "#EXTM3U":
        yield Slip(1, f"first line {rows[0][:40]!r}", "#EXTM3U")
    for number, (raw, row) in enumerate(zip(raw_rows, rows, strict=True), 1):
        if raw.decode("utf-8", errors="ignore").encode() != raw:
            yield Slip(number, "bytes that are not UTF-8", "UTF-8")
        elif control := _CONTROL.search(row):
            yield Slip(number, f"the control character {control.group()!r}", "none but CR and LF")


def _lex_rows(rows: list[str]) -> Iterator[Tag | UriLine]:
    for number, row in enumerate(rows, 1):
        text = row.strip()
        if text.startswith("#EXT"):
            name, _, value = text[1:].partition(":")
            yield Tag(number, name, value)
        elif text and not text.startswith("#"):
            yield UriLine(number, text)


# Dozens of rules ask the same lines again: without this, a third of a lint's time went here. Values are short.
@lru_cache(maxsize=4096)
def _lex_attributes(value: str) -> tuple[Attribute | str, ...]:
    """Attributes and, where there is none to be read, the piece up to the next comma."""
    return tuple(_find_attributes(value))


@lru_cache(maxsize=4096)
def _first_texts(value: str) -> Mapping[str, str]:
    """The text of each attribute, by name. The first one counts."""
    pieces = (piece for piece in reversed(_lex_attributes(value)) if isinstance(piece, Attribute))
    return {piece.name: piece.text for piece in pieces}


def _find_attributes(value: str) -> Iterator[Attribute | str]:
    at = 0
    while at < len(value):
        if found := _ATTRIBUTE.match(value, at):
            name, quoted, plain = found.groups()
            yield Attribute(name, plain if quoted is None else quoted, quoted is not None)
            at = found.end()
        else:
            end = value.find(",", at)
            end = len(value) if end < 0 else end
            yield value[at:end]
            at = end + 1
