"""Reads and prints WebVTT (W3C Candidate Recommendation of 4 April 2019).

Stricter than a browser: what a browser would skip without a word is an error here, because a line of the song that
never appears is a fault that its owner wants to know of.
"""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from packager.cues import Cue, Words
from packager.errors import InputError
from packager.timing import round_half_up

SIGNATURE = "WEBVTT"
_ARROW = "-->"
# Four digits of hours: what is longer is no time of a song, and int() refuses the absurd ones with an error of its own.
_TIME = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]*{_ARROW}[ \t]*{_TIME}(?:[ \t]+(.*))?", re.ASCII)
INNER_TIME = re.compile(rf"<{_TIME}>", re.ASCII)
_LINE_END = re.compile(r"\r\n|\r|\n")


def read_webvtt(name: str, text: str) -> Words:
    """The cues of a WebVTT file with its STYLE and REGION blocks. Comments (NOTE) are left out.

    `name` is for messages. Raises InputError where the text is not WebVTT or a cue cannot be read.
    """
    lines = _LINE_END.split(text.removeprefix("\ufeff").replace("\0", "\ufffd"))
    if not re.match(rf"{SIGNATURE}([ \t]|$)", lines[0]):
        raise InputError(f"{name}: starts with {lines[0][:20]!r}, expected {SIGNATURE}: save it as WebVTT or LRC")
    cues: list[Cue] = []
    head: list[str] = []
    for number, block in _blocks(lines):
        first = block[0].split()[0] if block[0].split() else ""
        if any(_ARROW in line for line in block[:2]):
            cues += _read_cue(name, number, block)
        elif first in {"STYLE", "REGION"} and not cues:
            head.append("\n".join(block))
        elif first != "NOTE":
            raise InputError(
                f"{name}: line {number}: found {block[0][:40]!r}, expected a cue (00:01.000 --> 00:04.000), NOTE, "
                "or STYLE and REGION before the first cue; a blank line within a cue cuts it in two: remove it"
            )
    return Words(tuple(sorted(cues, key=lambda cue: cue.start)), tuple(head))


def print_webvtt(words: Words) -> str:
    """A whole file of WebVTT, whose times are those of the presentation."""
    return _print(SIGNATURE, words) + "\n"


def print_webvtt_segment(words: Words) -> str:
    """A segment of a WebVTT rendition beside fMP4.

    The cue time 0 is MPEG-2 time 0 (RFC8216bis 3.1.4): beside fMP4 that is presentation time 0, the start of the song.
    The priming of the audio encoder and the reorder delay of the video encoder lie before it, taken off by edit lists.
    """
    # FFmpeg 8.1 joins the segments of a rendition: without a blank line the next header became text of the last cue.
    return _print(f"{SIGNATURE}\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0", words) + "\n\n"


def print_time(time: Fraction) -> str:
    """Seconds as WebVTT writes them: 3723.5 is 01:02:03.500."""
    millis = round_half_up(time * 1000)
    seconds = millis // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis % 1000:03d}"


def read_time(hours: str | None, minutes: str, seconds: str, millis: str) -> Fraction:
    """The seconds of a time that `INNER_TIME` or a timing line matched."""
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + Fraction(int(millis), 1000)


def escape(text: str) -> str:
    """Plain text as cue text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """What stands between blank lines after the header, each with the number of its first line, from 1."""
    block: list[str] = []
    is_header = True
    for number, line in enumerate([*lines, ""], start=1):
        if line:
            block.append(line)
            continue
        if block and not is_header:
            yield number - len(block), block
        block, is_header = [], False


def _read_cue(name: str, number: int, block: list[str]) -> Iterable[Cue]:
    """The cue of a block; none where it shows no text."""
    at = 0 if _ARROW in block[0] else 1
    match = _TIMING.fullmatch(block[at])
    if match is None:
        raise InputError(
            f"{name}: line {number + at}: found {block[at][:60]!r}, expected times like 00:01.000 --> 00:04.000"
        )
    start, end = read_time(*match.group(1, 2, 3, 4)), read_time(*match.group(5, 6, 7, 8))
    if end <= start:
        raise InputError(
            f"{name}: line {number + at}: the cue starts at {print_time(start)} and ends at {print_time(end)}, "
            "expected an end after its start: correct one of them"
        )
    text = "\n".join(block[at + 1 :])
    if _ARROW in text:
        raise InputError(
            f'{name}: line {number + at}: found "{_ARROW}" within the text of a cue: put a blank line before each cue, '
            "and write --&gt; where an arrow is meant"
        )
    return [Cue(start, end, text, (match[9] or "").strip(), block[0] if at else "")] if text.strip() else []


def _print(header: str, words: Words) -> str:
    return "\n\n".join((header, *words.head, *map(_print_cue, words.cues)))


def _print_cue(cue: Cue) -> str:
    lines = (
        *((cue.identifier,) if cue.identifier else ()),
        f"{print_time(cue.start)} {_ARROW} {print_time(cue.end)} {cue.settings}".rstrip(),
        cue.text,
    )
    return "\n".join(lines)
