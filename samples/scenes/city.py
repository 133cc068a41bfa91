"""A city by the water at night: the windows of its towers are the meters of the music, and the river mirrors them."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from samples.canvas import WIDTH, Glow, Layer, Picture, Plane, convert_colour, paint_gradient
from samples.scenes import Moment
from samples.scenes.water import Water
from samples.terrain import fill_below, make_disc, make_ground, make_line, make_stars

PERIOD = 2560
SHORE = 470
RIVER = Water(SHORE, squeeze=1.9, ripple=(2, 14), shade=(150, 100))
WINDOW_HEIGHT, STOREY = 8, 14
WINDOW_WIDTH, AXIS = 6, 12
WINDOW_COLOURS = ((255, 214, 120), (255, 190, 100), (140, 220, 255), (255, 120, 170))
WALL_CHROMA = (138, 126)
QUAY = 24
CARS = 14
SKY = ((0, (8, 8, 34)), (0.45, (34, 24, 78)), (0.7, (96, 44, 110)), (0.85, (190, 84, 110)), (1, (240, 140, 110)))


@dataclass(frozen=True, slots=True)
class Tower:
    """A building whose windows light up from the ground as one band of the music gets louder."""

    left: int
    width: int
    height: int
    band: int
    windows: Picture
    """All lights on."""
    glass: Plane
    """All lights off, luma only."""


class City:
    """The city on one evening."""

    def __init__(self, rng: Generator) -> None:
        self._sky = paint_gradient(SKY, SHORE, rng)
        stars = make_stars(SHORE, WIDTH, 260, rng) * 130
        haze = np.clip(make_ground(SHORE, WIDTH, rng, stretch=6), 0, 2) * 5
        np.copyto(self._sky.y, np.clip(self._sky.y + stars + haze, 16, 235).astype(np.uint8))
        self._moon = Glow.from_field(make_disc(300, 34, 2, halo=0.35), (235, 230, 255), 0.75)
        self._far = _build_skyline(rng)
        self._towers = tuple(_build_towers(rng))
        self._headlight = Glow.from_field(make_disc(18, 2.5, 3, halo=0.5), (255, 240, 200), 0.9)
        self._taillight = Glow.from_field(make_disc(18, 2.5, 3, halo=0.5), (255, 60, 40), 0.9)
        self._cars = rng.random((CARS, 2))

    def draw(self, stage: Picture, moment: Moment) -> None:
        """Fill the stage: sky, far roofs, towers, the road on the shore, the river."""
        shore = Picture(stage.y[:SHORE], stage.u[: SHORE // 2], stage.v[: SHORE // 2])
        shore.copy_from(self._sky)
        self._moon.shine(shore, 860 - round(moment.pan * 0.02), 10)
        self._far.cover(shore, moment.pan * 0.35)
        for tower in self._towers:
            _draw_tower(shore, tower, moment)
        shore.y[-QUAY:] = 24
        shore.u[-QUAY // 2 :], shore.v[-QUAY // 2 :] = WALL_CHROMA
        self._draw_cars(shore, moment)
        RIVER.reflect(stage, moment.age)

    def _draw_cars(self, shore: Picture, moment: Moment) -> None:
        for number, (place, speed) in enumerate(self._cars):
            driven = moment.age * (2 + 3 * speed)
            lamp, way = (self._headlight, -driven) if number % 2 else (self._taillight, driven)
            lamp.shine(shore, int((place * 1500 + way - moment.pan) % 1500) - 100, SHORE - (26 if number % 2 else 18))


def _build_skyline(rng: Generator) -> Layer:
    height = 260
    tops = np.empty(PERIOD, np.float32)
    left = 0
    while left < PERIOD:
        width = int(rng.integers(24, 70))
        tops[left : left + width] = rng.uniform(30, 210)
        left += width
    shape = fill_below(tops + 2 * make_line(PERIOD, rng, 400, 900, 2).round(), height)
    mist = np.linspace(0, 34, height, dtype=np.float32)[:, None]
    return Layer.from_fields(np.clip(40 + mist + np.zeros_like(shape), 16, 90), shape, (52, 34, 84), SHORE - height)


def _build_towers(rng: Generator) -> list[Tower]:
    towers: list[Tower] = []
    left = 0
    while left < PERIOD - 60:
        axes, storeys = int(rng.integers(5, 11)), int(rng.integers(9, 28))
        width, height = axes * AXIS + 8, storeys * STOREY + 12
        windows = _glaze(axes, storeys, rng)
        wall = np.uint8(rng.integers(26, 38))
        glass = np.minimum(windows.y, 12) + wall
        towers.append(Tower(left, width, height, len(towers) * 7 % 22, windows, glass))
        left += width + 2 * int(rng.integers(2, 22))
    return towers


def _glaze(axes: int, storeys: int, rng: Generator) -> Picture:
    """The windows of a tower with all lights on; here and there somebody is out."""
    width, height = axes * AXIS + 8, storeys * STOREY + 12
    windows = Picture.in_buffer(np.zeros((height * 3 // 2, width), np.uint8))
    windows.u[:], windows.v[:] = WALL_CHROMA
    main = convert_colour(WINDOW_COLOURS[int(rng.integers(len(WINDOW_COLOURS)))])
    for storey in range(storeys):
        for axis in range(axes):
            if rng.random() < 0.12:
                continue
            top, left = 12 + storey * STOREY, 6 + axis * AXIS
            windows.y[top : top + WINDOW_HEIGHT, left : left + WINDOW_WIDTH] = round(main[0] * rng.uniform(0.6, 1))
            half = slice(top // 2, top // 2 + WINDOW_HEIGHT // 2), slice(left // 2, left // 2 + WINDOW_WIDTH // 2)
            windows.u[half], windows.v[half] = round(main[1]), round(main[2])
    return windows


def _draw_tower(shore: Picture, tower: Tower, moment: Moment) -> None:
    """Wall over all behind it, then the windows up to the storey that the band reaches."""
    x = int(tower.left - moment.pan) % PERIOD
    x -= (x % 2) + (PERIOD if x > PERIOD - 200 else 0)
    left, right = max(x, 0), min(x + tower.width, WIDTH)
    if left >= right:
        return
    top = SHORE - tower.height
    seen = slice(left - x, right - x)
    shore.y[top:, left:right] = tower.glass[:, seen]
    shore.u[top // 2 :, left // 2 : right // 2], shore.v[top // 2 :, left // 2 : right // 2] = WALL_CHROMA
    storeys = round((0.08 + 0.92 * float(moment.bands[tower.band])) * (tower.height // STOREY))
    dark = (tower.height - storeys * STOREY) // 2 * 2
    place = shore.y[top + dark :, left:right]
    np.maximum(place, tower.windows.y[dark:, seen], out=place)
    half = slice((left - x) // 2, (right - x) // 2)
    shore.u[(top + dark) // 2 :, left // 2 : right // 2] = tower.windows.u[dark // 2 :, half]
    shore.v[(top + dark) // 2 :, left // 2 : right // 2] = tower.windows.v[dark // 2 :, half]
