"""What all threads of a package share: its plan, its place, and what is finished of it."""

from collections.abc import Sequence
from fractions import Fraction

from packager.cache import Cache, Kept
from packager.lanes import Crew
from packager.plan import PackagePlan
from packager.playlist import EncodedRung
from packager.rungfiles import RungFiles
from packager.sinks import open_sink
from packager.store import Staging


class Bench:
    """A package being made. Each rung's thread puts it into `finished`, and how far it is into `shares`, by name."""

    def __init__(self, crew: Crew, plan: PackagePlan, staging: Staging, kept_in: Cache | None) -> None:
        self.crew = crew
        self.plan = plan
        self.staging = staging
        self.cache = kept_in
        self.finished: dict[str, EncodedRung] = {}
        # Written by the thread of each rung, read by whoever draws the bar.
        names = [rung.name for rung in plan.audio_rungs] + [rung.name for rung in plan.video_rungs]
        self.shares = dict.fromkeys(names, 0.0)

    def start_replay(self, folder: str, name: str, durations: Sequence[Fraction], kept: Kept) -> None:
        """Start a thread that stores a rung that was made before."""

        def replay() -> None:
            self.finished[name] = self.open_files(folder, durations).replay(kept)
            self.shares[name] = 1.0

        self.crew.start(f"replay-{name}", replay)

    def open_files(self, folder: str, durations: Sequence[Fraction]) -> RungFiles:
        """Where the segments of a rung go that is in this folder."""
        return RungFiles(open_sink(self.staging, folder, durations, self.plan.delivery), folder, durations)
