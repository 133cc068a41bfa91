"""A lake at night under northern lights that wax with the music."""

import numpy as np
from numpy.random import Generator

from samples.canvas import WIDTH, Field, Layer, Picture, Plane, add_light, paint_gradient
from samples.scenes import Moment
from samples.scenes.water import Water
from samples.terrain import fill_below, make_ground, make_line, make_stars, plant_pines

SHORE = 450
LAKE = Water(SHORE, squeeze=1.6, ripple=(1, 8), shade=(175, 160))
PERIOD = 2560
CURTAIN_HEIGHT = 340
SKY = ((0, (6, 8, 28)), (0.6, (14, 34, 62)), (1, (36, 84, 96)))


class Lake:
    """The lake in one night: two curtains of light drift against each other, so that their folds never repeat."""

    def __init__(self, rng: Generator) -> None:
        self._sky = paint_gradient(SKY, SHORE, rng)
        stars = make_stars(SHORE, WIDTH, 700, rng) * 190
        np.copyto(self._sky.y, np.clip(self._sky.y + stars, 16, 235).astype(np.uint8))
        self._curtains = tuple(_hang_curtain(rng) for _ in range(2))
        self._far = _raise_shore(rng, 120, (22, 44, 64), pines=0)
        self._near = _raise_shore(rng, 110, (8, 18, 26), pines=150)

    def draw(self, stage: Picture, moment: Moment) -> None:
        """Fill the stage: sky, lights, two shores, and their image in the water."""
        shore = Picture(stage.y[:SHORE], stage.u[: SHORE // 2], stage.v[: SHORE // 2])
        shore.copy_from(self._sky)
        self._draw_lights(shore, moment)
        self._far.cover(shore, moment.pan * 0.3)
        self._near.cover(shore, moment.pan)
        LAKE.reflect(stage, moment.age)

    def _draw_lights(self, shore: Picture, moment: Moment) -> None:
        """Each curtain is cut off at a brightness that follows one half of the spectrum."""
        for curtain, drift, bands in (
            (self._curtains[0], moment.pan * 0.5, moment.bands[3:11]),
            (self._curtains[1], PERIOD - moment.pan * 0.35, moment.bands[9:20]),
        ):
            left = int(drift) % PERIOD
            limit = np.uint8(30 + 80 * float(bands.mean()))
            light = np.minimum(curtain[:, left : left + WIDTH], limit)
            add_light(shore.y[:CURTAIN_HEIGHT], light)
            half = light[::2, ::2]
            # Green: both chroma fall where the light is, by 110 / 8 and 110 / 4 for each curtain at most.
            shore.u[: CURTAIN_HEIGHT // 2] -= half >> 3
            shore.v[: CURTAIN_HEIGHT // 2] -= half >> 2


def _hang_curtain(rng: Generator) -> Plane:
    """A wavy band of rays, brightest along its lower hem, shape (CURTAIN_HEIGHT, PERIOD + WIDTH), luma to be added."""
    hem = CURTAIN_HEIGHT * 0.72 + 34 * make_line(PERIOD, rng, 2, 14, 0.8)
    strength = np.clip(0.55 + 0.35 * make_line(PERIOD, rng, 2, 20, 1.2), 0, 1)
    rays = np.clip(0.75 + 0.25 * make_line(PERIOD, rng, 20, 260, 3), 0, 1)
    reach = 120 + 40 * make_line(PERIOD, rng, 3, 60, 1)
    rows = np.arange(CURTAIN_HEIGHT, dtype=np.float32)[:, None]
    height = (hem - rows) / np.maximum(reach, 40)
    light: Field = np.where(height >= 0, np.exp(-1.6 * height), np.exp(np.minimum(height, 0) * 14)) * strength * rays
    light *= np.clip(rows / 60, 0, 1)
    curtain = (light * 110).astype(np.uint8)
    return np.concatenate([curtain, curtain[:, :WIDTH]], axis=1)


def _raise_shore(rng: Generator, height: int, colour: tuple[float, float, float], pines: int) -> Layer:
    swing = 9 if pines else 26
    tops = np.clip(height * (0.86 if pines else 0.55) + swing * make_line(PERIOD, rng, 3, 60, 0.8), 2, height - 6)
    if pines:
        tops = plant_pines(tops, rng, pines, (24, 78))
    ground = make_ground(height, PERIOD, rng, stretch=2) * (2 if pines else 4)
    base = 22 if pines else 44
    return Layer.from_fields(
        np.clip(base + ground, 16, 90), fill_below(np.maximum(tops, 1), height), colour, SHORE - height
    )
