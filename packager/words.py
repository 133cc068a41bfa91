"""Places the words of a song in a package: in time with the song, cut where everything else is cut."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise

from packager.cues import Cue, Words
from packager.timemap import Piece, TimeMap
from packager.webvtt import INNER_TIME, print_time, read_time

# WebVTT counts in milliseconds.
_SHORTEST_S = Fraction(1, 1000)


def place_words(words: Words, lead: Fraction, duration: Fraction) -> Words:
    """The words of a song before which `lead` seconds of silence stand, in a package that lasts `duration` seconds.

    What would be shown after the end, or before time 0 (`lead` may be negative), is left out.
    """
    seen = (cue for cue in words.cues if cue.end + lead > 0 and cue.start + lead < duration)
    moved = (_move(cue, lambda time: max(time + lead, Fraction(0))) for cue in seen)
    cues = (replace(cue, end=min(cue.end, duration)) for cue in moved)
    return replace(words, cues=tuple(filter(_is_seen, cues)))


def follow_map(words: Words, time_map: TimeMap) -> Words:
    """The words of a song, in time with a video of another edit.

    A cue is shown wherever part of what it covers is heard in the video: once for each piece of the map that it reaches
    into, and not at all where the video has nothing of it.
    """
    cues: list[Cue] = []
    for piece in time_map.pieces:
        song_end = piece.song_start + piece.length
        for cue in words.cues:
            if cue.start < song_end and cue.end > piece.song_start:
                heard = replace(cue, start=max(cue.start, piece.song_start), end=min(cue.end, song_end))
                cues.append(_move(heard, partial(_to_video, piece)))
    return replace(words, cues=tuple(sorted(filter(_is_seen, cues), key=lambda cue: cue.start)))


def _to_video(piece: Piece, song_time: Fraction) -> Fraction:
    return piece.video_start + (song_time - piece.song_start) * piece.rate


def _is_seen(cue: Cue) -> bool:
    """Whether it lasts at all when its times are printed."""
    return cue.end - cue.start >= _SHORTEST_S


def cut_words(words: Words, durations: Sequence[Fraction]) -> tuple[Words, ...]:
    """The words for each segment of these durations: whole cues, in every segment that they reach into.

    RFC8216bis 3.1.4: a segment holds all cues shown during it, with their times in full.
    """
    ends = [sum(durations[: count + 1], Fraction(0)) for count in range(len(durations))]
    return tuple(
        replace(words, cues=tuple(cue for cue in words.cues if cue.start < end and cue.end > start))
        for start, end in pairwise([Fraction(0), *ends])
    )


def _move(cue: Cue, to: Callable[[Fraction], Fraction]) -> Cue:
    """The cue with its times, those of its words too, put where `to` says. Word times outside of it are left out."""

    def rewrite(match: re.Match[str]) -> str:
        time = to(read_time(*match.groups()))
        return f"<{print_time(time)}>" if to(cue.start) < time < to(cue.end) else ""

    return replace(cue, start=to(cue.start), end=to(cue.end), text=INNER_TIME.sub(rewrite, cue.text))
