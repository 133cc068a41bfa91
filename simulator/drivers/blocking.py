"""Plays a presentation over real HTTP with blocking sockets and plain threads.

Under gevent, as in Locust, the threads are greenlets and one process plays thousands of sessions; without it they are
threads. One connection carries the sound and the multivariant playlist, the other everything of the picture, so that
a picture given up costs the sound nothing. Media is counted and thrown away: there is nothing to prove here.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from queue import Empty, SimpleQueue

from simulator.commands import Abort, Fetch
from simulator.drivers.courier import Courier, News, Transfer
from simulator.events import Event
from simulator.inputs import Arrived, Input, Left, Opened
from simulator.presentation import Medium
from simulator.queue_listener import open_listener
from simulator.scenario import Scenario
from simulator.session import Session, SongAddress, open_player

RequestWatcher = Callable[[Transfer], None]


class BlockingPlay:
    """One listener's session against an origin: play it, and read its events also when it was interrupted."""

    def __init__(
        self,
        url: str,
        scenario: Scenario,
        on_request: RequestWatcher | None = None,
        next_songs: tuple[SongAddress, ...] = (),
    ) -> None:
        """`on_request` is told each request that went out, when it ended, on the thread that plays."""
        self._url = url
        self._scenario = scenario
        self._on_request = on_request
        self._next_songs = next_songs
        self._player = open_player(url, scenario, next_songs)
        self._listener = open_listener(scenario)
        self._began_ns = time.perf_counter_ns()
        self._fed_us = 0
        self._inputs: list[Input] = []
        self._events: list[Event] = []
        self._fetches: dict[int, Fetch] = {}
        self._couriers: dict[Medium, Courier] = {}
        self._mailbox: SimpleQueue[News] = SimpleQueue()

    def play(self) -> Session:
        """The session, once it is over. When it is interrupted, the listener leaves before the exception goes on.

        Raises InputError when the URL is no HTTP address. An origin that does not answer is an event: GaveUp.
        """
        self._began_ns = time.perf_counter_ns()
        try:
            self._feed(Opened(self._now_us()))
            while not self._player.is_over:
                for news in self._wait():
                    self._take(news)
                self._wake()
        finally:
            self._end()
        return self._session()

    def leave(self) -> None:
        """Have the listener leave now. May be called from another thread."""
        self._mailbox.put(Left(self._now_us()))

    @property
    def events(self) -> tuple[Event, ...]:
        """What the player has done so far; the last event ends the session once `play` has returned or raised."""
        return tuple(self._events)

    def _session(self) -> Session:
        resources = {request_id: fetch.resource for request_id, fetch in self._fetches.items()}
        return Session(
            self._url, self._url, "blocking", self._scenario, tuple(self._inputs), tuple(self._events),
            self._events[-1].at_us, resources, next_songs=self._next_songs,
        )  # fmt: skip

    def _now_us(self) -> int:
        return (time.perf_counter_ns() - self._began_ns) // 1000

    # What comes next: news from the couriers, or a time at which something is due

    def _wait(self) -> list[News]:
        """All news there is, after waiting for the first until something else is due."""
        wake_us = self._next_wake_us()
        delay_s = None if wake_us is None else max(0.0, (wake_us - self._now_us()) / 1e6)
        news: list[News] = []
        with contextlib.suppress(Empty):
            news.append(self._mailbox.get(timeout=delay_s))
            while True:
                _add(news, self._mailbox.get_nowait())
        return news

    def _next_wake_us(self) -> int | None:
        times = [t for t in (self._player.deadline(), self._listener.acts_at(self._player)) if t is not None]
        return min(times, default=None)

    def _wake(self) -> None:
        if self._player.is_over:
            return
        self._fed_us = max(self._fed_us, self._now_us())
        self._player.advance(self._fed_us)
        self._obey()
        act = self._listener.act(self._player, self._fed_us)
        if act is not None:
            self._feed(act)

    def _take(self, news: News) -> None:
        if isinstance(news, Exception):
            raise news
        if not isinstance(news, Transfer):
            self._feed(news)
        elif self._on_request is not None:
            self._on_request(news)

    def _feed(self, happened: Input) -> None:
        """Give it to the player; what was stamped before the player last woke counts from then."""
        if self._player.is_over:
            return
        self._fed_us = max(self._fed_us, happened.at_us)
        if happened.at_us < self._fed_us:
            happened = replace(happened, at_us=self._fed_us)
        self._inputs.append(happened)
        self._player.feed(happened)
        self._obey()

    def _obey(self) -> None:
        self._events += self._player.take_events()
        for command in self._player.take_commands():
            if isinstance(command, Abort):
                self._courier_for(self._fetches[command.request_id]).drop(command.request_id)
                continue
            self._fetches[command.request_id] = command
            self._courier_for(command).ask(command)

    def _courier_for(self, fetch: Fetch) -> Courier:
        """Two lanes, two connections: a browser has more, but never needs more for one song."""
        medium = fetch.medium or Medium.AUDIO
        if medium not in self._couriers:
            self._couriers[medium] = Courier(self._mailbox, self._now_us, f"midnote-{medium.value}")
        return self._couriers[medium]

    def _end(self) -> None:
        try:
            self._feed(Left(self._now_us()))
        finally:
            for courier in self._couriers.values():
                courier.close()
        while not self._mailbox.empty():
            self._take(self._mailbox.get())


def _add(news: list[News], latest: News) -> None:
    """Put the latest at the end; bytes of the same transfer become one arrival, with the later one's time."""
    last = news[-1]
    if isinstance(last, Arrived) and isinstance(latest, Arrived) and last.request_id == latest.request_id:
        latest = replace(latest, size_bytes=last.size_bytes + latest.size_bytes)
        news.pop()
    news.append(latest)
