import tempfile
from pathlib import Path

import pytest

from packager.errors import InputError
from packager.payloads import Payloads


def test_frames_are_read_in_order_wherever_they_lie(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"..aabbb....c.ddd")
    with (tmp_path / "file").open("rb") as file:
        payloads = Payloads(file)
        payloads.note(2, 2, 3)
        payloads.note(11, 1)
        payloads.note(13, 3)
        assert (len(payloads), payloads.total) == (4, 9)
        assert payloads.sizes(1, 4) == [3, 1, 3]
        assert payloads.read(0, 4) == b"aabbbcddd"
        assert payloads.read(1, 3) == b"bbbc"
        assert payloads.read(2, 2) == b""
        assert [payloads.read_head(number, 2) for number in range(4)] == [b"aa", b"bb", b"c", b"dd"]


def test_frames_may_be_written_as_they_come() -> None:
    with tempfile.TemporaryFile() as spool:
        payloads = Payloads(spool)
        for frame in (b"one", b"three", b"five"):
            payloads.append(frame)
        assert payloads.read(1, 3) == b"threefive"


def test_a_file_that_shrinks_is_named(tmp_path: Path) -> None:
    path = tmp_path / "song.m4a"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        payloads = Payloads(file)
        payloads.note(0, 5, 5)
        path.write_bytes(b"0123456")
        with pytest.raises(InputError, match=r"song.m4a: became shorter while it was read; copy it again"):
            payloads.read(0, 2)
