"""package.json: what a package is made of, from what, and why so. For people and programs; players do not need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from fractions import Fraction

from packager.loudness import Loudness
from packager.song import NOTHING_SAID, Song
from packager.sources import Source
from packager.timemap import TimeMap
from packager.timing import print_instant

FILE_NAME = "package.json"
TIME_MAP_NAME = "timemap.json"
SCHEMA_VERSION = 1
# How our own packages are known again: nothing else is ever replaced.
MAKER = "midnote"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the package; `path` is relative to its folder."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LadderRecord:
    """The ladder that was asked for: by name or file, and what it says of itself."""

    name: str
    about: str


@dataclass(frozen=True, slots=True)
class GridRecord:
    """Where every rung is cut: boundaries in frames and in AAC frames, and the sentence that says why there."""

    explanation: str
    frame_rate: Fraction | None
    sample_rate_hz: int
    audio_frame_samples: int
    segment_count: int
    target_duration_s: int
    duration: Fraction
    video_boundaries_frames: tuple[int, ...]
    audio_boundaries_aac_frames: tuple[int, ...]
    worst_boundary_error: Fraction


@dataclass(frozen=True, slots=True)
class VideoRungRecord:
    """One finished video rung: how it was encoded, and its measured rates (its own, sound not included).

    Only the rungs of the first codec have a playlist of their I-frames.
    """

    name: str
    playlist: str
    iframe_playlist: str | None
    codec: str
    width: int
    height: int
    crf: int
    preset: str
    cap_bps: int
    peak_bps: int
    average_bps: int
    audio_rung: str


@dataclass(frozen=True, slots=True)
class ThumbnailRecord:
    """The pictures for a scrubber: a WebVTT track, one thumbnail every `interval` seconds, each of this size."""

    track: str
    count: int
    interval: Fraction
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class LyricsRecord:
    """One language of the words: its WebVTT playlist, all of it in one WebVTT file, what it was made from, its cues."""

    language: str
    name: str
    playlist: str
    file: str
    source: str
    cue_count: int


@dataclass(frozen=True, slots=True)
class WaveformRecord:
    """The outline of the song: as JSON (audiowaveform, version 2) and as SVG."""

    json: str
    svg: str
    samples_per_pixel: int


@dataclass(frozen=True, slots=True)
class AudioRungRecord:
    """One finished audio rung, with its measured rates. `asked_bps` is None of a lossless one, `bit_depth` of others.

    Its segments begin with packets of `packet_samples`, none further than `worst_boundary_error` seconds from the grid.
    """

    name: str
    playlist: str
    codec: str
    channels: int
    sample_rate_hz: int
    asked_bps: int | None
    peak_bps: int
    average_bps: int
    bit_depth: int | None
    packet_samples: int
    worst_boundary_error: Fraction
    loudness: Loudness


@dataclass(frozen=True, slots=True)
class EncryptionRecord:
    """How segments are encrypted, and where players get the key, as seen from the package's folder."""

    method: str
    iv: str
    key_uri: str


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """How segments are stored."""

    is_single_file: bool
    encryption: EncryptionRecord | None


@dataclass(frozen=True, slots=True)
class ArtworkRecord:
    """The cover picture, as it was in the song's file."""

    path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PackageIndex:
    """All of package.json. Fractions are written "numerator/denominator", so that nothing is lost."""

    title: str
    sources: tuple[Source, ...]
    ladder: LadderRecord
    grid: GridRecord
    video_rungs: tuple[VideoRungRecord, ...]
    audio_rungs: tuple[AudioRungRecord, ...]
    time_map: TimeMap | None
    loudness: Loudness
    thumbnails: ThumbnailRecord | None
    delivery: DeliveryRecord
    notes: tuple[str, ...]
    files: tuple[StoredFile, ...]
    lyrics: tuple[LyricsRecord, ...] = ()
    song: Song = NOTHING_SAID
    waveform: WaveformRecord | None = None
    artwork: ArtworkRecord | None = None

    def __post_init__(self) -> None:
        assert self.audio_rungs
        assert bool(self.video_rungs) == (self.time_map is not None) == (self.thumbnails is not None)


def index_to_json(index: object) -> dict[str, object]:
    """What package.json says, ready for `json.dumps`; `index` is a dataclass: a PackageIndex, or another kind of it."""
    return {"maker": MAKER, "schema_version": SCHEMA_VERSION, **fields_to_json(index)}


def time_map_to_json(time_map: TimeMap) -> dict[str, object]:
    """What timemap.json says, ready for `json.dumps`."""
    return {"schema_version": SCHEMA_VERSION, **fields_to_json(time_map)}


def is_package_json(parsed: object) -> bool:
    """Whether this parsed JSON is the index of a package of ours."""
    return isinstance(parsed, Mapping) and parsed.get("maker") == MAKER and "schema_version" in parsed


def fields_to_json(value: object) -> dict[str, object]:
    """A dataclass as JSON has it, name by name; what is in it too."""
    assert is_dataclass(value)
    return {field.name: _to_json(getattr(value, field.name)) for field in fields(value)}


def _to_json(value: object) -> object:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, datetime):
        return print_instant(value)
    if isinstance(value, Enum):
        return value.name.lower()
    if is_dataclass(value):
        return fields_to_json(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_to_json(each) for each in value]
    assert value is None or isinstance(value, str | int | float | bool)
    return value
