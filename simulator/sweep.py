"""Plays a sweep from its command line to its summary: many sessions in virtual time, kept in a file as they come."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import product
from pathlib import Path

from simulator.errors import InputError
from simulator.package_folder import PackageFolder
from simulator.play import MASTER, measure_duration_us
from simulator.profile import PlayerConfig
from simulator.rule_file import find_rule_file, is_rule_file, load_rule, refuse_namesakes
from simulator.scenario import Scenario
from simulator.scenario_file import read_scenario
from simulator.sweep_plan import USUAL_SWITCHING, Contender, Course, Job, digest_trace, make_listeners, plan_jobs
from simulator.sweep_rows import Result
from simulator.sweep_run import play_jobs
from simulator.sweep_store import SweepStore, open_store
from simulator.sweep_summary import Summary, summarise
from simulator.trace_files import read_shape

# Results are put on disk this often: a killed sweep loses no more.
_KEEP_EVERY_S = 1.0

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is to be played. `listeners` are made from seeds unless `scenarios` are given."""

    packages: tuple[Path, ...]
    traces: tuple[str, ...]
    contenders: tuple[Contender, ...]
    scenarios: tuple[Path, ...] = ()
    listeners: int = 10
    taps: int = 4
    seed: int = 1
    is_proven: bool = False

    def __post_init__(self) -> None:
        for contender in self.contenders:
            contender.set_up(PlayerConfig())
        if min(self.listeners, self.taps) < 1:
            raise InputError(f"sweep: {self.listeners} listeners with {self.taps} taps: there must be one of each")


@dataclass(frozen=True, slots=True)
class SweepOutcome:
    """What came of a sweep: of `planned` sessions `known` were there before; `summary` is of all that are there now."""

    planned: int
    known: int
    summary: Summary | None
    was_interrupted: bool

    def exit_code(self, at_least_percent: float) -> int:
        """0 when all was played and so many sessions kept every limit, else 1."""
        if self.summary is None or self.was_interrupted:
            return 1
        return 0 if self.summary.good_percent >= at_least_percent else 1


def make_contenders(
    rules: Sequence[str], profiles: Sequence[str], policies: Sequence[str] = (USUAL_SWITCHING,)
) -> tuple[Contender, ...]:
    """Every rule with every profile and policy of switching; a rule may be a file, which is run once to check it.

    Raises InputError when a file holds no rule, or when two have the same name.
    """
    own = {rule: replace(load_rule(find_rule_file(rule)), make=None) for rule in rules if is_rule_file(rule)}
    refuse_namesakes(tuple(own.values()))
    return tuple(
        Contender(own[rule].name, profile, policy, (own[rule],)) if rule in own else Contender(rule, profile, policy)
        for rule, profile, policy in product(rules, profiles, policies)
    )


def run_sweep(sweep: Sweep, out: Path, processes: int, tell: Progress) -> SweepOutcome:
    """Play what `out` does not hold yet, and sum up all of the sweep; `tell` is told of how many of how many are there.

    Ctrl-C ends it early; what was played by then is kept.
    Raises InputError for packages, traces, scenarios or an `out` that cannot be used.
    """
    jobs = tuple(plan_sweep(sweep))
    keys = frozenset(job.key for job in jobs)
    with open_store(out) as store:
        known = keys & store.find_known()
        missing = [job for job in jobs if job.key not in known]
        was_interrupted = _play(missing, store, processes, tell, len(jobs), is_proven=sweep.is_proven)
        rows = store.read_sessions(keys)
        summary = summarise(rows, store.read_waits(keys)) if rows else None
    return SweepOutcome(len(jobs), len(known), summary, was_interrupted)


def plan_sweep(sweep: Sweep) -> Iterator[Job]:
    """The jobs, package by package: listeners tap within their song."""
    traces = [_digest_shape(name) for name in sweep.traces]
    written = [_read_single(path) for path in sweep.scenarios]
    for path in sweep.packages:
        package = Course(str(path), digest_package(path))
        listeners = written or make_listeners(sweep.listeners, sweep.taps, measure_duration_us(str(path)), sweep.seed)
        yield from plan_jobs([package], traces, sweep.contenders, listeners, is_proven=sweep.is_proven)


def find_traces(names: Sequence[str]) -> tuple[str, ...]:
    """The traces meant by these names: shapes, models, files, and all files below folders, in order.

    Raises InputError when a folder holds none.
    """
    found: list[str] = []
    for name in names:
        path = Path(name)
        if not path.is_dir():
            found.append(name)
            continue
        inside = sorted(str(file) for file in path.rglob("*") if _may_be_trace(file))
        if not inside:
            raise InputError(f"{path}: holds no trace files; name a folder of traces, or a file")
        found += inside
    return tuple(dict.fromkeys(found))


def _read_single(path: Path) -> Scenario:
    """The scenario in a file. Raises InputError when it has several songs: a sweep compares packages, one at a time."""
    scenario = read_scenario(path)
    if scenario.next_songs:
        raise InputError(f"{path}: a sweep plays one song at a time; leave [[next]] out, or use midnote play")
    return scenario


def digest_package(path: Path) -> str:
    """What a package is, wherever it stands: its playlists, and the sizes of all its files."""
    folder = PackageFolder(path)
    if not (path / MASTER).is_file():
        raise InputError(f"{path}: has no {MASTER}; name a package folder")
    digest = sha256()
    for file in sorted(each for each in folder.root.rglob("*") if each.is_file()):
        digest.update(f"{file.relative_to(path)}:{file.stat().st_size}\n".encode())
        if file.suffix == ".m3u8":
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _may_be_trace(file: Path) -> bool:
    return file.is_file() and not file.name.startswith(".") and file.suffix not in {".md", ".toml"}


def _digest_shape(name: str) -> Course:
    trace = read_shape(name)
    return Course(name, digest_trace(trace) if trace else "unshaped")


def _play(
    jobs: Sequence[Job], store: SweepStore, processes: int, tell: Progress, planned: int, *, is_proven: bool
) -> bool:
    """Whether it was interrupted."""
    done = planned - len(jobs)
    tell(done, planned)
    lots = play_jobs(jobs, processes, is_proven=is_proven)
    try:
        for batch in _gather(lots):
            store.add(batch)
            done += len(batch)
            tell(done, planned)
    except KeyboardInterrupt:
        return True
    return False


def _gather(lots: Iterable[Sequence[Result]]) -> Iterator[tuple[Result, ...]]:
    """The results of some time together: a transaction for each lot would wait for the disk each time."""
    gathered: list[Result] = []
    since_s = time.monotonic()
    for lot in lots:
        gathered += lot
        if time.monotonic() - since_s >= _KEEP_EVERY_S:
            yield tuple(gathered)
            gathered, since_s = [], time.monotonic()
    if gathered:
        yield tuple(gathered)
