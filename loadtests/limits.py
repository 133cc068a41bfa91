"""What a run may come to at most, and whether it kept to it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from loadtests.figures import Figures
from simulator.errors import InputError
from simulator.limits import Limit
from simulator.verdict import Judgement, describe_limit

_LIMITS = (
    Limit("startup_p95_s", 2.0, unit="s", about="from opening the song to its first sound, 95th percentile"),
    Limit("tap_to_picture_p95_s", 1.0, unit="s", about="from the tap to the first frame, 95th percentile"),
    Limit("stall_ratio", 0.005, about="part of the listening time in which the sound stood still"),
    Limit("lost_flip_ratio", 0.01, about="part of the flips that never came"),
    Limit("failure_ratio", 0.01, about="part of the requests that failed"),
)
# startup: the usual point at which viewers begin to leave (Krishnan and Sitaraman, IMC 2012); tap to picture: DESIGN
# section 5; one percent of failures is what retries hide; half a percent of stalls is 1.2 s in a song of four minutes.
DEFAULT_LIMITS: dict[str, Limit] = {limit.name: limit for limit in _LIMITS}


@dataclass(frozen=True, slots=True)
class LoadVerdict:
    """Each figure against its limit. A run in which nobody heard anything is never good."""

    judgements: tuple[Judgement, ...]
    sessions: int
    started: int

    def reasons(self) -> tuple[str, ...]:
        """Why the run falls short, one sentence each; empty when it is good."""
        broken = tuple(
            f"{j.limit.name} is {j.value:.4g}, the limit is {describe_limit(j.limit)}"
            for j in self.judgements
            if j.value is not None and not j.is_kept
        )
        silent = () if self.started else (f"of {self.sessions} sessions none started",)
        return (*silent, *broken)

    @property
    def exit_code(self) -> int:
        """0 when good, 1 when not."""
        return 1 if self.reasons() else 0


def judge(figures: Figures, limits: Mapping[str, Limit]) -> LoadVerdict:
    """Hold the figures of a run against its limits."""
    values = {
        "startup_p95_s": figures.startup_p95_s,
        "tap_to_picture_p95_s": figures.tap_to_picture_p95_s,
        "stall_ratio": figures.stall_ratio,
        "lost_flip_ratio": figures.lost_flip_ratio,
        "failure_ratio": figures.failure_ratio,
    }
    judgements = tuple(Judgement(limit, values[name]) for name, limit in limits.items())
    return LoadVerdict(judgements, figures.sessions, figures.started)


def read_limits(path: Path | None, overrides: Mapping[str, float | None]) -> dict[str, Limit]:
    """The limits of a run: the defaults, then the file's, then those given one by one (None: not given).

    Raises InputError when the file cannot be read or names something unknown.
    """
    limits = dict(DEFAULT_LIMITS) if path is None else parse_limits(_read_text(path), str(path))
    for name, value in overrides.items():
        if value is not None:
            limits[name] = limits[name].with_value(value, name)
    return limits


def parse_limits(text: str, where: str) -> dict[str, Limit]:
    """The limits that the TOML text sets, the others at their defaults; `where` names its source in messages."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"{where}: not TOML: {fault}") from fault
    limits = dict(DEFAULT_LIMITS)
    for name, value in table.items():
        if name not in limits:
            raise InputError(f"{where}: {name!r} is no limit of a load test{_hint(name)}")
        limits[name] = limits[name].with_value(value, f"{where}: {name}")
    return limits


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        raise InputError(f"{path}: cannot read the limits: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise InputError(f"{path}: not UTF-8 text, so it holds no limits; write it as TOML") from fault


def _hint(name: str) -> str:
    close = get_close_matches(name, DEFAULT_LIMITS, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(DEFAULT_LIMITS)}"
