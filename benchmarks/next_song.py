"""What fetching the next song ahead is worth: waits after a skip, gaps at the end, rebuffers, bytes for nothing.

    python -m benchmarks.next_song [--listeners 40]

Seeded listeners play two songs of 61 s in virtual time, with the sound alone or with the picture on from 2 s on; half
of them skip the first song at a random instant. Printed for each network and policy (`[switching] next_song` and
`next_goal_ms`) is what came of it; the defaults in `simulator.profile` rest on this.
"""

import argparse
import random
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hollow import write_hollow_package
from simulator.controls import Skip
from simulator.drivers.virtual import play_virtually
from simulator.metrics import Metrics
from simulator.package_shelf import PackageShelf
from simulator.presentation import Medium
from simulator.profile import PlayerConfig
from simulator.scenario import Scenario, Tap
from simulator.session import SongAddress
from simulator.song_metrics import measure_play
from simulator.trace_files import read_shape
from simulator.verdict import find_percentile

NETWORKS = ("3g", "lte:{seed}", "3g-commute:{seed}")
S = 1_000_000
FOLLOW = (SongAddress("next", "song-2/master.m3u8"),)


@dataclass(frozen=True, slots=True)
class Policy:
    """When the next song's beginning is fetched, and how much of it."""

    next_song: str
    goal_s: int


POLICIES = (Policy("cold", 8), Policy("end", 8), *(Policy("early", goal_s) for goal_s in (2, 4, 8, 16)))


def main() -> None:
    """Play, and print a line for each network and policy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listeners", type=int, default=40)
    listeners = parser.parse_args().listeners
    print("network              policy        skip p50    p95   gap mean    max  rebuffers   for nothing")
    with tempfile.TemporaryDirectory() as scratch:
        package = write_hollow_package(Path(scratch) / "package")
        shelf = PackageShelf(package, {"song-2": package})
        for network in NETWORKS:
            for is_watching in (False, True):
                for policy in POLICIES:
                    played = tuple(_play_all(shelf, network, policy, listeners, is_watching=is_watching))
                    name, mode = network.partition(":")[0], "picture" if is_watching else "sound"
                    print(f"{name:11} {mode:8} {policy.next_song:5} {policy.goal_s:2} s {_tell(played)}")


def _play_all(
    shelf: PackageShelf, network: str, policy: Policy, listeners: int, *, is_watching: bool
) -> Iterator[Metrics]:
    config = PlayerConfig(next_song=policy.next_song, next_goal_us=policy.goal_s * S)
    for seed in range(listeners):
        chance = random.Random(seed)
        skips = (Skip(chance.randrange(3 * S, 58 * S)),) if chance.random() < 0.5 else ()
        taps = (Tap(2 * S, Medium.VIDEO),) if is_watching else ()
        link = read_shape(network.format(seed=seed))
        scenario = Scenario("listener", taps, link, config=config, controls=skips, next_songs=("next",))
        session = play_virtually(shelf, "master.m3u8", scenario, keep_bodies=False, next_songs=FOLLOW)
        yield measure_play(session)


def _tell(played: Sequence[Metrics]) -> str:
    songs = [song for metrics in played for song in metrics.songs]
    skips_s = [song.skip_to_sound_us / 1e6 for song in songs if song.skip_to_sound_us is not None]
    gaps_s = [song.gap_us / 1e6 for song in songs if song.gap_us is not None]
    rebuffers, rebuffer_s = sum(m.rebuffer_count for m in played), sum(m.rebuffer_s for m in played)
    wasted_kb = statistics.mean(m.wasted_bytes for m in played) / 1000
    return (
        f"{statistics.median(skips_s):8.2f} s {find_percentile(skips_s, 95):4.2f} s {statistics.mean(gaps_s):8.3f} s "
        f"{max(gaps_s):4.2f} s {rebuffers:2} x {rebuffer_s:4.1f} s {wasted_kb:9.0f} kB"
    )


if __name__ == "__main__":
    main()
