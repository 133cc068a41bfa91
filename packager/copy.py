"""Makes a package of streams that are already encoded: read, plan, cut, describe, lint, publish. Nothing is decoded."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from packager.coded import CodedPictures, CodedSound
from packager.codedfile import CodedFile, CodedStream
from packager.copydescribe import (
    CopiedPictures,
    CopiedSound,
    index_copied,
    name_pictures,
    name_sounds,
    print_copied,
    print_copied_manifest,
)
from packager.copyindex import CopiedFile, CopyIndex
from packager.copyplan import CopyPlan, SoundPlan, plan_copy
from packager.dash import FILE_NAME as MANIFEST_NAME
from packager.deliveries import find_session_keys
from packager.delivery import IN_FOLDERS, Delivery
from packager.errors import InputError, UnsupportedError, printable
from packager.ladder import AudioCodec, VideoCodec
from packager.languages import language_tag
from packager.lyricsdescribe import Lyrics, WrittenLyrics, describe_lyrics, list_texts, record_lyrics
from packager.opening import check_is_file, name_of
from packager.packagefiles import write_index, write_key, write_words
from packager.plainmp4 import read_plain
from packager.playlist import EncodedRung, SessionData, SessionKey
from packager.recut import copy_pictures, copy_sound
from packager.sinks import open_sink
from packager.song import NOTHING_SAID, Song
from packager.song_session import describe_song
from packager.store import Staging, check_replaceable, stage_package
from packager.watching import NobodyWatching, Watcher

if TYPE_CHECKING:
    from packager.song_file import SongFile

# More do not help: between digests and disk, each rung needs the interpreter.
_MOST_THREADS = 2


def copy_package(
    files: Sequence[Path],
    out: Path,
    *,
    said: "SongFile | None" = None,
    delivery: Delivery = IN_FOLDERS,
    watcher: Watcher | None = None,
) -> CopyIndex:
    """The index of a package of these streams, now whole at `out`.

    Every file gives its best video stream and its best audio stream, each a rung. `said` is what is said of the song,
    its title (else the name of the first file without its ending) and lyrics with it; `delivery` says how segments are
    stored. A package of ours at `out` is replaced.

    Raises InputError when a file cannot be read and UnsupportedError when the streams do not fit together; nothing is
    left behind then.
    """
    watcher = watcher or NobodyWatching()
    out = Path(os.path.abspath(out))  # noqa: PTH100  (resolve() would follow a link that stands at the place itself)
    check_replaceable(out)
    with ExitStack() as stack, _hire_crew() as crew:
        watcher.tell("Reading the sources")
        for file in files:
            check_is_file(file)
        # Digests, reads and writes need no interpreter, and go on beside what does.
        sources = crew.map(_identify, files)
        coded = [_read(path, stack) for path in files]
        pictures, sounds = _choose_pictures(coded), _choose_sounds(coded)
        plan = plan_copy([each.coded for each in pictures], [each.coded for each in sounds])
        if delivery.encryption is not None:
            _check_encryptable(pictures, plan)
        title = printable((said.title if said else None) or files[0].stem)
        song = said.song if said else NOTHING_SAID
        language = song.languages[0] if song.languages else language_tag(sounds[0].coded.language)
        words = _read_words(said, language)
        with stage_package(out) as staging:
            videos, audios = _write_rungs(staging, plan, delivery, pictures, sounds, crew, watcher)
            staging.settle()
            watcher.tell("Writing playlists")
            written = write_words(staging, words, sounds[0].coded.lead, plan.grid)
            session: tuple[SessionData | SessionKey, ...] = (*find_session_keys(delivery), *describe_song(title, song))
            renditions = describe_lyrics(written, language, plan.grid.target_duration_s)
            for path, text in print_copied(plan, videos, audios, language, session, renditions).items():
                staging.write(path, text.encode())
            if delivery.encryption is None:
                manifest = print_copied_manifest(title, language, videos, audios, list_texts(written))
                staging.write(MANIFEST_NAME, manifest.encode())
            write_key(staging, delivery)
            index = index_copied(title, tuple(sources), plan, videos, audios, delivery)
            index = write_index(staging, _with_said(index, song, written))
            watcher.tell("Checking the package")
            _lint(staging.folder)
            watcher.tell("Putting it in place")
    return index


@contextmanager
def _hire_crew() -> Iterator[ThreadPoolExecutor]:
    """Threads that are done, or have nothing more to do, when the block ends."""
    crew = ThreadPoolExecutor(_MOST_THREADS)
    try:
        yield crew
    finally:
        crew.shutdown(cancel_futures=True)


def _read(path: Path, stack: ExitStack) -> CodedFile:
    """The streams of a file, which stays open until the stack closes."""
    source = stack.enter_context(path.open("rb"))
    plain = read_plain(path, source)
    if plain is not None:
        return plain
    import tempfile

    from packager.packets import read_coded  # FFmpeg's libraries: 50 ms, only for what needs them

    def new_spool() -> IO[bytes]:
        return stack.enter_context(tempfile.TemporaryFile())

    return read_coded(path, source, new_spool)


def _choose_pictures(files: Sequence[CodedFile]) -> list[CodedStream[CodedPictures]]:
    """All video streams, highest first; those of the codec first that more players know."""
    codecs = list(VideoCodec)

    def place(stream: CodedStream[CodedPictures]) -> tuple[int, int, int]:
        return codecs.index(stream.coded.codec), -stream.coded.width * stream.coded.height, -stream.payloads.total

    return sorted((file.picture for file in files if file.picture is not None), key=place)


def _choose_sounds(files: Sequence[CodedFile]) -> list[CodedStream[CodedSound]]:
    """All audio streams, AAC first and each codec lowest first; one that several files hold only once."""
    found = {_fingerprint(file.sound): file.sound for file in reversed(files) if file.sound is not None}
    if not found:
        raise InputError("none of the files has sound, and a package needs a song; name a file with AAC in it")
    codecs = list(AudioCodec)
    return sorted(found.values(), key=lambda each: (codecs.index(each.coded.codec), each.payloads.total))


def _fingerprint(stream: CodedStream[CodedSound]) -> tuple[object, ...]:
    """Equal for streams of the same coded frames."""
    payloads = stream.payloads
    last = len(payloads)
    return replace(stream.coded, file=""), *payloads.sizes(0, last), payloads.read(last - 1, last)


def _check_encryptable(pictures: Sequence[CodedStream[CodedPictures]], plan: CopyPlan) -> None:
    """An I-frame is decrypted by the number of its segment, so that its playlist must number both alike."""
    segments = plan.grid.segment_count
    for picture in pictures:
        idrs = sum(idr < plan.grid.frame_count for idr in picture.coded.idrs)
        if idrs > segments:
            raise UnsupportedError(
                f"{picture.coded.file}: {idrs} IDRs for {segments} segments, expected one in each where segments are "
                "encrypted: leave out --key, or encode again with longer GOPs"
            )


def _write_rungs(
    staging: Staging,
    plan: CopyPlan,
    delivery: Delivery,
    pictures: Sequence[CodedStream[CodedPictures]],
    sounds: Sequence[CodedStream[CodedSound]],
    crew: ThreadPoolExecutor,
    watcher: Watcher,
) -> tuple[list[CopiedPictures], list[CopiedSound]]:
    """Every rung with what was copied from it."""
    video_names = name_pictures([each.coded for each in pictures], [_rate_bps(each, plan) for each in pictures])
    audio_names = name_sounds([each.coded for each in sounds], [_rate_bps(each, plan) for each in sounds])

    def copy_video(picture: CodedStream[CodedPictures], name: str) -> EncodedRung:
        folder = f"video/{name}"
        rung = copy_pictures(picture, plan, folder, open_sink(staging, folder, plan.grid.video_durations, delivery))
        # Pictures for a scrubber are wanted once, and every player shows those of the first codec.
        return rung if picture.coded.codec is pictures[0].coded.codec else replace(rung, iframes=())

    def copy_audio(sound: CodedStream[CodedSound], sound_plan: SoundPlan, name: str) -> EncodedRung:
        folder = f"audio/{name}"
        return copy_sound(sound, sound_plan, folder, open_sink(staging, folder, sound_plan.cuts.durations, delivery))

    plans = plan.plans_of([each.coded for each in sounds])
    jobs = [
        *(crew.submit(copy_video, *each) for each in zip(pictures, video_names, strict=True)),
        *(crew.submit(copy_audio, *each) for each in zip(sounds, plans, audio_names, strict=True)),
    ]
    import packager.inspection  # noqa: F401  (the linter takes as long to import as the crew is busy)

    finished = []
    try:
        for job in jobs:
            finished.append(job.result())
            watcher.tell("Copying", len(finished) / len(jobs))
    finally:
        for job in jobs:
            job.cancel()
        wait(jobs)  # nobody may write any more when what is written is cleared away
    seen, heard = finished[: len(pictures)], finished[len(pictures) :]
    return (
        [(each.coded, rung) for each, rung in zip(pictures, seen, strict=True)],
        [(each.coded, rung) for each, rung in zip(sounds, heard, strict=True)],
    )


def _rate_bps(stream: CodedStream[CodedPictures] | CodedStream[CodedSound], plan: CopyPlan) -> int:
    return round(stream.payloads.total * 8 / plan.grid.duration)


def _identify(path: Path) -> CopiedFile:
    with path.open("rb") as file:
        return CopiedFile(name_of(path), path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _read_words(said: "SongFile | None", language: str) -> tuple[Lyrics, ...]:
    """The words, in this language where nothing else is said."""
    if said is None or not said.lyrics:
        return ()
    from packager.lyrics import read_all_lyrics  # 12 ms, only for who has words

    return read_all_lyrics(said.lyrics, language)


def _with_said(index: CopyIndex, song: Song, written: Sequence[WrittenLyrics]) -> CopyIndex:
    """The index with what is not read from the coded streams."""
    notes = (*index.notes, *(note for each in written for note in each.lyrics.notes))
    return replace(index, song=song, lyrics=record_lyrics(written), notes=notes)


def _lint(folder: Path) -> None:
    """Raise UnsupportedError where the package breaks a rule: the sources bring that along, and nothing mends it."""
    from packager.inspection import lint_folder
    from packager.lint.finding import Profile, Severity

    # Apple's profiles ask for things that only the maker of the ladder can give, such as several bit rates.
    for finding in lint_folder(folder, Profile.RFC):
        if finding.severity is Severity.ERROR:
            raise UnsupportedError(f"copied as they are, these files would break a rule of HLS: {finding}")
