"""The origin as a server: it listens, and ends cleanly."""

import asyncio
import errno
import logging
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from simulator.errors import InputError
from simulator.faults import NO_FAULTS, Faults
from simulator.origin.catalogue import read_catalogue
from simulator.origin.folder import ServedFolder
from simulator.origin.mischief import Mischief
from simulator.origin.reservations import socket_buffer_bytes
from simulator.origin.responder import Responder
from simulator.origin.shaper import Shaper
from simulator.trace import Trace

LOOPBACK = "127.0.0.1"
# Connections that wait to be accepted; a load test opens thousands at once. The kernel may allow fewer.
_BACKLOG = 4096
# Responses still in flight when the origin ends are cut off after this: with a slow shape they would take minutes.
_LAST_WORDS_S = 0.05
# Addresses that listen everywhere cannot be opened; this machine's own can.
_OPENED_AS = {"0.0.0.0": LOOPBACK, "::": "::1"}


@dataclass(frozen=True, slots=True)
class Origin:
    """A running origin: its `url` without a slash at the end, and the playlists found when it started."""

    url: str
    playlists: tuple[str, ...]

    def url_of(self, path: str) -> str:
        """The URL of a file by its path below the folder served."""
        return f"{self.url}/{quote(path)}"


@asynccontextmanager
async def serve_folder(
    root: Path,
    trace: Trace | None = None,
    port: int = 0,
    host: str = LOOPBACK,
    faults: Faults = NO_FAULTS,
    shelf: Mapping[str, Path] = MappingProxyType({}),
) -> AsyncIterator[Origin]:
    """An origin for a package, or a folder of packages, while the block runs; `port` 0 takes a free one.

    `shelf`: packages that stand elsewhere, by the names under which it has them too.

    With a `trace` all responses share one such network, whose time begins with the first request; so does that of
    `faults`, which strike the files that playlists name.
    Raises InputError when there is nothing to serve, or the address cannot be used.
    """
    folder = ServedFolder(root, shelf)
    listener = _listen(host, port, socket_buffer_bytes(trace) if trace else None)
    mischief = Mischief(faults, read_catalogue(root, folder.list_playlists(), shelf)) if faults else None
    responder = Responder(folder, Shaper(trace) if trace else None, mischief)
    # handler_cancellation: a client that leaves frees the network at once, also in the middle of a wait.
    server = web.Server(responder.respond, handler_cancellation=True, access_log=None, logger=_open_log())
    runner = web.ServerRunner(server, shutdown_timeout=_LAST_WORDS_S)
    try:
        await runner.setup()
        await web.SockSite(runner, listener, backlog=_BACKLOG).start()
        yield Origin(_url_of(listener), folder.list_playlists())
    finally:
        await runner.cleanup()
        listener.close()


@contextmanager
def running_origin(
    root: Path, trace: Trace | None = None, port: int = 0, host: str = LOOPBACK, faults: Faults = NO_FAULTS
) -> Iterator[Origin]:
    """`serve_folder` on a thread of its own, for callers that block."""
    started: Future[tuple[asyncio.AbstractEventLoop, Origin]] = Future()
    stop = asyncio.Event()

    async def serve() -> None:
        try:
            async with serve_folder(root, trace, port, host, faults) as origin:
                started.set_result((asyncio.get_running_loop(), origin))
                await stop.wait()
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="midnote-origin", daemon=True)
    thread.start()
    loop, origin = started.result()
    try:
        yield origin
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def _listen(host: str, port: int, send_buffer_bytes: int | None) -> socket.socket:
    """A bound socket; None leaves the send buffer to the kernel."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise InputError(f"host {host}: not an address of this machine ({error.strerror}); try {LOOPBACK}") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if send_buffer_bytes is not None:  # each connection inherits it
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer_bytes)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise InputError(_describe_refusal(error, host, port)) from error
    return listener


def _describe_refusal(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use; stop what listens there, or choose another --port (0: a free one)"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} is reserved for the administrator; choose a --port above 1023"
    return f"cannot listen on port {port} of {host}: {error.strerror}; choose another --host or --port"


def _open_log() -> logging.Logger:
    """Where aiohttp reports our bugs; a malformed request is the client's, and was answered with 400."""
    log = logging.getLogger(__name__)
    log.addFilter(_is_worth_reading)
    return log


def _is_worth_reading(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], BadHttpMessage))


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = _OPENED_AS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
