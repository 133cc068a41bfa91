"""Encodes all rungs of a package at once: one thread for each, fed through bounded lanes, written as they go."""

from fractions import Fraction

from packager.bench import Bench
from packager.cache import Cache
from packager.lanes import Crew
from packager.loudness import Loudness
from packager.plan import PackagePlan
from packager.playlist import EncodedRung
from packager.rungs_audio import AudioEncoding
from packager.rungs_video import VideoEncoding
from packager.store import Staging


class PackageEncoding:
    """The rungs of one package. Start with `audio.add` and `video.add`, then wait for the crew."""

    def __init__(self, crew: Crew, plan: PackagePlan, staging: Staging, kept_in: Cache | None = None) -> None:
        self._bench = Bench(crew, plan, staging, kept_in)
        self.audio = AudioEncoding(self._bench)
        self.video = VideoEncoding(self._bench)

    @property
    def share(self) -> Fraction:
        """How much is done, from 0 to 1: that of the slowest rung, which decides when all are."""
        return min(self._bench.shares.values())

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
