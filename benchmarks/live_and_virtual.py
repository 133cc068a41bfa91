"""Live sessions over real HTTP beside what virtual time predicts for the same scenario.

    python -m benchmarks.live_and_virtual PACKAGE [--scenario FILE] [--sessions 20]

Every live session has an origin and a link of its own, all run at once, and each begins 0.7 s of the trace later than
the one before. The virtual sessions begin where the live ones do. Printed are the means and medians of both and whether
they agree: mean bitrate of the picture within 5 %, medians of startup and of tap to picture within 100 ms.
Exit code 1 when they do not. A busy machine makes live sessions late: read it on a quiet one.
"""

import argparse
import asyncio
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simulator.drivers.virtual import play_virtually
from simulator.metrics import Metrics, measure_session
from simulator.package_folder import PackageFolder
from simulator.play import MASTER, measure_duration_us, plan_taps, play_folder_live
from simulator.scenario import Scenario
from simulator.scenario_file import read_scenario
from simulator.trace import SHAPES, Period, Trace

LENGTH_S = 60
STAGGER_US = 700_000  # of the trace, from session to session, so that they do not all meet the same dip

OPENING_S = 0.4  # of the clock, between the openings of two live sessions


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a session, how sessions are summed up, and how far live may lie from virtual."""

    name: str
    read: Callable[[Metrics], Sequence[float]]
    sum_up: Callable[[Sequence[float]], float]
    tolerance: Callable[[float], float]


FIGURES = (
    Figure("mean picture bitrate, kbit/s", lambda m: [m.mean_video_bps / 1000], statistics.mean, lambda v: 0.05 * v),
    Figure("mean sound bitrate, kbit/s", lambda m: [m.mean_audio_bps / 1000], statistics.mean, lambda v: 0.05 * v),
    Figure("median startup, s", lambda m: [m.startup_s or 0.0], statistics.median, lambda _: 0.1),
    Figure(
        "median tap to picture, s",
        lambda m: [wait for flip in m.flips if (wait := flip.tap_to_picture_s) is not None],
        statistics.median,
        lambda _: 0.1,
    ),
)


def main() -> None:
    """Play both, print both, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--scenario", type=Path, help="default: four flips within 60 s over a 4G-like link")
    parser.add_argument("--sessions", type=int, default=20)
    chosen = parser.parse_args()
    scenarios = plan_scenarios(chosen.package, chosen.scenario, chosen.sessions)
    folder = PackageFolder(chosen.package)
    virtual = [measure_session(play_virtually(folder, MASTER, each, keep_bodies=False).events) for each in scenarios]
    live = asyncio.run(play_all(chosen.package, scenarios))
    sys.exit(0 if print_figures(virtual, live) else 1)


def plan_scenarios(package: Path, path: Path | None, sessions: int) -> list[Scenario]:
    """One scenario for each session: the same listener, the link a little later each time."""
    if path is not None:
        base = read_scenario(path)
    else:
        length_s = min(LENGTH_S, measure_duration_us(str(package)) / 1e6)
        taps = plan_taps([part * length_s for part in (0.13, 0.37, 0.59, 0.83)])
        base = Scenario("live", taps, SHAPES["4g"], leaves_at_us=LENGTH_S * 1_000_000)
    link = base.link or SHAPES["4g"]
    return [replace(base, link=start_later(link, number * STAGGER_US)) for number in range(sessions)]


def start_later(trace: Trace, by_us: int) -> Trace:
    """The trace as it is from `by_us` on; what was before that comes at its end."""
    periods = list(trace.periods)
    by_us %= sum(period.duration_us for period in periods)
    before: list[Period] = []
    while by_us >= periods[0].duration_us:
        by_us -= periods[0].duration_us
        before.append(periods.pop(0))
    if by_us:
        before.append(replace(periods[0], duration_us=by_us))
        periods[0] = replace(periods[0], duration_us=periods[0].duration_us - by_us)
    return Trace(trace.name, (*periods, *before))


async def play_all(package: Path, scenarios: Sequence[Scenario]) -> list[Metrics]:
    """All sessions over real HTTP, one opened after the other: twenty that open at once wait for one core."""

    async def play_one(number: int, scenario: Scenario) -> Metrics:
        await asyncio.sleep(number * OPENING_S)
        return measure_session((await play_folder_live(package, scenario)).events)

    return await asyncio.gather(*(play_one(*each) for each in enumerate(scenarios)))


def print_figures(virtual: Sequence[Metrics], live: Sequence[Metrics]) -> bool:
    """Whether all figures agree."""
    print(f"{len(live)} live sessions beside {len(virtual)} virtual ones")
    print(f"{'':32}{'virtual':>10}{'live':>10}{'apart':>10}{'allowed':>10}")
    is_close = True
    for figure in FIGURES:
        one, other = (figure.sum_up([v for each in side for v in figure.read(each)]) for side in (virtual, live))
        allowed = figure.tolerance(one)
        is_close &= abs(other - one) <= allowed
        print(f"{figure.name:32}{one:10.3f}{other:10.3f}{other - one:+10.3f}{allowed:10.3f}")
    return is_close


if __name__ == "__main__":
    main()
