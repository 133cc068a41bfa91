"""Plays the jobs of a sweep on all cores, a bounded number of them at a time."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

from simulator.commands import Fetch, Part
from simulator.drivers.virtual import play_virtually
from simulator.metrics import measure_session
from simulator.package_folder import PackageFolder
from simulator.presentation import Presentation, Resource
from simulator.qoe import measure_qoe
from simulator.rule_file import reload_rules
from simulator.session import Session
from simulator.sweep_plan import Job
from simulator.sweep_rows import Result, make_result
from simulator.trace import Trace
from simulator.trace_files import read_shape
from simulator.verdict import Proof, judge

MASTER = "master.m3u8"

# Sessions that a process gets at once (each some milliseconds), and how many such lots wait for each process:
# enough that none stands idle, few enough that memory does not grow with the sweep.
_LOT = 8
_LOTS_AHEAD = 3


def play_jobs(jobs: Iterable[Job], processes: int, *, is_proven: bool) -> Iterator[tuple[Result, ...]]:
    """Results, a lot at a time, in the order of the jobs. One process plays them right here.

    Raises BrokenPackageError when a package is not what its playlists say.
    """
    lots = _cut_lots(jobs)
    if processes == 1:
        yield from (play_lot(lot, is_proven) for lot in lots)
        return
    # Spawned, not forked: the progress bar has a thread, and a fork would copy its locks as they happen to be.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=_leave_interrupts_to_parent) as pool:
        waiting: deque[Future[tuple[Result, ...]]] = deque()
        try:
            for lot in lots:
                waiting.append(pool.submit(play_lot, lot, is_proven))
                if len(waiting) >= processes * _LOTS_AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def count_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def play_lot(jobs: tuple[Job, ...], is_proven: bool) -> tuple[Result, ...]:
    """The results of these jobs."""
    return tuple(_play(job, is_proven=is_proven) for job in jobs)


def _play(job: Job, *, is_proven: bool) -> Result:
    folder, presentation = _open_package(job.package)
    scenario = replace(job.scenario, link=_read_trace(job.trace), config=reload_rules(job.scenario.config))
    session = play_virtually(folder, MASTER, scenario, keep_bodies=is_proven)
    metrics = measure_session(session.events)
    proof = _prove(session, folder) if is_proven else None
    qoe = measure_qoe(session.events, metrics, presentation)
    return make_result(job, metrics, qoe, judge(metrics, proof, scenario), is_proven=is_proven)


def _prove(session: Session, folder: PackageFolder) -> Proof:
    """The proof of a session. What decodes is only imported for it: that took half of a process' start."""
    from simulator.prove import prove_session

    return prove_session(session, folder)


@lru_cache(maxsize=64)
def _open_package(path: str) -> tuple[PackageFolder, Presentation]:
    folder = PackageFolder(Path(path))
    presentation = folder.parse(Fetch(0, Resource(MASTER), Part.MULTIVARIANT))
    assert isinstance(presentation, Presentation), "a multivariant fetch gives a presentation"
    return folder, presentation


@lru_cache(maxsize=512)
def _read_trace(name: str) -> Trace | None:
    return read_shape(name)


def _cut_lots(jobs: Iterable[Job]) -> Iterator[tuple[Job, ...]]:
    jobs = iter(jobs)
    while lot := tuple(islice(jobs, _LOT)):
        yield lot


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
