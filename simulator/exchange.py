"""A player's requests from first attempt to end: numbered, measured, timed, tried again, given up."""

from dataclasses import dataclass

from simulator import events as ev
from simulator.commands import Abort, Command, Fetch, Part
from simulator.line import Line
from simulator.playhead import NEVER_US
from simulator.presentation import Medium, Resource
from simulator.profile import PlayerConfig


@dataclass(slots=True)
class Request:
    """A fetch under way, or waiting for its next attempt (`retry_at_us`), or lost: there will be none.

    `size_bytes` is what the answer said (None: nothing); `judged_us` when it was last thought about.
    """

    fetch: Fetch
    sent_us: int
    attempt: int = 1
    is_answered: bool = False
    answered_us: int = 0
    received_bytes: int = 0
    retry_at_us: int | None = None
    last_byte_us: int = 0
    judged_us: int = 0
    size_bytes: int | None = None
    is_lost: bool = False


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

    __slots__ = ("_config", "_line", "_outbox", "_patience_us", "_requests", "_waiting", "estimator")

    def __init__(self, outbox: Outbox, config: PlayerConfig, line: Line) -> None:
        self.estimator = line.estimator
        self._line = line
        self._outbox = outbox
        self._config = config
        self._requests: dict[int, Request] = {}
        self._waiting = 0  # how many of them wait for their next attempt
        # No request has been waited for long enough before this: a bound, made exact when the clock comes to it.
        # Looking at every request after every input took an eighth of a session's time.
        self._patience_us = 0

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way, or waits for its next attempt."""
        return bool(self._requests)

    def send(
        self, now_us: int, part: Part, resource: Resource, medium: Medium | None = None, rung: str = "",
        index: int = -1, attempt: int = 1,
    ) -> Request:  # fmt: skip
        """A new request, which goes out now."""
        timeout_us = now_us + self._config.first_byte_timeout_us
        self._patience_us = min(self._patience_us, timeout_us) if self._requests else timeout_us
        fetch = Fetch(self._line.next_id(), resource, part, medium, rung, index)
        request = self._requests[fetch.request_id] = Request(fetch, now_us, attempt)
        self._outbox.order(fetch)
        self._outbox.tell(ev.Requested(now_us, fetch.request_id, part, medium, rung, index))
        return request

    def note_answer(self, now_us: int, request_id: int, size_bytes: int | None) -> None:
        """The first byte of an answer is here; it says how long its body is, if it does."""
        request = self._requests.get(request_id)
        if request is not None and not request.is_answered:
            request.is_answered = True
            request.answered_us = request.last_byte_us = now_us
            request.size_bytes = size_bytes
            self.estimator.note_answer(now_us, now_us - request.sent_us)

    def note_bytes(self, now_us: int, request_id: int, size_bytes: int) -> Request | None:
        """The request of whose body more is here; None when it is not known any more."""
        request = self._requests.get(request_id)
        if request is not None:
            request.received_bytes += size_bytes
            request.last_byte_us = now_us
            self.estimator.note_bytes(size_bytes)
        return request

    def finish(self, now_us: int, request_id: int) -> Request | None:
        """The request whose body is whole now; None when it was aborted while its last bytes were on their way."""
        request = self._requests.pop(request_id, None)
        if request is not None:
            if request.is_answered:
                self.estimator.note_end(now_us)
            estimate_bps = self.estimator.throughput_bps or 0
            self._outbox.tell(ev.Received(now_us, request_id, request.received_bytes, estimate_bps))
        return request

    def fail(self, now_us: int, request_id: int, reason: str, *, is_final: bool) -> Request | None:
        """The request that has failed, lost or not; None when it is not known any more.

        `is_final`: another try would give the same.
        """
        request = self._requests.get(request_id)
        if request is None:
            return None
        waits_us = min(self._config.backoff_us * 2 ** (request.attempt - 1), self._config.longest_backoff_us)
        self._lose_or_wait(now_us, request, reason, waits_us, is_final=is_final)
        return request

    def due_at(self) -> int:
        """When a request may have been waited for long enough, or is to be tried again; NEVER_US when neither is."""
        if self._waiting:
            return min(self.times_out_at(), self._retry_due_at())
        return self._patience_us if self._requests else NEVER_US

    def times_out_at(self) -> int:
        """When to look whether a request has been waited for long enough; never later than one has."""
        return self._patience_us if len(self._requests) > self._waiting else NEVER_US

    def time_out(self, now_us: int) -> list[tuple[Request, str]]:
        """The requests that have been waited for in vain, lost or not, and for what.

        They are tried again without a wait, as in hls.js (`timeoutRetry.retryDelayMs` is 0): there was one already.
        """
        late = [r for r in self._requests.values() if r.retry_at_us is None and self._patience_ends_at(r) <= now_us]
        failed = [(request, self._describe_wait(now_us, request)) for request in late]
        for request, reason in failed:
            self._outbox.order(Abort(request.fetch.request_id))
            self._lose_or_wait(now_us, request, reason, 0, is_final=False)
        under_way = (self._patience_ends_at(r) for r in self._requests.values() if r.retry_at_us is None)
        self._patience_us = min(under_way, default=now_us)
        return failed

    def _patience_ends_at(self, request: Request) -> int:
        if not request.is_answered:
            return request.sent_us + self._config.first_byte_timeout_us
        stalls_at_us = request.last_byte_us + self._config.stall_timeout_us
        return min(stalls_at_us, request.sent_us + self._config.load_timeout_us)

    def _describe_wait(self, now_us: int, request: Request) -> str:
        uri = request.fetch.resource.uri
        if not request.is_answered:
            return f"{uri}: no answer for {(now_us - request.sent_us) / 1e6:g} s"
        if now_us - request.last_byte_us >= self._config.stall_timeout_us:
            return f"{uri}: no byte for {(now_us - request.last_byte_us) / 1e6:g} s"
        return f"{uri}: not whole after {(now_us - request.sent_us) / 1e6:g} s"

    def _lose_or_wait(self, now_us: int, request: Request, reason: str, waits_us: int, *, is_final: bool) -> None:
        self._note_end(now_us, request)
        request.is_answered = False
        if is_final or request.attempt >= self._config.attempts:
            request.is_lost = True
            del self._requests[request.fetch.request_id]
            self._outbox.tell(ev.Lost(now_us, request.fetch.request_id, reason))
            return
        request.retry_at_us = now_us + waits_us
        self._waiting += 1
        self._outbox.tell(ev.Retried(now_us, request.fetch.request_id, reason))

    def _retry_due_at(self) -> int:
        return min((r.retry_at_us for r in self._requests.values() if r.retry_at_us is not None), default=NEVER_US)

    def retry(self, now_us: int) -> list[Request]:
        """The requests that go out again now, under new numbers."""
        due = [r for r in self._requests.values() if r.retry_at_us is not None and r.retry_at_us <= now_us]
        again: list[Request] = []
        for request in due:
            fetch = request.fetch
            del self._requests[fetch.request_id]
            self._waiting -= 1
            attempt = request.attempt + 1
            again.append(self.send(now_us, fetch.part, fetch.resource, fetch.medium, fetch.rung, fetch.index, attempt))
        return again

    def abort(self, now_us: int, request: Request, reason: str) -> None:
        """Give a request up that is under way, or waits for its next attempt."""
        request_id = request.fetch.request_id
        if request.is_lost:
            return  # at the same instant
        del self._requests[request_id]
        if request.retry_at_us is None:
            self._note_end(now_us, request)
            self._outbox.order(Abort(request_id))
        else:
            self._waiting -= 1
        self._outbox.tell(ev.Aborted(now_us, request_id, request.received_bytes, reason))

    def abort_all(self, now_us: int, reason: str) -> None:
        """Give everything up."""
        for request in tuple(self._requests.values()):
            self.abort(now_us, request, reason)

    def _note_end(self, now_us: int, request: Request) -> None:
        if request.is_answered:
            self.estimator.note_end(now_us)
