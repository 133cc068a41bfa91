"""What the sessions of a sweep say together: one line for each contender, with how far each figure may be trusted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.bootstrap import Figure, Interval, estimate_interval, find_mean, find_median, find_p95
from simulator.sweep_plan import Contender
from simulator.sweep_rows import SessionRow

Waits = Mapping[str, Sequence[float]]

_PARTS = ("rule", "profile", "switching")  # of a contender's name


@dataclass(frozen=True, slots=True)
class Line:
    """One contender over all its sessions. Intervals are of 95 %, by traces; None where there was nothing to measure.

    `rebuffer_ratio` is sound stopped per sound played; `wasted_bytes_per_join` is what was fetched and never seen.
    """

    contender: Contender
    sessions: int
    good: int
    joins: int
    joins_lost: int
    tap_to_picture_median_s: Interval | None
    tap_to_picture_p95_s: Interval | None
    startup_median_s: Interval | None
    rebuffer_ratio: float
    rebuffered_sessions: int
    frozen_ratio: float
    wasted_bytes_per_join: float | None
    mean_video_bps: Interval | None
    qoe_picture_linear: Interval | None
    qoe_picture_log: Interval | None
    qoe_sound_log: Interval | None
    waits_s: tuple[float, ...]

    @property
    def good_percent(self) -> float:
        """The part of its sessions that kept every limit."""
        return 100 * self.good / self.sessions


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole sweep: a line for each contender, and the traces on which most sessions fell short."""

    lines: tuple[Line, ...]
    hard_traces: tuple[tuple[str, int, int], ...]  # trace, sessions that fell short, sessions
    is_proven: bool

    @property
    def sessions(self) -> int:
        """How many sessions were played."""
        return sum(line.sessions for line in self.lines)

    @property
    def good_percent(self) -> float:
        """The part of all sessions that kept every limit."""
        return 100 * sum(line.good for line in self.lines) / self.sessions


def summarise(rows: Sequence[SessionRow], waits: Waits) -> Summary:
    """The summary of these sessions; needs at least one. `waits` holds each one's taps to pictures, in seconds."""
    assert rows, "there is something to summarise"
    groups: dict[Contender, list[SessionRow]] = {}
    for row in rows:
        groups.setdefault(Contender(row.rule, row.profile, row.switching), []).append(row)
    lines = tuple(_summarise_group(contender, group, waits) for contender, group in groups.items())
    return Summary(lines, _find_hard_traces(rows), all(row.is_proven for row in rows))


def name_line(line: Line, lines: Sequence[Line]) -> str:
    """What tells a contender from the others: of rule, profile and switching those that differ, else the rule."""
    differing = [getattr(line.contender, part) for part in _PARTS if _differs(part, lines)]
    return ", ".join(differing) or line.contender.rule


def name_shared(lines: Sequence[Line]) -> str:
    """What is alike in all contenders, as in "profile two-element, switching usual"; empty where nothing is."""
    alike = [part for part in _PARTS if lines and not _differs(part, lines)]
    return ", ".join(f"{part} {getattr(lines[0].contender, part)}" for part in alike)


def _differs(part: str, lines: Sequence[Line]) -> bool:
    return len({getattr(line.contender, part) for line in lines}) > 1


def _summarise_group(contender: Contender, rows: Sequence[SessionRow], waits: Waits) -> Line:
    waited = [(row.trace, wait_s) for row in rows for wait_s in waits.get(row.key, ())]
    joins = sum(row.joins for row in rows)
    played_s, video_s = sum(row.played_s for row in rows), sum(row.video_s + row.frozen_s for row in rows)
    return Line(
        contender=contender,
        sessions=len(rows),
        good=sum(row.is_good for row in rows),
        joins=joins,
        joins_lost=sum(row.joins_lost for row in rows),
        tap_to_picture_median_s=_estimate(waited, find_median),
        tap_to_picture_p95_s=_estimate(waited, find_p95),
        startup_median_s=_estimate(_pick(rows, "startup_s"), find_median),
        rebuffer_ratio=sum(row.rebuffer_s for row in rows) / played_s if played_s else 0.0,
        rebuffered_sessions=sum(row.rebuffer_count > 0 for row in rows),
        frozen_ratio=sum(row.frozen_s for row in rows) / video_s if video_s else 0.0,
        wasted_bytes_per_join=sum(row.wasted_bytes for row in rows) / joins if joins else None,
        mean_video_bps=_estimate([(row.trace, row.mean_video_bps) for row in rows if row.mean_video_bps], find_mean),
        qoe_picture_linear=_estimate(_pick(rows, "qoe_picture_linear"), find_mean),
        qoe_picture_log=_estimate(_pick(rows, "qoe_picture_log"), find_mean),
        qoe_sound_log=_estimate(_pick(rows, "qoe_sound_log"), find_mean),
        waits_s=tuple(sorted(wait_s for _, wait_s in waited)),
    )


def _pick(rows: Sequence[SessionRow], column: str) -> list[tuple[str, float]]:
    return [(row.trace, value) for row in rows if (value := getattr(row, column)) is not None]


def _estimate(found: Sequence[tuple[str, float]], figure: Figure) -> Interval | None:
    if not found:
        return None
    return estimate_interval([value for _, value in found], [trace for trace, _ in found], figure)


def _find_hard_traces(rows: Sequence[SessionRow], most: int = 10) -> tuple[tuple[str, int, int], ...]:
    counts: dict[str, list[int]] = {}
    for row in rows:
        count = counts.setdefault(row.trace, [0, 0])
        count[0] += not row.is_good
        count[1] += 1
    worst = sorted(counts.items(), key=lambda item: (-item[1][0] / item[1][1], item[0]))
    return tuple((trace.rpartition("/")[2], short, all_) for trace, (short, all_) in worst[:most] if short)
