"""Reads LRC: lyrics in lines with a time before each, and often one before each word.

No standard describes it. What is read is what players agree on: several time tags before a line that is sung several
times, `[offset:]` in milliseconds, hundredths or thousandths, and word times as A2 Media Player introduced them.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from packager.cues import Cue, Words
from packager.errors import InputError
from packager.languages import UNDETERMINED, language_tag
from packager.webvtt import escape, print_time

# LRC has no ends: a line stays until the next, and this is as long as the last one stays.
LAST_LINE_S = 10

_TAG = re.compile(r"[ \t]*\[([^\[\]]*)\]")
_TIME = re.compile(r"(\d{1,3}):([0-5]?\d)(?:[.:](\d{1,3}))?", re.ASCII)
_WORD_TIME = re.compile(r"<(\d{1,3}:[0-5]?\d(?:[.:]\d{1,3})?)>", re.ASCII)
_IDENTITY = re.compile(r"([A-Za-z#]\w*)[ \t]*:(.*)", re.DOTALL)
_OFFSET = re.compile(r"[ \t]*([+-]?\d{1,7})[ \t]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it is written: when it is sung, its text with word times, and the tags that say something else."""

    times: tuple[Fraction, ...]
    text: str
    identities: tuple[tuple[str, str], ...]


def read_lrc(name: str, text: str) -> Words:
    """The lines of the song, each until the next; lines of the same time (a translation, often) are one cue.

    `name` is for messages. Raises InputError where a line cannot be read or none has a time.
    """
    lines = [
        _read_line(name, number, line.strip())
        for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1)
        if line.strip()
    ]
    identities = {key.lower(): value for line in lines for key, value in line.identities}
    if not any(line.times for line in lines):
        raise InputError(
            f"{name}: no line has a time, expected lines like [00:12.00]text: plain words cannot follow the song"
        )
    offset = _read_offset(name, identities.get("offset", "0"))
    language = language_tag(identities.get("la", identities.get("lang", "")).strip())
    return Words(_to_cues(lines, offset), language=None if language == UNDETERMINED else language)


def _read_line(name: str, number: int, line: str) -> _Line:
    times: list[Fraction] = []
    identities: list[tuple[str, str]] = []
    at = 0
    while tag := _TAG.match(line, at):
        content = tag[1].strip()
        if time := _TIME.fullmatch(content):
            times.append(_to_seconds(time))
        elif identity := _IDENTITY.fullmatch(content):
            identities.append((identity[1], identity[2]))
        elif times:
            break  # [Chorus] after a time is text
        else:
            raise InputError(f"{name}: line {number}: found {tag[0].strip()[:30]!r}, expected a time like [01:23.45]")
        at = tag.end()
    text = line[at:].strip()
    if text and not times and not identities:
        raise InputError(
            f"{name}: line {number}: found {text[:30]!r} without a time, expected one like [01:23.45] before it"
        )
    return _Line(tuple(times), text, tuple(identities))


def _read_offset(name: str, written: str) -> Fraction:
    """How much later lines are shown, in seconds. A positive offset shows them sooner, as in all players."""
    match = _OFFSET.fullmatch(written)
    if match is None:
        raise InputError(f"{name}: found {written[:20]!r} after offset, expected milliseconds like [offset:+250]")
    return Fraction(-int(match[1]), 1000)


def _to_cues(lines: list[_Line], offset: Fraction) -> tuple[Cue, ...]:
    """One cue for each time; a time with an empty line ends the line before it."""
    sung: defaultdict[Fraction, list[tuple[str, Fraction]]] = defaultdict(list)
    for line in lines:
        for time in line.times:
            sung[max(Fraction(0), time + offset)].append((line.text, offset + time - line.times[0]))
    starts = sorted(sung)
    cues = []
    for start, end in pairwise([*starts, starts[-1] + LAST_LINE_S]):
        texts = [_to_cue_text(text, shift, start, end) for text, shift in sung[start]]
        shown = "\n".join(text for text in texts if text.strip())
        if shown:
            cues.append(Cue(start, end, shown))
    return tuple(cues)


def _to_cue_text(text: str, shift: Fraction, start: Fraction, end: Fraction) -> str:
    """The line with its word times as WebVTT wants them: rising, and within the cue."""
    first, *pieces = _WORD_TIME.split(text)
    written, last = [escape(first)], start
    for stamp, piece in zip(pieces[::2], pieces[1::2], strict=True):
        match = _TIME.fullmatch(stamp)
        assert match is not None, "both patterns say the same"
        time = _to_seconds(match) + shift
        if last < time < end and piece.strip():
            written.append(f"<{print_time(time)}>")
            last = time
        written.append(escape(piece))
    return " ".join("".join(written).split())


def _to_seconds(time: re.Match[str]) -> Fraction:
    """Minutes, seconds, and tenths, hundredths or thousandths by the count of digits."""
    digits = time[3] or "0"
    return int(time[1]) * 60 + int(time[2]) + Fraction(int(digits), 10 ** len(digits))
