"""Pictures as three planes of bytes, and layers that are laid over them.

All drawing is done on 8-bit planes with minimum, maximum, addition and bit masks: NumPy runs these with vector
instructions, a whole 720p layer in under 0.1 ms, where blending with real transparency takes 20 times as long. Colours
are BT.709, limited range.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Field = NDArray[np.float32]

WIDTH = 1280
HEIGHT = 720
STRIP_HEIGHT = HEIGHT // 8
STAGE_HEIGHT = HEIGHT - STRIP_HEIGHT
# Positions between pixels that a layer is prepared for, so that slow pans glide instead of stepping.
SUBPIXELS = 4
WHITE = np.uint8(235)


@dataclass(frozen=True, slots=True)
class Picture:
    """A YUV 4:2:0 picture: luma, shape (height, width), and two chroma planes of half its size each way."""

    y: Plane
    u: Plane
    v: Plane

    def __post_init__(self) -> None:
        height, width = self.y.shape
        assert height % 2 == 0, height
        assert width % 2 == 0, width
        assert self.u.shape == self.v.shape == (height // 2, width // 2), self.u.shape

    @classmethod
    def in_buffer(cls, buffer: Plane) -> Self:
        """The picture that lives in a yuv420p buffer of shape (height * 3 / 2, width)."""
        height = buffer.shape[0] * 2 // 3
        y, rest = buffer[:height], buffer[height:].reshape(2, height // 2, -1)
        return cls(y, rest[0], rest[1])

    def below(self, top: int) -> Self:
        """The part of this picture from row `top` down, sharing its pixels."""
        return type(self)(self.y[top:], self.u[top // 2 :], self.v[top // 2 :])

    def copy_from(self, other: "Picture", top: int = 0) -> None:
        """Fill the whole picture from `other`, starting at its row `top`."""
        top -= top % 2
        np.copyto(self.y, other.y[top : top + self.y.shape[0]])
        np.copyto(self.u, other.u[top // 2 : top // 2 + self.u.shape[0]])
        np.copyto(self.v, other.v[top // 2 : top // 2 + self.v.shape[0]])


@dataclass(frozen=True, slots=True)
class Layer:
    """A wide strip of scenery that covers what is behind it, and wraps around when it is scrolled.

    `y` is 255 where one can see through and darker than its background elsewhere; shape (SUBPIXELS, height, period +
    WIDTH), each copy moved left by one more part of a pixel. `keep` is 255 where the chroma behind it shows.
    """

    y: Plane
    u: Plane
    v: Plane
    keep: Plane
    top: int
    period: int

    @classmethod
    def from_fields(cls, luma: Field, shape: Field, colour: tuple[float, float, float], top: int) -> Self:
        """A layer of one colour, with the brightness `luma` in [0, 255] where `shape` is 1, transparent where it is 0.

        Both have the shape (height, period).
        """
        period = luma.shape[1]
        seen = 255 + (luma - 255) * shape
        wide = np.concatenate([seen, seen[:, : WIDTH + 2]], axis=1)
        copies = [(wide[:, :-2] * (SUBPIXELS - part) + wide[:, 1:-1] * part) / SUBPIXELS for part in range(SUBPIXELS)]
        solid = np.concatenate([shape, shape[:, :WIDTH]], axis=1)[::2, ::2] > 0.5
        _, u, v = convert_colour(colour)
        return cls(
            y=np.rint(copies).astype(np.uint8),
            u=np.where(solid, np.uint8(round(u)), np.uint8(0)),
            v=np.where(solid, np.uint8(round(v)), np.uint8(0)),
            keep=np.where(solid, np.uint8(0), np.uint8(255)),
            top=top - top % 2,
            period=period,
        )

    def cover(self, stage: Picture, x: float, drop: int = 0) -> None:
        """Lay this layer over the stage, scrolled by `x` pixels and lowered by `drop`."""
        steps = round(x * SUBPIXELS) % (self.period * SUBPIXELS)
        left, part = divmod(steps, SUBPIXELS)
        top = self.top + drop - drop % 2
        rows = min(self.y.shape[1], stage.y.shape[0] - top)
        place = stage.y[top : top + rows]
        np.minimum(place, self.y[part, :rows, left : left + WIDTH], out=place)
        halves = slice(left // 2, left // 2 + WIDTH // 2)
        for behind, own in ((stage.u, self.u), (stage.v, self.v)):
            place = behind[top // 2 : (top + rows) // 2]
            np.bitwise_and(place, self.keep[: rows // 2, halves], out=place)
            np.bitwise_or(place, own[: rows // 2, halves], out=place)


@dataclass(frozen=True, slots=True)
class Glow:
    """A patch of light that is added to what is behind it; chroma is moved by signed steps."""

    y: Plane
    u: Plane
    v: Plane

    @classmethod
    def from_field(cls, light: Field, colour: tuple[float, float, float], strength: float = 1) -> Self:
        """The light of `colour` shining with `light` in [0, 1], shape (even height, even width)."""
        y, u, v = convert_colour(colour)
        half = light[::2, ::2] * strength
        return cls(
            y=np.rint(light * strength * (y - 16)).astype(np.uint8),
            u=np.rint(half * (u - 128)).astype(np.int8).view(np.uint8),
            v=np.rint(half * (v - 128)).astype(np.int8).view(np.uint8),
        )

    def shine(self, stage: Picture, x: int, y: int) -> None:
        """Add the light with its top left corner at (x, y), cut at the edges of the stage."""
        height, width = stage.y.shape
        x, y = x - x % 2, y - y % 2
        left, right = max(x, 0), min(x + self.y.shape[1], width)
        top, bottom = max(y, 0), min(y + self.y.shape[0], height)
        if left >= right or top >= bottom:
            return
        place = stage.y[top:bottom, left:right]
        light = self.y[top - y : bottom - y, left - x : right - x]
        add_light(place, light)
        for behind, shift in ((stage.u, self.u), (stage.v, self.v)):
            place = behind[top // 2 : bottom // 2, left // 2 : right // 2]
            # Chroma stays within 16 ... 240 in all scenes; addition modulo 256 is then signed addition.
            place += shift[(top - y) // 2 : (bottom - y) // 2, (left - x) // 2 : (right - x) // 2]


def add_light(place: Plane, light: Plane) -> None:
    """Add light to luma, up to white: min(a, white - b) + b cannot wrap around as a + b would."""
    np.add(np.minimum(place, WHITE - np.minimum(light, WHITE)), light, out=place)


def convert_colour(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    """The limited-range BT.709 (y, u, v) of an RGB colour, each channel 0 ... 255."""
    red, green, blue = (channel / 255 for channel in rgb)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748


def paint_gradient(
    stops: tuple[tuple[float, tuple[float, float, float]], ...], height: int, rng: np.random.Generator
) -> Picture:
    """A sky: colours from top to bottom through `stops` of (0 ... 1, RGB), dithered so that no bands are seen."""
    heights = [stop for stop, _ in stops]
    colours = np.array([convert_colour(rgb) for _, rgb in stops])
    planes = []
    for channel, scale in ((0, 1), (1, 2), (2, 2)):
        rows = np.interp(np.linspace(0, 1, height // scale), heights, colours[:, channel])
        grain = rng.random((height // scale, WIDTH // scale), dtype=np.float32)
        planes.append((rows[:, None].astype(np.float32) + grain).astype(np.uint8))
    return Picture(*planes)


def dim(stage: Picture, brightness: float) -> None:
    """Fade the stage towards black; 1 leaves it alone."""
    if brightness >= 1:
        return
    gain = np.uint16(round(max(brightness, 0) * 256))
    for plane, black in ((stage.y, 16), (stage.u, 128), (stage.v, 128)):
        # plane * gain + black * (256 - gain), which fits 16 bits.
        faded = plane.astype(np.uint16) * gain + np.uint16(black) * (np.uint16(256) - gain)
        np.copyto(plane, faded >> 8, casting="unsafe")
