"""The origin over real sockets: what a client gets, whichever way the origin sends it."""

import asyncio
import gzip
import json
import re
import socket
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_package import PLAYLIST, SEGMENT, Client

from simulator.errors import InputError
from simulator.origin import running_origin, serve_folder
from simulator.origin.reservations import Flow
from simulator.origin.shaper import Shaper
from simulator.trace import Period, Trace, constant_trace

SEGMENT_PATH = "/video/720p/00001.m4s"
SEGMENT_ETAG = '"19000-de0b6b3a7640000"'  # 102400 bytes, 10**18 ns


def test_a_segment_comes_whole_with_what_players_and_caches_need(client: Client) -> None:
    reply = client.get(SEGMENT_PATH)
    assert (reply.status, reply.body) == (200, SEGMENT)
    del reply.fields["date"]
    assert reply.fields == {
        "accept-ranges": "bytes",
        "access-control-allow-origin": "*",
        "access-control-expose-headers": (
            "Accept-Ranges, Content-Encoding, Content-Length, Content-Range, Date, ETag, Last-Modified"
        ),
        "cache-control": "public, max-age=31536000, immutable",
        "content-length": "102400",
        "content-type": "video/iso.segment",
        "cross-origin-resource-policy": "cross-origin",
        "etag": SEGMENT_ETAG,
        "last-modified": "Sun, 09 Sep 2001 01:46:40 GMT",
        "server": "midnote",
        "timing-allow-origin": "*",
        "x-content-type-options": "nosniff",
    }


def test_head_tells_the_length_and_sends_nothing(client: Client) -> None:
    reply, get = client.ask("HEAD", SEGMENT_PATH), client.get(SEGMENT_PATH)
    assert (reply.status, reply.body, reply.fields["content-length"]) == (200, b"", "102400")
    assert reply.fields.keys() == get.fields.keys()


@pytest.mark.parametrize(
    ("field", "status", "content_range", "body"),
    [
        ("bytes=0-3", 206, "bytes 0-3/102400", bytes((0, 1, 2, 3))),
        ("bytes=-2", 206, "bytes 102398-102399/102400", bytes((254, 255))),
        ("bytes=102399-", 206, "bytes 102399-102399/102400", bytes((255,))),
        ("bytes=102400-", 416, "bytes */102400", b"the file has 102400 bytes, none of them in the range asked for\n"),
        ("bytes=9-1", 200, None, SEGMENT),
    ],
)
def test_ranges_over_the_wire(client: Client, field: str, status: int, content_range: str | None, body: bytes) -> None:
    reply = client.get(SEGMENT_PATH, Range=field)
    assert (reply.status, reply.fields.get("content-range"), reply.body) == (status, content_range, body)


def test_several_ranges_come_as_parts(client: Client) -> None:
    reply = client.get(SEGMENT_PATH, Range="bytes=0-1,-1")
    boundary = reply.fields["content-type"].removeprefix("multipart/byteranges; boundary=").encode()
    kind = b"Content-Type: video/iso.segment\r\nContent-Range: bytes "
    assert reply.status == 206
    assert reply.body == (
        b"\r\n--" + boundary + b"\r\n" + kind + b"0-1/102400\r\n\r\n\x00\x01"
        b"\r\n--" + boundary + b"\r\n" + kind + b"102399-102399/102400\r\n\r\n\xff"
        b"\r\n--" + boundary + b"--\r\n"
    )  # fmt: skip


@given(first=st.integers(0, 110_000), length=st.integers(1, 110_000))
def test_any_range_over_the_wire_is_the_slice_of_the_file(origin_url: str, first: int, length: int) -> None:
    reply = Client(origin_url).get(SEGMENT_PATH, Range=f"bytes={first}-{first + length - 1}")
    if first >= len(SEGMENT):
        assert reply.status == 416
    else:
        assert (reply.status, reply.body) == (206, SEGMENT[first : first + length])


def test_what_the_client_has_is_not_sent_again(client: Client) -> None:
    reply = client.get(SEGMENT_PATH, If_None_Match=f'"x", {SEGMENT_ETAG}')
    assert (reply.status, reply.body, reply.fields["etag"]) == (304, b"", SEGMENT_ETAG)
    assert client.get(SEGMENT_PATH, If_Modified_Since="Sun, 09 Sep 2001 01:46:40 GMT").status == 304
    assert client.get(SEGMENT_PATH, If_Match='"x"').status == 412


def test_stale_if_range_gives_the_whole_new_file(client: Client) -> None:
    assert client.get(SEGMENT_PATH, Range="bytes=0-1", If_Range=SEGMENT_ETAG).status == 206
    stale = client.get(SEGMENT_PATH, Range="bytes=0-1", If_Range='"old"')
    assert (stale.status, stale.body) == (200, SEGMENT)


def test_playlists_are_gzipped_for_those_who_accept_it(client: Client) -> None:
    plain, zipped = client.get("/master.m3u8"), client.get("/master.m3u8", Accept_Encoding="gzip")
    assert (plain.body, gzip.decompress(zipped.body)) == (PLAYLIST, PLAYLIST)
    assert (plain.fields.get("content-encoding"), zipped.fields["content-encoding"]) == (None, "gzip")
    assert (plain.fields["vary"], zipped.fields["vary"]) == ("Accept-Encoding", "Accept-Encoding")
    assert plain.fields["etag"] != zipped.fields["etag"]
    assert plain.fields["cache-control"] == "no-cache"
    known = client.get("/master.m3u8", Accept_Encoding="gzip", If_None_Match=zipped.fields["etag"])
    assert known.status == 304


def test_a_range_of_a_playlist_counts_its_plain_bytes(client: Client) -> None:
    reply = client.get("/master.m3u8", Accept_Encoding="gzip", Range="bytes=0-6")
    assert (reply.status, reply.body, reply.fields.get("content-encoding")) == (206, b"#EXTM3U", None)


def test_segments_are_never_gzipped(client: Client) -> None:
    assert client.get(SEGMENT_PATH, Accept_Encoding="gzip").body == SEGMENT


def test_empty_files_and_escaped_names_are_files(client: Client) -> None:
    empty, escaped = client.get("/text/empty.vtt"), client.get("/text/a%20b%2B%C3%A9.vtt")
    assert (empty.status, empty.body, empty.fields["content-length"]) == (200, b"", "0")
    assert (escaped.status, escaped.body) == (200, b"WEBVTT\n")


@pytest.mark.parametrize(
    "target",
    [
        "/nothing.m4s",
        "/video",
        "/video/",
        "/../outside.txt",
        "/video/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/escape.txt",
        "/up/outside.txt",
        "//etc/passwd",
        "/etc/passwd",
        "/master.m3u8%00.m4s",
        "/pipe.m4s",
        "/loop",
        "/.secret",
        "/" + "x" * 5000,
    ],
)
def test_nothing_but_the_folders_own_files_can_be_had(client: Client, target: str) -> None:
    reply = client.get(target)
    assert (reply.status, reply.body) == (404, b"no such file here; / lists the playlists\n")
    assert reply.fields["access-control-allow-origin"] == "*"


def test_a_page_of_another_site_may_ask(client: Client) -> None:
    reply = client.ask("OPTIONS", SEGMENT_PATH, Origin="http://x", Access_Control_Request_Headers="range")
    assert (reply.status, reply.body) == (204, b"")
    assert reply.fields["access-control-allow-headers"].startswith("Range, If-Range")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    reply = client.ask(method, "/master.m3u8")
    assert (reply.status, reply.fields["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_the_index_lists_playlists_for_people_and_programs(client: Client) -> None:
    page, listing = client.get("/", Accept="text/html,*/*"), client.get("/")
    assert '<a href="/master.m3u8">master.m3u8</a>' in page.body.decode()
    assert json.loads(listing.body) == {"playlists": ["/master.m3u8", "/audio.m3u8"]}
    assert client.ask("HEAD", "/").body == b""


def test_a_file_that_shrinks_while_it_is_sent_breaks_the_connection(tmp_path: Path) -> None:
    large = tmp_path / "large.m4s"
    large.write_bytes(bytes(50_000_000))
    (tmp_path / "master.m3u8").write_bytes(PLAYLIST)

    async def main() -> None:
        async with serve_folder(tmp_path) as origin, aiohttp.ClientSession() as session:
            response = await session.get(origin.url_of("large.m4s"))
            await response.content.readexactly(1)
            large.write_bytes(b"")
            with pytest.raises(aiohttp.ClientError):
                await response.read()

    asyncio.run(asyncio.wait_for(main(), 20))


def test_shaped_bytes_are_the_same_bytes(package: Path) -> None:
    async def main() -> list[bytes]:
        async with (
            serve_folder(package, constant_trace(400_000_000, 1000)) as origin,
            aiohttp.ClientSession() as session,
        ):

            async def fetch() -> bytes:
                async with session.get(origin.url + SEGMENT_PATH) as response:
                    return await response.read()

            return await asyncio.gather(*(fetch() for _ in range(5)))

    assert asyncio.run(main()) == [SEGMENT] * 5


# 20 KB at once, and then nothing for an hour.
OUTAGE = Trace("outage", (Period(20_000, 8_000_000, 0), Period(3_600_000_000, 0, 0)))


def test_a_client_that_leaves_is_noticed_in_the_middle_of_a_wait(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry = Shaper.carry

    async def main() -> None:
        left = asyncio.Event()

        async def watched_carry(self: Shaper, flow: Flow, size_bytes: int) -> None:
            try:
                await carry(self, flow, size_bytes)
            except asyncio.CancelledError:
                left.set()
                raise

        monkeypatch.setattr(Shaper, "carry", watched_carry)
        async with serve_folder(package, OUTAGE) as origin, aiohttp.ClientSession() as session:
            response = await session.get(origin.url + SEGMENT_PATH)
            assert await response.content.readexactly(8000) == SEGMENT[:8000]
            response.close()
            await asyncio.wait_for(left.wait(), 20)

    asyncio.run(asyncio.wait_for(main(), 20))


def test_the_origin_ends_though_a_response_is_on_its_way(package: Path) -> None:
    async def main() -> None:
        async with aiohttp.ClientSession() as session:
            async with serve_folder(package, OUTAGE) as origin:
                response = await session.get(origin.url + SEGMENT_PATH)
            with pytest.raises(aiohttp.ClientError):
                await response.read()
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get(origin.url)

    asyncio.run(asyncio.wait_for(main(), 20))


def test_a_malformed_request_is_answered_and_not_reported_as_a_bug(
    origin_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = origin_url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"GET /\xff HTTP/1.1\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.0 400 Bad Request\r\n")
    assert caplog.records == []


def test_a_taken_port_is_one_line(package: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        wanted = f"port {port} of 127.0.0.1 is in use; stop what listens there, or choose another"
        with pytest.raises(InputError, match=re.escape(wanted)), running_origin(package, port=port):
            pass


def test_a_host_that_is_not_ours_is_one_line(package: Path) -> None:
    with (
        pytest.raises(InputError, match=r"^cannot listen on port 0 of 192\.0\.2\.1: "),
        running_origin(package, host="192.0.2.1"),
    ):
        pass


def test_an_origin_that_listens_everywhere_is_opened_on_this_machine(package: Path) -> None:
    with running_origin(package, host="0.0.0.0") as origin:
        assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+", origin.url)
        assert Client(origin.url).get("/master.m3u8").body == PLAYLIST
