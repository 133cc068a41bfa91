"""A sweep on a terminal: a line for each contender. Reads the same without colours, in 100 columns."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator import figures
from simulator.bootstrap import Interval
from simulator.outcome import count
from simulator.sweep_summary import Line, Summary, name_line, name_shared


def print_summary(summary: Summary, console: Console) -> None:
    """Print what the contenders did, the traces that were hardest, and what was not looked at."""
    console.print(name_shared(summary.lines), style="dim")
    console.print(_table(summary.lines))
    console.print(
        "Below a figure stands its 95 % interval: bootstrap over traces, 1,000 draws of one seed.", style="dim"
    )
    if summary.hard_traces:
        console.print()
        console.print(Text("Hardest traces", style="bold"))
        for trace, short, sessions in summary.hard_traces[:5]:
            console.print(Text(f"  {trace}: {short} of {count(sessions, 'session')} fell short"), soft_wrap=True)
    console.print()
    style = "bold green" if summary.good_percent == 100 else "bold"
    kept = f"{summary.good_percent:.1f} % of {count(summary.sessions, 'session')} kept every limit"
    proven = "" if summary.is_proven else " (sound not decoded: --prove does that)"
    console.print(Text(kept, style=style) + Text(proven, style="dim"), soft_wrap=True)


def _table(lines: tuple[Line, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("player", "good", "tap to picture\nmedian, s", "\np95, s", "lost", "rebuffer\n%",
                 "picture\nMbit/s", "QoE\nlinear", "unseen\nper join"):  # fmt: skip
        table.add_column(
            name,
            justify="left" if name == "player" else "right",
            vertical="bottom",
            no_wrap=True,
        )
    for line in lines:
        table.add_row(
            name_line(line, lines),
            f"{line.good_percent:.1f} %",
            format_interval(line.tap_to_picture_median_s),
            format_interval(line.tap_to_picture_p95_s),
            f"{line.joins_lost}",
            f"{100 * line.rebuffer_ratio:.2f}",
            format_interval(line.mean_video_bps, 1e6),
            format_interval(line.qoe_picture_linear),
            _format_waste(line.wasted_bytes_per_join),
        )
    return table


def _format_waste(size_bytes: float | None) -> str:
    return figures.NONE if size_bytes is None else figures.format_size(round(size_bytes))


def format_interval(interval: Interval | None, unit: float = 1.0) -> str:
    """`0.62` and below it `0.58..0.71`, counted in `unit`."""
    if interval is None:
        return figures.NONE
    return f"{interval.value / unit:.2f}\n{interval.low / unit:.2f}..{interval.high / unit:.2f}"
