"""Our buffer-based rule in Pensieve's set-up, beside the rewards that Pensieve's own gives; and RobustMPC beside both.

    python -m benchmarks.compare_pensieve [--shared FOLDER]

The folder holds traces/pensieve_norway_test and reference/pensieve. Prints the mean rewards over the traces of the
reference and the largest difference on any of them.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.compare_sabre import SHARED
from simulator.abr import BufferBased, RobustMpc, Rule
from simulator.compat.pensieve import BITRATES_BPS, Chunk, play_chunks, score_chunks
from simulator.trace_formats.pensieve import read_pensieve_rows

CHUNKS = 48


@dataclass(frozen=True, slots=True)
class Result:
    """A session on one trace, in the reference's figures."""

    mean_reward: float
    total_rebuf_s: float
    mean_bitrate: float


def read_reference(shared: Path) -> dict[str, Result]:
    """Pensieve's buffer-based results by trace."""
    stored = json.loads((shared / "reference" / "pensieve" / "bb_per_trace.json").read_text())
    return {name: Result(**rules["bb"]) for name, rules in stored.items()}


def play_trace(shared: Path, name: str, rule: Rule[Any]) -> Result:
    """Pensieve's video over that trace under a rule of ours."""
    text = (shared / "traces" / "pensieve_norway_test" / name).read_text()
    rows = [(float(at_s), float(mbps)) for at_s, mbps in read_pensieve_rows(text, name)]
    return _sum_up(play_chunks(rows, read_sizes(shared), rule))


def read_sizes(shared: Path) -> list[tuple[int, ...]]:
    """Bytes of each chunk, a row of rungs each."""
    folder = shared / "reference" / "pensieve" / "video_sizes"
    rungs = [(folder / f"video_size_{rung}").read_text().split() for rung in range(len(BITRATES_BPS))]
    return [tuple(int(size) for size in row) for row in zip(*rungs, strict=True)][:CHUNKS]


def _sum_up(chunks: tuple[Chunk, ...]) -> Result:
    mean_kbps = sum(BITRATES_BPS[chunk.rung] for chunk in chunks) / len(chunks) / 1000
    return Result(score_chunks(chunks), sum(chunk.rebuffer_s for chunk in chunks), mean_kbps)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder with traces and reference")
    shared = parser.parse_args().shared
    reference = read_reference(shared)
    ours = {name: play_trace(shared, name, BufferBased()) for name in reference}
    plans = [play_trace(shared, name, RobustMpc()) for name in reference]
    worst = max(abs(ours[name].mean_reward - theirs.mean_reward) for name, theirs in reference.items())
    print(f"{len(reference)} traces                mean reward   rebuffering  mean bitrate")
    _print_row("Pensieve, buffer-based", list(reference.values()))
    _print_row("ours, buffer-based", list(ours.values()))
    _print_row("ours, RobustMPC", plans)
    print(f"largest difference of a reward: {worst:.1e}")


def _print_row(name: str, results: list[Result]) -> None:
    count = len(results)
    reward = sum(result.mean_reward for result in results) / count
    rebuffered_s = sum(result.total_rebuf_s for result in results) / count
    kbps = sum(result.mean_bitrate for result in results) / count
    print(f"{name:24} {reward:12.9f} {rebuffered_s:11.6f} s {kbps:8.1f} kbit/s")


if __name__ == "__main__":
    main()
