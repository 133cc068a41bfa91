"""Our rules in Sabre's set-up, beside the figures that Sabre prints for its example.

    python -m benchmarks.compare_sabre [--shared FOLDER]

The folder holds traces/sabre_movies and reference/sabre_example.json. Prints, for each run of Sabre, how many of its
figures ours equal as printed (six decimals), and those that differ. Its rule `throughput` is ours with Sabre's
parameters (`simulator.abr.throughput.SABRE`), `bola` and `dynamic` are ours as they are.
"""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.abr.adaptation import ImpatientRule
from simulator.abr.bola import Bola
from simulator.abr.bolae import BolaE
from simulator.abr.dynamic import Dynamic
from simulator.abr.throughput import SABRE
from simulator.compat.sabre import Movie, play_movie
from simulator.compat.sabre_link import Stretch

SHARED = Path(os.environ.get("MIDNOTE_MEDIA", Path(__file__).parent.parent.parent / "shared" / "media")).parent
RULES: dict[str, ImpatientRule[Any]] = {
    "throughput": SABRE,
    "bola": Bola(),
    "bolae": BolaE(),
    "dynamic": Dynamic(throughput=SABRE),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run of Sabre's: its options and figures, and ours."""

    options: str
    theirs: dict[str, float]
    ours: dict[str, float]

    def find_differences(self) -> dict[str, tuple[float, float]]:
        """The figures that are not the same to six decimals, theirs and ours."""
        return {
            name: (value, self.ours[name]) for name, value in self.theirs.items() if round(self.ours[name], 6) != value
        }


def read_movie(path: Path) -> Movie:
    """A movie in Sabre's JSON."""
    movie = json.loads(path.read_text())
    sizes = tuple(tuple(row) for row in movie["segment_sizes_bits"])
    return Movie(movie["segment_duration_ms"], tuple(movie["bitrates_kbps"]), sizes)


def read_stretches(path: Path) -> tuple[Stretch, ...]:
    """A network in Sabre's JSON, as it stands there."""
    return tuple(
        Stretch(period["duration_ms"], period["bandwidth_kbps"], period["latency_ms"])
        for period in json.loads(path.read_text())
    )


def compare_example(shared: Path) -> list[Comparison]:
    """Every run of the reference file, played by us on the network and the movie that it names."""
    runs = json.loads((shared / "reference" / "sabre_example.json").read_text())
    return [
        Comparison(" ".join(run["args"][4:]), run["metrics"], _play(run["args"], shared / "traces")) for run in runs
    ]


def _play(arguments: Sequence[str], traces: Path) -> dict[str, float]:
    options = argparse.ArgumentParser()
    options.add_argument("-n", default="network.json")
    options.add_argument("-m", default="movie.json")
    options.add_argument("-a")
    options.add_argument("-b", type=float, default=25.0)
    options.add_argument("-noa", action="store_true")
    chosen = options.parse_args(arguments)
    movie, stretches = read_movie(_find(traces, chosen.m)), read_stretches(_find(traces, chosen.n))
    return play_movie(movie, stretches, RULES[chosen.a], chosen.b * 1000, gives_up=not chosen.noa)


def _find(traces: Path, name: str) -> Path:
    """The file of that name: the example's, else that of any folder of traces. Raises SystemExit without one."""
    found = [traces / "sabre_movies" / name, *sorted(traces.glob(f"*/{Path(name).name}"))]
    path = next((each for each in found if each.is_file()), None)
    if path is None:
        raise SystemExit(f"{name}: the reference names it, and it is nowhere below {traces}")
    return path


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder with traces and reference")
    print(f"{'Sabre':24} {'same':>7}  {'mean bitrate':>13} {'change':>10} {'rebuffer':>9}")
    for run in compare_example(parser.parse_args().shared):
        differences = run.find_differences()
        same = f"{len(run.theirs) - len(differences)}/{len(run.theirs)}"
        print(
            f"{run.options:24} {same:>7}  {run.ours['time average played bitrate']:13.6f} "
            f"{run.ours['time average bitrate change']:10.6f} {run.ours['total rebuffer']:9.6f}"
        )
        for name, (theirs, ours) in differences.items():
            print(f"    {name}: Sabre {theirs}, ours {ours:.6f}")


if __name__ == "__main__":
    main()
