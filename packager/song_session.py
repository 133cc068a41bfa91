"""What is said of a song, as session data of the multivariant playlists: plain text, one DATA-ID each.

org.midnote.title, .artist, .isrc     as they are
org.midnote.languages                 "de,en"
org.midnote.availability.1            "DE,AT,CH 2026-11-26T23:00:00Z/.." : territories, and an interval of ISO 8601-2
org.midnote.ai.vocals                 none, assisted or generated; also instruments, composition, lyrics,
post-production
"""

from collections.abc import Iterator
from dataclasses import asdict

from packager.playlist import SessionData
from packager.song import Availability, Song
from packager.timing import print_instant

_PREFIX = "org.midnote"
# ISO 8601-2:2019: no limit on this side.
_OPEN = ".."


def describe_song(title: str, song: Song) -> tuple[SessionData, ...]:
    """All that was said, and nothing that was not."""
    return tuple(SessionData(f"{_PREFIX}.{name}", _quotable(value)) for name, value in _said(title, song) if value)


def _said(title: str, song: Song) -> Iterator[tuple[str, str]]:
    yield "title", title
    yield "artist", song.artist or ""
    yield "isrc", song.isrc or ""
    yield "languages", ",".join(song.languages)
    for number, window in enumerate(song.availability, start=1):
        yield f"availability.{number}", f"{','.join(window.territories)} {_interval(window)}"
    for part, use in asdict(song.ai).items():
        yield f"ai.{part.replace('_', '-')}", use.value if use else ""


def _interval(window: Availability) -> str:
    return "/".join(_OPEN if each is None else print_instant(each) for each in (window.start, window.end))


def _quotable(value: str) -> str:
    """A quoted string of a playlist has no way to hold the quotes of a title; package.json keeps them."""
    return value.replace('"', "'")
