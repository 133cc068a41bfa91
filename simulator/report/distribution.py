"""A sweep as geometry: how long pictures were waited for, and what that cost in bytes that nobody saw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulator.bootstrap import Interval
from simulator.report.scale import Scale, Tick, fit_scale
from simulator.sweep_summary import Line, name_line

WIDTH_PX = 540
HEIGHT_PX = 320
LEFT_PX = 52
BOTTOM_PX = HEIGHT_PX - 44
TOP_PX = 16
PLOT_PX = WIDTH_PX - LEFT_PX - 16

# The slowest waits of a bad trace would press all others against the axis: the axis ends where this part of them does.
_SHOWN_PERCENT = 95

# A name of a contender in the frontier's font.
_NAME_WIDTH_PX, _NAME_HEIGHT_PX = 110, 14


@dataclass(frozen=True, slots=True)
class Curve:
    """The part of all joins (y) that had their picture within a time (x), as an SVG path."""

    number: int
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A contender on the frontier: its place, the interval of its wait, and whether no other is better in both.

    Its name stands at `name_px` from the top.
    """

    number: int
    name: str
    x_px: float
    y_px: float
    low_px: float
    high_px: float
    is_on_front: bool
    title: str
    name_px: float = 0.0


@dataclass(frozen=True, slots=True)
class Plot:
    """Axes and what stands between them."""

    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    curves: tuple[Curve, ...] = ()
    spots: tuple[Spot, ...] = ()
    front: str = ""
    width_px: int = WIDTH_PX
    height_px: int = HEIGHT_PX
    left_px: int = LEFT_PX
    right_px: int = LEFT_PX + PLOT_PX
    top_px: int = TOP_PX
    bottom_px: int = BOTTOM_PX


def draw_waits(lines: Sequence[Line]) -> Plot:
    """The distribution of tap to picture; lines without a picture have no curve."""
    across = _lay_across([wait_s for line in lines for wait_s in _cut(line.waits_s)])
    upwards = Scale(100, 25, TOP_PX, BOTTOM_PX)
    curves = tuple(
        Curve(number, name_line(line, lines), _draw_steps(line.waits_s, across, upwards))
        for number, line in enumerate(lines)
        if line.waits_s
    )
    return Plot(_turn(across), upwards.ticks(), curves)


def draw_frontier(lines: Sequence[Line]) -> Plot:
    """Median wait for the picture against the bytes of it that were fetched for each join and never seen."""
    shown = [
        (number, line, line.tap_to_picture_median_s, line.wasted_bytes_per_join / 1e6)
        for number, line in enumerate(lines)
        if line.tap_to_picture_median_s is not None and line.wasted_bytes_per_join is not None
    ]
    across = _lay_across([wait.high for _, _, wait, _ in shown])
    upwards = fit_scale([unseen_mb for *_, unseen_mb in shown], TOP_PX, BOTTOM_PX)
    points = [(wait.value, unseen_mb) for _, _, wait, unseen_mb in shown]
    spots = tuple(
        _place_spot(number, name_line(line, lines), wait, unseen_mb, across, upwards, points)
        for number, line, wait, unseen_mb in shown
    )
    on_front = sorted((spot for spot in spots if spot.is_on_front), key=lambda spot: spot.x_px)
    front = "M" + "L".join(f"{spot.x_px:g},{spot.y_px:g}" for spot in on_front) if len(on_front) > 1 else ""
    return Plot(_turn(across), upwards.ticks(), spots=_keep_apart(spots), front=front)


def is_dominated(point: tuple[float, float], points: Sequence[tuple[float, float]]) -> bool:
    """Whether another point is at most as much in both, and less in one."""
    return any(other[0] <= point[0] and other[1] <= point[1] and other != point for other in points)


def _place_spot(
    number: int, name: str, wait: Interval, unseen_mb: float, across: Scale, upwards: Scale,
    points: Sequence[tuple[float, float]],
) -> Spot:  # fmt: skip
    return Spot(
        number,
        name,
        _x(wait.value, across),
        upwards.place(unseen_mb),
        _x(wait.low, across),
        _x(wait.high, across),
        not is_dominated((wait.value, unseen_mb), points),
        f"{name}: picture after {wait.value:.2f} s (median), {unseen_mb:.2f} MB unseen for each join",
    )


def _cut(waits_s: Sequence[float]) -> Sequence[float]:
    """Sorted waits without the slowest twentieth."""
    return waits_s[: -(-len(waits_s) * _SHOWN_PERCENT // 100)]


def _lay_across(values: Sequence[float]) -> Scale:
    """A scale whose pixels run from left to right: from 0 up to the plot's width."""
    return fit_scale(values, 0, PLOT_PX)


def _x(value: float, across: Scale) -> float:
    return round(LEFT_PX + PLOT_PX - across.place(value), 2)


def _turn(across: Scale) -> tuple[Tick, ...]:
    return tuple(Tick(LEFT_PX + PLOT_PX - tick.at_px, tick.text) for tick in across.ticks())


def _draw_steps(waits_s: Sequence[float], across: Scale, upwards: Scale) -> str:
    """The empirical distribution function. One step for each pixel: thousands of waits make no longer path."""
    heights = {
        round(_x(wait_s, across)): upwards.place(100 * number / len(waits_s))
        for number, wait_s in enumerate(waits_s, 1)
        if wait_s <= across.top
    }
    steps = "".join(f"H{x_px:g}V{y_px:g}" for x_px, y_px in heights.items())
    return f"M{LEFT_PX},{upwards.place(0):g}{steps}H{LEFT_PX + PLOT_PX}"


def _keep_apart(spots: Sequence[Spot]) -> tuple[Spot, ...]:
    """The spots with names that do not cover each other: from the top down, each as far below as it must be."""
    placed: list[Spot] = []
    for spot in sorted(spots, key=lambda each: each.y_px):
        name_px = spot.y_px - 8
        for other in placed:
            if abs(other.x_px - spot.x_px) < _NAME_WIDTH_PX and abs(other.name_px - name_px) < _NAME_HEIGHT_PX:
                name_px = other.name_px + _NAME_HEIGHT_PX
        placed.append(replace(spot, name_px=name_px))
    return tuple(sorted(placed, key=lambda each: each.number))
