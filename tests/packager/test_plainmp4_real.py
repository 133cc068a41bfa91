"""Every MP4 of the corpus, from whichever camera, phone or writer: plain ones are read as the demuxer reads them."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from reader_check import read_both_ways

from packager.errors import PackagerError
from packager.packets import read_coded
from packager.plainmp4 import read_plain

ROOT = Path(__file__).parents[2]
MEDIA = Path(os.environ.get("MIDNOTE_MEDIA", ROOT.parent / "shared" / "media"))
FILES = sorted(path for ending in ("mp4", "m4a", "m4v", "mov") for path in MEDIA.rglob(f"*.{ending}"))

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FILES, reason=f"no MP4 at {MEDIA} (MIDNOTE_MEDIA names another place)"),
]


def test_plain_files_are_read_as_the_demuxer_reads_them() -> None:
    plain, refused = [], []
    for path in FILES:
        try:
            found, _ = read_both_ways(path)
        except PackagerError as error:
            refused.append(f"{path.name}: {error}")
        else:
            plain += [path.name] if found is not None else []
    assert len(plain) >= len(FILES) // 4, refused


def judge(read: Callable[[Path], str], path: Path) -> str:
    """What a reader says of a file: whether it is read, and else why not."""
    try:
        return read(path)
    except PackagerError as error:
        return str(error)


def read_alone(path: Path) -> str:
    with path.open("rb") as source:
        return "read" if read_plain(path, source) else "not plain"


def read_by_demuxer(path: Path) -> str:
    with path.open("rb") as source, tempfile.TemporaryFile() as spool:
        read_coded(path, source, lambda: spool)
    return "read"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_plain_is_refused_by_both_or_by_none(path: Path) -> None:
    assert judge(read_alone, path) in {"not plain", judge(read_by_demuxer, path)}
