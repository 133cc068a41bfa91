"""Reads a presentation for the linter: playlists whole, of segments the headers only.

    findings = lint_folder(Path("song"))

`packager.remote` does the same behind a URL. URIs that lead elsewhere (https://, /absolute) are noted and not fetched.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol

from packager.errors import BrokenPackageError, InputError
from packager.lint.check import run_rules
from packager.lint.finding import Finding, Place, Profile
from packager.lint.media import (
    Breakage,
    Container,
    Init,
    Payload,
    TopBox,
    name_container,
    read_init,
    read_payload,
    read_words_head,
)
from packager.lint.playlists import (
    ByteRange,
    InitPointer,
    MediaPlaylist,
    MultivariantPlaylist,
    Playlist,
    Segment,
    read_playlist,
)
from packager.lint.presentation import Loss, LossKind, Origin, Part, Presentation, Stream, resolve, weigh_stream

# A day of 1-second segments makes a playlist of 5 MB; more than this is not a playlist.
MAX_PLAYLIST_BYTES = 64 << 20
# package.json lists every file of a package: some hundred bytes each.
MAX_INDEX_BYTES = 64 << 20
# A moof of an hour-long segment is below this; what is larger is not read as a header.
MAX_HEADER_BYTES = 16 << 20
MAX_TOP_BOXES = 10_000
MAX_WORDS_HEAD_BYTES = 1000
_HEADERS = frozenset({"ftyp", "moov", "moof"})


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
    files: "Files",
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
    return Presentation(
        profile=profile,
        is_ours=is_ours,
        multivariants=tuple(p for p in reader.playlists.values() if isinstance(p, MultivariantPlaylist)),
        streams={p.file: reader.read_stream(p) for p in reader.playlists.values() if isinstance(p, MediaPlaylist)},
        losses=tuple(reader.losses),
        indexed_lufs=_read_indexed_lufs(files),
        origin=origin,
    )


def _read_indexed_lufs(files: "Files") -> float | None:
    """The integrated loudness in package.json; None where there is no such file or it gives none."""
    if not files.has("package.json"):
        return None
    try:
        with closing(files.open("package.json")) as file:
            index = json.loads(file.read(MAX_INDEX_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    loudness = index.get("loudness") if isinstance(index, Mapping) else None
    lufs = loudness.get("integrated_lufs") if isinstance(loudness, Mapping) else None
    return float(lufs) if isinstance(lufs, int | float) and not isinstance(lufs, bool) else None


class OpenFile(Protocol):
    """A file that is read here and there."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a byte; from the end where `whence` is 2."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, fewer at the end. Raises OSError where they cannot be had."""

    def close(self) -> None:
        """Done with it."""


class Files(Protocol):
    """Where the files of a presentation are: a folder, or behind a URL."""

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""

    def open(self, name: str) -> OpenFile:
        """That file. Raises OSError where it cannot be read."""


class FolderFiles:
    """Files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""
        try:
            return (self._root / name).is_file()
        except (OSError, ValueError):  # a name too long, or with a NUL in it
            return False

    def open(self, name: str) -> BinaryIO:
        """That file. Raises OSError where it cannot be read."""
        return (self._root / name).open("rb")


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
            head = file.read(256)
        if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"#EXT"):
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
    """Follows URIs below one folder, each file once, and keeps what led nowhere."""

    def __init__(self, files: Files) -> None:
        self.playlists: dict[str, Playlist] = {}
        self.losses: list[Loss] = []
        self._files = files
        self._init = cache(self._load_init)

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
            if uri is not None and (target := self._locate(Place(file, line), uri)) not in {None, *self.playlists}:
                self._follow_file(Place(file, line), uri, str(target))

    def _follow_file(self, place: Place, uri: str, target: str) -> None:
        try:
            with closing(self._files.open(target)) as file:
                content = file.read(MAX_PLAYLIST_BYTES + 1)
        except OSError as error:
            self.losses.append(Loss(place, LossKind.UNREADABLE, uri, f"cannot be read ({error.strerror})"))
            return
        if len(content) > MAX_PLAYLIST_BYTES:
            reason = f"over {MAX_PLAYLIST_BYTES} bytes, too large for a playlist"
            self.losses.append(Loss(place, LossKind.UNREADABLE, uri, reason))
        else:
            self.follow(target, content)

    def _locate(self, place: Place, uri: str) -> str | None:
        """The file that a URI means, if it is there; otherwise the loss is noted."""
        target = resolve(place.file, uri)
        if target is None:
            self.losses.append(Loss(place, LossKind.ELSEWHERE, uri, "not a relative path"))
            return None
        if not self._files.has(target):
            self.losses.append(Loss(place, LossKind.MISSING, uri, f"{target} is not there"))
            return None
        return target

    def read_stream(self, playlist: MediaPlaylist) -> Stream:
        """The segments of a media playlist, each looked into."""
        return weigh_stream(playlist, tuple(self._read_part(playlist, segment) for segment in playlist.segments))

    def _read_part(self, playlist: MediaPlaylist, segment: Segment) -> Part:
        if segment.is_gap or playlist.is_live:
            return Part(segment)
        place = Place(playlist.file, segment.line)
        target = self._locate(place, segment.uri)
        init = self._init(playlist.file, segment.init) if segment.init else None
        if target is None:
            return Part(segment, init=init)
        try:
            with closing(self._files.open(target)) as file:
                file_size = file.seek(0, 2)
                size = segment.byte_range.length if segment.byte_range else file_size
                payload = _look_into(file, file_size, segment, init, is_cut=playlist.is_iframes_only)
        except OSError as error:
            self.losses.append(Loss(place, LossKind.UNREADABLE, segment.uri, str(error.strerror)))
            return Part(segment, target, init=init)
        return Part(segment, target, file_size, size, init, payload)

    def _load_init(self, base: str, pointer: InitPointer) -> Init | None:
        place = Place(base, pointer.line)
        if pointer.uri is None or (target := self._locate(place, pointer.uri)) is None:
            return None
        try:
            with closing(self._files.open(target)) as file:
                start, end = _bounds(file.seek(0, 2), pointer.byte_range)
                file.seek(start)
                if name_container(file.read(200)) is not Container.FMP4:
                    return None  # an encrypted one, or the PAT and PMT of MPEG-TS
                return read_init(target, tuple(_walk(file, start, end)))
        except BrokenPackageError as error:
            return Init(target, breakage=Breakage(start, str(error)))
        except OSError as error:
            self.losses.append(Loss(place, LossKind.UNREADABLE, pointer.uri, str(error.strerror)))
            return None


def _bounds(file_size: int, byte_range: ByteRange | None) -> tuple[int, int]:
    if byte_range is None or byte_range.offset is None:
        return 0, file_size
    start = min(byte_range.offset, file_size)
    return start, min(start + byte_range.length, file_size)


def _look_into(file: OpenFile, file_size: int, segment: Segment, init: Init | None, *, is_cut: bool) -> Payload | None:
    """The segment's container, and the fragments of fMP4; None where its byte range is not in the file."""
    if segment.is_encrypted_whole:
        return Payload(Container.ENCRYPTED)
    if segment.byte_range and (segment.byte_range.end is None or segment.byte_range.end > file_size):
        return None
    start, end = _bounds(file_size, segment.byte_range)
    file.seek(start)
    head = file.read(min(MAX_WORDS_HEAD_BYTES, end - start))
    container = name_container(head)
    if container is Container.WEBVTT:
        return Payload(container, words_head=read_words_head(head))
    if container is not Container.FMP4:
        return Payload(container)
    try:
        return read_payload(tuple(_walk(file, start, end, is_cut=is_cut)), init)
    except BrokenPackageError as error:
        return Payload(container, (), Breakage(start, str(error)))


def _walk(file: OpenFile, start: int, end: int, *, is_cut: bool = False) -> Iterator[TopBox]:
    """The boxes between two offsets, with the bytes of those that are headers.

    `is_cut`: the last `mdat` may reach over the end, as it does where a range takes only the first sample of it.
    """
    at = start
    for _ in range(MAX_TOP_BOXES):
        if at + 8 > end:
            break
        file.seek(at)
        head = file.read(16)
        size, kind = int.from_bytes(head[:4]), head[4:8].decode("latin-1")
        if size == 1:
            size = int.from_bytes(head[8:16])
        elif size == 0:
            size = end - at
        if is_cut and kind == "mdat" and size >= 8:
            size = min(size, end - at)
        if size < 8 or at + size > end:
            raise BrokenPackageError(f"{kind!r} box at byte {at} claims {size} bytes where {end - at} are left")
        content = b""
        if kind in _HEADERS and size <= MAX_HEADER_BYTES:
            file.seek(at)
            content = file.read(size)
        yield TopBox(kind, at, size, content)
        at += size
