"""The panels of the plot, one below the other, each with its own y axis. x is clock milliseconds, y is pixels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from simulator.figures import format_rate, format_size
from simulator.levels import Point
from simulator.presentation import Medium, Presentation, Rung
from simulator.report.scale import Scale, Tick, fit_scale
from simulator.timeline import Ending, RungSpan, Timeline, Transfer

_ROW_PX = 15
_TITLE_PX = 27


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the plot: x in milliseconds, y in pixels. `title` is its tooltip, `text` its label (or empty)."""

    x_ms: float
    y_px: float
    width_ms: float
    height_px: float
    kind: str
    title: str = ""
    text: str = ""

    @property
    def middle_px(self) -> float:
        """Where its label stands when the whole session is shown."""
        return self.y_px + self.height_px / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline or area in the plot, as an SVG path."""

    path: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the plot with its own y axis."""

    title: str
    top_px: float
    bottom_px: float
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...] = ()
    boxes: tuple[Box, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()  # kind and word


def stack_panels(timeline: Timeline, presentation: Presentation, from_px: float) -> tuple[Panel, ...]:
    """The panels from the top down: levels, throughput, rungs, fetches; without the picture's for a song alone."""
    audio, video = presentation.audio, presentation.video
    panels = [_level_panel(timeline, from_px + _TITLE_PX, has_video=bool(video))]
    panels.append(_rate_panel(timeline, panels[-1].bottom_px + _TITLE_PX))
    if video:
        panels.append(_rung_panel("Picture rung seen", video, timeline.video_rungs, panels[-1].bottom_px + _TITLE_PX))
    panels.append(_rung_panel("Sound rung heard", audio, timeline.audio_rungs, panels[-1].bottom_px + _TITLE_PX))
    panels.append(_fetch_panel(timeline.transfers, panels[-1].bottom_px + _TITLE_PX, has_video=bool(video)))
    return tuple(panels)


def _level_panel(timeline: Timeline, top_px: float, *, has_video: bool) -> Panel:
    seconds = [p.value / 1e6 for p in (*timeline.audio_levels, *timeline.video_levels, *timeline.ahead_levels)]
    scale = fit_scale(seconds, top_px, top_px + 110)
    lines = [Line(_slope(timeline.audio_levels, scale), "audio", "Sound buffer")]
    legend = [("audio", "sound")]
    if has_video:
        lines.append(Line(_slope(timeline.video_levels, scale), "video", "Picture buffer"))
        legend.append(("video", "picture"))
    if timeline.ahead_levels:
        lines.append(Line(_slope(timeline.ahead_levels, scale), "ahead", "Sound of the next song"))
        legend.append(("ahead", "next song's sound"))
    return Panel("Buffer level (s)", top_px, scale.bottom_px, scale.ticks(), tuple(lines), legend=tuple(legend))


def _rate_panel(timeline: Timeline, top_px: float) -> Panel:
    scale = fit_scale([p.value / 1e6 for p in (*timeline.link, *timeline.estimates)], top_px, top_px + 90)
    lines: list[Line] = []
    legend: list[tuple[str, str]] = []
    if timeline.link:
        area = f"{_steps(timeline.link, timeline.end_us, scale)}V{scale.bottom_px:g}H0Z"
        lines.append(Line(area, "link", "What the link can carry"))
        legend.append(("link", "link"))
    if timeline.estimates:
        lines.append(Line(_steps(timeline.estimates, timeline.end_us, scale), "estimate", "The player's estimate"))
        legend.append(("estimate", "player's estimate"))
    return Panel("Throughput (Mbit/s)", top_px, scale.bottom_px, scale.ticks(), tuple(lines), legend=tuple(legend))


def _rung_panel(title: str, rungs: Sequence[Rung], spans: Iterable[RungSpan], top_px: float) -> Panel:
    """One row for each rung, the best one on top."""
    rows = {rung.name: top_px + _ROW_PX * n for n, rung in enumerate(reversed(rungs))}
    kind = rungs[0].medium.value
    rates = {rung.name: rung.average_bps for rung in rungs}
    boxes = tuple(
        Box(
            span.start_us / 1000, rows[span.rung] + 2, (span.end_us - span.start_us) / 1000, _ROW_PX - 4, kind,
            f"{span.rung} ({format_rate(span.rate_bps or rates[span.rung])}), "
            f"{(span.end_us - span.start_us) / 1e6:.2f} s",
        )
        for span in spans
    )  # fmt: skip
    ticks = tuple(Tick(y_px + _ROW_PX / 2, name) for name, y_px in rows.items())
    return Panel(title, top_px, top_px + _ROW_PX * len(rungs), ticks, boxes=boxes)


def _fetch_panel(transfers: Iterable[Transfer], top_px: float, *, has_video: bool) -> Panel:
    rows = {Medium.AUDIO: top_px + (_ROW_PX if has_video else 0)}
    if has_video:
        rows[Medium.VIDEO] = top_px
    boxes = tuple(
        Box(
            t.start_us / 1000, rows[t.medium or Medium.AUDIO] + 3, (t.end_us - t.start_us) / 1000, _ROW_PX - 6,
            _fetch_kind(t), _tell_transfer(t),
        )
        for t in transfers
    )  # fmt: skip
    names = {Medium.AUDIO: "sound", Medium.VIDEO: "picture"}
    ticks = tuple(Tick(y_px + _ROW_PX / 2, names[medium]) for medium, y_px in rows.items())
    lost = (("lost", "given up or failed"),) if any(box.kind == "lost" for box in boxes) else ()
    return Panel("Fetches", top_px, top_px + _ROW_PX * len(rows), ticks, boxes=boxes, legend=lost)


def _fetch_kind(transfer: Transfer) -> str:
    if transfer.ending in (Ending.ABORTED, Ending.FAILED):
        return "lost"
    return (transfer.medium or Medium.AUDIO).value


def _tell_transfer(transfer: Transfer) -> str:
    what = " ".join(
        [transfer.part.value, transfer.rung, *([f"number {transfer.index}"] if transfer.index >= 0 else [])]
    )
    took_s = (transfer.end_us - transfer.start_us) / 1e6
    return f"{what}: {format_size(transfer.size_bytes)} in {took_s:.2f} s, {transfer.ending.value}"


# Paths


def _slope(points: Sequence[Point], scale: Scale) -> str:
    """Straight from point to point; nothing is drawn where there is nothing from one point to the next."""
    path, was_drawn = "", False
    for before, after in pairwise(points):
        is_drawn = before.value > 0 or after.value > 0
        if is_drawn:
            path += f"{'' if was_drawn else _corner('M', before, scale)}{_corner('L', after, scale)}"
        was_drawn = is_drawn
    return path


def _corner(command: str, point: Point, scale: Scale) -> str:
    return f"{command}{point.at_us / 1000:.10g},{scale.place(point.value / 1e6):g}"


def _steps(points: Sequence[Point], end_us: int, scale: Scale) -> str:
    """Each value until the next one, the last until the end."""
    first, *others = points
    path = _corner("M", first, scale)
    path += "".join(f"H{p.at_us / 1000:.10g}V{scale.place(p.value / 1e6):g}" for p in others)
    return f"{path}H{end_us / 1000:.10g}"
