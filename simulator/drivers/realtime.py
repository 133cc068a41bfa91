"""Plays a presentation over real HTTP in real time, and keeps everything that happened."""

import asyncio
import contextlib
import time
from collections.abc import Callable

import aiohttp

from simulator.commands import Abort, Fetch, Part
from simulator.errors import BrokenPackageError, OriginError, UnsupportedError
from simulator.events import Event, GaveUp, PlaybackStarted
from simulator.hls import parse_playlist
from simulator.inputs import Answered, Arrived, Failed, Finished, Input, Left, Opened
from simulator.presentation import Resource
from simulator.queue_listener import open_listener
from simulator.scenario import Scenario
from simulator.session import Session, SongAddress, open_player
from simulator.wholeness import find_fault

# A net below the player's own patience (10 s for a first byte), for an operating system that never gives up.
SILENCE_S = 60.0

Watcher = Callable[[int, Event], None]


async def play_live(
    url: str, scenario: Scenario, watch: Watcher | None = None, next_songs: tuple[SongAddress, ...] = ()
) -> Session:
    """The session of `scenario` against an origin; `watch` is told each event with the playhead as it happens.

    Cancelling it (as Ctrl-C does) has the listener leave: the session up to then is returned.
    Raises OriginError when the player had to give up before the sound started, BrokenPackageError for bad playlists.
    """
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=SILENCE_S, sock_read=SILENCE_S)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        return await _LiveDriver(http, url, scenario, watch, next_songs).run()


class _LiveDriver:
    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        scenario: Scenario,
        watch: Watcher | None,
        next_songs: tuple[SongAddress, ...],
    ) -> None:
        self._http = http
        self._url = url
        self._scenario = scenario
        self._watch = watch
        self._next_songs = next_songs
        self._player = open_player(url, scenario, next_songs)
        self._listener = open_listener(scenario)
        self._began_ns = time.perf_counter_ns()
        self._inputs: list[Input] = []
        self._events: list[Event] = []
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._resources: dict[int, Resource] = {}
        self._bodies: dict[int, bytes] = {}
        self._moved = asyncio.Event()
        self._fault: Exception | None = None

    async def run(self) -> Session:
        try:
            await self._play()
        except asyncio.CancelledError:
            self._feed(Left(self._now_us()))
        finally:
            await self._cancel_all()
        self._refuse_silence()
        return Session(
            self._url, self._url, "live", self._scenario, tuple(self._inputs), tuple(self._events),
            self._events[-1].at_us, self._resources, self._bodies, self._next_songs,
        )  # fmt: skip

    async def _play(self) -> None:
        self._feed(Opened(self._now_us()))
        while not self._player.is_over:
            await self._wait()
            self._wake()
            if self._fault is not None:
                raise self._fault

    def _now_us(self) -> int:
        return (time.perf_counter_ns() - self._began_ns) // 1000

    async def _wait(self) -> None:
        times = [t for t in (self._player.deadline(), self._listener.acts_at(self._player)) if t is not None]
        wake_us = min(times, default=None)
        delay_s = None if wake_us is None else max(0.0, (wake_us - self._now_us()) / 1e6)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._moved.wait(), delay_s)
        self._moved.clear()

    def _wake(self) -> None:
        now_us = self._now_us()
        self._player.advance(now_us)
        self._obey()
        act = self._listener.act(self._player, now_us)
        if act is not None:
            self._feed(act)

    def _feed(self, happened: Input) -> None:
        if self._player.is_over:
            return
        self._inputs.append(happened)
        self._player.feed(happened)
        self._obey()
        self._moved.set()  # the next deadline may be another one now

    def _obey(self) -> None:
        for event in self._player.take_events():
            self._events.append(event)
            if self._watch is not None:
                self._watch(self._player.playhead_us, event)
        for command in self._player.take_commands():
            if isinstance(command, Abort):
                task = self._tasks.pop(command.request_id, None)
                if task is not None and task is not asyncio.current_task():
                    task.cancel()
                continue
            self._resources[command.request_id] = command.resource
            self._tasks[command.request_id] = asyncio.create_task(self._fetch(command))

    async def _fetch(self, fetch: Fetch) -> None:
        try:
            await self._transfer(fetch)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as fault:
            self._fail(fetch, f"{type(fault).__name__}: {fault}".rstrip(": "))
        except asyncio.CancelledError:
            raise
        except Exception as fault:  # handed to run(), which raises it
            self._fault = fault
            self._moved.set()
        self._tasks.pop(fetch.request_id, None)

    async def _transfer(self, fetch: Fetch) -> None:
        wanted = fetch.resource.byte_range
        fields = {} if wanted is None else {"Range": f"bytes={wanted.offset}-{wanted.offset + wanted.length - 1}"}
        async with self._http.get(fetch.resource.uri, headers=fields) as response:
            expected = 200 if wanted is None else 206
            if response.status != expected:
                self._fail(fetch, f"status {response.status} where {expected} was expected", status=response.status)
                return
            self._feed(Answered(self._now_us(), fetch.request_id, response.content_length))
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                self._feed(Arrived(self._now_us(), fetch.request_id, len(chunk)))
        self._take_body(fetch, bytes(body))

    def _take_body(self, fetch: Fetch, body: bytes) -> None:
        """Give a whole body to the player, unless it is seen to be none.

        Raises BrokenPackageError or UnsupportedError when the first song's multivariant playlist is none, unless the
        scenario may have spoiled it: then it is asked for again, as everything else is.
        """
        playlist = None
        if fetch.part in (Part.MULTIVARIANT, Part.PLAYLIST):
            try:
                playlist = parse_playlist(fetch, body)
            except (BrokenPackageError, UnsupportedError) as fault:
                if fetch.resource.uri == self._url and not self._scenario.faults:
                    raise
                self._fail(fetch, str(fault).removeprefix(f"{fetch.resource.uri}: "))
                return
        elif damage := find_fault(fetch, body):
            self._fail(fetch, f"not whole: {damage}")
            return
        self._bodies[fetch.request_id] = body
        self._feed(Finished(self._now_us(), fetch.request_id, playlist))

    def _fail(self, fetch: Fetch, reason: str, *, status: int = 0) -> None:
        is_final = 400 <= status < 500
        self._feed(Failed(self._now_us(), fetch.request_id, f"{fetch.resource.uri}: {reason}", is_final))

    async def _cancel_all(self) -> None:
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _refuse_silence(self) -> None:
        last = self._events[-1]
        was_heard = any(isinstance(event, PlaybackStarted) for event in self._events)
        if isinstance(last, GaveUp) and not was_heard and not self._scenario.faults:
            raise OriginError(f"{last.reason}; is the origin running, and is this the URL of a master.m3u8?")
