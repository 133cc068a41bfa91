"""How many virtual sessions one core plays in a second of its time.

    python -m benchmarks.simulate [--rule bola] [--sessions 20]

Each session plays a song and its video of 200 segments to the end (some 400 fetches) over a 4G-like link, with the
picture on from the start and no journal. Packages are of the right sizes with nothing in them. For comparison: Sabre's
sessions of 199 fetches were counted at 22 to 34 in a second of processor time on a machine like ours.
The compiled core is measured by `make compiled`, then PYTHONPATH=build/compiled:. python -P -m benchmarks.simulate
"""

import argparse
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.hollow import write_hollow_package
from simulator import events as ev
from simulator import player
from simulator.drivers.virtual import play_virtually
from simulator.package_folder import PackageFolder
from simulator.presentation import Medium
from simulator.profile import PlayerConfig
from simulator.scenario import Scenario
from simulator.trace import SHAPES

SEGMENTS = 200
SABRE_FETCHES = (22 * 199, 34 * 199)  # of Sabre in a second of processor time: its slowest and its fastest


def main() -> None:
    """Time sessions and print how many go into a second."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rule", default="bola", help="adaptation rule of both media (default: bola)")
    parser.add_argument("--sessions", type=int, default=20, help="sessions to play (default: 20)")
    chosen = parser.parse_args()
    config = replace(PlayerConfig(), abr=chosen.rule, audio_abr=chosen.rule)
    scenario = Scenario("benchmark", (), SHAPES["4g"], start=Medium.VIDEO, config=config)
    with tempfile.TemporaryDirectory() as scratch:
        folder = PackageFolder(write_hollow_package(Path(scratch) / "package", SEGMENTS))
        fetches = count_fetches(folder, scenario)
        spent_s = [time_session(folder, scenario) for _ in range(chosen.sessions)]
    rate = 1 / statistics.median(spent_s)
    print(f"{chosen.rule}: {rate:.0f} sessions of {fetches} fetches in a second of processor time (median)")
    slow, fast = (rate * fetches / sabre for sabre in SABRE_FETCHES)
    print(f"{describe_core()} core; {fast:.1f} to {slow:.1f} times the fetches of Sabre")


def describe_core() -> str:
    """Which core was measured: the sources, or what mypyc made of them."""
    return "plain" if str(player.__file__).endswith(".py") else "compiled"


def count_fetches(folder: PackageFolder, scenario: Scenario) -> int:
    """Requests of one session; playing it once also warms the folder."""
    session = play_virtually(folder, "master.m3u8", scenario, keep_bodies=False)
    return sum(isinstance(event, ev.Requested) for event in session.events)


def time_session(folder: PackageFolder, scenario: Scenario) -> float:
    """Seconds of processor time that one session takes."""
    began = time.process_time()
    play_virtually(folder, "master.m3u8", scenario, keep_bodies=False)
    return time.process_time() - began


if __name__ == "__main__":
    main()
