"""What `--plan` shows: the package that would be made, and why so, as a value for people and programs to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from packager.forecast import HOW, HOW_PROBED, Forecast, forecast_package
from packager.loudness import MAX_TRUE_PEAK_DBTP
from packager.manifest import LadderRecord, fields_to_json
from packager.plan import PackagePlan
from packager.sources import AudioTrack, Source, VideoTrack

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """A source in a line: what it holds."""

    name: str
    video: str | None
    audio: str | None


@dataclass(frozen=True, slots=True)
class PlannedVideo:
    """A video rung to be encoded; rates are its own, sound not included."""

    name: str
    codec: str
    width: int
    height: int
    crf: int
    preset: str
    cap_bps: int
    expected_bps: int
    audio_rung: str


@dataclass(frozen=True, slots=True)
class PlannedAudio:
    """An audio rung to be encoded; `asked_bps` is None of a lossless one."""

    name: str
    asked_bps: int | None
    expected_bps: int


@dataclass(frozen=True, slots=True)
class PlannedGrid:
    """Where it will be cut. A segment lasts `usual_segment`, the last one and some others less or more."""

    explanation: str
    duration: Fraction
    segment_count: int
    usual_segment: Fraction
    last_segment: Fraction
    target_duration_s: int
    worst_boundary_error: Fraction


@dataclass(frozen=True, slots=True)
class Preview:
    """All that is known of a package before it is made."""

    sources: tuple[PlannedSource, ...]
    ladder: LadderRecord
    grid: PlannedGrid
    video_rungs: tuple[PlannedVideo, ...]
    audio_rungs: tuple[PlannedAudio, ...]
    expected_bytes: int
    most_bytes: int
    reckoning: str
    notes: tuple[str, ...]


def describe_plan(sources: tuple[Source, ...], plan: PackagePlan) -> Preview:
    """The plan for these sources in figures and sentences."""
    forecast = forecast_package(plan, sources[-1].video if plan.video_rungs else None)
    return Preview(
        sources=tuple(map(_source, sources)),
        ladder=LadderRecord(plan.ladder.name, plan.ladder.about),
        grid=_grid(plan),
        video_rungs=tuple(_videos(plan, forecast)),
        audio_rungs=tuple(
            PlannedAudio(rung.name, rung.bitrate_bps, expected)
            for rung, expected in zip(plan.audio_rungs, forecast.audio_bps, strict=True)
        ),
        expected_bytes=forecast.expected_bytes,
        most_bytes=forecast.most_bytes,
        reckoning=HOW_PROBED if any(rung.expected_bps for rung in plan.video_rungs) else HOW,
        notes=(*plan.notes, *_note_rehearsal(plan)),
    )


def _note_rehearsal(plan: PackagePlan) -> Iterator[str]:
    if plan.needs_rehearsal:
        yield (
            f"the gain of {plan.gain.gain_db:+.2f} dB is the most there will be: it is lowered until no rung exceeds "
            f"{MAX_TRUE_PEAK_DBTP:g} dBTP once it is decoded, and only encoding the sound can tell"
        )


def preview_to_json(preview: Preview) -> dict[str, object]:
    """What `--plan --json` says, ready for `json.dumps`."""
    return {"schema_version": SCHEMA_VERSION, **fields_to_json(preview)}


def _source(source: Source) -> PlannedSource:
    video, audio = source.video, source.audio
    return PlannedSource(source.name, _picture(video) if video else None, _sound(audio) if audio else None)


def _picture(track: VideoTrack) -> str:
    return f"{track.codec} {track.width}x{track.height}, {float(track.frame_rate):.5g} fps"


def _sound(track: AudioTrack) -> str:
    return f"{track.codec} {track.sample_rate_hz} Hz, {track.channels} channels"


def _grid(plan: PackagePlan) -> PlannedGrid:
    grid = plan.grid
    durations = grid.video_durations if grid.frame_rate else grid.aac_cuts.durations
    return PlannedGrid(
        explanation=grid.explanation,
        duration=grid.duration,
        segment_count=grid.segment_count,
        usual_segment=durations[0],
        last_segment=durations[-1],
        target_duration_s=grid.target_duration_s,
        worst_boundary_error=grid.worst_boundary_error,
    )


def _videos(plan: PackagePlan, forecast: Forecast) -> Iterator[PlannedVideo]:
    for rung, expected, beside in zip(plan.video_rungs, forecast.video_bps, plan.audio_beside, strict=True):
        yield PlannedVideo(
            name=rung.name,
            codec=rung.coding.codec.value,
            width=rung.width,
            height=rung.height,
            crf=rung.coding.crf,
            preset=rung.coding.preset,
            cap_bps=rung.cap_bps,
            expected_bps=expected,
            audio_rung=plan.audio_rungs[beside].name,
        )
