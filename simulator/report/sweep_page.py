"""Fills the page about a sweep."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from simulator import figures
from simulator.bootstrap import Interval
from simulator.outcome import count
from simulator.report.distribution import draw_frontier, draw_waits
from simulator.sweep_summary import Summary, name_line, name_shared


def render_sweep_report(summary: Summary, made_at: str) -> str:
    """The whole HTML file, self-contained; `made_at` is printed as it is."""
    environment = Environment(
        loader=PackageLoader("simulator"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"count": count, "figures": figures, "spell": spell_interval}
    return environment.get_template("sweep.html.j2").render(
        summary=summary,
        made_at=made_at,
        names=[name_line(line, summary.lines) for line in summary.lines],
        shared=name_shared(summary.lines),
        waits=draw_waits(summary.lines),
        frontier=draw_frontier(summary.lines),
    )


def spell_interval(interval: Interval | None, unit: float = 1.0) -> tuple[str, str]:
    """A figure, and in small print the interval around it."""
    if interval is None:
        return figures.NONE, ""
    return f"{interval.value / unit:.2f}", f"{interval.low / unit:.2f} to {interval.high / unit:.2f}"
