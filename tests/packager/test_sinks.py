import hashlib
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.boxes import read_boxes
from packager.delivery import Delivery
from packager.errors import UnsupportedError
from packager.playlist import Place
from packager.sinks import SingleFileSink, open_sink
from packager.store import Staging

ONE_FILE = Delivery(is_single_file=True)


@pytest.fixture(scope="module")
def init(small_package: Path) -> bytes:
    return (small_package / "audio/aac-96/init.mp4").read_bytes()


def test_segments_in_folders_are_files_of_their_own(tmp_path: Path) -> None:
    sink = open_sink(Staging(tmp_path, tmp_path), "audio/aac-96", [Fraction(4)] * 2, Delivery())
    assert [sink.put(b"one"), sink.put(b"second")] == [Place("00000.m4s", 3), Place("00001.m4s", 6)]
    head = sink.finish(b"init")
    assert (head.init, head.index) == (Place("init.mp4", 4), None)
    assert (tmp_path / "audio/aac-96/00001.m4s").read_bytes() == b"second"


@given(segments=st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=20))
def test_ranges_tile_the_single_file_to_its_last_byte(
    tmp_path_factory: pytest.TempPathFactory, init: bytes, segments: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("one")
    staging = Staging(folder, folder)
    sink = open_sink(staging, "rung", [Fraction(1)] * len(segments), ONE_FILE)
    places = [sink.put(segment) for segment in segments]
    head = sink.finish(init)
    content = (folder / "rung/media.mp4").read_bytes()
    assert [content[p.offset : (p.offset or 0) + p.size_bytes] for p in places] == segments
    assert head.index is not None
    laid = [head.index, *places]
    assert all((a.offset or 0) + a.size_bytes == b.offset for a, b in pairwise(laid))
    assert (laid[-1].offset or 0) + laid[-1].size_bytes == len(content)
    assert content[: head.init.size_bytes] == init
    (stored,) = staging.files
    assert (stored.size_bytes, stored.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_before_the_segments_stand_init_segment_free_space_and_index(tmp_path: Path, init: bytes) -> None:
    sink = open_sink(Staging(tmp_path, tmp_path), "rung", [Fraction(4)] * 3, ONE_FILE)
    first = sink.put(b"segment")
    sink.put(b"segment")
    sink.put(b"segment")
    sink.finish(init)
    content = (tmp_path / "rung/media.mp4").read_bytes()[: first.offset]
    boxes = [(box.kind, box.start) for box in read_boxes(content)]
    assert [kind for kind, _ in boxes] == ["ftyp", "moov", "free", "sidx"]
    assert (boxes[3], first.offset) == (("sidx", 8192), 8192 + 76)


def test_an_init_segment_that_needs_more_room_is_refused(tmp_path: Path) -> None:
    sink = open_sink(Staging(tmp_path, tmp_path), "rung", [Fraction(4)], ONE_FILE)
    sink.put(b"segment")
    with pytest.raises(UnsupportedError, match=r"rung/media\.mp4: its init segment has 9000 bytes where 8192 are kept"):
        sink.finish(bytes(9000))


def test_more_segments_than_an_index_lists_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="65536 segments do not fit the index of one file, which lists 65535"):
        SingleFileSink(Staging(tmp_path, tmp_path), "rung", [Fraction(1)] * 65_536)
