import gzip
import itertools
from collections.abc import Iterator
from queue import SimpleQueue

import pytest
from scripted_origin import HANG_UP, answer, scripted_origin

from simulator.commands import Fetch, Part
from simulator.drivers.courier import Courier, News, Transfer
from simulator.inputs import Answered, Arrived, Failed, Finished
from simulator.presentation import ByteRange, MediaPlaylist, Medium, Resource, Segment

PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:3.84,\n0.m4s\n#EXT-X-ENDLIST\n"


class Desk:
    """A courier, and what it reports, without times."""

    def __init__(self) -> None:
        self.mailbox: SimpleQueue[News] = SimpleQueue()
        ticks = itertools.count(1)
        self.courier = Courier(self.mailbox, lambda: next(ticks), "courier under test")

    def read_until_transfer(self) -> tuple[list[News], Transfer]:
        """What was reported before a transfer's end, and that end."""
        news: list[News] = []
        while not isinstance(latest := self.mailbox.get(timeout=10), Transfer):
            news.append(latest)
        return news, latest


@pytest.fixture
def desk() -> Iterator[Desk]:
    opened = Desk()
    yield opened
    opened.courier.close()


def segment(url: str, request_id: int = 1, byte_range: ByteRange | None = None) -> Fetch:
    return Fetch(request_id, Resource(url, byte_range), Part.SEGMENT, Medium.VIDEO, "240p", 0)


def playlist(url: str) -> Fetch:
    return Fetch(1, Resource(url), Part.PLAYLIST, Medium.VIDEO, "240p")


def test_media_is_answered_counted_and_finished(desk: Desk) -> None:
    with scripted_origin({"/0.m4s": answer(b"four")}) as origin:
        desk.courier.ask(segment(origin.url + "/0.m4s"))
        news, end = desk.read_until_transfer()
        assert news == [Answered(1, 1, 4), Arrived(2, 1, 4), Finished(3, 1)]
        assert (end.size_bytes, end.error, end.is_aborted) == (4, "", False)
        assert end.first_byte_s is not None
        assert 0 < end.first_byte_s <= end.total_s
        desk.courier.close()


@pytest.mark.parametrize(
    "given", [answer(PLAYLIST), answer(gzip.compress(PLAYLIST), "200 OK", "Content-Encoding: gzip")]
)
def test_a_playlist_comes_parsed_plain_or_compressed(desk: Desk, given: bytes) -> None:
    with scripted_origin({"/p.m3u8": given}) as origin:
        desk.courier.ask(playlist(origin.url + "/p.m3u8"))
        news, _ = desk.read_until_transfer()
        parsed = MediaPlaylist(origin.url + "/p.m3u8", None, (Segment(Resource(origin.url + "/0.m4s"), 0, 3_840_000),))
        assert news[-1] == Finished(3, 1, parsed)
        desk.courier.close()


@pytest.mark.parametrize(
    ("given", "byte_range", "error"),
    [
        (answer(b"", "404 Not Found"), None, "status 404 where 200 was expected"),
        (answer(b"all", "200 OK"), ByteRange(0, 2), "status 200 where 206 was expected"),
        (answer(b"part", "206 Partial Content"), None, "status 206 where 200 was expected"),
        (HANG_UP, None, "RemoteDisconnected: Remote end closed connection without response"),
    ],
)
def test_a_failure_names_what_came_and_only_the_player_hears_the_address(
    desk: Desk, given: bytes, byte_range: ByteRange | None, error: str
) -> None:
    with scripted_origin({"/0.m4s": given}) as origin:
        desk.courier.ask(segment(origin.url + "/0.m4s", byte_range=byte_range))
        _, end = desk.read_until_transfer()
        assert (end.error, end.is_aborted) == (error, False)
        failed = desk.mailbox.get(timeout=10)
        assert isinstance(failed, Failed)
        assert failed.reason == f"{origin.url}/0.m4s: {error}"
        desk.courier.close()


def test_a_page_instead_of_a_playlist_is_a_failed_request(desk: Desk) -> None:
    with scripted_origin({"/p.m3u8": answer(b"<html>Welcome</html>")}) as origin:
        desk.courier.ask(playlist(origin.url + "/p.m3u8"))
        _, end = desk.read_until_transfer()
        assert end.error == "it does not start with #EXTM3U, so it is no playlist"
        desk.courier.close()


def test_a_dropped_request_is_reported_as_aborted_and_its_connection_closed(desk: Desk) -> None:
    with scripted_origin({"/0.m4s": answer(b"half", length=8), "/1.m4s": answer(b"next")}) as origin:
        desk.courier.ask(segment(origin.url + "/0.m4s", 1))
        while not isinstance(desk.mailbox.get(timeout=10), Arrived):
            pass
        desk.courier.drop(1)
        desk.courier.ask(segment(origin.url + "/1.m4s", 2))
        news, end = desk.read_until_transfer()
        assert (news, end.size_bytes, end.error, end.is_aborted) == ([], 4, "", True)
        assert origin.ended.wait(10)
        news, end = desk.read_until_transfer()
        assert (end.fetch.request_id, end.size_bytes, origin.connections) == (2, 4, 2)
        desk.courier.close()


def test_a_request_dropped_before_its_turn_never_goes_out(desk: Desk) -> None:
    with scripted_origin({"/0.m4s": answer(b"zero"), "/2.m4s": answer(b"two")}) as origin:
        desk.courier.drop(1)
        desk.courier.ask(segment(origin.url + "/1.m4s", 1))
        desk.courier.ask(segment(origin.url + "/2.m4s", 2))
        _, end = desk.read_until_transfer()
        assert end.fetch.request_id == 2
        assert [head.split()[1] for head in origin.heads] == ["/2.m4s"]
        desk.courier.close()


def test_closing_cuts_what_is_under_way(desk: Desk) -> None:
    with scripted_origin({"/0.m4s": answer(b"half", length=8)}) as origin:
        desk.courier.ask(segment(origin.url + "/0.m4s"))
        while not isinstance(desk.mailbox.get(timeout=10), Arrived):
            pass
        desk.courier.close()
        _, end = desk.read_until_transfer()
        assert end.is_aborted
        assert origin.ended.wait(10)


def test_a_bug_reaches_whoever_reads_the_mail(desk: Desk) -> None:
    desk.courier.ask(segment("no address"))
    bug = desk.mailbox.get(timeout=10)
    assert isinstance(bug, Exception)
    assert "not an HTTP address" in str(bug)
