"""Two sweeps of the same sessions side by side: what changed from the one to the other, and how sure that is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from simulator.bootstrap import Interval, estimate_interval, find_mean
from simulator.sweep_rows import SessionRow


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a session that is compared. `is_more_better`; `unit` is what its values are counted in."""

    name: str
    unit: str
    is_more_better: bool
    read: Callable[[SessionRow], float | None]


FIGURES: tuple[Figure, ...] = (
    Figure("sessions that kept every limit", "%", True, lambda row: 100.0 * row.is_good),
    Figure("tap to picture, mean of a session", "s", False, lambda row: row.tap_to_picture_mean_s),
    Figure("flips lost", "per session", False, lambda row: row.joins_lost),
    Figure("startup", "s", False, lambda row: row.startup_s),
    Figure("sound stopped", "s", False, lambda row: row.rebuffer_s),
    Figure("picture frozen", "s", False, lambda row: row.frozen_s),
    Figure("picture rate", "kbit/s", True, lambda row: row.mean_video_bps / 1000 if row.mean_video_bps else None),
    Figure("sound rate", "kbit/s", True, lambda row: row.mean_audio_bps / 1000),
    Figure("picture QoE, linear", "", True, lambda row: row.qoe_picture_linear),
    Figure("sound QoE, log", "", True, lambda row: row.qoe_sound_log),
    Figure("fetched and never seen", "MB", False, lambda row: row.wasted_bytes / 1e6),
)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure before and after, means over the sessions that have it in both, and the mean of what changed."""

    figure: Figure
    pairs: int
    before: float
    after: float
    difference: Interval

    @property
    def is_certain(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.difference.low > 0 or self.difference.high < 0

    @property
    def is_worse(self) -> bool:
        """Whether it certainly got worse."""
        return self.is_certain and (self.difference.value > 0) != self.figure.is_more_better


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two sweeps; sessions that only one of them has are counted and left out."""

    changes: tuple[Change, ...]
    pairs: int
    only_before: int
    only_after: int

    @property
    def is_worse(self) -> bool:
        """Whether any figure certainly got worse."""
        return any(change.is_worse for change in self.changes)


def judge_change(change: Change) -> str:
    """In a word: `same`, `not certain`, `better` or `worse`."""
    if not change.is_certain:
        return "same" if change.difference.low == change.difference.high == 0 else "not certain"
    return "worse" if change.is_worse else "better"


def compare_sweeps(before: Sequence[SessionRow], after: Sequence[SessionRow]) -> Comparison:
    """What changed for the same package, trace, listener, rule, profile and switching.

    Packages and traces go by the last part of their names, so that two versions of a package can be compared.
    """
    first, second = _index(before), _index(after)
    pairs = [(first[key], second[key]) for key in first if key in second]
    changes = tuple(change for figure in FIGURES if (change := _measure(figure, pairs)) is not None)
    return Comparison(changes, len(pairs), len(first) - len(pairs), len(second) - len(pairs))


def _index(rows: Sequence[SessionRow]) -> Mapping[tuple[str, ...], SessionRow]:
    return {
        (_last_part(row.package), _last_part(row.trace), row.rule, row.profile, row.switching, row.listener): row
        for row in rows
    }


def _last_part(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def _measure(figure: Figure, pairs: Sequence[tuple[SessionRow, SessionRow]]) -> Change | None:
    found = [
        (one.trace, before, after)
        for one, other in pairs
        if (before := figure.read(one)) is not None and (after := figure.read(other)) is not None
    ]
    if not found:
        return None
    differences = [after - before for _, before, after in found]
    interval = estimate_interval(differences, [trace for trace, _, _ in found], find_mean)
    return Change(
        figure,
        len(found),
        sum(before for _, before, _ in found) / len(found),
        sum(after for _, _, after in found) / len(found),
        interval,
    )
