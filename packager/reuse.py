"""Rungs that were made before: what decides their bytes, how they go into the cache, and how they come out again.

The key of an entry is everything that its bytes depend on: the source by its content, the settings, the libraries, and
our own code. Whatever changes, an entry that was made otherwise is not found; it is never found and wrong.
"""

import hashlib
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np

from packager.cache import Cache, Kept, Recording
from packager.conform import Tally
from packager.fragment import CutSegment
from packager.loudness import Loudness
from packager.manifest import ThumbnailRecord
from packager.store import Staging
from packager.waveform import Waveform


class Shelf:
    """What the cache has of one source; with no cache, nothing. `settings` must print as all that they are."""

    def __init__(self, kept_in: Cache | None, source_sha256: str) -> None:
        self._cache = kept_in
        self._source = source_sha256

    def find(self, *settings: object) -> Kept | None:
        """What was made of the source with these settings."""
        return None if self._cache is None else self._cache.find(self._key(settings))

    def find_rung(self, name: str, *settings: object) -> Kept | None:
        """The same for a rung, which the cache then counts as used again, unless it was made in this run."""
        kept = self.find(*settings)
        if kept is not None and self._cache is not None and not self._cache.has_recorded(self._key(settings)):
            self._cache.reused.append(name)
        return kept

    def record(self, *settings: object) -> Recording | None:
        """Where to put what is now made of it; None without a cache."""
        return None if self._cache is None else self._cache.record(self._key(settings))

    def _key(self, settings: Sequence[object]) -> str:
        return hashlib.sha256(repr((self._source, _maker(), settings)).encode()).hexdigest()


class RungRecorder:
    """Keeps the segments of a rung as they are made; with no recording, does nothing."""

    def __init__(self, recording: Recording | None) -> None:
        self._recording = recording
        self._iframe_sizes: list[int] = []

    def put(self, cut: CutSegment) -> None:
        """Keep the next media segment."""
        if self._recording is not None:
            self._recording.put(cut.content)
            self._iframe_sizes.append(cut.iframe_size_bytes)

    def keep(self, init: bytes, timescale: int, loudness: Loudness | None) -> None:
        """Keep the init segment, and with it the rung."""
        if self._recording is not None:
            self._recording.put(init)
            measured = None if loudness is None else asdict(loudness)
            note = {"timescale": timescale, "iframe_sizes": self._iframe_sizes, "loudness": measured}
            self._recording.keep(note)


def read_segments(kept: Kept) -> Iterator[CutSegment]:
    """The media segments of a rung that was kept, in order."""
    iframe_sizes = kept.note["iframe_sizes"]
    assert isinstance(iframe_sizes, list)
    for size_bytes, content in zip(iframe_sizes, kept, strict=False):
        yield CutSegment(content, size_bytes)


def read_init(kept: Kept) -> tuple[bytes, int]:
    """The init segment of a rung that was kept, and its timescale."""
    *_, init = kept
    timescale = kept.note["timescale"]
    assert isinstance(timescale, int)
    return init, timescale


def read_loudness(kept: Kept) -> Loudness | None:
    """How loud a rung that was kept is; None for one of video, and of other entries."""
    loudness = kept.note.get("loudness")
    assert loudness is None or isinstance(loudness, dict)
    return None if loudness is None else Loudness(**loudness)


def keep_peak(recording: Recording | None, peak_dbtp: float | None) -> None:
    """Keep the true peak of a rung that was decoded; None of silence."""
    if recording is not None:
        recording.keep({"true_peak_dbtp": peak_dbtp})


def read_peak(kept: Kept) -> float | None:
    """The true peak of the decoded rung."""
    peak_dbtp = kept.note["true_peak_dbtp"]
    assert peak_dbtp is None or isinstance(peak_dbtp, float)
    return peak_dbtp


def keep_waveform(recording: Recording | None, waveform: Waveform) -> None:
    """Keep the outline of a song."""
    if recording is not None:
        recording.put(waveform.pairs.tobytes())
        recording.keep({"sample_rate_hz": waveform.sample_rate_hz})


def read_waveform(kept: Kept) -> Waveform:
    """The outline of the song."""
    (pairs,) = kept
    rate_hz = kept.note["sample_rate_hz"]
    assert isinstance(rate_hz, int)
    return Waveform(rate_hz, np.frombuffer(pairs, np.int8).reshape(-1, 2))


def keep_pictures(
    recording: Recording | None, staging: Staging, record: ThumbnailRecord, tally: Tally, notes: Sequence[str]
) -> None:
    """Keep the thumbnails of a video, which stand in the package, and what was found while it was decoded."""
    if recording is None:
        return
    folder = staging.folder / record.track
    files = sorted(folder.parent.iterdir())
    for file in files:
        recording.put(file.read_bytes())
    names = [str(file.relative_to(staging.folder)) for file in files]
    thumbnails = {**asdict(record), "interval": str(record.interval)}
    recording.keep({"files": names, "thumbnails": thumbnails, "tally": asdict(tally), "notes": list(notes)})


def replay_pictures(kept: Kept, staging: Staging) -> tuple[ThumbnailRecord, Tally, tuple[str, ...]]:
    """Put the thumbnails into the package; what is to be said of them and of the decoding."""
    files, thumbnails, tally, notes = (kept.note[name] for name in ("files", "thumbnails", "tally", "notes"))
    assert isinstance(files, list)
    assert isinstance(thumbnails, dict)
    assert isinstance(tally, dict)
    assert isinstance(notes, list)
    for path, content in zip(files, kept, strict=True):
        staging.write(path, content)
    record = ThumbnailRecord(**{**thumbnails, "interval": Fraction(thumbnails["interval"])})
    return record, Tally(**tally), tuple(notes)


@cache
def _maker() -> tuple[object, ...]:
    """Who makes the bytes: our code, file by file, the libraries, and the kind of processor."""
    code = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        code.update(path.read_bytes())
    return code.hexdigest(), av.__version__, sorted(av.library_versions.items()), platform.machine()
