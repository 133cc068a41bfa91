"""A valley: hills behind hills, the sun among them, pines in front, and sparks that rise with the hats."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from samples.canvas import STAGE_HEIGHT, WIDTH, Field, Glow, Layer, Picture, paint_gradient
from samples.scenes import Moment
from samples.terrain import fill_below, make_disc, make_ground, make_line, make_stars, plant_pines

Colour = tuple[float, float, float]
PERIOD = 2560
SKY_HEIGHT = STAGE_HEIGHT + 80
SPARKS = 70
SUN_STEPS = 8


@dataclass(frozen=True, slots=True)
class Light:
    """The hour of the day, as colours."""

    sky: tuple[tuple[float, Colour], ...]
    sun: Colour
    hills: tuple[Colour, Colour, Colour, Colour]
    """From the farthest to the nearest; the brightness is that of their upper edge."""
    mist: float
    """How much lighter the foot of a hill is."""
    stars: float


DAWN = Light(
    sky=(
        (0, (38, 52, 110)),
        (0.35, (120, 110, 170)),
        (0.6, (238, 160, 140)),
        (0.8, (255, 214, 160)),
        (1, (255, 225, 180)),
    ),
    sun=(255, 225, 150),
    hills=((150, 120, 160), (108, 86, 138), (62, 56, 104), (22, 24, 46)),
    mist=42,
    stars=0.35,
)
DUSK = Light(
    sky=((0, (30, 22, 70)), (0.3, (110, 40, 110)), (0.55, (226, 80, 90)), (0.78, (255, 160, 70)), (1, (255, 200, 110))),
    sun=(255, 190, 90),
    hills=((150, 66, 96), (104, 42, 86), (58, 26, 66), (20, 12, 32)),
    mist=30,
    stars=0.4,
)
NIGHT = Light(
    sky=((0, (6, 10, 30)), (0.4, (16, 30, 70)), (0.75, (40, 70, 120)), (1, (80, 120, 160))),
    sun=(200, 215, 240),
    hills=((36, 60, 100), (24, 42, 78), (14, 26, 54), (6, 10, 22)),
    mist=14,
    stars=1,
)


class Valley:
    """The valley at one hour of the day."""

    def __init__(self, light: Light, rng: Generator) -> None:
        self._sky = paint_gradient(light.sky, SKY_HEIGHT, rng)
        _add_clouds(self._sky, light, rng)
        disc = make_disc(480, 58, 2.5, halo=0.55)
        self._suns = tuple(Glow.from_field(disc, light.sun, 0.62 + 0.05 * step) for step in range(SUN_STEPS))
        ground = make_ground(450, PERIOD, rng, stretch=1.5)
        self._hills = tuple(_raise_hill(n, light, ground, rng) for n in range(4))
        self._spark = Glow.from_field(make_disc(10, 2, 2.5, halo=0.3), (255, 220, 130), 0.8)
        self._places = rng.random((SPARKS, 4))

    def draw(self, stage: Picture, moment: Moment) -> None:
        """Fill the stage: the camera rises slowly, the nearest pines pass four times as fast as the far hills."""
        lift = min(80, moment.age // 4)
        stage.copy_from(self._sky, 80 - lift)
        sun = self._suns[min(int(moment.bass * SUN_STEPS), SUN_STEPS - 1)]
        sun.shine(stage, 700 - round(moment.pan * 0.05), 60 + lift // 2 - moment.age // 6)
        for hill, nearness in zip(self._hills, (0.15, 0.3, 0.55, 1), strict=True):
            hill.cover(stage, moment.pan * nearness, round(lift * nearness * 0.5))
        self._draw_sparks(stage, moment)

    def _draw_sparks(self, stage: Picture, moment: Moment) -> None:
        shown = round(SPARKS * (0.25 + 0.75 * moment.treble))
        for x, y, speed, phase in self._places[:shown]:
            age = moment.age * (0.4 + speed)
            across = (x * 1600 - moment.pan * 0.8 + 30 * np.sin(age / 20 + 6 * phase)) % 1600 - 160
            up = STAGE_HEIGHT - (y * STAGE_HEIGHT + age * 1.6) % (STAGE_HEIGHT * 0.75)
            self._spark.shine(stage, int(across), int(up))


def _raise_hill(place: int, light: Light, ground: Field, rng: Generator) -> Layer:
    """The hill at a place from 0, far, to 3, near."""
    top = (230, 300, 370, 400)[place]
    height = STAGE_HEIGHT + 40 - top
    swing, fastest, roughness = ((34, 120, 0.95), (34, 70, 0.8), (28, 40, 0.7), (18, 24, 0.7))[place]
    line = (90, 90, 90, 165)[place] + swing * make_line(PERIOD, rng, 3 + place, fastest, roughness)
    tops = np.clip(line, 6, height - 40).astype(np.float32)
    if place >= 2:
        tops = plant_pines(tops, rng, (0, 0, 150, 46)[place], ((0, 0), (0, 0), (14, 40), (50, 150))[place])
    shape = fill_below(np.maximum(tops, 1), height)
    mottled = np.roll(ground, (97 * place, 611 * place), (0, 1))[:height] * (9, 9, 8, 5)[place]
    rise = np.linspace(0, 1, height, dtype=np.float32)[:, None] * light.mist * (1, 0.9, 0.7, 0.25)[place]
    red, green, blue = light.hills[place]
    base = 16 + 0.859 * (0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return Layer.from_fields(np.clip(base + rise + mottled, 16, 235), shape, light.hills[place], top)


def _add_clouds(sky: Picture, light: Light, rng: Generator) -> None:
    """Streaks of cloud and stars, painted into the sky once."""
    streaks = np.clip(make_ground(SKY_HEIGHT, WIDTH, rng, stretch=9) - 0.4, 0, 2) * 9
    fade = np.sin(np.linspace(0, np.pi, SKY_HEIGHT, dtype=np.float32))[:, None]
    stars = make_stars(SKY_HEIGHT, WIDTH, 500, rng) * light.stars * 150
    stars *= np.linspace(1, 0, SKY_HEIGHT, dtype=np.float32)[:, None]
    np.copyto(sky.y, np.clip(sky.y + streaks * fade + stars, 16, 235).astype(np.uint8))
