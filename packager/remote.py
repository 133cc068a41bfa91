"""Reads a presentation behind a URL for the linter: what a folder gives from disk, many requests at a time.

Playlists are fetched whole; of init segments and segments the first bytes, in which their headers are. What the linter
asks for beyond these is fetched when it asks.
"""

import asyncio
import errno
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from posixpath import basename
from urllib.parse import unquote, urljoin, urlsplit

import aiohttp
from yarl import URL

from packager.errors import BrokenPackageError, InputError
from packager.inspection import MAX_PLAYLIST_BYTES, PLAYLIST_HEAD_BYTES, assemble
from packager.lint.addresses import locate, resolve_url
from packager.lint.finding import Profile
from packager.lint.lexer import is_playlist
from packager.lint.playlists import MediaPlaylist, MultivariantPlaylist, read_playlist
from packager.lint.presentation import Delivery, Origin, Presentation

# Browsers hold 6 connections per host over HTTP/1.1; an origin that serves listeners bears more.
CONNECTIONS = 16
# A moof of 4 s at 60 frames/s takes about 4 KB; one that is larger is fetched by a second request.
HEAD_BYTES = 32 << 10
# The last block of what AES encrypted, and the one before it.
TAIL_BYTES = 32
SILENCE_S = 20
# A song in a hundred languages has some hundreds; an origin that makes up ever more is not followed for ever.
MAX_PLAYLISTS = 1000

Tell = Callable[[str, float | None], None]


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


@dataclass(frozen=True, slots=True)
class Want:
    """Part of a file: from this byte on, counted from its end where it is below 0. `is_judged`: how it is given too."""

    name: str
    start: int = 0
    is_whole: bool = False
    is_judged: bool = True

    @property
    def headers(self) -> dict[str, str]:
        """What a request asks for."""
        if self.is_whole:
            return {"Accept-Encoding": "gzip"}
        last = "" if self.start < 0 else f"-{self.start + HEAD_BYTES - 1}"
        return {"Range": f"bytes={self.start}{last}"}


class RemoteFiles:
    """The files that a presentation behind a URL names, fetched beforehand."""

    def __init__(self, url: str) -> None:
        self.root = urljoin(url, ".")
        self.known: dict[str, RemoteFile] = {}
        self.moved: dict[str, str] = {}
        self.deliveries: dict[str, Delivery] = {}

    def resolve(self, base: str, uri: str) -> str | None:
        """The name of what a URI in the playlist `base` means; None for what is not fetched over HTTP."""
        return resolve_url(self.root, self.moved, base, uri)

    def lacks(self, name: str) -> str:
        """Why there is no file of this name; empty where there is one."""
        file = self.known.get(name)
        if file is None or file.fault in _ABSENT:
            return f"{name} is not there"
        return f"{name}: {file.fault}" if file.fault else ""

    def open(self, name: str) -> Cursor:
        """That file."""
        return Cursor(self.known[name])

    async def fetch(self, client: aiohttp.ClientSession, want: Want, url: str = "") -> None:
        """The file, or `HEAD_BYTES` of it, and how it was delivered. Where no bytes come the file knows why."""
        file = self.known.setdefault(want.name, RemoteFile(url or locate(self.root, want.name)))
        try:
            async with client.get(URL(file.url, encoded=True), headers=want.headers) as response:
                if response.status not in {200, 206}:
                    file.fault = f"HTTP {response.status}"
                    return
                if response.history:
                    self.moved[want.name] = str(response.url)
                await _keep(file, want, response)
                headers = response.headers
                if want.is_judged:
                    self.deliveries[want.name] = Delivery(
                        want.name, want.is_whole, headers.get("Content-Type"), headers.get("Content-Encoding"),
                        headers.get("Access-Control-Allow-Origin"),
                    )  # fmt: skip
        except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
            file.fault = str(fault) or type(fault).__name__


# HTTP's ways of saying that there is no such file.
_ABSENT = frozenset({"HTTP 404", "HTTP 410"})


async def _keep(file: RemoteFile, want: Want, response: aiohttp.ClientResponse) -> None:
    """The bytes that come, and how many there are in all."""
    is_part = response.status == 206
    span, _, total = response.headers.get("Content-Range", "").rpartition("/")
    first = span.removeprefix("bytes ").partition("-")[0]
    start = int(first) if is_part and first.isdecimal() else 0
    limit = MAX_PLAYLIST_BYTES + 1 if want.is_whole else HEAD_BYTES + (0 if is_part else max(want.start, 0))
    body = await _read_up_to(response, limit)
    length = "" if want.is_whole else response.headers.get("Content-Length", "")
    number = total if total.isdecimal() else length
    file.size_bytes = int(number) if number.isdecimal() else len(body)
    file.pieces[start] = body


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
    files = RemoteFiles(url)
    asyncio.run(_fetch_all(files, name, url, tell))
    if files.known[name].fault:
        raise InputError(f"{url}: {files.known[name].fault}: check the URL, and that its origin runs")
    content = next(iter(files.known[name].pieces.values()))
    if not is_playlist(content[:PLAYLIST_HEAD_BYTES]):
        raise BrokenPackageError(f"{url}: starts with {content[:16]!r}, expected #EXTM3U: give the URL of a playlist")
    index = files.known.pop("package.json", None)
    files.deliveries.pop("package.json", None)
    is_ours = index is not None and any(piece.startswith(b"{") for piece in index.pieces.values())
    origin = Origin(url, tuple(files.deliveries.values()), files.root, files.moved)
    return assemble(files, {name: content}, profile, is_ours=is_ours, origin=origin)


async def _fetch_all(files: RemoteFiles, name: str, url: str, tell: Tell) -> None:
    headers = {"Accept-Encoding": "identity", "Origin": "https://player.example"}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=SILENCE_S, sock_read=SILENCE_S)
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout, connector=connector) as client:
        tell("Fetching playlists", None)
        await files.fetch(client, Want(name, is_whole=True), url)
        if files.known[name].fault:
            return
        files.root = urljoin(files.moved.get(name, url), ".")
        await files.fetch(client, Want("package.json"))
        playlists = await _fetch_playlists(client, files, name)
        wants = list(dict.fromkeys(want for each in playlists for want in _list_wants(files, each)))
        for done, fetched in enumerate(asyncio.as_completed([files.fetch(client, want) for want in wants]), 1):
            await fetched
            tell("Fetching segments", done / len(wants))


async def _fetch_playlists(client: aiohttp.ClientSession, files: RemoteFiles, name: str) -> list[str]:
    """The playlist of this name and, fetched now, those that it names, and those that these name."""
    playlists, fresh = [name], [name]
    while fresh and len(playlists) < MAX_PLAYLISTS:
        named = dict.fromkeys(target for each in fresh for target in _list_playlists(files, each))
        fresh = [each for each in named if each not in files.known][:MAX_PLAYLISTS]
        await asyncio.gather(*(files.fetch(client, Want(each, is_whole=True)) for each in fresh))
        playlists.extend(fresh)
    return playlists


def _content(files: RemoteFiles, name: str) -> bytes:
    return b"".join(files.known[name].pieces.values())


def _list_playlists(files: RemoteFiles, name: str) -> Iterable[str]:
    """The playlists that a multivariant playlist names."""
    playlist = read_playlist(name, _content(files, name))
    if not isinstance(playlist, MultivariantPlaylist):
        return ()
    uris = (*(v.uri for v in playlist.variants), *(r.uri for r in playlist.renditions))
    targets = (files.resolve(name, uri) for uri in uris if uri is not None)
    return tuple(target for target in targets if target)


def _list_wants(files: RemoteFiles, name: str) -> Iterator[Want]:
    """What is read of the init segments, segments and keys of a media playlist: the bytes where headers start.

    Of what is encrypted, its end too: there is the padding.
    """
    playlist = read_playlist(name, _content(files, name))
    if not isinstance(playlist, MediaPlaylist) or playlist.is_live:
        return
    for segment in playlist.segments:
        init = segment.init
        pointers = [(segment.uri, segment.byte_range, segment.key)] if not segment.is_gap else []
        if init and init.uri is not None and not segment.is_gap:
            pointers.append((init.uri, init.byte_range, init.key))
        for uri, byte_range, key in pointers:
            if target := files.resolve(name, uri):
                start = (byte_range.offset or 0) if byte_range else 0
                yield Want(target, start)
            if target and key:
                yield Want(target, start + byte_range.length - TAIL_BYTES if byte_range else -TAIL_BYTES)
            if key and (secret := files.resolve(name, key.uri or "")):
                yield Want(secret, is_judged=False)
