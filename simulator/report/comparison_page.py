"""Fills the page that compares two sweeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from simulator.comparison import Change, Comparison, judge_change
from simulator.outcome import count
from simulator.report.distribution import draw_waits
from simulator.sweep_summary import Summary, name_line

BAR_PX = 220


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of the table, with its interval on a bar of its own; pixels from the left, `zero_px` is no change."""

    change: Change
    verdict: str
    zero_px: float
    low_px: float
    high_px: float
    value_px: float


def render_comparison(comparison: Comparison, summary: Summary, made_at: str) -> str:
    """The whole HTML file. `summary` has two lines, `before` and `after`; `made_at` is printed as it is."""
    environment = Environment(
        loader=PackageLoader("simulator"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"count": count}
    return environment.get_template("comparison.html.j2").render(
        comparison=comparison,
        made_at=made_at,
        rows=lay_out(comparison.changes),
        bar_px=BAR_PX,
        names=[name_line(line, summary.lines) for line in summary.lines],
        waits=draw_waits(summary.lines),
    )


def lay_out(changes: Sequence[Change]) -> tuple[Row, ...]:
    """The rows; each bar has 0 in its middle and reaches as far as its own interval does."""
    return tuple(_lay_out(change) for change in changes)


def _lay_out(change: Change) -> Row:
    interval = change.difference
    reach = max(abs(interval.low), abs(interval.high), abs(interval.value)) * 1.1 or 1.0

    def place(value: float) -> float:
        return round(BAR_PX / 2 * (1 + value / reach), 1)

    return Row(
        change, judge_change(change), BAR_PX / 2, place(interval.low), place(interval.high), place(interval.value)
    )
