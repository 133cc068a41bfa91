"""How long a virtual session takes: a 4 minute song with six flips over a 3G-like link.

    python -m benchmarks.virtual_session [PACKAGE]

Without a package, one of the right sizes with nothing in it is made. Prints the median of the runs; the aim of issue 2
is below 20 ms. Compare ratios within one run only: machines differ, and are busy.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.hollow import write_hollow_package
from simulator.drivers.virtual import play_virtually
from simulator.package_folder import PackageFolder
from simulator.play import plan_taps
from simulator.scenario import Scenario
from simulator.trace import SHAPES

RUNS = 30
TAPS_S = [7.3, 31.1, 58.7, 101.9, 150.01, 200.5]


def main() -> None:
    """Time sessions and print their median."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="?", type=Path, help="a package folder; made when left out")
    chosen = parser.parse_args().package
    with tempfile.TemporaryDirectory() as scratch:
        folder = PackageFolder(chosen or write_hollow_package(Path(scratch) / "package", segments=63))
        scenario = Scenario("benchmark", plan_taps(TAPS_S), SHAPES["3g"])
        spent_ms = [_time_session(folder, scenario) for _ in range(RUNS)]
    print(f"{RUNS} sessions: median {statistics.median(spent_ms):.1f} ms, fastest {min(spent_ms):.1f} ms")


def _time_session(folder: PackageFolder, scenario: Scenario) -> float:
    began = time.process_time()
    play_virtually(folder, "master.m3u8", scenario, keep_bodies=False)
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    main()
