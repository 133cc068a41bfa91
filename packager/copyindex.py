"""What package.json says of a package whose streams were copied, not encoded."""

from dataclasses import dataclass

from packager.manifest import DeliveryRecord, GridRecord, LyricsRecord, StoredFile
from packager.song import NOTHING_SAID, Song
from packager.timemap import TimeMap


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file that was copied from."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CopiedVideoRung:
    """One video rung: from which file, and its measured rates (its own, sound not included).

    Only the rungs of the first codec have a playlist of their I-frames.
    """

    name: str
    source: str
    playlist: str
    iframe_playlist: str | None
    codec: str
    width: int
    height: int
    peak_bps: int
    average_bps: int
    audio_rung: str


@dataclass(frozen=True, slots=True)
class CopiedAudioRung:
    """One audio rung: from which file, and its measured rates."""

    name: str
    source: str
    playlist: str
    codec: str
    channels: int
    sample_rate_hz: int
    peak_bps: int
    average_bps: int


@dataclass(frozen=True, slots=True)
class CopyIndex:
    """All of the package.json of a copied package: no loudness and no thumbnails, which would need decoding."""

    title: str
    sources: tuple[CopiedFile, ...]
    grid: GridRecord
    video_rungs: tuple[CopiedVideoRung, ...]
    audio_rungs: tuple[CopiedAudioRung, ...]
    priming_samples: int
    time_map: TimeMap | None
    notes: tuple[str, ...]
    files: tuple[StoredFile, ...]
    delivery: DeliveryRecord
    lyrics: tuple[LyricsRecord, ...] = ()
    song: Song = NOTHING_SAID

    def __post_init__(self) -> None:
        assert self.audio_rungs
        assert bool(self.video_rungs) == (self.time_map is not None)
