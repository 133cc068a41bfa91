"""The raw stuff of scenery: rolling lines, mottled ground, ridges, trees, soft discs. All repeat over their period."""

import numpy as np
from numpy.random import Generator

from samples.canvas import Field


def make_line(period: int, rng: Generator, slowest: int, fastest: int, roughness: float) -> Field:
    """A line that wanders around 0 with a standard deviation of 1, shape (period,).

    It is a sum of waves that fit the period `slowest` to `fastest` times; `roughness` is how slowly they weaken.
    """
    waves = np.zeros(period // 2 + 1, np.complex64)
    rates = np.arange(slowest, fastest + 1)
    waves[rates] = rates ** (-1 / roughness) * np.exp(2j * np.pi * rng.random(rates.size))
    line = np.fft.irfft(waves, period).astype(np.float32)
    level: Field = line / line.std()
    return level


def make_ground(height: int, period: int, rng: Generator, stretch: float = 3) -> Field:
    """Mottled ground around 0 with a standard deviation of 1, shape (height, period).

    Its spots are `stretch` times wider than high.
    """
    noise = np.fft.rfft2(rng.standard_normal((height, period), dtype=np.float32))
    down = np.fft.fftfreq(height)[:, None]
    across = np.fft.rfftfreq(period)[None, :] * stretch
    distance = np.hypot(down, across) + 0.004
    ground = np.fft.irfft2(noise * distance**-0.9 * (distance < 0.45), (height, period)).astype(np.float32)
    level: Field = ground / ground.std()
    return level


def fill_below(tops: Field, height: int) -> Field:
    """1 below a line, 0 above it and soft between, shape (height, period); `tops` are rows from the upper edge."""
    rows = np.arange(height, dtype=np.float32)[:, None]
    shape: Field = np.clip(rows - tops[None, :] + 0.5, 0, 1)
    return shape


def plant_pines(tops: Field, rng: Generator, count: int, heights: tuple[float, float]) -> Field:
    """The line with pines standing on it."""
    period = tops.size
    grown = tops.copy()
    for _ in range(count):
        height = rng.uniform(*heights)
        half_width = int(height * rng.uniform(0.2, 0.26)) + 2
        reach = np.arange(-half_width, half_width + 1)
        # Each pine is a cone whose edge is cut into branches.
        branches = 0.14 * (np.abs(reach) * 6 / half_width % 1)
        cone = height * np.clip(1 - np.abs(reach) / half_width - branches, 0, 1)
        places = (rng.integers(period) + reach) % period
        grown[places] = np.minimum(grown[places], tops[places[half_width]] - cone.astype(np.float32) + 4)
    return grown


def make_disc(size: int, radius: float, softness: float, halo: float = 0) -> Field:
    """A disc of light with a soft edge and perhaps a halo, in [0, 1], shape (size, size)."""
    middle = np.arange(size, dtype=np.float32) - (size - 1) / 2
    distance = np.hypot(middle[:, None], middle[None, :])
    disc: Field = np.clip((radius - distance) / softness + 0.5, 0, 1)
    if halo == 0:
        return disc
    edge: Field = np.clip(1 - distance / (size / 2), 0, 1)
    glow: Field = np.maximum(disc, np.float32(halo) * edge**2)
    return glow


def make_stars(height: int, width: int, count: int, rng: Generator) -> Field:
    """Points of light, few of them bright and more of them high up, in [0, 1], shape (height, width)."""
    sky = np.zeros((height, width), np.float32)
    rows = (height * rng.random(count) ** 1.6).astype(int) % (height - 1)
    columns = rng.integers(0, width - 1, count)
    shine = 0.2 + 0.8 * rng.random(count).astype(np.float32) ** 4
    sky[rows, columns] = shine
    sky[rows, columns + 1] = np.maximum(sky[rows, columns + 1], 0.5 * shine)
    sky[rows + 1, columns] = np.maximum(sky[rows + 1, columns], 0.5 * shine)
    return sky
