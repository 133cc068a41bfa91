"""The number of a frame as a strip of colours that outlives any encoder: drawn into a picture, read from one.

The strip is the top eighth of the picture, 16 equal cells across: two red, the frame number in 12 bits (most
significant first, white is 1, black is 0), two blue. The guards tell a strip from a picture that happens to be
black and white there.
"""

import numpy as np
from numpy.typing import NDArray

from samples.canvas import Picture

CELLS = 16
BITS = 12
MAX_NUMBER = (1 << BITS) - 1

# Limited-range BT.709 (y, u, v).
RED = (63, 102, 240)
BLUE = (32, 240, 118)
WHITE = (235, 128, 128)
BLACK = (16, 128, 128)

# A guard's colour must stand out by this much, and a bit be this far from grey: half of what is drawn, so that
# heavy compression passes and a mixture of two frames does not.
GUARD_LEAD = 64
DARK, BRIGHT = 88, 168


def list_cells(number: int) -> tuple[tuple[int, int, int], ...]:
    """The colours of the 16 cells for a frame number, left to right."""
    if not 0 <= number <= MAX_NUMBER:
        raise ValueError(f"barcode: frame number {number} does not fit {BITS} bits (0 to {MAX_NUMBER})")
    bits = (WHITE if number >> bit & 1 else BLACK for bit in reversed(range(BITS)))
    return (RED, RED, *bits, BLUE, BLUE)


def draw_barcode(picture: Picture, number: int) -> None:
    """Draw the strip over the top eighth of the picture."""
    colours = np.array(list_cells(number), np.uint8)
    for plane, channel in ((picture.y, 0), (picture.u, 1), (picture.v, 2)):
        rows, columns = plane.shape[0] // 8, plane.shape[1] // CELLS
        plane[:rows] = np.repeat(colours[:, channel], columns)


def read_barcode(rgb: NDArray[np.uint8]) -> int | None:
    """The frame number in a picture of shape (height, width, 3); None where there is no strip, or no clear one."""
    cells = _measure_cells(rgb)
    red, green, blue = cells.T
    if min(red[:2] - np.maximum(green, blue)[:2]) < GUARD_LEAD:
        return None
    if min(blue[-2:] - np.maximum(red, green)[-2:]) < GUARD_LEAD:
        return None
    bits = cells[2:-2].mean(axis=1)
    if np.any((bits > DARK) & (bits < BRIGHT)):
        return None
    return int((bits >= BRIGHT) @ (1 << np.arange(BITS)[::-1]))


def _measure_cells(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The mean colour of the middle of each cell, shape (16, 3); edges are left out, where neighbours bleed in."""
    height, width = rgb.shape[:2]
    strip, cell = height / 8, width / CELLS
    rows = slice(int(strip * 0.25), max(int(strip * 0.75), int(strip * 0.25) + 1))
    middles = [
        slice(int((n + 0.3) * cell), max(int((n + 0.7) * cell), int((n + 0.3) * cell) + 1)) for n in range(CELLS)
    ]
    return np.array([rgb[rows, columns].mean(axis=(0, 1)) for columns in middles])
