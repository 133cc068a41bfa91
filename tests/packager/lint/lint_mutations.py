"""Ways to break the specimen, and what a breach must lead to."""

from collections.abc import Callable
from dataclasses import dataclass

import lint_specimen as specimen
from lint_specimen import Files

from packager.lint.finding import Profile

Mutation = Callable[[Files], None]
LOW, HIGH = "video/180p/playlist.m3u8", "video/360p/playlist.m3u8"
SOFT, FINE = "audio/aac-96/playlist.m3u8", "audio/aac-192/playlist.m3u8"
IFRAMES = "video/180p/iframes.m3u8"


def edit(file: str, old: str, new: str, count: int = 1) -> Mutation:
    """Replace text of one file, the first `count` times."""

    def mutate(files: Files) -> None:
        text = files[file].decode()
        assert text.count(old) >= count, f"{file} does not say {old!r} {count} times"
        files[file] = text.replace(old, new, count).encode()

    return mutate


def put(files_of: Callable[[], Files]) -> Mutation:
    """Replace whole files."""
    return lambda files: files.update(files_of())


def rung(lane: specimen.Lane, **changes: object) -> Mutation:
    """Replace a rung by one that differs in these fields."""
    return put(lambda: specimen.changed(lane, **changes))


def both(*mutations: Mutation) -> Mutation:
    def mutate(files: Files) -> None:
        for mutation in mutations:
            mutation(files)

    return mutate


def drop(file: str) -> Mutation:
    def mutate(files: Files) -> None:
        del files[file]

    return mutate


def cut(file: str, size_bytes: int) -> Mutation:
    def mutate(files: Files) -> None:
        files[file] = files[file][:-size_bytes]

    return mutate


def sound(group: str, **attributes: str) -> str:
    """A second member of a group."""
    values = {"GROUP-ID": f'"{group}"', "NAME": '"Karaoke"', "LANGUAGE": '"und"', "CHANNELS": '"2"'} | attributes
    written = ",".join(f"{name}={value}" for name, value in values.items())
    return f'#EXT-X-MEDIA:TYPE=AUDIO,{written},URI="audio/{group}/playlist.m3u8"\n'


def add_sound(**attributes: str) -> Mutation:
    """A second member of both groups."""
    both_groups = sound("aac-96", **attributes) + sound("aac-192", **attributes)
    return edit("master.m3u8", "#EXT-X-STREAM-INF", f"{both_groups}#EXT-X-STREAM-INF")


def steep() -> Mutation:
    """2 Mbit/s for 3.84 s, 920 kbit/s over all, and the playlists say so."""
    peak = rung(specimen.LOW, sizes_bytes=(96_000, 960_000, 48_000))
    rates = "BANDWIDTH=2096000,AVERAGE-BANDWIDTH=1016000"
    old = "BANDWIDTH=296000,AVERAGE-BANDWIDTH=296000"
    return both(peak, edit("master.m3u8", old, rates), edit("tv.m3u8", old, rates))


@dataclass(frozen=True)
class Case:
    """A mutation, the rules that it breaks, where, and a piece of what is then said to be found."""

    rules: str
    mutate: Mutation
    place: str
    found: str
    profile: Profile = Profile.MOBILE


def swap(file: str, old: bytes, new: bytes) -> Mutation:
    """Replace bytes of one file by as many others, wherever they stand."""

    def mutate(files: Files) -> None:
        assert old in files[file], f"{file} has no {old!r}"
        assert len(old) == len(new), "boxes keep their sizes"
        files[file] = files[file].replace(old, new)

    return mutate
