"""A player's requests from first attempt to end: numbered, measured, tried again, given up."""

from dataclasses import dataclass

from simulator import events as ev
from simulator.commands import Abort, Command, Fetch, Part
from simulator.estimate import ThroughputEstimator
from simulator.presentation import Medium, Resource


@dataclass(slots=True)
class Request:
    """A fetch under way, or waiting for its next attempt (`retry_at_us`)."""

    fetch: Fetch
    sent_us: int
    attempt: int = 1
    is_answered: bool = False
    answered_us: int = 0
    received_bytes: int = 0
    retry_at_us: int | None = None


class Outbox:
    """What a player has to say, in order: commands for its driver, events for whoever watches. Each is taken once."""

    __slots__ = ("_commands", "_events")

    def __init__(self) -> None:
        self._commands: list[Command] = []
        self._events: list[ev.Event] = []

    def order(self, command: Command) -> None:
        """The driver is to do this."""
        self._commands.append(command)

    def tell(self, event: ev.Event) -> None:
        """The player has done this."""
        self._events.append(event)

    def take_commands(self) -> list[Command]:
        """The commands since the last call."""
        taken, self._commands = self._commands, []
        return taken

    def take_events(self) -> list[ev.Event]:
        """The events since the last call."""
        taken, self._events = self._events, []
        return taken


class Exchange:
    """The requests that are under way, and what they tell of the link."""

    __slots__ = ("_attempts", "_backoff_us", "_next_id", "_outbox", "_requests", "estimator")

    def __init__(self, outbox: Outbox, attempts: int, backoff_us: int) -> None:
        """A request is tried `attempts` times; the wait before the second is `backoff_us` and doubles each time."""
        self.estimator = ThroughputEstimator()
        self._outbox = outbox
        self._attempts = attempts
        self._backoff_us = backoff_us
        self._requests: dict[int, Request] = {}
        self._next_id = 1

    def send(
        self, now_us: int, part: Part, resource: Resource, medium: Medium | None = None, rung: str = "",
        index: int = -1, attempt: int = 1,
    ) -> Request:  # fmt: skip
        """A new request, which goes out now."""
        fetch = Fetch(self._next_id, resource, part, medium, rung, index)
        self._next_id += 1
        request = self._requests[fetch.request_id] = Request(fetch, now_us, attempt)
        self._outbox.order(fetch)
        self._outbox.tell(ev.Requested(now_us, fetch.request_id, part, medium, rung, index))
        return request

    def note_answer(self, now_us: int, request_id: int) -> None:
        """The first byte of an answer is here."""
        request = self._requests.get(request_id)
        if request is not None and not request.is_answered:
            request.is_answered = True
            request.answered_us = now_us
            self.estimator.note_answer(now_us, now_us - request.sent_us)

    def note_bytes(self, request_id: int, size_bytes: int) -> None:
        """More of a body is here."""
        request = self._requests.get(request_id)
        if request is not None:
            request.received_bytes += size_bytes
            self.estimator.note_bytes(size_bytes)

    def finish(self, now_us: int, request_id: int) -> Request | None:
        """The request whose body is whole now; None when it was aborted while its last bytes were on their way."""
        request = self._requests.pop(request_id, None)
        if request is not None:
            self._note_end(now_us, request)
            estimate_bps = self.estimator.throughput_bps or 0
            self._outbox.tell(ev.Received(now_us, request_id, request.received_bytes, estimate_bps))
        return request

    def fail(self, now_us: int, request_id: int, reason: str) -> Request | None:
        """The request that has failed for the last time; None when it will be tried again, or is not known any more."""
        request = self._requests.get(request_id)
        if request is None:
            return None
        self._note_end(now_us, request)
        if request.attempt >= self._attempts:
            del self._requests[request_id]
            return request
        request.is_answered = False
        request.retry_at_us = now_us + self._backoff_us * 2 ** (request.attempt - 1)
        self._outbox.tell(ev.Retried(now_us, request_id, reason))
        return None

    def retry_due_at(self) -> int | None:
        """When the next attempt of a failed request is due."""
        return min((r.retry_at_us for r in self._requests.values() if r.retry_at_us is not None), default=None)

    def retry(self, now_us: int) -> list[Request]:
        """The requests that go out again now, under new numbers."""
        due = [r for r in self._requests.values() if r.retry_at_us is not None and r.retry_at_us <= now_us]
        again: list[Request] = []
        for request in due:
            fetch = request.fetch
            del self._requests[fetch.request_id]
            attempt = request.attempt + 1
            again.append(self.send(now_us, fetch.part, fetch.resource, fetch.medium, fetch.rung, fetch.index, attempt))
        return again

    def abort(self, now_us: int, request: Request, reason: str) -> None:
        """Give a request up that is under way, or waits for its next attempt."""
        request_id = request.fetch.request_id
        del self._requests[request_id]
        if request.retry_at_us is None:
            self._note_end(now_us, request)
            self._outbox.order(Abort(request_id))
        self._outbox.tell(ev.Aborted(now_us, request_id, request.received_bytes, reason))

    def abort_all(self, now_us: int, reason: str) -> None:
        """Give everything up."""
        for request in tuple(self._requests.values()):
            self.abort(now_us, request, reason)

    def _note_end(self, now_us: int, request: Request) -> None:
        if request.is_answered:
            self.estimator.note_end(now_us)
