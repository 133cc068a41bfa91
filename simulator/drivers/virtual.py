"""Plays a package folder in virtual time: a session of minutes takes milliseconds."""

from dataclasses import dataclass

from simulator.commands import Abort, Command, Fetch, Part
from simulator.errors import BrokenPackageError, UnsupportedError
from simulator.faults import UNTOUCHED, FaultBook, Treatment, describe_fetch
from simulator.hls import parse_playlist
from simulator.inputs import Answered, Arrived, Failed, Finished, Input, Opened
from simulator.link import Link, Progress
from simulator.package_folder import PackageFolder
from simulator.presentation import Resource
from simulator.queue_listener import open_listener
from simulator.scenario import Scenario
from simulator.session import Session, SongAddress, open_player
from simulator.trace import Trace, constant_trace
from simulator.wholeness import find_fault

# A loopback-like link for scenarios that name none.
UNSHAPED = constant_trace(1_000_000_000, 0, "unshaped")


def play_virtually(
    folder: PackageFolder,
    uri: str,
    scenario: Scenario,
    *,
    keep_bodies: bool = True,
    next_songs: tuple[SongAddress, ...] = (),
) -> Session:
    """The whole session of `scenario` over the link it asks for; without bodies it cannot be proven, but is quicker.

    `next_songs` follow the first one; `folder` holds them too.
    Raises BrokenPackageError when the package is not what its playlists say.
    """
    return _VirtualDriver(folder, uri, scenario, next_songs, keep_bodies=keep_bodies).run()


@dataclass(slots=True)
class _Delivery:
    """An answer on its way, the length that it gives its body, and what the faults of the scenario do to it."""

    fetch: Fetch
    promised_bytes: int
    treatment: Treatment = UNTOUCHED


class _VirtualDriver:
    def __init__(
        self,
        folder: PackageFolder,
        uri: str,
        scenario: Scenario,
        next_songs: tuple[SongAddress, ...],
        *,
        keep_bodies: bool,
    ) -> None:
        self._folder = folder
        self._uri = uri
        self._scenario = scenario
        self._keeps_bodies = keep_bodies
        self._next_songs = next_songs
        self._player = open_player(uri, scenario, next_songs)
        self._link = Link(self._trace())
        self._listener = open_listener(scenario)
        self._faults = FaultBook(scenario.faults) if scenario.faults else None
        self._now_us = 0
        self._inputs: list[Input] = []
        self._deliveries: dict[int, _Delivery] = {}
        self._resources: dict[int, Resource] = {}
        self._bodies: dict[int, bytes] = {}

    def _trace(self) -> Trace:
        return self._scenario.link or UNSHAPED

    def run(self) -> Session:
        self._feed(Opened(0))
        while not self._player.is_over:
            self._step()
        return Session(
            str(self._folder.root), self._uri, "virtual", self._scenario, tuple(self._inputs),
            tuple(self._player.take_events()), self._now_us, self._resources, self._bodies, self._next_songs,
        )  # fmt: skip

    def _step(self) -> None:
        """Go to whatever comes next. A deadline wins a tie; a tap comes before the bytes of the same instant."""
        player = self._player
        deadline_us, acts_us, next_us = player.deadline(), self._listener.acts_at(player), self._link.next_at()
        if acts_us is not None and (next_us is None or acts_us < next_us):
            next_us = acts_us
        if deadline_us is not None and (next_us is None or deadline_us < next_us):
            next_us = deadline_us
        assert next_us is not None, "a player that waits for something has a deadline"
        self._now_us = max(self._now_us, next_us)
        if deadline_us is not None and deadline_us <= self._now_us:
            player.advance(self._now_us)
            self._obey(player.take_commands())
        elif acts_us is not None and acts_us <= self._now_us:
            self._act()
        else:
            for progress in self._link.take(self._now_us):
                self._tell(progress)

    def _act(self) -> None:
        act = self._listener.act(self._player, self._now_us)
        assert act is not None, "a listener does what is due"
        self._feed(act)

    def _tell(self, progress: Progress) -> None:
        delivery = self._deliveries.get(progress.request_id)
        if delivery is None:
            return  # aborted by what was told a moment ago
        if delivery.treatment.status is not None:
            self._refuse(delivery.fetch, delivery.treatment.status)
            return
        if progress.is_first:
            self._feed(Answered(self._now_us, progress.request_id, delivery.promised_bytes))
        if progress.size_bytes:
            self._feed(Arrived(self._now_us, progress.request_id, progress.size_bytes))
        if progress.is_last and progress.request_id in self._deliveries:
            self._finish(delivery.fetch, delivery.treatment)

    def _refuse(self, fetch: Fetch, status: int) -> None:
        self._fail(fetch, f"status {status} where 200 was expected", is_final=status < 500)

    def _finish(self, fetch: Fetch, treatment: Treatment) -> None:
        if treatment is not UNTOUCHED:
            if failure := treatment.find_failure(self._folder.size_bytes(fetch.resource)):
                self._fail(fetch, failure)
                return
            if treatment.is_cut_short or treatment.wrong_bytes:
                self._finish_spoiled(fetch, treatment)
                return
        del self._deliveries[fetch.request_id]
        if self._keeps_bodies:
            self._bodies[fetch.request_id] = self._folder.read(fetch.resource)
        self._feed(Finished(self._now_us, fetch.request_id, self._folder.parse(fetch)))

    def _finish_spoiled(self, fetch: Fetch, treatment: Treatment) -> None:
        """A body came whole, but is not what the package holds; what a player cannot see, it appends."""
        body = treatment.spoil(self._folder.read(fetch.resource))
        playlist = None
        if fetch.part in (Part.MULTIVARIANT, Part.PLAYLIST):
            try:
                playlist = parse_playlist(fetch, body)
            except (BrokenPackageError, UnsupportedError) as fault:
                self._fail(fetch, str(fault).removeprefix(f"{fetch.resource.uri}: "))
                return
        elif damage := find_fault(fetch, body):
            self._fail(fetch, f"not whole: {damage}")
            return
        del self._deliveries[fetch.request_id]
        if self._keeps_bodies:
            self._bodies[fetch.request_id] = body
        self._feed(Finished(self._now_us, fetch.request_id, playlist))

    def _fail(self, fetch: Fetch, reason: str, *, is_final: bool = False) -> None:
        del self._deliveries[fetch.request_id]
        self._link.stop(fetch.request_id, self._now_us)
        self._feed(Failed(self._now_us, fetch.request_id, f"{fetch.resource.uri}: {reason}", is_final))

    def _feed(self, happened: Input) -> None:
        self._inputs.append(happened)
        self._player.feed(happened)
        if commands := self._player.take_commands():
            self._obey(commands)

    def _obey(self, commands: list[Command]) -> None:
        for command in commands:
            if isinstance(command, Abort):
                self._deliveries.pop(command.request_id, None)
                self._link.stop(command.request_id, self._now_us)
                continue
            self._resources[command.request_id] = command.resource
            self._send(command)

    def _send(self, fetch: Fetch) -> None:
        size_bytes = self._folder.size_bytes(fetch.resource)
        if self._faults is None:
            self._deliveries[fetch.request_id] = _Delivery(fetch, size_bytes)
            self._link.start(fetch.request_id, size_bytes, self._now_us)
            return
        treatment = self._faults.treat(describe_fetch(fetch), self._now_us)
        self._deliveries[fetch.request_id] = _Delivery(fetch, treatment.promised_bytes(size_bytes), treatment)
        if treatment.is_never:
            return
        size_bytes = 0 if treatment.status is not None else treatment.sent_bytes(size_bytes)
        self._link.start(fetch.request_id, size_bytes, self._now_us, treatment.delay_us, treatment.rate_bytes)
