"""What decoders made of a presentation, and how two streams are compared by it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float32]
Picture = NDArray[np.uint8]

# How loud a block of this length is, one level each. Long enough that coding noise comes to nothing.
BLOCK_S = 0.1
# The clock of `opening`, from which shifts are read: 0.125 ms a sample.
OPENING_HZ = 8000
# Below it all is silence, so that the noise of two encoders does not count.
_FLOOR_DB = -60.0
_MOST_SHIFT_S = 0.3


@dataclass(frozen=True, slots=True)
class DecodedPart:
    """A segment, decoded from its first sample on by a fresh decoder if it is video, after the one before if sound.

    `frames` came out of `samples`. `first_alone`: the first sample alone gave a key frame (None for sound,
    and where it cannot be read at all). `fault` is
    what the decoder said of it, empty where it said nothing. `picture` is its first frame: uint8, shape (18, 32), luma.
    """

    samples: int
    frames: int
    fault: str = ""
    first_alone: bool | None = None
    picture: Picture | None = None

    def __post_init__(self) -> None:
        assert self.samples >= 0 <= self.frames, (self.samples, self.frames)


@dataclass(frozen=True, slots=True, eq=False)
class DecodedStream:
    """A media playlist. `parts` is by the number of the segment in it, without those that were not decoded.

    Of sound `lufs` is its loudness (EBU R 128), None where it is too quiet to have one. `levels_db`: float32, shape
    (n,), one in each `BLOCK_S`. `opening`: float32, shape (n,), its beginning in one channel at `OPENING_HZ`.
    """

    parts: Mapping[int, DecodedPart]
    lufs: float | None = None
    levels_db: Levels | None = None
    opening: Levels | None = None


def find_level_difference_db(one: Levels, other: Levels) -> float:
    """The mean difference of the levels of two sounds over the time that both last."""
    count = min(len(one), len(other))
    if not count:
        return 0.0
    return float(np.abs(np.maximum(one[:count], _FLOOR_DB) - np.maximum(other[:count], _FLOOR_DB)).mean())


def find_picture_difference(one: Picture, other: Picture) -> float:
    """The mean difference of two small pictures, in steps of luma from 0 to 255."""
    return float(np.abs(one.astype(np.int16) - other).mean())


def find_shift_s(one: Levels, other: Levels) -> float | None:
    """By how much `one` is later than `other`; None where they are not clearly alike at any shift of up to 0.3 s.

    Where they are as alike unshifted (a tone that repeats), there is no shift.
    """
    count = min(len(one), len(other))
    powers = [float(np.square(each[:count], dtype=np.float64).sum()) for each in (one, other)]
    if count < OPENING_HZ or min(powers) < 1e-6 * count:
        return None
    size = 1 << (2 * count - 1).bit_length()
    product = np.fft.rfft(one[:count], size) * np.conj(np.fft.rfft(other[:count], size))
    likeness = np.fft.irfft(product, size) / np.sqrt(powers[0] * powers[1])
    most = int(_MOST_SHIFT_S * OPENING_HZ)
    near = np.concatenate((likeness[-most:], likeness[: most + 1]))
    best = int(near.argmax()) - most
    if near.max() < _ALIKE:
        return None
    return 0.0 if likeness[0] > _CLOSE * near.max() else best / OPENING_HZ


# Two rates of one song correlate by more than 0.9, different songs by less than 0.3.
_ALIKE = 0.6
_CLOSE = 0.97
