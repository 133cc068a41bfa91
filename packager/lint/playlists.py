"""Playlists as the rules see them: variants and renditions, or segments, each with the line it stands on.

Nothing is repaired. What a tag should have said and did not is None, and a rule says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from packager.lint.lexer import Lexed, Slip, Tag, UriLine, lex_playlist

# RFC 8216 section 4.3: which tags belong to which kind of playlist; all others are for both.
MULTIVARIANT_TAGS = frozenset({
    "EXT-X-MEDIA", "EXT-X-STREAM-INF", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-SESSION-DATA", "EXT-X-SESSION-KEY",
    "EXT-X-CONTENT-STEERING"
})  # fmt: skip
MEDIA_TAGS = frozenset({
    "EXTINF", "EXT-X-BYTERANGE", "EXT-X-DISCONTINUITY", "EXT-X-KEY", "EXT-X-MAP", "EXT-X-PROGRAM-DATE-TIME",
    "EXT-X-GAP", "EXT-X-BITRATE", "EXT-X-PART", "EXT-X-DATERANGE", "EXT-X-SKIP", "EXT-X-PRELOAD-HINT",
    "EXT-X-RENDITION-REPORT", "EXT-X-TARGETDURATION", "EXT-X-MEDIA-SEQUENCE", "EXT-X-DISCONTINUITY-SEQUENCE",
    "EXT-X-ENDLIST", "EXT-X-PLAYLIST-TYPE", "EXT-X-I-FRAMES-ONLY", "EXT-X-PART-INF", "EXT-X-SERVER-CONTROL"
})  # fmt: skip
# Low-latency HLS, RFC8216bis sections 4.4.3.7, 4.4.3.8, 4.4.4.9, 4.4.5.2 and 4.4.5.3: for what is still being made.
_LIVE_TAGS = ("EXT-X-PART-INF", "EXT-X-SERVER-CONTROL", "EXT-X-PART", "EXT-X-SKIP", "EXT-X-PRELOAD-HINT")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Part of a file; `offset` is None where the playlist leaves it to a predecessor that is not there."""

    length: int
    offset: int | None

    @property
    def end(self) -> int | None:
        """The first byte after it."""
        return None if self.offset is None else self.offset + self.length


@dataclass(frozen=True, slots=True)
class KeyPointer:
    """An EXT-X-KEY by which whole files are encrypted. `iv` is None where it is the segment's number."""

    line: int
    method: str
    uri: str | None
    iv: bytes | None

    def iv_of(self, number: int) -> bytes:
        """The initialization vector of the segment of this media sequence number (RFC 8216 section 5.2)."""
        return number.to_bytes(16) if self.iv is None else self.iv


@dataclass(frozen=True, slots=True)
class InitPointer:
    """An EXT-X-MAP: where the init segment is; without a range, the whole file. `key` is None where it is clear."""

    line: int
    uri: str | None
    byte_range: ByteRange | None = None
    key: KeyPointer | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A media segment's entry. `start_s` is the sum of the EXTINF before it, `number` its media sequence number.

    `key` is None where its file is clear, which says nothing of the samples in it.
    """

    line: int
    uri: str
    start_s: Fraction
    duration_s: Fraction | None
    byte_range: ByteRange | None = None
    init: InitPointer | None = None
    key: KeyPointer | None = None
    is_gap: bool = False
    discontinuities: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """A playlist of segments."""

    file: str
    lexed: Lexed
    segments: tuple[Segment, ...]
    slips: tuple[Slip, ...]

    @property
    def target_duration_s(self) -> int | None:
        """EXT-X-TARGETDURATION, where it is there and a whole number."""
        tag = self.first("EXT-X-TARGETDURATION")
        return None if tag is None else read_integer(tag.value)

    @property
    def duration_s(self) -> Fraction:
        """The sum of all EXTINF."""
        return sum((segment.duration_s or Fraction(0) for segment in self.segments), Fraction(0))

    @property
    def is_iframes_only(self) -> bool:
        """Whether it lists I-frames, for trick play."""
        return self.first("EXT-X-I-FRAMES-ONLY") is not None

    @property
    def is_live(self) -> bool:
        """Whether it is the window of something that goes on: no end, and a sign that there was or will be more."""
        kind, number = self.first("EXT-X-PLAYLIST-TYPE"), self.first("EXT-X-MEDIA-SEQUENCE")
        if self.first("EXT-X-ENDLIST") or (kind and kind.value.strip() == "VOD"):
            return False
        return bool(kind or (number and read_integer(number.value)) or self.lexed.tags(*_LIVE_TAGS))

    def first(self, name: str) -> Tag | None:
        """The first tag of this name."""
        return next(iter(self.lexed.tags(name)), None)


@dataclass(frozen=True, slots=True)
class Variant:
    """An EXT-X-STREAM-INF and the URI line after it (None where there is none), or an EXT-X-I-FRAME-STREAM-INF."""

    tag: Tag
    uri: str | None
    uri_line: int
    is_iframes_only: bool = False

    @property
    def line(self) -> int:
        """The line of the tag."""
        return self.tag.line

    def get(self, name: str) -> str | None:
        """An attribute of the tag."""
        return self.tag.get(name)

    def integer(self, name: str) -> int | None:
        """An attribute of the tag that should be a whole number."""
        return read_integer(self.tag.get(name) or "")

    @property
    def codecs(self) -> tuple[str, ...]:
        """What CODECS lists; empty where it is missing."""
        return tuple(codec.strip() for codec in (self.get("CODECS") or "").split(",") if codec.strip())


@dataclass(frozen=True, slots=True)
class Rendition:
    """An EXT-X-MEDIA."""

    tag: Tag

    @property
    def line(self) -> int:
        """The line of the tag."""
        return self.tag.line

    @property
    def kind(self) -> str:
        """TYPE, or an empty string."""
        return self.tag.get("TYPE") or ""

    @property
    def group(self) -> str:
        """GROUP-ID, or an empty string."""
        return self.tag.get("GROUP-ID") or ""

    @property
    def uri(self) -> str | None:
        """Its playlist; None where its media is in the variant streams."""
        return self.tag.get("URI")

    def get(self, name: str) -> str | None:
        """An attribute of the tag."""
        return self.tag.get(name)


@dataclass(frozen=True, slots=True)
class MultivariantPlaylist:
    """A playlist of playlists. `variants` holds the I-frame variants too, at the end."""

    file: str
    lexed: Lexed
    variants: tuple[Variant, ...]
    renditions: tuple[Rendition, ...]
    slips: tuple[Slip, ...]

    @property
    def playable(self) -> tuple[Variant, ...]:
        """The variants that one plays, without the I-frame ones."""
        return tuple(variant for variant in self.variants if not variant.is_iframes_only)

    def group(self, kind: str, group: str | None) -> tuple[Rendition, ...]:
        """The renditions of one group."""
        return tuple(r for r in self.renditions if group is not None and r.kind == kind and r.group == group)


Playlist = MediaPlaylist | MultivariantPlaylist


def read_playlist(file: str, content: bytes) -> Playlist:
    """The playlist in these bytes. Whatever they are, something comes back, and its slips say what was odd."""
    lexed = lex_playlist(content)
    if _is_multivariant(lexed):
        return _read_multivariant(file, lexed)
    return _read_media(file, lexed)


def _is_multivariant(lexed: Lexed) -> bool:
    """By the tags that make the kind; a playlist that mixes them is what most of them say."""
    streams = len(lexed.tags("EXT-X-STREAM-INF"))
    segments = len(lexed.tags("EXTINF"))
    if streams or segments:
        return streams > segments
    names = [line.name for line in lexed.lines if isinstance(line, Tag)]
    return sum(name in MULTIVARIANT_TAGS for name in names) > sum(name in MEDIA_TAGS for name in names)


def _read_multivariant(file: str, lexed: Lexed) -> MultivariantPlaylist:
    variants: list[Variant] = []
    slips: list[Slip] = []
    open_tag: Tag | None = None
    for line in lexed.lines:
        if isinstance(line, UriLine):
            if open_tag is None:
                slips.append(Slip(line.line, f"the URI {line.text[:60]!r} alone", "EXT-X-STREAM-INF before it"))
            else:
                variants.append(Variant(open_tag, line.text, line.line))
            open_tag = None
        elif open_tag is not None:
            variants.append(Variant(open_tag, None, open_tag.line))
            open_tag = None
        if isinstance(line, Tag) and line.name == "EXT-X-STREAM-INF":
            open_tag = line
    if open_tag is not None:
        variants.append(Variant(open_tag, None, open_tag.line))
    iframes = [Variant(tag, tag.get("URI"), tag.line, True) for tag in lexed.tags("EXT-X-I-FRAME-STREAM-INF")]
    renditions = tuple(Rendition(tag) for tag in lexed.tags("EXT-X-MEDIA"))
    return MultivariantPlaylist(file, lexed, (*variants, *iframes), renditions, tuple(slips))


def _read_media(file: str, lexed: Lexed) -> MediaPlaylist:
    tag = next(iter(lexed.tags("EXT-X-MEDIA-SEQUENCE")), None)
    reader = _SegmentReader((read_integer(tag.value) or 0) if tag else 0)
    segments = tuple(segment for line in lexed.lines for segment in reader.take(line))
    return MediaPlaylist(file, lexed, segments, tuple(reader.slips))


class _SegmentReader:
    """Walks the lines of a media playlist and keeps what applies to the next segment."""

    def __init__(self, first_number: int) -> None:
        self.slips: list[Slip] = []
        self._number = first_number
        self._start_s = Fraction(0)
        self._duration: Tag | None = None
        self._range: Tag | None = None
        self._init: InitPointer | None = None
        self._key: KeyPointer | None = None
        self._is_gap = False
        self._discontinuities = 0
        self._previous: Segment | None = None

    def take(self, line: Tag | UriLine) -> Iterator[Segment]:
        """The segment that this line completes, if it does."""
        if isinstance(line, UriLine):
            yield self._close(line)
            return
        match line.name:
            case "EXTINF":
                self._duration = line
            case "EXT-X-BYTERANGE":
                self._range = line
            case "EXT-X-GAP":
                self._is_gap = True
            case "EXT-X-DISCONTINUITY":
                self._discontinuities += 1
            case "EXT-X-KEY":
                self._key = _read_key(line)
            case "EXT-X-MAP":
                self._init = self._read_init(line)
            case _:
                pass

    def _close(self, line: UriLine) -> Segment:
        segment = Segment(
            line.line,
            line.text,
            self._start_s,
            self._read_duration(line),
            self._read_range(line),
            self._init,
            self._key,
            self._is_gap,
            self._discontinuities,
            self._number,
        )
        self._number += 1
        self._start_s += segment.duration_s or 0
        self._duration, self._range, self._is_gap, self._previous = None, None, False, segment
        return segment

    def _read_duration(self, line: UriLine) -> Fraction | None:
        if self._duration is None:
            self.slips.append(Slip(line.line, f"the URI {line.text[:60]!r} without EXTINF", "EXTINF before it"))
            return None
        number = self._duration.value.partition(",")[0]
        duration_s = read_decimal(number)
        if duration_s is None:
            self.slips.append(Slip(self._duration.line, f"EXTINF:{number[:40]}", "a decimal number of seconds"))
        return duration_s

    def _read_range(self, line: UriLine) -> ByteRange | None:
        if self._range is None:
            return None
        found = read_byte_range(self._range.value)
        if found is None:
            self.slips.append(Slip(self._range.line, f"EXT-X-BYTERANGE:{self._range.value[:40]}", "length[@offset]"))
            return None
        before = self._previous
        if found.offset is None and before is not None and before.uri == line.text and before.byte_range is not None:
            return ByteRange(found.length, before.byte_range.end)
        return found

    def _read_init(self, tag: Tag) -> InitPointer:
        written = tag.get("BYTERANGE")
        byte_range = read_byte_range(written) if written is not None else None
        if written is not None and (byte_range is None or byte_range.offset is None):
            self.slips.append(Slip(tag.line, f"EXT-X-MAP BYTERANGE={written[:40]!r}", "length@offset"))
            byte_range = None
        if tag.get("URI") is None:
            self.slips.append(Slip(tag.line, "EXT-X-MAP without URI", 'URI="..."'))
        return InitPointer(tag.line, tag.get("URI"), byte_range, self._key)


def _read_key(tag: Tag) -> KeyPointer | None:
    """The key, where it encrypts whole files: any METHOD but NONE and those for samples."""
    method = tag.get("METHOD") or ""
    if not method.startswith("AES-"):
        return None
    number = _HEXADECIMAL.fullmatch(tag.get("IV") or "")
    return KeyPointer(tag.line, method, tag.get("URI"), bytes.fromhex(number[1].zfill(32)) if number else None)


# RFC 8216 section 4.2: a decimal integer has at most 20 digits.
_INTEGER = re.compile(r"[0-9]{1,20}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,20}(\.[0-9]{0,20})?", re.ASCII)
_HEXADECIMAL = re.compile(r"0[xX]([0-9A-Fa-f]{1,32})", re.ASCII)
_BYTE_RANGE = re.compile(r"([0-9]{1,20})(?:@([0-9]{1,20}))?", re.ASCII)


def read_integer(text: str) -> int | None:
    """A decimal integer of the playlist grammar, or None."""
    return int(text) if _INTEGER.fullmatch(text.strip()) else None


def read_decimal(text: str) -> Fraction | None:
    """A decimal number of the playlist grammar, exactly, or None."""
    return Fraction(text.strip().removesuffix(".")) if _DECIMAL.fullmatch(text.strip()) else None


def read_byte_range(text: str) -> ByteRange | None:
    """`length[@offset]`, or None."""
    if not (found := _BYTE_RANGE.fullmatch(text.strip())):
        return None
    length, offset = found.groups()
    return ByteRange(int(length), None if offset is None else int(offset))
