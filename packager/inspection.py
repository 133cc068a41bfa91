"""Reads a presentation for the linter: playlists whole, of segments the headers only.

    findings = lint_folder(Path("song"))

`packager.remote` does the same behind a URL. URIs that lead elsewhere (https://, /absolute) are noted and not fetched.
"""

import json
from collections.abc import Mapping
from contextlib import closing
from os.path import isfile
from pathlib import Path
from typing import BinaryIO

from packager.errors import BrokenPackageError, InputError
from packager.headers import Files, MediaReader
from packager.lint.addresses import resolve_path
from packager.lint.check import run_rules
from packager.lint.finding import Finding, Place, Profile
from packager.lint.lexer import is_playlist
from packager.lint.playlists import MediaPlaylist, MultivariantPlaylist, Playlist, read_playlist
from packager.lint.presentation import Loss, LossKind, Origin, Presentation

# A day of 1-second segments makes a playlist of 5 MB; more than this is not a playlist.
MAX_PLAYLIST_BYTES = 64 << 20
# Where the first tag stands behind comments, as in fixtures of m3u8-parser, it is near.
PLAYLIST_HEAD_BYTES = 2048
# package.json lists every file of a package: some hundred bytes each.
MAX_INDEX_BYTES = 64 << 20


def lint_folder(path: Path, profile: Profile = Profile.MOBILE) -> tuple[Finding, ...]:
    """What is wrong with the package in this folder, or with the presentation that starts at this playlist.

    Raises InputError when there is no such path and BrokenPackageError when there is no playlist to read.
    """
    return run_rules(read_presentation(path, profile))


def read_presentation(path: Path, profile: Profile = Profile.MOBILE) -> Presentation:
    """Everything that the rules look at, from the playlists at the top of a folder or from one playlist.

    Raises InputError when there is no such path and BrokenPackageError when there is no playlist to read.
    """
    entries = _find_entries(path)
    contents = {entry.name: _read_entry(entry) for entry in entries}
    folder = entries[0].parent
    return assemble(FolderFiles(folder), contents, profile, is_ours=(folder / "package.json").is_file())


def assemble(
    files: Files,
    entries: Mapping[str, bytes],
    profile: Profile,
    *,
    is_ours: bool,
    origin: Origin | None = None,
) -> Presentation:
    """The presentation that starts at these playlists, by name, and goes on in `files`."""
    reader = _Reader(files)
    for name, content in entries.items():
        reader.follow(name, content)
    playlists = reader.playlists.values()
    return Presentation(
        profile=profile,
        is_ours=is_ours,
        multivariants=tuple(p for p in playlists if isinstance(p, MultivariantPlaylist)),
        streams={p.file: reader.media.read_stream(p) for p in playlists if isinstance(p, MediaPlaylist)},
        losses=tuple(reader.media.losses),
        indexed_lufs=_read_indexed_lufs(files),
        origin=origin,
    )


def _read_indexed_lufs(files: Files) -> float | None:
    """The integrated loudness in package.json; None where there is no such file or it gives none."""
    if files.lacks("package.json"):
        return None
    try:
        with closing(files.open("package.json")) as file:
            index = json.loads(file.read(MAX_INDEX_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    loudness = index.get("loudness") if isinstance(index, Mapping) else None
    lufs = loudness.get("integrated_lufs") if isinstance(loudness, Mapping) else None
    return float(lufs) if isinstance(lufs, int | float) and not isinstance(lufs, bool) else None


class FolderFiles:
    """Files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)

    def resolve(self, base: str, uri: str) -> str | None:
        """The file that a URI in the playlist `base` means; None for one that leads out of all folders."""
        return resolve_path(base, uri)

    def lacks(self, name: str) -> str:
        """Why there is no file of this name; empty where there is one."""
        try:
            is_there = isfile(f"{self._root}/{name}")  # noqa: PTH113
        except (OSError, ValueError):  # a name too long, or with a NUL in it
            is_there = False
        return "" if is_there else f"{name} is not there"

    def open(self, name: str) -> BinaryIO:
        """That file. Raises OSError where it cannot be read."""
        return open(f"{self._root}/{name}", "rb")  # noqa: PTH123  (hundreds of files: Path takes twice as long)


def _find_entries(path: Path) -> list[Path]:
    try:
        return _list_entries(path)
    except OSError as error:
        raise BrokenPackageError(
            f"{path}: cannot be read ({error.strerror}): check its name and permissions"
        ) from error


def _list_entries(path: Path) -> list[Path]:
    """The playlists to start from."""
    if path.is_file():
        with _opened(path) as file:
            head = file.read(PLAYLIST_HEAD_BYTES)
        if not is_playlist(head):
            raise BrokenPackageError(
                f"{path}: starts with {head[:16]!r}, expected #EXTM3U: give a package folder or an .m3u8 playlist"
            )
        return [path]
    if not path.is_dir():
        raise InputError(f"{path}: no such file or folder: give a package folder or an .m3u8 file")
    found = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in {".m3u8", ".m3u"} and entry.is_file())
    if not found:
        raise BrokenPackageError(f"{path}: no playlist (*.m3u8) in it: give the folder that holds master.m3u8")
    return found


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise BrokenPackageError(f"{path}: cannot be read ({error.strerror}): check its permissions") from error


def _read_entry(path: Path) -> bytes:
    with _opened(path) as file:
        content = file.read(MAX_PLAYLIST_BYTES + 1)
    if len(content) > MAX_PLAYLIST_BYTES:
        raise BrokenPackageError(f"{path}: over {MAX_PLAYLIST_BYTES} bytes, too large for a playlist")
    return content


class _Reader:
    """Follows the URIs of playlists, each playlist once."""

    def __init__(self, files: Files) -> None:
        self.playlists: dict[str, Playlist] = {}
        self.media = MediaReader(files)

    def follow(self, file: str, content: bytes) -> None:
        """Take in a playlist and every playlist that it names."""
        if file in self.playlists:
            return
        playlist = read_playlist(file, content)
        self.playlists[file] = playlist
        if not isinstance(playlist, MultivariantPlaylist):
            return
        lines = [(v.uri_line, v.uri) for v in playlist.variants] + [(r.line, r.uri) for r in playlist.renditions]
        for line, uri in lines:
            target = None if uri is None else self.media.locate(Place(file, line), uri)
            if uri is not None and target is not None and target not in self.playlists:
                self._follow_file(Place(file, line), uri, target)

    def _follow_file(self, place: Place, uri: str, target: str) -> None:
        try:
            with closing(self.media.files.open(target)) as file:
                content = file.read(MAX_PLAYLIST_BYTES + 1)
        except OSError as error:
            self.media.losses.append(Loss(place, LossKind.UNREADABLE, uri, f"cannot be read ({error.strerror})"))
            return
        if len(content) > MAX_PLAYLIST_BYTES:
            reason = f"over {MAX_PLAYLIST_BYTES} bytes, too large for a playlist"
            self.media.losses.append(Loss(place, LossKind.UNREADABLE, uri, reason))
        else:
            self.follow(target, content)
