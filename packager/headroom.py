"""Makes sure of the peaks that listeners get: no rung of a song that is normalized exceeds -1 dBTP once it is decoded.

A lossy encoder adds noise and takes partials away, and both can raise a peak. How much nobody can tell beforehand. So
the sound is encoded on trial, decoded and measured, and the gain is lowered until it holds. What the last trial has
made is in the cache then, and the package is made of it.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from packager.bench import Bench
from packager.cache import Cache
from packager.delivery import IN_FOLDERS
from packager.lanes import Crew
from packager.loudness import Gain, lower_gain
from packager.plan import PackagePlan
from packager.rungs_audio import AudioEncoding
from packager.sources import Source
from packager.store import NoStaging
from packager.watching import Watcher


def settle_gain(plan: PackagePlan, path: Path, song: Source, kept_in: Cache | None, watcher: Watcher) -> PackagePlan:
    """The plan with a gain at which every rung of the song has been decoded, and did not exceed -1 dBTP."""
    if not plan.needs_rehearsal:
        return plan

    def decode(gain: Gain) -> Mapping[str, float | None]:
        return _decode_rungs(plan.with_gain(gain), path, song, kept_in, watcher)

    return plan.with_gain(lower_gain(plan.gain, decode))


def _decode_rungs(
    plan: PackagePlan, path: Path, song: Source, kept_in: Cache | None, watcher: Watcher
) -> Mapping[str, float | None]:
    """The true peak of each audio rung of this plan, by name."""
    assert song.audio is not None, "the plan has seen to it"
    sound_alone = replace(plan, video_rungs=(), delivery=IN_FOLDERS)
    try:
        with Crew() as crew:
            bench = Bench(crew, sound_alone, NoStaging(), kept_in)
            rehearsal = AudioEncoding(bench, is_rehearsal=True)
            rehearsal.add(path, song.audio, song.sha256)
            crew.wait(lambda: watcher.tell("Measuring the decoded sound", min(bench.shares.values())))
    finally:
        if kept_in is not None:
            kept_in.settle()
    return rehearsal.peaks
