"""One keep-alive HTTP/1.1 connection for GET requests, which another thread may cut.

Plain sockets: they turn cooperative when gevent has patched the standard library, as Locust has it done.
The head of an answer is read by `http.client`; connecting is done here, so that it can be cut as well.
"""

import contextlib
import functools
import http.client
import io
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from simulator.errors import InputError
from simulator.presentation import Resource

# A net below the player's own patience (10 s for a first byte), as in the other drivers.
SILENCE_S = 60.0
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect to."""

    scheme: str
    host: str
    port: int

    def __post_init__(self) -> None:
        if self.scheme not in _PORTS or not self.host:
            raise InputError(
                f"{self.scheme}://{self.host}: not an HTTP address; give one like http://127.0.0.1:8080/master.m3u8"
            )


class Connection:
    """Asks one thing after the other over one connection, opened anew when the last one is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._place: Place | None = None
        self._is_cut = False
        self._ends_after_answer = False

    def get(self, resource: Resource, *, takes_gzip: bool = False) -> http.client.HTTPResponse:
        """The answer, its body still to be read. Raises OSError or http.client.HTTPException when there is none.

        An idle connection that the origin has closed meanwhile is replaced once: RFC 9112 section 9.3.1 lets a client
        repeat a GET.
        """
        place, head = _describe_request(resource, takes_gzip=takes_gzip)
        if self._socket is not None and self._place == place and not self._ends_after_answer:
            with contextlib.suppress(ConnectionError):  # http.client.RemoteDisconnected is one
                return self._exchange(head)
        self._open(place)
        return self._exchange(head)

    def cut(self) -> None:
        """End what is under way: the thread that waits for it gets an OSError. Stays cut until it is closed."""
        with self._lock:
            self._is_cut = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    # The plain socket's: SSLSocket.shutdown would forget the TLS state under the reader's feet.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    @property
    def is_cut(self) -> bool:
        """Whether it was cut since it was last closed; what came since then may look whole and not be."""
        return self._is_cut

    def close(self) -> None:
        """Let the connection go; the next request opens another. Only for the thread that uses it."""
        with self._lock:
            self._drop_socket()
            self._is_cut = False

    def _exchange(self, head: bytes) -> http.client.HTTPResponse:
        assert self._socket is not None, "a request goes out over an open connection"
        self._socket.sendall(head)
        response = http.client.HTTPResponse(self._socket, method="GET")
        try:
            response.begin()
        except BaseException:
            response.close()
            raise
        self._ends_after_answer = response.will_close
        return response

    def _open(self, place: Place) -> None:
        fault: OSError = ConnectionError(f"{place.host}: no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM):
            try:
                self._hold(socket.socket(family, kind, protocol))
                self._connect(place, address)
            except OSError as error:
                fault = error
                continue
            self._place = place
            return
        with self._lock:
            self._drop_socket()
        raise fault

    def _connect(self, place: Place, address: tuple[object, ...]) -> None:
        assert self._socket is not None, "held a line above"
        self._socket.settimeout(SILENCE_S)
        self._socket.connect(address)
        if place.scheme == "https":
            context = tls_context()
            secured = context.wrap_socket(self._socket, server_hostname=place.host, do_handshake_on_connect=False)
            self._hold(secured)
            secured.do_handshake()

    def _hold(self, fresh: socket.socket) -> None:
        """Make a socket ours, where `cut` finds it; the one before it is closed."""
        with self._lock:
            if self._is_cut:
                fresh.close()
                raise ConnectionAbortedError("cut while connecting")
            self._drop_socket()
            self._socket = fresh

    def _drop_socket(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._place = None, None


def read_some(response: http.client.HTTPResponse, sink: bytearray) -> int:
    """How many bytes of the body came with the next read, now at the start of `sink`; 0 when it is whole.

    Raises http.client.IncompleteRead when the connection ended before the body did.
    """
    if response.length is None:
        return response.readinto(sink)  # chunked, or until the connection ends
    if response.length == 0:
        return 0
    # readinto() of the response would wait until the sink is full; of its reader, readinto1() takes what there is.
    reader = response.fp
    assert isinstance(reader, io.BufferedReader), "the body is read before the response is closed"
    count = reader.readinto1(memoryview(sink)[: response.length])
    if count == 0:
        raise http.client.IncompleteRead(b"", response.length)
    response.length -= count
    return count


@functools.cache
def tls_context() -> ssl.SSLContext:
    """The system's trust settings, read once: a context takes about 20 ms to make."""
    return ssl.create_default_context()


@functools.lru_cache(maxsize=4096)  # every listener asks for the same segments
def _describe_request(resource: Resource, *, takes_gzip: bool) -> tuple[Place, bytes]:
    parts = urlsplit(resource.uri)
    place = Place(parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}", "User-Agent: midnote"]
    lines.append(f"Accept-Encoding: {'gzip' if takes_gzip else 'identity'}")
    wanted = resource.byte_range
    if wanted is not None:
        lines.append(f"Range: bytes={wanted.offset}-{wanted.offset + wanted.length - 1}")
    return place, "\r\n".join([*lines, "", ""]).encode("ascii")
