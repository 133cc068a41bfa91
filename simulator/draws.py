"""Chance that can be had again: the same integers for the same seed, in every version of Python."""

from collections.abc import Iterator

_MASK = 2**64 - 1


def draw_integers(seed: int) -> Iterator[int]:
    """Integers of 64 bits by SplitMix64 (Steele, Lea, Flood 2014)."""
    state = seed & _MASK
    while True:
        state = (state + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        yield mixed ^ (mixed >> 31)
