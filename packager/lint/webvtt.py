"""WebVTT as the rules see it: the header, and when each cue is shown on the clock of the media."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile

# RFC 8216 section 3.5: the clock of MPEG-2 TS, which wraps after 26.5 hours.
_TICKS_PER_S = 90_000
_TIME = r"(?:(\d{2,6}):)?(\d{2}):(\d{2})\.(\d{3})"
_CUE = re.compile(rf"\s*{_TIME}\s+-->\s+{_TIME}", re.ASCII)
_LOCAL = re.compile(rf"LOCAL:\s*{_TIME}", re.ASCII)
_MPEGTS = re.compile(r"MPEGTS:\s*(\d{1,20})", re.ASCII)
_MAP = "X-TIMESTAMP-MAP="


@dataclass(frozen=True, slots=True)
class Cue:
    """A line of words: from when to when it is shown, in seconds of media time, and its number in the file, from 1."""

    start_s: Fraction
    end_s: Fraction
    number: int


@dataclass(frozen=True, slots=True)
class Words:
    """A WebVTT file: the header, up to the first blank line, and its cues."""

    head: str
    cues: tuple[Cue, ...] = ()

    @property
    def is_mapped(self) -> bool:
        """Whether its header has X-TIMESTAMP-MAP."""
        return _MAP in self.head


def read_words(content: bytes) -> Words:
    """The words in these bytes, cut off or not; what is no cue is passed over."""
    lines = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace").splitlines()
    head = list(takewhile(str.strip, lines))
    shift_s = next((_read_shift(line) for line in head if line.startswith(_MAP)), Fraction(0))
    return Words("\n".join(head), tuple(_read_cues(lines[len(head) :], shift_s)))


def _read_cues(lines: list[str], shift_s: Fraction) -> Iterator[Cue]:
    times = (found.groups() for line in lines if (found := _CUE.match(line)))
    for number, each in enumerate(times, 1):
        yield Cue(_seconds(*each[:4]) + shift_s, _seconds(*each[4:]) + shift_s, number)


def _read_shift(line: str) -> Fraction:
    """What X-TIMESTAMP-MAP adds to the times of cues."""
    local, ticks = _LOCAL.search(line), _MPEGTS.search(line)
    if local is None or ticks is None:
        return Fraction(0)
    return Fraction(int(ticks[1]), _TICKS_PER_S) - _seconds(*local.groups())


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> Fraction:
    return Fraction(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) + Fraction(int(thousandths), 1000)
