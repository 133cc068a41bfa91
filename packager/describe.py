"""Describes finished rungs: the playlists of a package, and its index."""

from collections.abc import Iterator, Sequence

from packager.conform import Tally
from packager.dash import PictureRung, SoundRung, SpriteSheets, TextFile, print_manifest
from packager.deliveries import find_session_keys, note_delivery, record_delivery
from packager.grid import SegmentGrid
from packager.ladder import AudioRung, VideoRung
from packager.loudness import INTEGRATED_DATA_ID, Loudness
from packager.manifest import (
    AudioRungRecord,
    GridRecord,
    LadderRecord,
    PackageIndex,
    ThumbnailRecord,
    VideoRungRecord,
)
from packager.plan import PackagePlan
from packager.playlist import (
    EncodedRung,
    IFrameVariant,
    Rendition,
    SessionData,
    SessionKey,
    Variant,
    WordsRendition,
    measure_average_bps,
    measure_peak_bps,
    print_iframe_playlist,
    print_media_playlist,
    print_multivariant,
    start_near,
)
from packager.sources import Source
from packager.timemap import identity_map

# Where players start: Apple's HLS authoring specification, 1.32b (a phone on a cellular network) and 1.32 (a TV).
_START_MOBILE_BPS = 730_000
_START_TV_BPS = 2_000_000


def print_playlists(
    plan: PackagePlan,
    audio_rungs: Sequence[EncodedRung],
    video_rungs: Sequence[EncodedRung],
    language: str,
    loudness: Loudness,
    words: Sequence[WordsRendition] = (),
    said: Sequence[SessionData] = (),
) -> dict[str, str]:
    """Every playlist of the package: path within it, and text. `said` is what its owner says of the song."""
    target = plan.grid.target_duration_s
    playlists = {rung.playlist: print_media_playlist(rung, target) for rung in (*audio_rungs, *video_rungs)}
    renditions = tuple(_renditions(plan, audio_rungs, language))
    session: tuple[SessionData | SessionKey, ...] = (*find_session_keys(plan.delivery), *said, *_session(loudness))
    if not video_rungs:
        return playlists | print_entrances(renditions, session=session, words=words)
    playlists |= {rung.iframe_playlist: print_iframe_playlist(rung, target) for rung in video_rungs if rung.iframes}
    variants, others = _variants(plan, renditions, video_rungs)
    iframes = tuple(_iframe_variants(plan, video_rungs))
    return playlists | print_entrances(renditions, variants, iframes, others=others, session=session, words=words)


def print_entrances(
    renditions: Sequence[Rendition],
    variants: Sequence[Variant] = (),
    iframes: Sequence[IFrameVariant] = (),
    *,
    others: Sequence[Variant] = (),
    session: Sequence[SessionData | SessionKey] = (),
    words: Sequence[WordsRendition] = (),
) -> dict[str, str]:
    """The multivariant playlists, one for each kind of player: name, and text.

    Players start with one of `variants`; `others` come after them.
    """
    song = print_multivariant(renditions, (), audio_only=True, session=session, words=words)
    if not variants:
        return {"audio.m3u8": song, "master.m3u8": song}
    mobile = (*start_near(variants, _START_MOBILE_BPS), *others)
    tv = (*start_near(variants, _START_TV_BPS), *others)
    return {
        "audio.m3u8": song,
        "master.m3u8": print_multivariant(renditions, mobile, iframes, audio_only=True, session=session, words=words),
        "video.m3u8": print_multivariant(renditions, mobile, iframes, audio_only=False, session=session, words=words),
        "tv.m3u8": print_multivariant(renditions, tv, iframes, audio_only=False, session=session, words=words),
    }


def print_dash(
    title: str,
    plan: PackagePlan,
    audio_rungs: Sequence[EncodedRung],
    video_rungs: Sequence[EncodedRung],
    language: str,
    sheets: SpriteSheets | None,
    texts: Sequence[TextFile],
) -> str:
    """The DASH manifest of the package."""
    sounds = [
        SoundRung(rung.name, encoded, rung.channels)
        for rung, encoded in zip(plan.audio_rungs, audio_rungs, strict=True)
    ]
    pictures = [
        PictureRung(rung.name, encoded, rung.width, rung.height, plan.grid.frame_rate)
        for rung, encoded in zip(plan.video_rungs, video_rungs, strict=True)
        if plan.grid.frame_rate is not None
    ]
    return print_manifest(title, language, sounds, pictures, sheets, texts)


def index_package(
    title: str,
    sources: tuple[Source, ...],
    plan: PackagePlan,
    audio_rungs: Sequence[EncodedRung],
    video_rungs: Sequence[EncodedRung],
    tally: Tally,
    loudness: Loudness,
    thumbnails: ThumbnailRecord | None,
) -> PackageIndex:
    """The index, its files not yet listed."""
    target = plan.grid.target_duration_s
    return PackageIndex(
        title=title,
        sources=sources,
        ladder=LadderRecord(plan.ladder.name, plan.ladder.about),
        grid=record_grid(plan.grid),
        video_rungs=tuple(
            _video_record(rung, encoded, target, plan.audio_rungs[audio])
            for rung, encoded, audio in zip(plan.video_rungs, video_rungs, plan.audio_beside, strict=True)
        ),
        audio_rungs=tuple(_audio_records(plan, audio_rungs)),
        time_map=identity_map(plan.grid.duration) if video_rungs else None,
        loudness=loudness,
        thumbnails=thumbnails,
        delivery=record_delivery(plan.delivery),
        notes=(*plan.notes, *_notes_of(tally), *note_delivery(plan.delivery)),
        files=(),
    )


def _notes_of(tally: Tally) -> tuple[str, ...]:
    told = [_tell(count, what) for count, what in ((tally.repeated, "repeated"), (tally.dropped, "left out")) if count]
    return (f"to make the frame rate constant, {' and '.join(told)}",) if told else ()


def _tell(count: int, what: str) -> str:
    return f"{count} {'frame was' if count == 1 else 'frames were'} {what}"


def _session(loudness: Loudness) -> Iterator[SessionData]:
    """Plain numbers, one for each tag: a quoted string of a playlist has no way to hold JSON's quotes."""
    values = {
        INTEGRATED_DATA_ID: loudness.integrated_lufs,
        "org.midnote.loudness.true-peak-dbtp": loudness.true_peak_dbtp,
        "org.midnote.loudness.range-lu": loudness.range_lu,
    }
    return (SessionData(data_id, f"{value:.2f}") for data_id, value in values.items() if value is not None)


def _renditions(plan: PackagePlan, audio_rungs: Sequence[EncodedRung], language: str) -> Iterator[Rendition]:
    for rung, cuts, encoded in zip(plan.audio_rungs, plan.audio_cuts, audio_rungs, strict=True):
        yield Rendition(
            group=rung.name,
            uri=encoded.playlist,
            name="Song",
            language=language,
            channels=rung.channels,
            codec=encoded.codec,
            peak_bps=measure_peak_bps(encoded.segments, plan.grid.target_duration_s),
            average_bps=measure_average_bps(encoded.segments),
            bit_depth=plan.lossless_bits if rung.is_lossless else None,
            sample_rate_hz=cuts.clock.sample_rate_hz if rung.is_lossless else None,
        )


def _variants(
    plan: PackagePlan, renditions: Sequence[Rendition], video_rungs: Sequence[EncodedRung]
) -> tuple[tuple[Variant, ...], tuple[Variant, ...]]:
    """Every video rung beside each kind of sound: first that which all players know, then the others.

    Whoever listens to the lossless rung keeps it when the picture comes, on whichever rung of pictures the link allows.
    """
    first, *others = (tuple(_variants_beside(plan, renditions, video_rungs, each)) for each in plan.audio_sets)
    return first, tuple(variant for variants in others for variant in variants)


def _variants_beside(
    plan: PackagePlan, renditions: Sequence[Rendition], video_rungs: Sequence[EncodedRung], audio: Sequence[int]
) -> Iterator[Variant]:
    """The variants whose sound is among these renditions."""
    assert plan.grid.frame_rate is not None
    for rung, encoded, beside in zip(plan.video_rungs, video_rungs, plan.pair_with(audio), strict=True):
        yield Variant(
            uri=encoded.playlist,
            codec=encoded.codec,
            width=rung.width,
            height=rung.height,
            frame_rate=plan.grid.frame_rate,
            peak_bps=measure_peak_bps(encoded.segments, plan.grid.target_duration_s),
            average_bps=measure_average_bps(encoded.segments),
            audio=renditions[beside],
        )


def _iframe_variants(plan: PackagePlan, video_rungs: Sequence[EncodedRung]) -> Iterator[IFrameVariant]:
    """The I-frames of each video rung that has a playlist of them, from low to high."""
    both = [each for each in zip(plan.video_rungs, video_rungs, strict=True) if each[1].iframes]
    for rung, encoded in reversed(both):
        yield IFrameVariant(
            uri=encoded.iframe_playlist,
            codec=encoded.codec,
            width=rung.width,
            height=rung.height,
            peak_bps=measure_peak_bps(encoded.iframes, plan.grid.target_duration_s),
            average_bps=measure_average_bps(encoded.iframes),
        )


def record_grid(grid: SegmentGrid) -> GridRecord:
    """What package.json says of the grid."""
    return GridRecord(
        explanation=grid.explanation,
        frame_rate=grid.frame_rate,
        sample_rate_hz=grid.clock.sample_rate_hz,
        audio_frame_samples=grid.clock.frame_samples,
        segment_count=grid.segment_count,
        target_duration_s=grid.target_duration_s,
        duration=grid.duration,
        video_boundaries_frames=grid.video_boundaries,
        audio_boundaries_aac_frames=grid.audio_boundaries,
        worst_boundary_error=grid.worst_boundary_error,
    )


def _video_record(rung: VideoRung, encoded: EncodedRung, target_duration_s: int, audio: AudioRung) -> VideoRungRecord:
    return VideoRungRecord(
        name=rung.name,
        playlist=encoded.playlist,
        iframe_playlist=encoded.iframe_playlist if encoded.iframes else None,
        codec=encoded.codec,
        width=rung.width,
        height=rung.height,
        crf=rung.coding.crf,
        preset=rung.coding.preset,
        cap_bps=rung.cap_bps,
        peak_bps=measure_peak_bps(encoded.segments, target_duration_s),
        average_bps=measure_average_bps(encoded.segments),
        audio_rung=audio.name,
    )


def _audio_records(plan: PackagePlan, audio_rungs: Sequence[EncodedRung]) -> Iterator[AudioRungRecord]:
    for rung, cuts, encoded in zip(plan.audio_rungs, plan.audio_cuts, audio_rungs, strict=True):
        assert encoded.loudness is not None
        yield AudioRungRecord(
            name=rung.name,
            playlist=encoded.playlist,
            codec=encoded.codec,
            channels=rung.channels,
            sample_rate_hz=cuts.clock.sample_rate_hz,
            asked_bps=rung.bitrate_bps,
            peak_bps=measure_peak_bps(encoded.segments, plan.grid.target_duration_s),
            average_bps=measure_average_bps(encoded.segments),
            bit_depth=plan.lossless_bits if rung.is_lossless else None,
            packet_samples=cuts.clock.frame_samples,
            worst_boundary_error=cuts.worst_error(plan.grid.cut_times),
            loudness=encoded.loudness,
        )
