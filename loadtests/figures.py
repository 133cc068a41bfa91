"""What listeners went through, in sums that can be added up over sessions, processes and machines."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from simulator import events as ev
from simulator.commands import Fetch, Part
from simulator.metrics import Flip, measure_session
from simulator.presentation import Medium

# A listener who taps back, or leaves, sooner than this after a tap has not waited for it: DESIGN section 5 allows 1 s.
PATIENCE_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over sessions. Waits are counted by whole milliseconds, so that percentiles survive adding up.

    `flips_overtaken`: taken back within the second that a flip may take. `segments`: appended ones by "medium rung".
    """

    sessions: int = 0
    started: int = 0
    gave_up: int = 0
    played_us: int = 0
    picture_us: int = 0
    stalled_us: int = 0
    stalls: int = 0
    freezes: int = 0
    flips_done: int = 0
    flips_lost: int = 0
    flips_overtaken: int = 0
    requests: int = 0
    failed_requests: int = 0
    aborted_requests: int = 0
    fetched_bytes: int = 0
    wasted_bytes: int = 0
    startup_ms: Counter[int] = field(default_factory=Counter)
    tap_to_picture_ms: Counter[int] = field(default_factory=Counter)
    segments: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        assert self.started <= self.sessions, "a session starts once"
        assert self.failed_requests + self.aborted_requests <= self.requests, "a request ends once"

    def __add__(self, other: "Figures") -> "Figures":
        """The figures of both together."""
        return Figures(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Figures)})

    @property
    def startup_p95_s(self) -> float | None:
        """95 % of the sessions that started did so within this; None: none did."""
        return find_percentile_s(self.startup_ms, 95)

    @property
    def tap_to_picture_p95_s(self) -> float | None:
        """95 % of the pictures that came were there within this; None: none came."""
        return find_percentile_s(self.tap_to_picture_ms, 95)

    @property
    def stall_ratio(self) -> float | None:
        """Part of the listening time in which the sound stood still; None: nobody listened."""
        return _ratio(self.stalled_us, self.played_us + self.stalled_us)

    @property
    def lost_flip_ratio(self) -> float | None:
        """Part of the flips waited for that never came; None: nobody flipped."""
        return _ratio(self.flips_lost, self.flips_done + self.flips_lost)

    @property
    def failure_ratio(self) -> float | None:
        """Part of the requests that failed; those that the player aborted did not."""
        return _ratio(self.failed_requests, self.requests)


def summarise_session(events: Sequence[ev.Event]) -> Figures:
    """The figures of one session that is over, from its events."""
    metrics = measure_session(events)
    flips_done, flips_lost, flips_overtaken = _sort_flips(metrics.flips, events[-1].at_us)
    requests, failed, aborted = _sort_requests(events)
    waits_s = [flip.tap_to_picture_s for flip in metrics.flips if flip.tap_to_picture_s is not None]
    return Figures(
        sessions=1,
        started=int(metrics.startup_s is not None),
        gave_up=int(metrics.ending == ev.GaveUp.__name__),
        played_us=round(metrics.played_s * 1e6),
        picture_us=round(metrics.video_s * 1e6),
        stalled_us=round(metrics.rebuffer_s * 1e6),
        stalls=metrics.rebuffer_count,
        freezes=metrics.frozen_count,
        flips_done=flips_done,
        flips_lost=flips_lost,
        flips_overtaken=flips_overtaken,
        requests=requests,
        failed_requests=failed,
        aborted_requests=aborted,
        fetched_bytes=metrics.fetched_bytes,
        wasted_bytes=metrics.wasted_bytes,
        startup_ms=_count_ms([] if metrics.startup_s is None else [metrics.startup_s]),
        tap_to_picture_ms=_count_ms(waits_s),
        segments=Counter(f"{e.medium.value} {e.rung}" for e in events if isinstance(e, ev.Buffered)),
    )


def write_message(figures: Figures) -> dict[str, object]:
    """The figures as plain dictionaries and numbers, for a wire or a file."""
    return {f.name: _plain(getattr(figures, f.name)) for f in fields(Figures)}


def read_message(message: Mapping[str, object]) -> Figures:
    """The figures that `write_message` wrote; names of times may have become text on the way, as in JSON."""
    values: dict[str, object] = dict(message)
    for name in ("startup_ms", "tap_to_picture_ms"):
        values[name] = Counter({int(ms): count for ms, count in _pairs(message[name])})
    values["segments"] = Counter(dict(_pairs(message["segments"])))
    return Figures(**values)  # type: ignore[arg-type]


def name_request(fetch: Fetch) -> str:
    """What a request is for, without its number in the song: `segment video 240p`."""
    if fetch.part is Part.MULTIVARIANT or fetch.medium is None:
        return "playlist master"
    return f"{fetch.part.value} {fetch.medium.value} {fetch.rung}"


def find_percentile_s(waits_ms: Mapping[int, int], percent: float) -> float | None:
    """The shortest wait that at least `percent` % of the waits do not exceed (nearest rank); None without waits."""
    rank = max(1, math.ceil(percent / 100 * sum(waits_ms.values())))
    counted = 0
    for wait_ms in sorted(waits_ms):
        counted += waits_ms[wait_ms]
        if counted >= rank:
            return wait_ms / 1000
    return None


def _sort_flips(flips: Sequence[Flip], over_at_us: int) -> tuple[int, int, int]:
    """How many flips were done, lost, and overtaken by the next tap or the end before their time was up."""
    ends_us = [*(flip.tapped_at_us for flip in flips[1:]), over_at_us]
    done = sum(flip.settled_at_us is not None for flip in flips)
    overtaken = sum(
        flip.settled_at_us is None and end_us - flip.tapped_at_us < PATIENCE_US
        for flip, end_us in zip(flips, ends_us, strict=False)
    )
    return done, len(flips) - done - overtaken, overtaken


def _sort_requests(events: Sequence[ev.Event]) -> tuple[int, int, int]:
    """How many requests there were, failed, and were aborted. Each retry is a request of its own."""
    requested = {e.request_id for e in events if isinstance(e, ev.Requested)}
    received = {e.request_id for e in events if isinstance(e, ev.Received)}
    retried = {e.request_id for e in events if isinstance(e, ev.Retried)}
    aborted = {e.request_id for e in events if isinstance(e, ev.Aborted)} - retried  # failed before it was given up
    return len(requested), len(requested - received - aborted), len(aborted)


def _count_ms(waits_s: Sequence[float]) -> Counter[int]:
    return Counter(round(wait_s * 1000) for wait_s in waits_s)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Counter) else value


def _pairs(table: object) -> list[tuple[str, int]]:
    assert isinstance(table, dict), "a counter travels as a table"
    return list(table.items())


def share_segments(figures: Figures, medium: Medium) -> dict[str, float]:
    """Which part of a medium's segments came at which rung, most frequent first."""
    prefix = f"{medium.value} "
    counts = [(name.removeprefix(prefix), n) for name, n in figures.segments.most_common() if name.startswith(prefix)]
    total = sum(count for _, count in counts)
    return {rung: count / total for rung, count in counts}
