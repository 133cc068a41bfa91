"""Encodes all rungs of a package at once: one thread for each, fed through bounded lanes, written as they go."""

from packager.bench import Bench
from packager.cache import Cache
from packager.lanes import Crew
from packager.loudness import Loudness
from packager.plan import PackagePlan
from packager.playlist import EncodedRung
from packager.rungs_audio import AudioEncoding
from packager.rungs_video import VideoEncoding
from packager.store import Staging

# The pixels that x264 encodes (veryfast) in the time in which a second of sound is encoded as AAC.
_PIXELS_OF_SOUND = 2_300_000.0


class PackageEncoding:
    """The rungs of one package. Start with `audio.add` and `video.add`, then wait for the crew."""

    def __init__(self, crew: Crew, plan: PackagePlan, staging: Staging, kept_in: Cache | None = None) -> None:
        self._bench = Bench(crew, plan, staging, kept_in)
        self.audio = AudioEncoding(self._bench)
        self.video = VideoEncoding(self._bench)

    @property
    def share(self) -> float:
        """How much of the work is done, from 0 to 1: rungs count by what they cost, and go at their own pace."""
        plan = self._bench.plan
        frame_rate = float(plan.grid.frame_rate or 0)
        costs = {rung.name: _PIXELS_OF_SOUND for rung in plan.audio_rungs}
        costs |= {rung.name: rung.width * rung.height * frame_rate for rung in plan.video_rungs}
        done = sum(cost * self._bench.shares[name] for name, cost in costs.items())
        return done / sum(costs.values())

    @property
    def loudness(self) -> Loudness:
        """How loud the song is in stereo. Only when all of it has been decoded."""
        loudness = self.audio_rungs[0].loudness
        assert loudness is not None
        return loudness

    @property
    def audio_rungs(self) -> tuple[EncodedRung, ...]:
        """The finished audio rungs, in the order of the plan."""
        return tuple(self._bench.finished[rung.name] for rung in self._bench.plan.audio_rungs)

    @property
    def video_rungs(self) -> tuple[EncodedRung, ...]:
        """The finished video rungs, in the order of the plan."""
        return tuple(self._bench.finished[rung.name] for rung in self._bench.plan.video_rungs)
