"""Which samples of a fragment are encrypted, as the sample groups of `seig` say (ISO/IEC 23001-7 section 6)."""

import struct

from packager.boxes import Box
from packager.boxfields import read_version
from packager.errors import BrokenPackageError

# ISO/IEC 14496-12 section 8.9.4: above it an index counts the descriptions of the fragment, not those of the track.
_IN_FRAGMENT = 0x10000


def read_protections(content: bytes, traf: Box, samples: int) -> frozenset[bool | None]:
    """For the samples of a `traf`, True where encrypted, False where clear, None where `tenc` of the track decides.

    What a description in the init segment says is not looked up: such samples are left out.

    Raises BrokenPackageError where a sample group is cut off.
    """
    clear_of = _read_descriptions(content, traf)
    found: set[bool | None] = set()
    grouped = 0
    for count, index in _read_groups(content, traf):
        grouped += count
        if index == 0:
            found.add(None)
        elif 0 <= index - _IN_FRAGMENT - 1 < len(clear_of):
            found.add(clear_of[index - _IN_FRAGMENT - 1])
    return frozenset(found | {None} if grouped < samples else found)


def _read_groups(content: bytes, traf: Box) -> list[tuple[int, int]]:
    """Counts of samples and the index of their description."""
    for sbgp in traf.children:
        if sbgp.kind != "sbgp" or sbgp.payload(content)[4:8] != b"seig":
            continue
        start = 12 if read_version(content, sbgp)[0] == 1 else 8
        (count,) = _unpack(">I", content, sbgp, start)
        rows = _unpack(f">{2 * count}I", content, sbgp, start + 4)
        return list(zip(rows[::2], rows[1::2], strict=True))
    return []


def _read_descriptions(content: bytes, traf: Box) -> list[bool]:
    """Whether each description of the fragment says encrypted."""
    for sgpd in traf.children:
        if sgpd.kind != "sgpd" or sgpd.payload(content)[4:8] != b"seig" or read_version(content, sgpd)[0] != 1:
            continue
        length, count = _unpack(">II", content, sgpd, 8)
        at, said = 16, []
        for _ in range(count):
            size, skip = (length, 0) if length else (_unpack(">I", content, sgpd, at)[0], 4)
            said.append(_unpack(">BBB", content, sgpd, at + skip)[2] != 0)
            at += skip + size
        return said
    return []


def _unpack(layout: str, content: bytes, box: Box, at: int) -> tuple[int, ...]:
    # A count may claim gigabytes: its size is looked at before anything is made of it.
    if at + struct.calcsize(layout) > box.end - box.body:
        raise BrokenPackageError(f"{box.kind} box at byte {box.start} is cut off")
    return struct.unpack_from(layout, content, box.body + at)
