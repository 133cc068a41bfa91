"""One medium's way from the ladder to the buffer: what is known, what is on its way, what is there.

A lane decides nothing. The player gives it a target (a rung and a segment); the lane says which parts are still
missing for it and turns them into an appended segment when they are all here.
"""

from collections import deque

from simulator.abr import Download
from simulator.commands import Part
from simulator.events import Buffered
from simulator.exchange import Request
from simulator.presentation import MediaPlaylist, Medium, Resource, Rung, Segment
from simulator.value import value


@value
class Target:
    """The segment a lane is after, as indices into the ladder and the playlist."""

    rung: int
    index: int


class Lane:
    """The ladder, the requests and the buffer of one medium."""

    __slots__ = ("_init_ids", "_key_ids", "_numbers", "_segment", "bitrates_bps", "buffer", "end_us", "failures",
                 "grid", "is_complete", "last_download", "last_ended_us", "lost", "medium", "next_index", "pending",
                 "playlists", "rung", "rungs", "shunned_until", "start_index", "target")  # fmt: skip

    def __init__(self, medium: Medium, rungs: tuple[Rung, ...], key_ids: dict[str, int] | None = None) -> None:
        """`key_ids`: by URI the requests that brought a key, kept here and by other lanes."""
        self.medium = medium
        self.rungs = rungs
        self.bitrates_bps = tuple(rung.average_bps for rung in rungs)
        self.playlists: list[MediaPlaylist | None] = [None] * len(rungs)
        # The first playlist that came: all rungs of a ladder are cut at the same instants.
        self.grid: MediaPlaylist | None = None
        self.pending: dict[tuple[Part, str], Request] = {}
        self.buffer: deque[Buffered] = deque()  # the segments that were appended, in order
        self.end_us: int | None = None  # where the buffer ends; None when it is empty
        self.target: Target | None = None
        self.rung: int | None = None
        self.next_index = 0
        self.start_index = 0
        self.is_complete = False  # whether the last segment has been appended
        self.last_download: Download | None = None
        self.last_ended_us = 0
        self.failures = [0] * len(rungs)  # attempts in vain since a segment of the rung last came
        self.lost: set[int] = set()  # rungs that have failed since anything was appended
        self.shunned_until = [0] * len(rungs)  # a rung that has failed is left alone until this clock time
        self._init_ids: list[int | None] = [None] * len(rungs)
        self._key_ids = {} if key_ids is None else key_ids
        self._segment: Request | None = None
        # By name; of rungs that share one, the first.
        self._numbers = {rung.name: number for number, rung in reversed(tuple(enumerate(rungs)))}

    def go_on_with(self, index: int) -> None:
        """The next segment to fetch is that one."""
        assert self.grid is not None, "nothing is fetched before a playlist is here"
        self.next_index = index
        self.is_complete = index >= len(self.grid.segments)

    def start_with(self, index: int) -> None:
        """The next segment to fetch is that one, and the first of those that follow each other."""
        self.start_index = index
        self.go_on_with(index)

    def find_open(self, rung: int, now_us: int) -> int | None:
        """The rung, or the nearest that has not just failed: cheaper ones first; None when all are lost.

        Rungs that failed a while ago are only taken while there is no other: one that may have healed comes before
        one that has failed since anything was appended.
        """
        if self.shunned_until[rung] <= now_us and rung not in self.lost:
            return rung
        candidates = [n for n in (*range(rung, -1, -1), *range(rung + 1, len(self.rungs))) if n not in self.lost]
        open_ones = (number for number in candidates if self.shunned_until[number] <= now_us)
        return next(open_ones, candidates[0] if candidates else None)

    def shun(self, name: str, until_us: int) -> None:
        """Do without a rung for a while: something of it could not be had."""
        rung = self._numbers[name]
        self.lost.add(rung)
        self.failures[rung], self.shunned_until[rung] = 0, until_us

    def note_failures(self, name: str, attempts: int) -> None:
        """So many attempts to get something of a rung were in vain."""
        self.failures[self._numbers[name]] = attempts

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
            segment = playlist.segments[self.target.index]
            if segment.encryption is not None and not self._has_asked(segment.encryption.key):
                parts.append((Part.KEY, segment.encryption.key))
            if self._segment is None:
                parts.append((Part.SEGMENT, segment.resource))
        if not self.pending:
            return parts
        name = self.rungs[rung].name
        return [(part, resource) for part, resource in parts if (part, name) not in self.pending]

    def _has_asked(self, key: Resource) -> bool:
        """Whether a key is here or on its way, for whichever rung it was asked."""
        under_way = (request.fetch.resource for (part, _), request in self.pending.items() if part is Part.KEY)
        return key.uri in self._key_ids or key in under_way

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
        rung = self._numbers[fetch.rung]
        if fetch.part is Part.PLAYLIST:
            self.playlists[rung] = playlist
            self.grid = self.grid or playlist
        elif fetch.part is Part.INIT:
            self._init_ids[rung] = fetch.request_id
        elif fetch.part is Part.KEY:
            self._key_ids[fetch.resource.uri] = fetch.request_id
        else:
            self._segment = request
            self.failures[rung] = 0
            self._note_download(request, rung, now_us, None)

    def note_given_up(self, request: Request, given_up_for: int, now_us: int) -> None:
        """The target's segment is given up on its way, for another rung."""
        del self.pending[Part.SEGMENT, request.fetch.rung]
        self._note_download(request, self._numbers[request.fetch.rung], now_us, given_up_for)

    def _note_download(self, request: Request, rung: int, now_us: int, given_up_for: int | None) -> None:
        took_us, transfer_us = now_us - request.sent_us, now_us - (request.answered_us or request.sent_us)
        self.last_download = Download(rung, request.received_bytes * 8, took_us, transfer_us, given_up_for)
        self.last_ended_us = now_us

    def append_when_whole(self, now_us: int) -> Buffered | None:
        """The target, moved into the buffer at `now_us`, once its init segment, its key and its body are all here."""
        target, request = self.target, self._segment
        if target is None or request is None:
            return None
        playlist = self.playlists[target.rung]
        assert playlist is not None, "a segment is only asked for after its playlist"
        init_id = self._init_ids[target.rung]
        if init_id is None and playlist.init:
            return None
        segment = playlist.segments[target.index]
        key_id, iv = -1, ""
        if segment.encryption is not None:
            if segment.encryption.key.uri not in self._key_ids:
                return None
            key_id, iv = self._key_ids[segment.encryption.key.uri], segment.encryption.iv
        appended = Buffered(
            now_us, self.medium, self.rungs[target.rung].name, target.index, segment.start_us, segment.end_us,
            request.fetch.request_id, -1 if init_id is None else init_id, request.received_bytes,
            key_id, iv,
        )  # fmt: skip
        self.buffer.append(appended)
        self.end_us = appended.end_us
        self.lost.clear()
        self.go_on_with(target.index + 1)
        self.rung, self.target, self._segment = target.rung, None, None
        return appended

    def drop_played(self, playhead_us: int) -> None:
        """Forget the segments that have been played; the last one stays, it tells where the buffer ends."""
        buffer = self.buffer
        while len(buffer) > 1 and buffer[0].end_us <= playhead_us:
            buffer.popleft()

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

    def move_to(self, at_us: int) -> None:
        """Throw the buffer away and go on with the segment that holds `at_us`. The target has been dropped."""
        assert self.grid is not None, "nothing moves before a playlist is here"
        self.drop_buffer()
        self.start_with(self.grid.find_segment_at(at_us))

    def drop_buffer(self) -> None:
        """Forget everything appended."""
        self.buffer.clear()
        self.end_us = None
