"""A plain of light under a setting sun: lines rush by on the beat and the spectrum stands along the horizon."""

import numpy as np
from numpy.random import Generator

from samples.canvas import STAGE_HEIGHT, WIDTH, Glow, Layer, Picture, Plane, convert_colour, paint_gradient
from samples.scenes import Moment
from samples.spectrum import BANDS
from samples.terrain import fill_below, make_disc, make_ground, make_line, make_stars

HORIZON = 380
PERIOD = 2560
SKY = ((0, (12, 6, 40)), (0.4, (60, 16, 96)), (0.75, (190, 40, 130)), (1, (255, 120, 110)))
SUN_STEPS = 10
COLUMN_WIDTH, COLUMN_HEIGHT = 26, 150
SWAY_STEPS = 24


class Horizon:
    """The plain, drawn with a camera that sways and jumps a little with the kick."""

    def __init__(self, rng: Generator) -> None:
        self._sky = paint_gradient(SKY, HORIZON + 20, rng)
        stars = make_stars(HORIZON + 20, WIDTH, 400, rng) * 150
        haze = np.clip(make_ground(HORIZON + 20, WIDTH, rng, stretch=8), 0, 2) * 5
        np.copyto(self._sky.y, np.clip(self._sky.y + stars + haze, 16, 235).astype(np.uint8))
        self._suns = tuple(_make_sun(150 + 3 * step) for step in range(SUN_STEPS))
        self._mountains = _raise_mountains(rng)
        self._grids = tuple(_rule_plain(sway / SWAY_STEPS) for sway in range(SWAY_STEPS))
        self._depths = 90 / (np.arange(STAGE_HEIGHT - HORIZON) + 6)
        self._columns = tuple(_make_column(band) for band in range(BANDS))

    def draw(self, stage: Picture, moment: Moment) -> None:
        """Fill the stage."""
        jump = 2 * round(4 * moment.bass**3)
        above = Picture(stage.y[:HORIZON], stage.u[: HORIZON // 2], stage.v[: HORIZON // 2])
        above.copy_from(self._sky, jump)
        sun = self._suns[min(int(moment.bass * SUN_STEPS), SUN_STEPS - 1)]
        sun.shine(above, (WIDTH - sun.y.shape[1]) // 2, HORIZON - 150 - sun.y.shape[0] // 2 + moment.age // 10)
        self._mountains.cover(above, moment.pan * 0.25, jump)
        self._draw_spectrum(above, moment)
        self._draw_plain(stage, moment)

    def _draw_spectrum(self, above: Picture, moment: Moment) -> None:
        """Bass in the middle, treble to both sides."""
        for band, column in enumerate(self._columns):
            rise = 2 * round(float(moment.bands[band]) * COLUMN_HEIGHT / 2)
            for side in (-1, 1):
                left = WIDTH // 2 + side * band * COLUMN_WIDTH - (COLUMN_WIDTH - 6 if side < 0 else 0)
                column.shine(above, left, HORIZON - rise)

    def _draw_plain(self, stage: Picture, moment: Moment) -> None:
        """Two lines across pass under the camera every beat; the lines ahead lean with the camera."""
        across = ((self._depths + 2 * moment.beat) % 1) < np.minimum(0.06 + 0.02 * self._depths, 0.5)
        near = np.linspace(0.25, 1, across.size)
        lines = (16 + across * near * (110 + 90 * moment.bass)).astype(np.uint8)
        grid = self._grids[int(moment.pan / 4) % SWAY_STEPS]
        plain = stage.y[HORIZON:]
        np.maximum(grid, lines[:, None], out=plain)
        stage.u[HORIZON // 2 :], stage.v[HORIZON // 2 :] = 168, 150


def _make_sun(radius: int) -> Glow:
    size = radius * 2 + 160
    disc = make_disc(size, radius, 2, halo=0.35)
    rows = np.arange(size)
    low = (rows - size / 2) / radius
    slits = (low > 0) & (rows % 24 < 3 + 13 * low) & (low < 1)
    inside = make_disc(size, radius, 2)
    return Glow.from_field(disc - inside * slits[:, None] * 0.8 * disc, (255, 200, 80), 0.8)


def _raise_mountains(rng: Generator) -> Layer:
    height = 130
    tops = np.clip(80 + 26 * make_line(PERIOD, rng, 4, 120, 0.9), 4, height).astype(np.float32)
    ground = make_ground(height, PERIOD, rng, stretch=1) * 8
    foot = np.linspace(0, 14, height, dtype=np.float32)[:, None]
    return Layer.from_fields(
        np.clip(36 + ground + foot, 16, 80), fill_below(tops, height), (48, 16, 84), HORIZON - height
    )


def _rule_plain(sway: float) -> Plane:
    """The lines that run to the vanishing point, shifted by `sway` of their distance, on a dark ground."""
    rows = np.arange(STAGE_HEIGHT - HORIZON, dtype=np.float32)[:, None] + 6
    columns = np.arange(WIDTH, dtype=np.float32)[None, :] - WIDTH / 2
    place = (columns / rows * 1.1 + sway) % 1
    # Far out a line is crossed in less than a row: it is made wider and fainter there, so that it does not break up.
    width = 0.012 + 0.9 / rows + 0.8 * np.abs(columns) / rows**2
    light = np.clip(1 - np.abs(place - 0.5) / width, 0, 1) * np.clip(rows / 90, 0.1, 1) * np.minimum(0.25 / width, 1)
    plain: Plane = (20 + 190 * light).astype(np.uint8)
    return plain


def _make_column(band: int) -> Glow:
    share = band / BANDS
    colour = (60 + 180 * share, 230 - 150 * share, 255.0)
    fade = np.linspace(0.85, 0.15, COLUMN_HEIGHT, dtype=np.float32)[:, None]
    assert convert_colour(colour)[0] < 235, colour
    return Glow.from_field(np.repeat(fade, COLUMN_WIDTH - 6, axis=1), colour, 0.8)
