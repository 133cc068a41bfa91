"""What each tag may say by RFC 8216 section 4.3 and RFC8216bis section 4.4: tables, and what holds tags to them."""

import re
from collections.abc import Iterator
from datetime import datetime

from packager.lint.lexer import Attribute, Lexed, Slip, Tag, UriLine

# The tags whose value is an attribute list.
_LISTS = frozenset({
    "EXT-X-MEDIA", "EXT-X-STREAM-INF", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-SESSION-DATA", "EXT-X-SESSION-KEY",
    "EXT-X-KEY", "EXT-X-MAP", "EXT-X-DATERANGE", "EXT-X-START", "EXT-X-CONTENT-STEERING", "EXT-X-DEFINE"
})  # fmt: skip
# Those that a playlist has at most once (RFC8216bis sections 4.4.1.2, 4.4.2, 4.4.3).
_ONCE = frozenset({
    "EXT-X-VERSION", "EXT-X-INDEPENDENT-SEGMENTS", "EXT-X-START", "EXT-X-TARGETDURATION", "EXT-X-MEDIA-SEQUENCE",
    "EXT-X-DISCONTINUITY-SEQUENCE", "EXT-X-ENDLIST", "EXT-X-PLAYLIST-TYPE", "EXT-X-I-FRAMES-ONLY", "EXT-X-PART-INF",
    "EXT-X-SERVER-CONTROL"
})  # fmt: skip
# Sections 4.4.3.2 and 4.4.3.3: they stand before the first segment.
_EARLY = frozenset({"EXT-X-MEDIA-SEQUENCE", "EXT-X-DISCONTINUITY-SEQUENCE"})
# A target duration is a rule of its own.
_INTEGERS = frozenset({"EXT-X-VERSION", "EXT-X-MEDIA-SEQUENCE", "EXT-X-DISCONTINUITY-SEQUENCE", "EXT-X-BITRATE"})
_CHOICES = {
    "DEFAULT": "YES NO", "AUTOSELECT": "YES NO", "FORCED": "YES NO", "PRECISE": "YES NO",
    "TYPE": "AUDIO VIDEO SUBTITLES CLOSED-CAPTIONS"
}  # fmt: skip
_QUOTED = frozenset({
    "URI", "GROUP-ID", "NAME", "LANGUAGE", "ASSOC-LANGUAGE", "STABLE-RENDITION-ID", "INSTREAM-ID", "CHARACTERISTICS",
    "CHANNELS", "CODECS", "SUPPLEMENTAL-CODECS", "AUDIO", "VIDEO", "SUBTITLES", "STABLE-VARIANT-ID", "PATHWAY-ID",
    "KEYFORMAT", "KEYFORMATVERSIONS", "BYTERANGE", "DATA-ID", "VALUE", "SERVER-URI", "ID", "CLASS", "START-DATE",
    "END-DATE"
})  # fmt: skip
_BARE = frozenset({
    "BANDWIDTH", "AVERAGE-BANDWIDTH", "RESOLUTION", "FRAME-RATE", "SCORE", "HDCP-LEVEL", "VIDEO-RANGE", "METHOD", "IV",
    "TIME-OFFSET", "BIT-DEPTH", "SAMPLE-RATE", "DURATION", "PLANNED-DURATION", *_CHOICES
})  # fmt: skip
_INTEGER = re.compile(r"[0-9]{1,20}", re.ASCII)
_IV = re.compile(r"0[xX][0-9A-Fa-f]{1,32}", re.ASCII)


def list_slips(lexed: Lexed) -> Iterator[Slip]:
    """The breaches of what tags may say, in no order."""
    seen: set[str] = set()
    is_in_segments = False
    for line in lexed.lines:
        if isinstance(line, UriLine):
            is_in_segments = True
            continue
        if line.name in seen & _ONCE:
            yield Slip(line.line, f"a second {line.name}", "it once")
        elif line.name in _EARLY and is_in_segments:
            yield Slip(line.line, f"{line.name} after a segment", "it before the first segment")
        seen.add(line.name)
        yield from _judge_value(line)


def _judge_value(tag: Tag) -> Iterator[Slip]:
    value = tag.value.strip()
    shown = f"{tag.name}:{value[:40]}"
    if tag.name in _LISTS:
        yield from tag.slips()
        for attribute in tag.attributes():
            yield from _judge_attribute(tag, attribute)
    elif tag.name in _INTEGERS and not _INTEGER.fullmatch(value):
        yield Slip(tag.line, shown, "a whole number from 0")
    elif tag.name == "EXT-X-PLAYLIST-TYPE" and value not in {"VOD", "EVENT"}:
        yield Slip(tag.line, shown, "VOD or EVENT")
    elif tag.name == "EXTINF" and "," not in value:
        yield Slip(tag.line, f"{shown} without a comma", "a comma after the duration")
    elif tag.name == "EXT-X-PROGRAM-DATE-TIME" and not _is_date(value):
        yield Slip(tag.line, shown, "a date and time of ISO 8601")


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text


def _judge_attribute(tag: Tag, attribute: Attribute) -> Iterator[Slip]:
    name, text = attribute.name, attribute.text
    shown = f"{tag.name} has {name}={text[:40]!r}"
    choices = _CHOICES.get(name, "").split()
    if name in _QUOTED and not attribute.is_quoted:
        yield Slip(tag.line, f"{tag.name} has {name}={text[:40]}", "its value in quotes")
    elif name in _BARE and attribute.is_quoted:
        yield Slip(tag.line, f'{tag.name} has {name}="{text[:40]}"', "its value without quotes")
    elif choices and text not in choices:
        yield Slip(tag.line, shown, " or ".join(choices))
    elif name == "IV" and not _IV.fullmatch(text):
        yield Slip(tag.line, shown, "0x and up to 32 hexadecimal digits")
