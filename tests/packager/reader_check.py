"""Holds the reader of plain MP4 against the demuxer: what is read of a file, and its bytes."""

import tempfile
from dataclasses import replace
from pathlib import Path

from packager.boxes import find_box, read_boxes
from packager.boxfields import read_tracks
from packager.codedfile import CodedFile, CodedStream
from packager.packets import read_coded
from packager.plainmp4 import read_plain


def read_both_ways(path: Path) -> tuple[CodedFile | None, CodedFile]:
    with path.open("rb") as source, tempfile.TemporaryFile() as spool:
        plain, found = read_plain(path, source), read_coded(path, source, lambda: spool)
        if plain is not None:
            for mine, theirs in ((plain.picture, found.picture), (plain.sound, found.sound)):
                assert (mine is None) == (theirs is None)
                if mine is not None and theirs is not None:
                    compare(mine, theirs)
        return plain, found


def compare(mine: CodedStream, theirs: CodedStream) -> None:  # type: ignore[type-arg]
    """Hold all that is read of a stream against all of the other."""
    assert mine.coded == theirs.coded
    assert mine.timescale == theirs.timescale
    count = len(theirs.payloads)
    assert mine.payloads.sizes(0, len(mine.payloads)) == theirs.payloads.sizes(0, count)
    assert mine.payloads.read(0, count) == theirs.payloads.read(0, count)
    assert describe_init(mine.written_init) == describe_init(theirs.written_init)


def describe_init(init: bytes) -> tuple[object, ...]:
    """Its track, and the boxes of its sample entry that say shape and colour."""
    boxes = read_boxes(init)
    (track,) = read_tracks(init, boxes)
    entry = find_box(boxes, "moov", "trak", "mdia", "minf", "stbl", "stsd")
    assert entry is not None
    said = [init[part.start : part.end] for part in entry.children[0].children if part.kind in {"colr", "pasp"}]
    return replace(track.media, language=""), replace(track.header, width=0), track.handler, track.entries, said
