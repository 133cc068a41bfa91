"""Fetches one thing after the other over one connection, on a thread of its own, and reports to a mailbox."""

import functools
import gzip
import http.client
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import SimpleQueue

from simulator.commands import Fetch, Part
from simulator.drivers.connection import Connection, read_some
from simulator.errors import BrokenPackageError, UnsupportedError
from simulator.hls import parse_playlist
from simulator.inputs import Answered, Arrived, Failed, Finished, Input
from simulator.presentation import MediaPlaylist, Presentation

# Media is read into here and forgotten. All couriers share it, nobody looks inside: 64 KiB for each of ten thousand
# listeners' two connections would be 1.3 GB.
_SINK = bytearray(65536)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A request that went out, and how it ended: whole, failed (`error` says why) or aborted by the player.

    Times are since it was sent, connecting included. `size_bytes` counts the body as it came over the wire;
    `first_byte_s` None: no answer came. `error` names no address, so that equal failures can be counted together.
    """

    fetch: Fetch
    first_byte_s: float | None
    total_s: float
    size_bytes: int
    error: str = ""
    is_aborted: bool = False


# What a courier reports: inputs for the player, a transfer when it ended, an exception when there is a bug in here.
News = Input | Transfer | Exception


class Courier:
    """Carries out the fetches of one lane in the order they are asked for."""

    def __init__(self, mailbox: SimpleQueue[News], now_us: Callable[[], int], name: str) -> None:
        self._mailbox = mailbox
        self._now_us = now_us
        self._inbox: SimpleQueue[Fetch | None] = SimpleQueue()
        self._connection = Connection()
        self._lock = threading.Lock()
        self._under_way: int | None = None
        self._dropped: set[int] = set()
        self._is_closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def ask(self, fetch: Fetch) -> None:
        """Fetch this when everything asked for before it is done."""
        self._inbox.put(fetch)

    def drop(self, request_id: int) -> None:
        """Forget this request; when it is under way, its connection is cut."""
        with self._lock:
            self._dropped.add(request_id)
            if self._under_way == request_id:
                self._connection.cut()

    def close(self) -> None:
        """Cut what is under way; on return the thread and the connection have ended."""
        with self._lock:
            self._is_closed = True
            self._connection.cut()
        self._inbox.put(None)
        self._thread.join()

    def _work(self) -> None:
        try:
            for fetch in iter(self._inbox.get, None):
                if self._take_up(fetch):
                    self._carry(fetch)
                    self._lay_down(fetch)
        except Exception as bug:  # raised again where the session is played
            self._mailbox.put(bug)
        finally:
            self._connection.close()

    def _take_up(self, fetch: Fetch) -> bool:
        with self._lock:
            is_wanted = not self._is_closed and fetch.request_id not in self._dropped
            self._under_way = fetch.request_id if is_wanted else None
            return is_wanted

    def _lay_down(self, fetch: Fetch) -> None:
        with self._lock:
            self._under_way = None
            if fetch.request_id in self._dropped:
                self._connection.close()

    def _carry(self, fetch: Fetch) -> None:
        errand = _Errand(fetch, self._connection, self._mailbox, self._now_us)
        error = errand.run()
        is_aborted = self._connection.is_cut
        if error:
            self._connection.close()  # the rest of the body may still be on its way over it
        self._mailbox.put(errand.describe_end("" if is_aborted else error, is_aborted=is_aborted))
        if error and not is_aborted:
            reason = f"{fetch.resource.uri}: {error}"
            self._mailbox.put(Failed(self._now_us(), fetch.request_id, reason, errand.is_refused))


class _Errand:
    """One fetch from request to end."""

    def __init__(
        self, fetch: Fetch, connection: Connection, mailbox: SimpleQueue[News], now_us: Callable[[], int]
    ) -> None:
        self._fetch = fetch
        self._connection = connection
        self._mailbox = mailbox
        self._now_us = now_us
        self._began_ns = time.perf_counter_ns()
        self._first_byte_s: float | None = None
        self._total_s: float | None = None
        self._size_bytes = 0
        self.is_refused = False  # a 4xx status: another try would get the same

    def run(self) -> str:
        """Why it failed; empty when it came whole, which the mailbox then knows already."""
        try:
            response = self._connection.get(self._fetch.resource, takes_gzip=self._is_playlist)
            try:
                error = self._receive(response)
            finally:
                response.close()
        except TimeoutError:
            return "nothing came for too long"
        except (OSError, http.client.HTTPException) as fault:
            return f"{type(fault).__name__}: {fault}".rstrip(": ")
        return error

    def describe_end(self, error: str, *, is_aborted: bool) -> Transfer:
        """The transfer as it ended just now."""
        total_s = self._elapsed_s() if self._total_s is None else self._total_s
        return Transfer(self._fetch, self._first_byte_s, total_s, self._size_bytes, error, is_aborted)

    @property
    def _is_playlist(self) -> bool:
        return self._fetch.part in (Part.MULTIVARIANT, Part.PLAYLIST)

    def _elapsed_s(self) -> float:
        return (time.perf_counter_ns() - self._began_ns) / 1e9

    def _receive(self, response: http.client.HTTPResponse) -> str:
        self._first_byte_s = self._elapsed_s()
        expected = 200 if self._fetch.resource.byte_range is None else 206
        if response.status != expected:
            self.is_refused = 400 <= response.status < 500
            return f"status {response.status} where {expected} was expected"
        self._mailbox.put(Answered(self._now_us(), self._fetch.request_id, response.length))
        return self._receive_playlist(response) if self._is_playlist else self._receive_media(response)

    def _receive_media(self, response: http.client.HTTPResponse) -> str:
        while count := read_some(response, _SINK):
            self._note_bytes(count)
        self._mailbox.put(Finished(self._now_us(), self._fetch.request_id))
        return ""

    def _receive_playlist(self, response: http.client.HTTPResponse) -> str:
        body = response.read()
        self._note_bytes(len(body))
        self._total_s = self._elapsed_s()  # reading it with understanding is not the origin's work
        try:
            text = gzip.decompress(body) if response.getheader("Content-Encoding") == "gzip" else body
            playlist = _parse_once(replace(self._fetch, request_id=0), text)
        except (BrokenPackageError, UnsupportedError, EOFError, zlib.error) as fault:
            return str(fault).removeprefix(f"{self._fetch.resource.uri}: ")
        self._mailbox.put(Finished(self._now_us(), self._fetch.request_id, playlist))
        return ""

    def _note_bytes(self, count: int) -> None:
        self._size_bytes += count
        self._mailbox.put(Arrived(self._now_us(), self._fetch.request_id, count))


@functools.lru_cache(maxsize=256)  # every listener gets the same playlists, and each segment in one takes 20 us
def _parse_once(fetch: Fetch, body: bytes) -> Presentation | MediaPlaylist:
    return parse_playlist(fetch, body)
