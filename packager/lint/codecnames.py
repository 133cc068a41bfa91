"""The names of RFC 6381 that decoder configurations ask for, and whether CODECS says the same."""

from collections.abc import Callable, Mapping

from packager.boxfields import SampleEntry

_AAC = 0x40  # ISO/IEC 14496-1 table 5: MPEG-4 audio


def name_codec(entry: SampleEntry) -> str:
    """The name that the decoder configuration asks for; the bare code of an entry we cannot look into.

    Of an encrypted entry, the name of what is in it, where it says that.
    """
    code = entry.original or entry.kind
    if code == "mp4a":
        return _name_aac(entry)
    namer = _NAMERS.get(code)
    tail = namer(entry.config) if namer else None
    return code if tail is None else f"{code}.{tail}"


def _name_aac(entry: SampleEntry) -> str:
    """ISO/IEC 14496-3 section 1.6.2.1: five bits, or 31 and six more."""
    config = entry.config
    if entry.object_type != _AAC or not config:
        return "mp4a"
    kind = config[0] >> 3
    if kind == 31 and len(config) > 1:
        kind = 32 + ((config[0] & 7) << 3 | config[1] >> 5)
    return f"mp4a.40.{kind}"


def _name_avc(config: bytes) -> str | None:
    return config[1:4].hex().upper() if len(config) >= 4 else None


def _name_hevc(config: bytes) -> str | None:
    """ISO/IEC 14496-15 annex E.3: profile, compatibility in reverse bit order, tier and level, constraints."""
    if len(config) < 13:
        return None
    space, profile = ("", "A", "B", "C")[config[1] >> 6], config[1] & 31
    compatible = int(f"{int.from_bytes(config[2:6]):032b}"[::-1], 2)
    tier = "H" if config[1] & 32 else "L"
    constraints = [f"{byte:X}" for byte in config[6:12].rstrip(b"\0")]
    return ".".join((f"{space}{profile}", f"{compatible:X}", f"{tier}{config[12]}", *constraints))


def _name_av1(config: bytes) -> str | None:
    """AV1 in ISOBMFF, section 5: profile, level and tier, bits of a sample. The optional rest is left out."""
    if len(config) < 3:
        return None
    profile, level, more = config[1] >> 5, config[1] & 31, config[2]
    bits = 12 if more & 0x60 == 0x60 else 10 if more & 0x40 else 8
    return f"{profile}.{level:02}{'H' if more & 0x80 else 'M'}.{bits:02}"


def _name_vp9(config: bytes) -> str | None:
    """VP codec ISO media file format binding: version and flags, then profile, level and, in half a byte, bits."""
    return f"{config[4]:02}.{config[5]:02}.{config[6] >> 4:02}" if len(config) >= 7 else None


_NAMERS: Mapping[str, Callable[[bytes], str | None]] = {
    "avc1": _name_avc, "avc3": _name_avc, "hvc1": _name_hevc, "hev1": _name_hevc, "av01": _name_av1, "vp09": _name_vp9
}  # fmt: skip


def is_same_codec(written: str, codec: str) -> bool:
    """Whether CODECS says what the configuration does; what a name may leave out, it may, and case is another matter.

    A bare code (`codec` of an entry we cannot look into) is borne out by any name of that code.
    """
    said, read = written.lower().split("."), codec.lower().split(".")
    if len(read) == 1:
        return said[0] == read[0]
    if said[0] in {"hvc1", "hev1"}:  # the constraints may be left out, and their trailing zeros are
        return said[:4] == read[:4] and _trim(said[4:]) in ([], read[4:])
    if said[0] in {"av01", "vp09"}:  # what may follow is about colours
        return said[:4] == read
    return said == read


def _trim(constraints: list[str]) -> list[str]:
    while constraints and not constraints[-1].strip("0"):
        constraints = constraints[:-1]
    return constraints


def count_channels(entry: SampleEntry) -> int | None:
    """The channels of a sample entry that can be believed: AAC's own configuration, FLAC and Opus; None for others."""
    code = entry.original or entry.kind
    if code == "mp4a" and entry.object_type == _AAC and len(entry.config) >= 2 and entry.config[0] >> 3 != 31:
        # ISO/IEC 14496-3 table 1.19: 7 stands for eight channels; 0, and a frequency of 15, are told elsewhere.
        number = int.from_bytes(entry.config[:2])
        layout = number >> 3 & 15
        return None if number >> 7 & 15 == 15 or layout in {0, *range(8, 16)} else 8 if layout == 7 else layout
    return entry.channels if code in {"fLaC", "Opus"} and entry.channels else None
