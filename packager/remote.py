"""Reads a presentation behind a URL for the linter: what a folder gives from disk, many requests at a time.

Playlists are fetched whole; of init segments and segments the first bytes, in which their headers are. What the linter
asks for beyond these is fetched when it asks.
"""

import asyncio
import errno
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from posixpath import basename
from urllib.parse import quote, unquote, urljoin, urlsplit

import aiohttp

from packager.errors import BrokenPackageError, InputError
from packager.inspection import MAX_PLAYLIST_BYTES, PLAYLIST_HEAD_BYTES, assemble
from packager.lint.finding import Profile
from packager.lint.lexer import is_playlist
from packager.lint.playlists import MediaPlaylist, MultivariantPlaylist, read_playlist
from packager.lint.presentation import Delivery, Origin, Presentation, resolve

# Browsers hold 6 connections per host over HTTP/1.1; an origin that serves listeners bears more.
CONNECTIONS = 16
# A moof of 4 s at 60 frames/s takes about 4 KB; one that is larger is fetched by a second request.
HEAD_BYTES = 32 << 10
SILENCE_S = 20

Tell = Callable[[str, Fraction | None], None]


@dataclass(slots=True)
class RemoteFile:
    """One file behind a URL: the pieces of it that were fetched, by offset. `fault`: why there are none."""

    url: str
    size_bytes: int = 0
    pieces: dict[int, bytes] = field(default_factory=dict)
    fault: str = ""

    def take(self, at: int, size: int) -> bytes:
        """These bytes, fetched now where they were not before. Raises OSError when they do not come."""
        size = min(size, self.size_bytes - at)
        if size <= 0:
            return b""
        for start, piece in self.pieces.items():
            if start <= at and at + size <= start + len(piece):
                return piece[at - start : at - start + size]
        last = min(at + max(size, HEAD_BYTES), self.size_bytes) - 1
        request = urllib.request.Request(self.url, headers={"Range": f"bytes={at}-{last}"})
        try:
            with urllib.request.urlopen(request, timeout=SILENCE_S) as response:
                body: bytes = response.read(last + 1 if response.status == 200 else last + 1 - at)
        except (urllib.error.URLError, TimeoutError) as fault:
            raise OSError(errno.EIO, str(getattr(fault, "reason", fault))) from fault
        start = 0 if response.status == 200 else at
        self.pieces[start] = body
        return body[at - start : at - start + size]


class Cursor:
    """A place in a remote file, to read from."""

    def __init__(self, file: RemoteFile) -> None:
        self._file = file
        self._at = 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a byte; from the end where `whence` is 2."""
        self._at = offset + (self._file.size_bytes if whence == 2 else 0)
        return self._at

    def read(self, size: int, /) -> bytes:
        """The next bytes. Raises OSError when they do not come."""
        taken = self._file.take(self._at, size)
        self._at += len(taken)
        return taken

    def close(self) -> None:
        """Nothing stays open."""


class RemoteFiles:
    """The files below a URL, fetched beforehand."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.known: dict[str, RemoteFile] = {}
        self.deliveries: dict[str, Delivery] = {}

    def has(self, name: str) -> bool:
        """Whether the origin has a file of this name."""
        return name in self.known and not self.known[name].fault

    def open(self, name: str) -> Cursor:
        """That file."""
        return Cursor(self.known[name])

    async def fetch(
        self, client: aiohttp.ClientSession, name: str, url: str = "", *, whole: bool, start: int = 0
    ) -> None:
        """The file of this name, or `HEAD_BYTES` of it from `start` on, and how it was delivered."""
        file = self.known.setdefault(name, RemoteFile(url or urljoin(self.base, quote(name))))
        asked = {"Accept-Encoding": "gzip"} if whole else {"Range": f"bytes={start}-{start + HEAD_BYTES - 1}"}
        try:
            async with client.get(file.url, headers=asked) as response:
                if response.status not in {200, 206}:
                    file.fault = f"HTTP {response.status}"
                    return
                limit = MAX_PLAYLIST_BYTES + 1 if whole else HEAD_BYTES + (start if response.status == 200 else 0)
                body = await _read_up_to(response, limit)
                total = response.headers.get("Content-Range", "").rpartition("/")[2]
                length = response.headers.get("Content-Length", "") if not whole else ""
                number = total if total.isdecimal() else length
                file.size_bytes = int(number) if number.isdecimal() else len(body)
                file.pieces[start if response.status == 206 else 0] = body
                headers = response.headers
                self.deliveries[name] = Delivery(
                    name, whole, headers.get("Content-Type"), headers.get("Content-Encoding"),
                    headers.get("Access-Control-Allow-Origin"),
                )  # fmt: skip
        except (aiohttp.ClientError, TimeoutError) as fault:
            file.fault = str(fault) or type(fault).__name__


async def _read_up_to(response: aiohttp.ClientResponse, limit: int) -> bytes:
    body = bytearray()
    while len(body) < limit and (more := await response.content.read(limit - len(body))):
        body += more
    return bytes(body)


def read_remote_presentation(url: str, profile: Profile, tell: Tell) -> Presentation:
    """Everything that the rules look at, from the playlist at this URL; `tell` hears how far it is.

    A URL that ends with / means master.m3u8 there. Raises InputError where nothing answers, and BrokenPackageError
    where the answer is no playlist.
    """
    url = f"{url}master.m3u8" if url.endswith("/") else url
    pieces = urlsplit(url)
    if pieces.scheme not in {"http", "https"} or not pieces.netloc:
        raise InputError(f"{url}: no URL of a playlist: give http(s)://host/.../master.m3u8")
    name = unquote(basename(pieces.path)) or "master.m3u8"
    files = RemoteFiles(urljoin(url, "."))
    asyncio.run(_fetch_all(files, name, url, tell))
    if files.known[name].fault:
        raise InputError(f"{url}: {files.known[name].fault}: check the URL, and that its origin runs")
    content = next(iter(files.known[name].pieces.values()))
    if not is_playlist(content[:PLAYLIST_HEAD_BYTES]):
        raise BrokenPackageError(f"{url}: starts with {content[:16]!r}, expected #EXTM3U: give the URL of a playlist")
    index = files.known.pop("package.json", None)
    files.deliveries.pop("package.json", None)
    is_ours = index is not None and any(piece.startswith(b"{") for piece in index.pieces.values())
    origin = Origin(url, tuple(files.deliveries.values()))
    return assemble(files, {name: content}, profile, is_ours=is_ours, origin=origin)


async def _fetch_all(files: RemoteFiles, name: str, url: str, tell: Tell) -> None:
    headers = {"Accept-Encoding": "identity", "Origin": "https://player.example"}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=SILENCE_S, sock_read=SILENCE_S)
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout, connector=connector) as client:
        tell("Fetching playlists", None)
        await files.fetch(client, name, url, whole=True)
        if files.known[name].fault:
            return
        below = [each for each in _list_playlists(files, name) if each != name]
        await asyncio.gather(
            files.fetch(client, "package.json", whole=False), *(files.fetch(client, each, whole=True) for each in below)
        )
        heads = list(dict.fromkeys(head for each in (name, *below) for head in _list_heads(files, each)))
        for done, fetched in enumerate(
            asyncio.as_completed([files.fetch(client, each, whole=False, start=start) for each, start in heads]), 1
        ):
            await fetched
            tell("Fetching segments", Fraction(done, len(heads)))


def _content(files: RemoteFiles, name: str) -> bytes:
    return b"".join(files.known[name].pieces.values())


def _list_playlists(files: RemoteFiles, name: str) -> Iterable[str]:
    """The playlists that a multivariant playlist names."""
    playlist = read_playlist(name, _content(files, name))
    if not isinstance(playlist, MultivariantPlaylist):
        return ()
    uris = (*(v.uri for v in playlist.variants), *(r.uri for r in playlist.renditions))
    targets = (resolve(name, uri) for uri in uris if uri is not None)
    return tuple(dict.fromkeys(target for target in targets if target))


def _list_heads(files: RemoteFiles, name: str) -> Iterable[tuple[str, int]]:
    """The init segments and segments of a media playlist, each with the byte at which its headers start."""
    playlist = read_playlist(name, _content(files, name))
    if not isinstance(playlist, MediaPlaylist) or playlist.is_live:
        return
    for segment in playlist.segments:
        pointers = (
            (segment.uri, segment.byte_range),
            *([(segment.init.uri, segment.init.byte_range)] if segment.init else []),
        )
        for uri, byte_range in pointers:
            target = resolve(name, uri) if uri is not None and not segment.is_gap else None
            if target:
                yield target, (byte_range.offset or 0) if byte_range else 0
