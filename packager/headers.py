"""Reads of media files what the linter judges: the headers of init segments and segments, decrypted where they must be.

Where the files are, in a folder or behind a URL, is for `Files` to know.
"""

from collections.abc import Iterator
from contextlib import closing
from functools import cache
from typing import Protocol

from packager.decrypt import DecryptedFile, find_end, read_embedded_key
from packager.errors import BrokenPackageError
from packager.lint.finding import Place
from packager.lint.media import (
    Breakage,
    Container,
    Init,
    Payload,
    TopBox,
    name_container,
    read_init,
    read_payload,
)
from packager.lint.playlists import ByteRange, InitPointer, KeyPointer, MediaPlaylist, Segment
from packager.lint.presentation import Loss, LossKind, Part, Stream, weigh_stream
from packager.lint.webvtt import read_words

# A moof of an hour-long segment is below this; what is larger is not read as a header.
MAX_HEADER_BYTES = 16 << 20
MAX_TOP_BOXES = 10_000
# The words of a whole opera stay below; of a longer file the beginning is read.
MAX_WORDS_BYTES = 1 << 20
# An AES-128 key has 16; one byte too many shows that the file is something else.
MAX_KEY_BYTES = 17
_HEADERS = frozenset({"ftyp", "moov", "moof"})


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

    def resolve(self, base: str, uri: str) -> str | None:
        """The name of what a URI in the playlist `base` means; None for what is not looked for here."""

    def lacks(self, name: str) -> str:
        """Why there is no file of this name; empty where there is one."""

    def open(self, name: str) -> OpenFile:
        """That file. Raises OSError where it cannot be read."""


class MediaReader:
    """Finds files and looks into them, each init segment and key once, and keeps what led nowhere."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.losses: list[Loss] = []
        self._init = cache(self._load_init)
        self._key = cache(self._load_key)

    def locate(self, place: Place, uri: str) -> str | None:
        """The file that a URI means, if it is there; otherwise the loss is noted."""
        target = self.files.resolve(place.file, uri)
        if target is None:
            self.losses.append(Loss(place, LossKind.ELSEWHERE, uri, "not a relative path"))
            return None
        if lack := self.files.lacks(target):
            self.losses.append(Loss(place, LossKind.MISSING, uri, lack))
            return None
        return target

    def read_stream(self, playlist: MediaPlaylist) -> Stream:
        """The segments of a media playlist, each looked into."""
        return weigh_stream(playlist, tuple(self._read_part(playlist, segment) for segment in playlist.segments))

    def _read_part(self, playlist: MediaPlaylist, segment: Segment) -> Part:
        if segment.is_gap or playlist.is_live:
            return Part(segment)
        place = Place(playlist.file, segment.line)
        target = self.locate(place, segment.uri)
        init = self._init(playlist.file, segment.init) if segment.init else None
        if target is None:
            return Part(segment, init=init)
        try:
            with closing(self.files.open(target)) as file:
                file_size = file.seek(0, 2)
                size = segment.byte_range.length if segment.byte_range else file_size
                payload = self._look_into(playlist, file, file_size, segment, init)
        except OSError as error:
            self.losses.append(Loss(place, LossKind.UNREADABLE, segment.uri, str(error.strerror)))
            return Part(segment, target, init=init)
        return Part(segment, target, file_size, size, init, payload)

    def _look_into(
        self, playlist: MediaPlaylist, file: OpenFile, file_size: int, segment: Segment, init: Init | None
    ) -> Payload | None:
        """The segment's container, and the fragments of fMP4; None where its byte range is not in the file."""
        is_cut = playlist.is_iframes_only
        if segment.byte_range and (segment.byte_range.end is None or segment.byte_range.end > file_size):
            return None
        start, end = _bounds(file_size, segment.byte_range)
        if segment.key is None:
            return _read_payload(file, start, end, init, is_cut=is_cut)
        key = self._key(playlist.file, segment.key)
        if isinstance(key, str):
            return Payload(Container.ENCRYPTED, unread=key)
        # RFC 8216 section 4.3.3.6: the range of an I-frame is in a file that was encrypted as a whole.
        bounds = (0, file_size) if is_cut else (start, end)
        try:
            clear, clear_end = _unlock(file, *bounds, key, segment.key.iv_of(segment.number))
        except BrokenPackageError as error:
            return Payload(Container.ENCRYPTED, (), Breakage(start, str(error), is_locked=True))
        payload = _read_payload(clear, start, min(end, clear_end), init, is_cut=is_cut)
        if payload.container is Container.UNKNOWN:
            reason = "what the key decrypts is no media: the key or its IV is another"
            return Payload(Container.ENCRYPTED, (), Breakage(start, reason, is_locked=True))
        return payload

    def _load_key(self, base: str, pointer: KeyPointer) -> bytes | str:
        """The key; where it is not at hand, why."""
        uri = pointer.uri or ""
        if pointer.method != "AES-128":
            return f"METHOD={pointer.method[:40]}"
        if (embedded := read_embedded_key(uri)) is not None:
            return embedded
        target = self.files.resolve(base, uri)
        if target is None or self.files.lacks(target):
            return f"the key {uri[:80]!r} is not among the files"
        try:
            with closing(self.files.open(target)) as file:
                return file.read(MAX_KEY_BYTES)
        except OSError as error:
            return f"the key {uri[:80]!r} cannot be read ({error.strerror})"

    def _load_init(self, base: str, pointer: InitPointer) -> Init | None:
        place = Place(base, pointer.line)
        if pointer.uri is None or (target := self.locate(place, pointer.uri)) is None:
            return None
        try:
            with closing(self.files.open(target)) as file:
                start, end = _bounds(file.seek(0, 2), pointer.byte_range)
                if pointer.key is not None:
                    return self._load_locked_init(base, pointer.key, target, file, start, end)
                file.seek(start)
                if name_container(file.read(200)) is not Container.FMP4:
                    return None  # the PAT and PMT of MPEG-TS
                return read_init(target, tuple(_walk(file, start, end)))
        except BrokenPackageError as error:
            return Init(target, breakage=Breakage(start, str(error)))
        except OSError as error:
            self.losses.append(Loss(place, LossKind.UNREADABLE, pointer.uri, str(error.strerror)))
            return None

    def _load_locked_init(
        self, base: str, pointer: KeyPointer, target: str, file: OpenFile, start: int, end: int
    ) -> Init | None:
        """An encrypted init segment; None where its key is not at hand, or it has no IV, which a rule minds."""
        key = self._key(base, pointer)
        if isinstance(key, str) or pointer.iv is None:
            return None
        try:
            clear, clear_end = _unlock(file, start, end, key, pointer.iv)
        except BrokenPackageError as error:
            return Init(target, breakage=Breakage(start, str(error), is_locked=True))
        clear.seek(start)
        if name_container(clear.read(200)) is not Container.FMP4:
            reason = "what the key decrypts is no init segment: the key or its IV is another"
            return Init(target, breakage=Breakage(start, reason, is_locked=True))
        return read_init(target, tuple(_walk(clear, start, clear_end)))


def _bounds(file_size: int, byte_range: ByteRange | None) -> tuple[int, int]:
    if byte_range is None or byte_range.offset is None:
        return 0, file_size
    start = min(byte_range.offset, file_size)
    return start, min(start + byte_range.length, file_size)


def _unlock(file: OpenFile, start: int, end: int, key: bytes, iv: bytes) -> tuple[DecryptedFile, int]:
    """The clear bytes, and where they end. Raises BrokenPackageError where the key does not fit."""
    return DecryptedFile(file, start, end, key, iv), find_end(file, start, end, key, iv)


def _read_payload(file: OpenFile, start: int, end: int, init: Init | None, *, is_cut: bool) -> Payload:
    """The container of what lies between two offsets, and the fragments of fMP4."""
    file.seek(start)
    container = name_container(file.read(min(200, end - start)))
    if container is Container.WEBVTT:
        file.seek(start)
        return Payload(container, words=read_words(file.read(min(MAX_WORDS_BYTES, end - start))))
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
