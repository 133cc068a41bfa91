"""Axes: where the ticks stand, what they say, and which pixel a value falls on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Steps of a clock axis that people count in; beyond an hour, whole hours.
TIME_STEPS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its place in pixels and its text."""

    at_px: float
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from 0 to `top` on pixels from `bottom_px` up to `top_px`."""

    top: float
    step: float
    top_px: float
    bottom_px: float

    def place(self, value: float) -> float:
        """The pixel of a value, counted from the upper edge."""
        return round(self.bottom_px - (self.bottom_px - self.top_px) * min(value, self.top) / self.top, 2)

    def ticks(self) -> tuple[Tick, ...]:
        """A tick at each step, 0 and the top included."""
        count = round(self.top / self.step)
        return tuple(Tick(self.place(n * self.step), f"{n * self.step:g}") for n in range(count + 1))


def fit_scale(values: Sequence[float], top_px: float, bottom_px: float) -> Scale:
    """A scale that holds all values and has two to four round steps."""
    peak = max(values, default=0) or 1
    rough = peak / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    return Scale(step * math.ceil(peak / step - 1e-9), step, top_px, bottom_px)


def find_time_ticks(end_us: int, width_px: float) -> tuple[Tick, ...]:
    """Ticks of a clock axis from 0 to `end_us`, at least 70 pixels apart."""
    end_s = end_us / 1e6
    least_s = end_s * 70 / width_px
    step_s = next((s for s in TIME_STEPS_S if s >= least_s), 3600 * math.ceil(least_s / 3600))
    return tuple(
        Tick(round(n * step_s / end_s * width_px, 2), format_tick(n * step_s, step_s))
        for n in range(int(end_s / step_s + 1e-9) + 1)
    )


def format_tick(at_s: float, step_s: float) -> str:
    """`1:20`, or `1:20.5` where steps are below a second."""
    digits = 0 if step_s >= 1 else 1 if step_s >= 0.1 else 2
    minutes, seconds = divmod(round(at_s, digits), 60)
    return f"{int(minutes)}:{seconds:0{3 + digits if digits else 2}.{digits}f}"
