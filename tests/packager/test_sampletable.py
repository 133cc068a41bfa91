"""Sample tables by hand: what the columns are, and which tables are refused."""

import struct
from collections.abc import Sequence

import pytest

from packager.boxes import box, full_box, read_boxes
from packager.errors import BrokenPackageError
from packager.sampletable import SampleTable, read_sample_table


def words(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}i", *numbers)


SIZES = full_box("stsz", 0, 0, words(0, 5, 10, 20, 30, 40, 50))
TIMES = full_box("stts", 0, 0, words(1, 5, 100))
# Chunks 1 and 2 have two samples, chunk 3 has one.
CHUNKS = full_box("stsc", 0, 0, words(2, 1, 2, 1, 3, 1, 1))
OFFSETS = full_box("stco", 0, 0, words(3, 1000, 1030, 5000))


def read(*tables: bytes) -> SampleTable:
    data = box("stbl", *tables)
    return read_sample_table(data, read_boxes(data)[0])


def listed(columns: Sequence[int]) -> list[int]:
    return [*columns]


def test_samples_that_lie_together_are_one_extent() -> None:
    table = read(SIZES, TIMES, CHUNKS, OFFSETS)
    assert listed(table.sizes) == [10, 20, 30, 40, 50]
    # Chunk 2 begins where chunk 1 ends, at 1000 + 10 + 20.
    assert table.extents == ((0, 1000), (4, 5000))
    assert [(offset, listed(sizes)) for offset, sizes in table.runs()] == [(1000, [10, 20, 30, 40]), (5000, [50])]
    assert listed(table.decode_ticks) == [0, 100, 200, 300, 400, 500]
    assert listed(table.composition_ticks) == [0, 100, 200, 300, 400]
    assert table.sync is None


def test_offsets_may_have_64_bits() -> None:
    far = full_box("co64", 0, 0, words(3), struct.pack(">3Q", 1 << 33, (1 << 33) + 30, 7))
    assert read(SIZES, TIMES, CHUNKS, far).extents == ((0, 1 << 33), (4, 7))


def test_steps_offsets_and_sync_samples_are_spread_over_the_samples() -> None:
    uneven = full_box("stts", 0, 0, words(2, 3, 100, 2, 50))
    shifts = full_box("ctts", 1, 0, words(3, 1, 200, 3, -100, 1, 0))
    table = read(SIZES, uneven, shifts, full_box("stss", 0, 0, words(2, 1, 4)), CHUNKS, OFFSETS)
    assert listed(table.decode_ticks) == [0, 100, 200, 300, 350, 400]
    assert listed(table.composition_ticks) == [200, 0, 100, 200, 350]
    assert table.sync == (0, 3)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ([TIMES, CHUNKS, OFFSETS], r"no stsz box"),
        ([SIZES, TIMES, CHUNKS], r"no co64 box"),
        ([full_box("stsz", 0, 0, words(4, 5)), TIMES, CHUNKS, OFFSETS], r"all samples of 4 bytes"),
        ([full_box("stsz", 0, 0, words(0, 0)), TIMES, CHUNKS, OFFSETS], r"stsz box at byte 8: no samples"),
        ([full_box("stsz", 0, 0, words(0, 6, 1, 1, 1, 1, 1)), TIMES, CHUNKS, OFFSETS], r"claims 6 entries"),
        ([SIZES, full_box("stts", 0, 0, words(1, 4, 100)), CHUNKS, OFFSETS], r"4 samples, but stsz has 5"),
        ([SIZES, full_box("stts", 0, 0, words(9, 5, 100)), CHUNKS, OFFSETS], r"stts box at byte 48 claims 18 entries"),
        ([SIZES, TIMES, full_box("ctts", 0, 0, words(1, 4, 0)), CHUNKS, OFFSETS], r"4 samples of 5"),
        ([SIZES, TIMES, full_box("stss", 0, 0, words(2, 3, 3)), CHUNKS, OFFSETS], r"do not rise from 1 to 5"),
        ([SIZES, TIMES, full_box("stss", 0, 0, words(1, 6)), CHUNKS, OFFSETS], r"do not rise from 1 to 5"),
        ([SIZES, TIMES, CHUNKS, full_box("stco", 0, 0, words(2, 0, 9))], r"chunk 3 of 2 after 3"),
        ([SIZES, TIMES, CHUNKS, full_box("stco", 0, 0, words(4, 0, 9, 9, 9))], r"more samples in chunks than the 5"),
        ([SIZES, TIMES, full_box("stsc", 0, 0, words(1, 1, 1, 1)), OFFSETS], r"3 samples in chunks, but stsz has 5"),
        ([SIZES, TIMES, full_box("stsc", 0, 0, words(1, 1, 5, 2)), OFFSETS], r"not one sample entry from chunk 1 on"),
        ([SIZES, TIMES, full_box("stsc", 0, 0, words(1, 2, 5, 1)), OFFSETS], r"not one sample entry from chunk 1 on"),
        ([SIZES, TIMES, full_box("stsc", 0, 0, words(0)), OFFSETS], r"not one sample entry from chunk 1 on"),
    ],
)
def test_tables_that_do_not_agree_are_refused(tables: list[bytes], message: str) -> None:
    with pytest.raises(BrokenPackageError, match=message):
        read(*tables)


def test_a_count_of_billions_is_not_believed() -> None:
    huge = full_box("stts", 0, 0, struct.pack(">III", 1, 0xFFFFFFFF, 1))
    with pytest.raises(BrokenPackageError, match=r"4294967295 samples, but stsz has 5"):
        read(SIZES, huge, CHUNKS, OFFSETS)
