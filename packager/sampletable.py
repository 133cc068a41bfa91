"""The sample tables of an MP4 track, as columns: where each coded frame lies, and when it is shown.

ISO/IEC 14496-12 sections 8.6.1 and 8.7. All counts are held against the bytes that are there before they are believed.
"""

import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise, repeat

from packager.boxes import Box, need_box
from packager.errors import BrokenPackageError


@dataclass(frozen=True, slots=True)
class SampleTable:
    """All samples of a track in decode order, as columns.

    `extents` are the first sample and the byte of the file at which it and those after it lie, up to the next extent.
    `decode_ticks` has one number more: when the last sample ends. `sync` are the numbers of the samples at which
    decoding can start; None: at each.
    """

    sizes: Sequence[int]
    extents: tuple[tuple[int, int], ...]
    decode_ticks: Sequence[int]
    composition_ticks: Sequence[int]
    sync: tuple[int, ...] | None

    def runs(self) -> Iterator[tuple[int, Sequence[int]]]:
        """The byte at which samples lie one after another, and their sizes."""
        for (first, offset), (end, _) in pairwise((*self.extents, (len(self.sizes), 0))):
            yield offset, self.sizes[first:end]


def read_sample_table(data: bytes, stbl: Box) -> SampleTable:
    """The samples of a track whose tables are whole.

    Raises BrokenPackageError where a table is missing or cut off, or where two of them do not agree.
    """
    sizes = _read_sizes(data, need_box(stbl.children, "stsz"))
    decode = _read_decode_times(data, need_box(stbl.children, "stts"), len(sizes))
    ctts, stss = stbl.find("ctts"), stbl.find("stss")
    return SampleTable(
        sizes=sizes,
        extents=tuple(_find_extents(data, stbl, sizes)),
        decode_ticks=decode,
        composition_ticks=_read_composition_times(data, ctts, decode) if ctts else decode[:-1],
        sync=tuple(_read_sync(data, stss, len(sizes))) if stss else None,
    )


def _read_sizes(data: bytes, stsz: Box) -> Sequence[int]:
    common, count = _read_words(data, stsz, 0, 2)
    if common:
        raise BrokenPackageError(
            f"stsz box at byte {stsz.start}: all samples of {common} bytes, which is no coded frame"
        )
    if not count:
        raise BrokenPackageError(f"stsz box at byte {stsz.start}: no samples")
    return _read_words(data, stsz, 8, count)


def _read_decode_times(data: bytes, stts: Box, count: int) -> Sequence[int]:
    counts, steps = _read_pairs(data, stts)
    if sum(counts) != count:
        raise BrokenPackageError(f"stts box at byte {stts.start}: {sum(counts)} samples, but stsz has {count}")
    if len(counts) == 1 and steps[0]:
        return range(0, (count + 1) * steps[0], steps[0])
    return tuple(accumulate(chain.from_iterable(map(repeat, steps, counts)), initial=0))


def _read_composition_times(data: bytes, ctts: Box, decode: Sequence[int]) -> Sequence[int]:
    counts, offsets = _read_pairs(data, ctts, "i")  # with a sign even in version 0: writers do so, and readers know it
    if sum(counts) != len(decode) - 1:
        raise BrokenPackageError(f"ctts box at byte {ctts.start}: {sum(counts)} samples of {len(decode) - 1}")
    shifts = chain.from_iterable(map(repeat, offsets, counts))
    return [at + shift for at, shift in zip(decode, shifts, strict=False)]


def _read_sync(data: bytes, stss: Box, count: int) -> Iterator[int]:
    (length,) = _read_words(data, stss, 0, 1)
    numbers = _read_words(data, stss, 4, length)
    if not all(before < after for before, after in pairwise((0, *numbers, count + 1))):
        raise BrokenPackageError(f"stss box at byte {stss.start}: its numbers do not rise from 1 to {count}")
    return (number - 1 for number in numbers)


def _find_extents(data: bytes, stbl: Box, sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where samples lie one after another; chunks that touch are one extent."""
    starts = tuple(accumulate(sizes, initial=0))
    first = end = 0
    for offset, length in _read_chunks(data, stbl):
        if first + length > len(sizes):
            raise BrokenPackageError(f"stsc box: more samples in chunks than the {len(sizes)} of stsz")
        if offset != end or first == 0:
            yield first, offset
        end = offset + starts[first + length] - starts[first]
        first += length
    if first != len(sizes):
        raise BrokenPackageError(f"stsc box: {first} samples in chunks, but stsz has {len(sizes)}")


def _read_chunks(data: bytes, stbl: Box) -> Iterator[tuple[int, int]]:
    """Where each chunk lies, and how many samples are in it."""
    stco = stbl.find("stco") or need_box(stbl.children, "co64")
    stsc = need_box(stbl.children, "stsc")
    (count,), (length,) = _read_words(data, stco, 0, 1), _read_words(data, stsc, 0, 1)
    offsets = _read_words(data, stco, 4, count, "Q" if stco.kind == "co64" else "I")
    rows = _read_words(data, stsc, 4, 3 * length)
    firsts, lengths, entries = rows[::3], rows[1::3], rows[2::3]
    # The first chunk is 1, and all samples are of the one sample entry.
    if not length or firsts[0] != 1 or {*entries} != {1} or 0 in lengths:
        raise BrokenPackageError(f"stsc box at byte {stsc.start}: not one sample entry from chunk 1 on")
    for (first, end), samples in zip(pairwise((*firsts, count + 1)), lengths, strict=True):
        if not first < end <= count + 1:
            raise BrokenPackageError(f"stsc box at byte {stsc.start}: chunk {end} of {count} after {first}")
        yield from zip(offsets[first - 1 : end - 1], repeat(samples), strict=False)


def _read_pairs(data: bytes, table: Box, second: str = "I") -> tuple[Sequence[int], Sequence[int]]:
    """Counts, and what each of them counts."""
    (length,) = _read_words(data, table, 0, 1)
    words = _read_words(data, table, 4, 2 * length)
    return words[::2], array(second, words[1::2].tobytes())


def _read_words(data: bytes, table: Box, at: int, count: int, code: str = "I") -> "array[int]":
    """Numbers of 4 bytes (8 where `code` is Q) from this byte after the version and flags of a table."""
    words = array(code)
    start = table.body + 4 + at
    end = start + count * words.itemsize
    if end > min(table.end, len(data)):
        raise BrokenPackageError(f"{table.kind} box at byte {table.start} claims {count} entries, more than fit in it")
    words.frombytes(data[start:end])
    if sys.byteorder == "little":
        words.byteswap()
    return words
