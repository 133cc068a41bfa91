"""Writes the files that every package has, encoded or copied: the words, the key, the index."""

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from packager.copyindex import CopyIndex
from packager.delivery import KEY_NAME, Delivery
from packager.grid import SegmentGrid
from packager.manifest import FILE_NAME, TIME_MAP_NAME, PackageIndex, index_to_json, time_map_to_json
from packager.store import Staging

if TYPE_CHECKING:
    from packager.lyricsdescribe import Lyrics, WrittenLyrics

Index = TypeVar("Index", PackageIndex, CopyIndex)


def write_words(
    staging: Staging, words: "Sequence[Lyrics]", lead: Fraction, grid: SegmentGrid
) -> "tuple[WrittenLyrics, ...]":
    """Put the words into the package, `lead` seconds later than the song has them, cut as the grid is."""
    if not words:
        return ()
    # 12 ms to import, for which who has no words need not wait.
    from packager.lyrics import write_lyrics

    durations = grid.video_durations if grid.frame_rate is not None else grid.aac_cuts.durations
    return tuple(write_lyrics(staging, each, lead, durations, grid.target_duration_s) for each in words)


def write_key(staging: Staging, delivery: Delivery) -> None:
    """Put the key into the package, where it shall be there."""
    if delivery.encryption is not None and delivery.encryption.is_key_inside:
        staging.write(KEY_NAME, delivery.encryption.key)


def write_index(staging: Staging, index: Index) -> Index:
    """Put the time map and the index into the package; the index as it is written, with all files in it."""
    if index.time_map is not None:
        staging.write(TIME_MAP_NAME, _to_bytes(time_map_to_json(index.time_map)))
    index = replace(index, files=staging.files)
    staging.write(FILE_NAME, _to_bytes(index_to_json(index)))
    return index


def _to_bytes(content: dict[str, object]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
