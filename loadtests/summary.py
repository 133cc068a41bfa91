"""What listeners went through, for people and for programs."""

import json

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from loadtests.figures import Figures, find_percentile_s, share_segments, write_message
from loadtests.limits import LoadVerdict
from simulator.presentation import Medium
from simulator.verdict import Judgement, describe_limit


def print_summary(console: Console, figures: Figures, verdict: LoadVerdict) -> None:
    """The table of a run's figures, its limits beside them, and the verdict below."""
    table = Table(box=box.SIMPLE_HEAD, title="What the listeners went through", title_justify="left")
    for heading in ("Measure", "Value", "Limit", ""):
        table.add_column(heading)
    judged = {j.limit.name: j for j in verdict.judgements}
    for measure, value, limit_name in _rows(figures):
        judgement = judged.get(limit_name)
        table.add_row(measure, value, *(_show(judgement) if judgement else ("", "")))
    console.print(Group(table, *_conclusions(verdict)))


def describe_as_json(figures: Figures, verdict: LoadVerdict) -> str:
    """The same for a program: figures, limits, values and reasons."""
    return json.dumps(
        {
            "is_good": verdict.exit_code == 0,
            "reasons": verdict.reasons(),
            "limits": {
                j.limit.name: {"value": j.value, "limit": j.limit.high, "is_kept": j.is_kept}
                for j in verdict.judgements
            },
            "figures": write_message(figures),
        },
        indent=2,
    )


def _rows(figures: Figures) -> list[tuple[str, str, str]]:
    """Measure, value, and the name of the limit it is held against, if any."""
    return [
        ("sessions", f"{figures.sessions}: {figures.started} started, {figures.gave_up} gave up", ""),
        ("listened", f"{_minutes(figures.played_us)}, {_minutes(figures.picture_us)} of it with picture", ""),
        ("startup p50", _seconds(find_percentile_s(figures.startup_ms, 50)), ""),
        ("startup p95", _seconds(figures.startup_p95_s), "startup_p95_s"),
        ("stalls", f"{figures.stalls}, {figures.stalled_us / 1e6:.2f} s in all", ""),
        ("stall ratio", _percent(figures.stall_ratio), "stall_ratio"),
        ("frozen pictures", str(figures.freezes), ""),
        ("flips", f"{figures.flips_done} done, {figures.flips_lost} lost, {figures.flips_overtaken} overtaken", ""),
        ("lost flips", _percent(figures.lost_flip_ratio), "lost_flip_ratio"),
        ("tap to picture p50", _seconds(find_percentile_s(figures.tap_to_picture_ms, 50)), ""),
        ("tap to picture p95", _seconds(figures.tap_to_picture_p95_s), "tap_to_picture_p95_s"),
        ("requests", f"{figures.requests}: {figures.failed_requests} failed, {figures.aborted_requests} aborted", ""),
        ("failed requests", _percent(figures.failure_ratio), "failure_ratio"),
        ("fetched", f"{_megabytes(figures.fetched_bytes)}, {_megabytes(figures.wasted_bytes)} of it never seen", ""),
        ("sound", _shares(figures, Medium.AUDIO), ""),
        ("picture", _shares(figures, Medium.VIDEO), ""),
    ]


def _show(judgement: Judgement) -> tuple[str, Text]:
    """The limit, a ratio in percent like its figure, and whether it was kept."""
    limit = judgement.limit
    shown = describe_limit(limit) if limit.unit else f"<= {limit.high * 100:g} %"
    if judgement.value is None:
        return shown, Text("")
    return shown, Text("kept", "green") if judgement.is_kept else Text("broken", "bold red")


def _conclusions(verdict: LoadVerdict) -> list[Text]:
    reasons = verdict.reasons()
    if not reasons:
        return [Text("Every limit was kept.", "green")]
    return [Text(f"Falls short: {reason}", "bold red") for reason in reasons]


def _seconds(value_s: float | None) -> str:
    return "-" if value_s is None else f"{value_s:.3f} s"


def _percent(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio * 100:.2f} %"


def _minutes(duration_us: int) -> str:
    return f"{duration_us / 60e6:.1f} min"


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"


def _shares(figures: Figures, medium: Medium) -> str:
    return ", ".join(f"{rung} {share:.0%}" for rung, share in share_segments(figures, medium).items()) or "-"
