"""Makes a package of streams that are already encoded: read, plan, cut, describe, lint, publish. Nothing is decoded."""

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import IO

from packager.coded import CodedPictures, CodedSound
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
from packager.copyplan import CopyPlan, plan_copy
from packager.dash import FILE_NAME as MANIFEST_NAME
from packager.errors import InputError, UnsupportedError, printable
from packager.inspection import lint_folder
from packager.lint.finding import Profile, Severity
from packager.manifest import FILE_NAME, TIME_MAP_NAME, index_to_json, time_map_to_json
from packager.opening import check_is_file, name_of
from packager.packets import CodedFile, CodedStream, read_coded
from packager.recut import copy_pictures, copy_sound
from packager.sinks import FolderSink
from packager.store import Staging, check_replaceable, stage_package
from packager.watching import NobodyWatching, Watcher


def copy_package(
    files: Sequence[Path], out: Path, *, title: str | None = None, watcher: Watcher | None = None
) -> CopyIndex:
    """The index of a package of these streams, now whole at `out`.

    Every file gives its best video stream and its best audio stream, each a rung. `title` is the name of the first
    file without its ending where it is not given. A package of ours at `out` is replaced.

    Raises InputError when a file cannot be read and UnsupportedError when the streams do not fit together; nothing is
    left behind then.
    """
    watcher = watcher or NobodyWatching()
    out = Path(os.path.abspath(out))  # noqa: PTH100  (resolve() would follow a link that stands at the place itself)
    check_replaceable(out)
    with ExitStack() as stack:
        watcher.tell("Reading the sources")
        coded = [_read(path, stack) for path in files]
        pictures, sounds = _choose_pictures(coded), _choose_sounds(coded)
        plan = plan_copy([each.coded for each in pictures], [each.coded for each in sounds])
        sources = tuple(map(_identify, files))
        with stage_package(out) as staging:
            videos, audios = _write_rungs(staging, plan, pictures, sounds, watcher)
            watcher.tell("Writing playlists")
            for path, text in print_copied(plan, videos, audios).items():
                staging.write(path, text.encode())
            name = title or printable(files[0].stem)
            staging.write(MANIFEST_NAME, print_copied_manifest(name, videos, audios).encode())
            index = _write_index(staging, index_copied(name, sources, plan, videos, audios))
            watcher.tell("Checking the package")
            _lint(staging.folder)
            watcher.tell("Putting it in place")
    return index


def _read(path: Path, stack: ExitStack) -> CodedFile:
    """The streams of a file, which stays open until the stack closes."""

    def new_spool() -> IO[bytes]:
        return stack.enter_context(tempfile.TemporaryFile())

    check_is_file(path)
    return read_coded(path, stack.enter_context(path.open("rb")), new_spool)


def _choose_pictures(files: Sequence[CodedFile]) -> list[CodedStream[CodedPictures]]:
    """All video streams, highest first."""
    found = [file.picture for file in files if file.picture is not None]
    return sorted(found, key=lambda each: (each.coded.width * each.coded.height, each.payloads.total), reverse=True)


def _choose_sounds(files: Sequence[CodedFile]) -> list[CodedStream[CodedSound]]:
    """All audio streams, lowest first; one that several files hold only once."""
    found = {_fingerprint(file.sound): file.sound for file in reversed(files) if file.sound is not None}
    if not found:
        raise InputError("none of the files has sound, and a package needs a song; name a file with AAC in it")
    return sorted(found.values(), key=lambda each: each.payloads.total)


def _fingerprint(stream: CodedStream[CodedSound]) -> tuple[object, ...]:
    """Equal for streams of the same coded frames."""
    payloads = stream.payloads
    last = len(payloads)
    return replace(stream.coded, file=""), *payloads.sizes(0, last), payloads.read(last - 1, last)


def _write_rungs(
    staging: Staging,
    plan: CopyPlan,
    pictures: Sequence[CodedStream[CodedPictures]],
    sounds: Sequence[CodedStream[CodedSound]],
    watcher: Watcher,
) -> tuple[list[CopiedPictures], list[CopiedSound]]:
    """Every rung with what was copied from it."""
    video_names = name_pictures([each.coded for each in pictures], [_rate_bps(each, plan) for each in pictures])
    audio_names = name_sounds([_rate_bps(each, plan) for each in sounds])
    videos: list[CopiedPictures] = []
    audios: list[CopiedSound] = []
    count = len(pictures) + len(sounds)
    for picture, name in zip(pictures, video_names, strict=True):
        watcher.tell("Copying", Fraction(len(videos), count))
        folder = f"video/{name}"
        videos.append((picture.coded, copy_pictures(picture, plan, folder, FolderSink(staging, folder))))
    for sound, name in zip(sounds, audio_names, strict=True):
        watcher.tell("Copying", Fraction(len(videos) + len(audios), count))
        folder = f"audio/{name}"
        audios.append((sound.coded, copy_sound(sound, plan, folder, FolderSink(staging, folder))))
    return videos, audios


def _rate_bps(stream: CodedStream[CodedPictures] | CodedStream[CodedSound], plan: CopyPlan) -> int:
    return round(stream.payloads.total * 8 / plan.grid.duration)


def _identify(path: Path) -> CopiedFile:
    with path.open("rb") as file:
        return CopiedFile(name_of(path), path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _write_index(staging: Staging, index: CopyIndex) -> CopyIndex:
    if index.time_map is not None:
        staging.write(TIME_MAP_NAME, _to_bytes(time_map_to_json(index.time_map)))
    index = replace(index, files=staging.files)
    staging.write(FILE_NAME, _to_bytes(index_to_json(index)))
    return index


def _to_bytes(content: dict[str, object]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _lint(folder: Path) -> None:
    """Raise UnsupportedError where the package breaks a rule: the sources bring that along, and nothing mends it."""
    # Apple's profiles ask for things that only the maker of the ladder can give, such as several bit rates.
    for finding in lint_folder(folder, Profile.RFC):
        if finding.severity is Severity.ERROR:
            raise UnsupportedError(f"copied as they are, these files would break a rule of HLS: {finding}")
