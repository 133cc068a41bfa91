"""Makes a package: probe, plan, encode, playlists, index, lint, publish."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from packager.artwork import Artwork, read_artwork
from packager.cache import Cache
from packager.dash import FILE_NAME as MANIFEST_NAME
from packager.dash import SpriteSheets
from packager.describe import index_package, print_dash, print_playlists
from packager.errors import printable
from packager.grid import plan_segment
from packager.headroom import settle_gain
from packager.inspection import lint_folder
from packager.ladder import Ladder, plan_candidates
from packager.ladder_files import DEFAULT, load_ladder
from packager.lanes import Crew
from packager.languages import language_tag
from packager.lint.finding import Profile, Severity
from packager.loudness import check_target, plan_gain
from packager.lyrics import read_all_lyrics
from packager.lyricsdescribe import WrittenLyrics, describe_lyrics, list_texts, record_lyrics
from packager.manifest import (
    ArtworkRecord,
    PackageIndex,
    WaveformRecord,
)
from packager.meter import measure_song
from packager.packagefiles import write_index, write_key, write_words
from packager.pertitle import find_join_side, fit_ladder
from packager.plan import PackagePlan, plan_package
from packager.playlist import SessionData
from packager.probe import probe_source
from packager.probing import probe_title
from packager.rungs import PackageEncoding
from packager.song import Song
from packager.song_session import describe_song
from packager.sources import Source, StreamChoice
from packager.store import Staging, check_replaceable, stage_package
from packager.watching import NobodyWatching, Watcher
from packager.waveform import SAMPLES_PER_PIXEL, Waveform, print_waveform_json, print_waveform_svg
from packager.wishes import AS_USUAL, PackageWishes


def build_package(
    audio: Path,
    video: Path | None,
    out: Path,
    wishes: PackageWishes = AS_USUAL,
    *,
    cache: Cache | None = None,
    watcher: Watcher | None = None,
) -> PackageIndex:
    """The index of a package of this song, now whole at `out`.

    `audio` with a moving picture in it and no `video` is a file with both. A package of ours at `out` is replaced.

    Raises InputError or UnsupportedError when the sources or `out` cannot be used; nothing is left behind then.
    """
    watcher = watcher or NobodyWatching()
    out = Path(os.path.abspath(out))  # noqa: PTH100  (resolve() would follow a link that stands at the place itself)
    check_replaceable(out)
    sources, plan = plan_sources(audio, video, wishes, watcher)
    song = wishes.song
    title = printable(wishes.title or audio.stem)
    language = song.languages[0] if song.languages else _language_of(sources[0])
    words = read_all_lyrics(wishes.lyrics, language)
    plan = settle_gain(plan, audio, sources[0], cache, watcher)
    with stage_package(out) as staging:
        encoding = _encode(plan, sources, (audio, video or audio), staging, watcher, cache)
        plan = replace(plan, notes=(*plan.notes, *encoding.video.damage_notes))
        watcher.tell("Writing playlists")
        written = write_words(staging, words, plan.lead, plan.grid)
        waveform = _write_waveform(staging, encoding.audio.waveform)
        artwork = _write_artwork(staging, read_artwork(audio))
        said = (*describe_song(title, song), *_describe_waveform(waveform), *_describe_artwork(artwork))
        _write_playlists(staging, language, plan, encoding, written, said)
        if plan.delivery.encryption is None:
            _write_manifest(staging, title, language, plan, encoding, written)
        write_key(staging, plan.delivery)
        index = _write_index(staging, title, song, sources, plan, encoding, written, waveform, artwork)
        watcher.tell("Checking the package")
        _lint(staging.folder)
        watcher.tell("Putting it in place")
    return index


def plan_sources(
    audio: Path,
    video: Path | None,
    wishes: PackageWishes,
    watcher: Watcher,
) -> tuple[tuple[Source, ...], PackagePlan]:
    """What the sources hold (one, or the song's and the video's), and the plan for them. Nothing is written.

    The gain of a song that is normalized may be too much where the plan `needs_rehearsal`.

    Raises InputError or UnsupportedError when the sources cannot be used.
    """
    target_lufs = wishes.normalize_lufs
    if target_lufs is not None:
        check_target(target_lufs)
    watcher.tell("Reading the sources")
    sources = _probe(audio, video, wishes.streams)
    picture = _with_picture(sources, is_asked=video is not None)
    fitted, reasons = _fit_ladder(wishes.ladder or load_ladder(DEFAULT), video or audio, picture, watcher)
    plan = plan_package(sources[0], picture, fitted, wishes.audio)
    plan = replace(plan, delivery=wishes.delivery, notes=(*plan.notes, *reasons))
    if target_lufs is not None:
        watcher.tell("Measuring the loudness")
        assert sources[0].audio is not None, "the plan has seen to it"
        plan = plan.with_gain(plan_gain(measure_song(audio, sources[0].audio), target_lufs))
    return sources, plan


def _probe(audio: Path, video: Path | None, streams: StreamChoice) -> tuple[Source, ...]:
    """One source, or the song's and the video's."""
    if video is None:
        return (probe_source(audio, streams=streams),)
    song = probe_source(audio, wants_video=False, streams=streams)
    return (song, probe_source(video, wants_audio=False, streams=streams))


def _with_picture(sources: tuple[Source, ...], *, is_asked: bool) -> Source | None:
    """The source whose picture is packaged; None for a song alone, a still picture in its file or not."""
    last = sources[-1]
    has_motion = last.video is not None and last.video.frame_count > 1
    return last if is_asked or has_motion else None


def _fit_ladder(ladder: Ladder, path: Path, picture: Source | None, watcher: Watcher) -> tuple[Ladder, tuple[str, ...]]:
    """The ladder, with rungs for this film where it asks for that, and why these."""
    if ladder.target_db is None or picture is None or picture.video is None:
        return ladder, ()
    track = picture.video
    steps, rungs = plan_candidates(ladder, track.width, track.height)
    gop_frames = plan_segment(track.frame_rate, ladder.segment_s).frames
    join = None if find_join_side(steps) is None else rungs[-1]
    return fit_ladder(ladder, steps, probe_title(path, track, rungs, gop_frames, watcher, join))


def _encode(
    plan: PackagePlan,
    sources: tuple[Source, ...],
    paths: tuple[Path, Path],
    staging: Staging,
    watcher: Watcher,
    kept_in: Cache | None,
) -> PackageEncoding:
    sound, picture = sources[0].audio, sources[-1].video
    assert sound is not None, "the plan has seen to it"
    try:
        with Crew() as crew:
            encoding = PackageEncoding(crew, plan, staging, kept_in)
            encoding.audio.add(paths[0], sound, sources[0].sha256)
            if plan.video_rungs and picture is not None:
                encoding.video.add(paths[1], picture, sources[-1].sha256)
            crew.wait(lambda: watcher.tell("Encoding", encoding.share))
    finally:
        if kept_in is not None:
            kept_in.settle()
    return encoding


def _language_of(song: Source) -> str:
    assert song.audio is not None, "the plan has seen to it"
    return language_tag(song.audio.language)


def _write_waveform(staging: Staging, waveform: Waveform) -> WaveformRecord:
    record = WaveformRecord("waveform/waveform.json", "waveform/waveform.svg", SAMPLES_PER_PIXEL)
    staging.write(record.json, print_waveform_json(waveform).encode())
    staging.write(record.svg, print_waveform_svg(waveform).encode())
    return record


def _write_artwork(staging: Staging, artwork: Artwork | None) -> ArtworkRecord | None:
    if artwork is None:
        return None
    record = ArtworkRecord(f"artwork/cover.{artwork.ending}", artwork.width, artwork.height)
    staging.write(record.path, artwork.content)
    return record


def _describe_artwork(record: ArtworkRecord | None) -> tuple[SessionData, ...]:
    return (SessionData("org.midnote.artwork", record.path),) if record else ()


def _describe_waveform(record: WaveformRecord) -> tuple[SessionData, ...]:
    return (
        SessionData("org.midnote.waveform", record.json, is_uri=True),
        SessionData("org.midnote.waveform.svg", record.svg),
    )


def _write_playlists(
    staging: Staging,
    language: str,
    plan: PackagePlan,
    encoding: PackageEncoding,
    written: Sequence[WrittenLyrics],
    said: Sequence[SessionData],
) -> None:
    words = describe_lyrics(written, language, plan.grid.target_duration_s)
    playlists = print_playlists(
        plan, encoding.audio_rungs, encoding.video_rungs, language, encoding.loudness, words, said
    )
    for path, text in playlists.items():
        staging.write(path, text.encode())


def _write_manifest(
    staging: Staging,
    title: str,
    language: str,
    plan: PackagePlan,
    encoding: PackageEncoding,
    written: Sequence[WrittenLyrics],
) -> None:
    rungs = (encoding.audio_rungs, encoding.video_rungs)
    text = print_dash(title, plan, *rungs, language, _find_sheets(staging, encoding), list_texts(written))
    staging.write(MANIFEST_NAME, text.encode())


def _find_sheets(staging: Staging, encoding: PackageEncoding) -> SpriteSheets | None:
    if encoding.video.thumbnails is None:
        return None
    return SpriteSheets(
        encoding.video.thumbnails, tuple(file.size_bytes for file in staging.files if file.path.endswith(".jpg"))
    )


def _write_index(
    staging: Staging,
    title: str,
    song: Song,
    sources: tuple[Source, ...],
    plan: PackagePlan,
    encoding: PackageEncoding,
    written: Sequence[WrittenLyrics],
    waveform: WaveformRecord,
    artwork: ArtworkRecord | None,
) -> PackageIndex:
    index = index_package(
        title,
        sources,
        plan,
        encoding.audio_rungs,
        encoding.video_rungs,
        encoding.video.tally,
        encoding.loudness,
        encoding.video.thumbnails,
    )
    notes = (*index.notes, *(note for each in written for note in each.lyrics.notes))
    index = replace(index, song=song, lyrics=record_lyrics(written), waveform=waveform, artwork=artwork, notes=notes)
    return write_index(staging, index)


def _lint(folder: Path) -> None:
    """A package that breaks a rule is a bug of ours, whatever the sources were."""
    findings = [each for each in lint_folder(folder, Profile.MOBILE) if each.severity is Severity.ERROR]
    assert not findings, "the package that was made breaks rules:\n" + "\n".join(map(str, findings))
