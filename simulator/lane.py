"""One medium's way from the ladder to the buffer: what is known, what is on its way, what is there.

A lane decides nothing. The player gives it a target (a rung and a segment); the lane says which parts are still
missing for it and turns them into an appended segment when they are all here.
"""

from collections import deque
from dataclasses import dataclass

from simulator.abr import Download
from simulator.commands import Part
from simulator.exchange import Request
from simulator.presentation import MediaPlaylist, Medium, Resource, Rung, Segment


@dataclass(frozen=True, slots=True)
class Target:
    """The segment a lane is after, as indices into the ladder and the playlist."""

    rung: int
    index: int


@dataclass(frozen=True, slots=True)
class Span:
    """An appended segment: its presentation time and the requests whose bodies it is made of."""

    rung: str
    index: int
    start_us: int
    end_us: int
    request_id: int
    init_request_id: int
    size_bytes: int


class Lane:
    """The ladder, the requests and the buffer of one medium."""

    __slots__ = ("_init_ids", "_segment", "buffer", "grid", "last_download", "last_ended_us", "medium", "next_index",
                 "pending", "playlists", "rung", "rungs", "start_index", "target")  # fmt: skip

    def __init__(self, medium: Medium, rungs: tuple[Rung, ...]) -> None:
        self.medium = medium
        self.rungs = rungs
        self.playlists: list[MediaPlaylist | None] = [None] * len(rungs)
        # The first playlist that came: all rungs of a ladder are cut at the same instants.
        self.grid: MediaPlaylist | None = None
        self.pending: dict[tuple[Part, str], Request] = {}
        self.buffer: deque[Span] = deque()
        self.target: Target | None = None
        self.rung: int | None = None
        self.next_index = 0
        self.start_index = 0
        self.last_download: Download | None = None
        self.last_ended_us = 0
        self._init_ids: list[int | None] = [None] * len(rungs)
        self._segment: Request | None = None

    @property
    def end_us(self) -> int | None:
        """Where the buffer ends; None when it is empty."""
        return self.buffer[-1].end_us if self.buffer else None

    @property
    def is_complete(self) -> bool:
        """Whether the last segment has been appended."""
        return self.grid is not None and self.next_index >= len(self.grid.segments)

    def target_segment(self) -> Segment | None:
        """The segment the lane is after, as far as playlists tell yet."""
        grid = self.grid
        if self.target is None or grid is None or self.target.index >= len(grid.segments):
            return None
        return grid.segments[self.target.index]

    def missing_parts(self) -> list[tuple[Part, Resource]]:
        """What has to be asked for now to get the target: the playlist first, then init and segment together."""
        if self.target is None:
            return []
        rung, playlist = self.target.rung, self.playlists[self.target.rung]
        parts: list[tuple[Part, Resource]] = []
        if playlist is None:
            parts.append((Part.PLAYLIST, Resource(self.rungs[rung].uri)))
        else:
            if playlist.init and self._init_ids[rung] is None:
                parts.append((Part.INIT, playlist.init))
            if self._segment is None:
                parts.append((Part.SEGMENT, playlist.segments[self.target.index].resource))
        name = self.rungs[rung].name
        return [(part, resource) for part, resource in parts if (part, name) not in self.pending]

    def missing_warmth(self) -> list[tuple[Part, Resource]]:
        """What would make a switch quicker: the playlist and then the init segment of the cheapest rung."""
        if self.pending:
            return []
        if self.playlists[0] is None:
            return [(Part.PLAYLIST, Resource(self.rungs[0].uri))]
        if self.playlists[0].init and self._init_ids[0] is None:
            return [(Part.INIT, self.playlists[0].init)]
        return []

    def take_in(self, request: Request, playlist: MediaPlaylist | None, now_us: int) -> None:
        """A request of this lane came back whole, at `now_us`."""
        fetch = request.fetch
        del self.pending[fetch.part, fetch.rung]
        rung = next(number for number, rung in enumerate(self.rungs) if rung.name == fetch.rung)
        if fetch.part is Part.PLAYLIST:
            self.playlists[rung] = playlist
            self.grid = self.grid or playlist
        elif fetch.part is Part.INIT:
            self._init_ids[rung] = fetch.request_id
        else:
            self._segment = request
            took_us, transfer_us = now_us - request.sent_us, now_us - (request.answered_us or request.sent_us)
            self.last_download = Download(rung, request.received_bytes * 8, took_us, transfer_us)
            self.last_ended_us = now_us

    def append_when_whole(self) -> Span | None:
        """The target, moved into the buffer, once its init segment and its body are both here."""
        if self.target is None or self._segment is None:
            return None
        playlist = self.playlists[self.target.rung]
        assert playlist is not None, "a segment is only asked for after its playlist"
        init_id = self._init_ids[self.target.rung]
        if playlist.init and init_id is None:
            return None
        request, segment = self._segment, playlist.segments[self.target.index]
        span = Span(
            self.rungs[self.target.rung].name, self.target.index, segment.start_us, segment.end_us,
            request.fetch.request_id, -1 if init_id is None else init_id, request.received_bytes,
        )  # fmt: skip
        self.buffer.append(span)
        self.next_index = self.target.index + 1
        self.rung, self.target, self._segment = self.target.rung, None, None
        return span

    def drop_played(self, playhead_us: int) -> None:
        """Forget the segments that have been played; the last one stays, it tells where the buffer ends."""
        while len(self.buffer) > 1 and self.buffer[0].end_us <= playhead_us:
            self.buffer.popleft()

    def segment_request(self) -> Request | None:
        """The request for the target's body, while it is on its way."""
        return None if self.target is None else self.pending.get((Part.SEGMENT, self.rungs[self.target.rung].name))

    def drop_target(self) -> Request | None:
        """Give the target up; its segment's request, if it is on its way, is handed back to be aborted."""
        request = self.segment_request()
        if request is not None:
            del self.pending[Part.SEGMENT, request.fetch.rung]
        self.target, self._segment = None, None
        return request

    def drop_buffer(self) -> None:
        """Forget everything appended."""
        self.buffer.clear()
