"""Packaging beside the peers: time, processor time, memory, size and correctness, in one table.

    python -m benchmarks.package --quick          a minute or two
    python -m benchmarks.package [LANE...]        encode-720 encode-1080 copy copy-many memory

Each round runs every tool once, so that a busy machine is busy for all; medians are shown, and the ratio is ours to the
peer that is marked. Sources and their ladder are made once, into --cache. Peers that are not installed are left out:
Debian's ffmpeg, and what `make peers` fetches.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks import package_peers as peers
from benchmarks.package_checks import Correctness, check_package
from benchmarks.package_sources import make_encoded_ladder, make_source

LANES = ("encode-720", "encode-1080", "copy", "copy-many", "memory")
OURS = "midnote"


@dataclass(frozen=True, slots=True)
class Tool:
    """One way to do the work: its name, its command for an output folder, and the source, where not the lane's."""

    name: str
    command: Callable[[Path], list[str]]
    song: Path | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """Work that several tools do alike. `yardstick` names the one that ours is measured against.

    `folder` is where in the output folder the package is that is checked against `song`.
    """

    title: str
    tools: tuple[Tool, ...]
    yardstick: str
    song: Path
    folder: str = "."
    aim: str = "<= 1.0"


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took; `memory_mb` is the most of any process in it."""

    wall_s: float
    cpu_s: float
    memory_mb: float


def main() -> None:
    """Measure the lanes that are asked for, and print a table of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lanes", nargs="*", metavar="LANE", help=f"of {', '.join(LANES)} (default: all but memory)")
    parser.add_argument("--quick", action="store_true", help="short sources, and fewer rounds")
    parser.add_argument("--rounds", type=int, help="runs of each tool (default: 5 copying, 3 encoding, 1 memory)")
    cache = Path(tempfile.gettempdir()) / "midnote-benchmark"
    parser.add_argument("--cache", type=Path, default=cache, help=f"folder for sources (default: {cache})")
    chosen = parser.parse_args()
    if unknown := set(chosen.lanes) - set(LANES):
        parser.error(f"no lane {', '.join(sorted(unknown))}; there are {', '.join(LANES)}")
    found = peers.find_peers()
    maker = found.debian_ffmpeg or found.ffmpeg
    if maker is None:
        parser.error("no ffmpeg to make sources with: install ffmpeg, or run `make peers`")
    console = Console(highlight=False, soft_wrap=True)
    for name in chosen.lanes or LANES[:-1]:
        lane = _plan_lane(name, found, maker, chosen.cache, is_quick=chosen.quick)
        rounds = chosen.rounds or (
            1 if name == "memory" else 3 if name.startswith("encode") and not chosen.quick else 5
        )
        _measure(lane, rounds if not (chosen.quick and name.startswith("encode")) else 1, console)


def _plan_lane(name: str, found: peers.Peers, maker: str, cache: Path, *, is_quick: bool) -> Lane:
    match name:
        case "encode-720":
            return _plan_encoding(found, make_source(maker, cache, 10 if is_quick else 200, 720), 720)
        case "encode-1080":
            return _plan_encoding(found, make_source(maker, cache, 6 if is_quick else 60, 1080), 1080)
        case "copy":
            return _plan_copying(found, make_encoded_ladder(maker, cache, 20 if is_quick else 200))
        case "copy-many":
            return _plan_copying_many(found, make_encoded_ladder(maker, cache, 30), 5 if is_quick else 50)
        case _:
            short, long = (make_source(maker, cache, seconds, 1080) for seconds in ((6, 24) if is_quick else (60, 363)))
            return _plan_memory(found, short, long)


def _plan_encoding(found: peers.Peers, source: Path, height: int) -> Lane:
    tools = [Tool(OURS, lambda out: peers.encode_with_midnote(source, out))]
    for name, program in (("ffmpeg (Debian)", found.debian_ffmpeg), ("ffmpeg 8.1", found.ffmpeg)):
        if program is not None:
            tools.append(_ffmpeg_encoder(name, program, source, height))
    if (ffmpeg := found.ffmpeg) is not None:
        tools.append(_ffmpeg_encoder("ffmpeg 8.1, no PNS", ffmpeg, source, height, has_pns=False))
    return Lane(f"encode {source.stem}: 4 video and 3 audio rungs", tuple(tools), "ffmpeg 8.1", source, aim="<= 1.0")


def _ffmpeg_encoder(name: str, program: str, source: Path, height: int, *, has_pns: bool = True) -> Tool:
    return Tool(name, lambda out: peers.encode_with_ffmpeg(program, source, out, height, has_pns=has_pns), source)


def _plan_copying(found: peers.Peers, ladder: Sequence[Path]) -> Lane:
    tools = [Tool(OURS, lambda out: peers.copy_with_midnote(ladder, out)), *_copiers(found, ladder)]
    return Lane(
        f"copy {ladder[0].parent.name}: one song, start-up included", tuple(tools), "Shaka Packager", ladder[-1]
    )


def _plan_copying_many(found: peers.Peers, ladder: Sequence[Path], songs: int) -> Lane:
    tools = [Tool(OURS, lambda out: peers.copy_many_with_midnote(ladder, out, songs))]
    tools += [_repeated(tool, songs) for tool in _copiers(found, ladder)]
    title = f"copy {songs} songs of 30 s: ours in one process, the peers in a shell loop"
    return Lane(title, tuple(tools), "ffmpeg (Debian)", ladder[-1], folder="1")


def _copiers(found: peers.Peers, ladder: Sequence[Path]) -> list[Tool]:
    tools = []
    if (debian := found.debian_ffmpeg) is not None:
        tools.append(Tool("ffmpeg (Debian)", lambda out: peers.copy_with_ffmpeg(debian, ladder, out)))
    if (ffmpeg := found.ffmpeg) is not None:
        tools.append(Tool("ffmpeg 8.1", lambda out: peers.copy_with_ffmpeg(ffmpeg, ladder, out)))
    if (shaka := found.shaka) is not None:
        tools.append(Tool("Shaka Packager", lambda out: peers.copy_with_shaka(shaka, ladder, out)))
    return tools


def _repeated(tool: Tool, songs: int) -> Tool:
    return Tool(tool.name, lambda out: peers.repeat(tool.command(Path()), out, songs))


def _plan_memory(found: peers.Peers, short: Path, long: Path) -> Lane:
    tools = [
        Tool(OURS, lambda out: peers.encode_with_midnote(long, out)),
        Tool(f"{OURS}, {short.stem}", lambda out: peers.encode_with_midnote(short, out), short),
    ]
    if (ffmpeg := found.ffmpeg) is not None:
        tools.append(_ffmpeg_encoder(f"ffmpeg 8.1, {short.stem}", ffmpeg, short, 1080))
    title = f"memory: {long.stem}, <= 500 MB and no more than for a short one"
    return Lane(title, tuple(tools), f"{OURS}, {short.stem}", long, aim="memory <= 500 MB")


def _measure(lane: Lane, rounds: int, console: Console) -> None:
    """Run all tools in turn, as often as there are rounds, and print the table."""
    runs: dict[str, list[Run]] = {tool.name: [] for tool in lane.tools}
    checks: dict[str, tuple[int, Correctness]] = {}
    with tempfile.TemporaryDirectory(prefix="midnote-benchmark-") as scratch:
        turns = [(number, tool) for number in range(rounds) for tool in lane.tools]
        for number, tool in track(turns, lane.title, console=Console(stderr=True), transient=True):
            out = Path(scratch) / tool.name.replace(" ", "-")
            shutil.rmtree(out, ignore_errors=True)
            if not tool.name.startswith(OURS):
                out.mkdir()
            runs[tool.name].append(_run(tool.command(out)))
            if number == rounds - 1:
                size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
                checks[tool.name] = size, _check_apart(out / lane.folder, tool.song or lane.song)
    console.print(f"[bold]{lane.title}[/bold] ({rounds} rounds, medians; {os.cpu_count()} processors)")
    console.print(_tabulate(lane, runs, checks))
    for name, (_, found) in checks.items():
        console.print(f"  {name}: {found}")


def _check_apart(folder: Path, song: Path) -> Correctness:
    """In a process of its own: what this one has grown to would count as the peak of whatever it starts next."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(check_package, folder, song).result()


def _tabulate(lane: Lane, runs: dict[str, list[Run]], checks: dict[str, tuple[int, Correctness]]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("tool")
    for heading in ("wall s", "CPU s", "peak MB", "output MB", "wall, ours to it"):
        table.add_column(heading, justify="right")
    ours = statistics.median(run.wall_s for run in runs[OURS])
    for name, own in runs.items():
        wall_s = statistics.median(run.wall_s for run in own)
        mark = f" (aim {lane.aim})" if name == lane.yardstick else ""
        table.add_row(
            name,
            f"{wall_s:.2f}",
            f"{statistics.median(run.cpu_s for run in own):.2f}",
            f"{max(run.memory_mb for run in own):.0f}",
            f"{checks[name][0] / 1e6:.1f}",
            "" if name == OURS else f"{ours / wall_s:.2f}{mark}",
        )
    return table


def _run(command: list[str]) -> Run:
    """Run a command to its end and ask the system what it took."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed with {process.returncode}: {said.decode(errors='replace')[-800:]}")
    return Run(time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


if __name__ == "__main__":
    main()
