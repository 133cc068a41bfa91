"""Reads what the sequence parameter set of an H.264 stream says of its picture (ISO/IEC 14496-10 section 7.3.2.1)."""

from dataclasses import dataclass
from fractions import Fraction

from packager.colour import Colour
from packager.errors import BrokenPackageError

_UNSAID = Colour(2, 2, 2)
# Profiles that say how chroma is sampled; all others have 4:2:0.
_WITH_CHROMA = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_EXTENDED_ASPECT = 255
# Table E-1.
_ASPECTS = (
    (0, 1), (1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11), (80, 33), (18, 11), (15, 11),
    (64, 33), (160, 99), (4, 3), (3, 2), (2, 1),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodedShape:
    """What a stream says of its picture: pixels that are shown, their shape (None: not said), and colours."""

    width: int
    height: int
    pixel_aspect: Fraction | None
    colour: Colour
    is_full_range: bool


def read_avc_shape(config: bytes) -> CodedShape:
    """What the first parameter set of an avcC says. Raises BrokenPackageError where it cannot be read."""
    # ISO/IEC 14496-15 section 5.3.3.1: version, profile, compatibility, level, length size, number of sets, length.
    size = int.from_bytes(config[6:8])
    if len(config) < 8 + size or size < 4 or not config[5] & 31:
        raise BrokenPackageError("avcC box without a sequence parameter set")
    return _read_sps(_Bits(config[9 : 8 + size].replace(b"\0\0\3", b"\0\0")))


def _read_sps(bits: "_Bits") -> CodedShape:
    profile = bits.take(8)
    bits.take(16)
    bits.golomb()
    chroma = _read_chroma(bits) if profile in _WITH_CHROMA else 1
    bits.golomb()
    _skip_order(bits)
    bits.golomb()
    bits.take(1)
    across, down = bits.golomb() + 1, bits.golomb() + 1
    is_progressive = bits.take(1)
    bits.take(1 if is_progressive else 2)
    left, right, top, bottom = [bits.golomb() for _ in range(4)] if bits.take(1) else [0, 0, 0, 0]
    unit_across = 2 if chroma in {1, 2} else 1
    unit_down = (2 if chroma == 1 else 1) * (2 - is_progressive)
    width = 16 * across - unit_across * (left + right)
    height = 16 * down * (2 - is_progressive) - unit_down * (top + bottom)
    aspect, colour, is_full_range = _read_usability(bits) if bits.take(1) else (None, _UNSAID, False)
    return CodedShape(width, height, aspect, colour, is_full_range)


def _read_chroma(bits: "_Bits") -> int:
    chroma = bits.golomb()
    if chroma == 3:
        bits.take(1)
    bits.golomb()
    bits.golomb()
    bits.take(1)
    if bits.take(1):
        for index in range(8 if chroma != 3 else 12):
            if bits.take(1):
                _skip_scaling(bits, 16 if index < 6 else 64)
    return chroma


def _skip_scaling(bits: "_Bits", size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed_golomb()) % 256
        last = following or last


def _skip_order(bits: "_Bits") -> None:
    """How the order of pictures is counted."""
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        bits.take(1)
        bits.golomb()
        bits.golomb()
        for _ in range(bits.golomb()):
            bits.golomb()


def _read_usability(bits: "_Bits") -> tuple[Fraction | None, Colour, bool]:
    """The pixel aspect, the colours, and whether they have the full range (annex E.1.1)."""
    aspect, colour, is_full_range = None, _UNSAID, False
    if bits.take(1):
        kind = bits.take(8)
        known = _ASPECTS[kind] if kind < len(_ASPECTS) else (0, 1)
        across, down = (bits.take(16), bits.take(16)) if kind == _EXTENDED_ASPECT else known
        aspect = Fraction(across, down) if across and down else None
    if bits.take(1):
        bits.take(1)
    if bits.take(1):
        bits.take(3)
        is_full_range = bool(bits.take(1))
        if bits.take(1):
            colour = Colour(bits.take(8), bits.take(8), bits.take(8))
    return aspect, colour, is_full_range


class _Bits:
    """Reads bits one after another and never past the end."""

    def __init__(self, content: bytes) -> None:
        self._bits = f"{int.from_bytes(content):0{8 * len(content)}b}"
        self._at = 0

    def take(self, count: int) -> int:
        taken = self._bits[self._at : self._at + count]
        if len(taken) < count:
            raise BrokenPackageError("sequence parameter set: cut off")
        self._at += count
        return int(taken or "0", 2)

    def golomb(self) -> int:
        """ue(v), section 9.1."""
        one = self._bits.find("1", self._at)
        if one < 0:
            raise BrokenPackageError("sequence parameter set: cut off")
        zeros, self._at = one - self._at, one
        return self.take(zeros + 1) - 1

    def signed_golomb(self) -> int:
        """se(v), section 9.1.1."""
        code = self.golomb()
        return (code + 1) // 2 if code % 2 else -(code // 2)
