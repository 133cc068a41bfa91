import http.client
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from scripted_origin import HANG_UP, answer, scripted_origin

from simulator.drivers.connection import Connection, read_some, tls_context
from simulator.errors import InputError
from simulator.presentation import ByteRange, Resource


@pytest.fixture
def connection() -> Iterator[Connection]:
    opened = Connection()
    yield opened
    opened.close()


def read_all(response: http.client.HTTPResponse) -> bytes:
    sink, body = bytearray(64), b""
    while count := read_some(response, sink):
        body += sink[:count]
    response.close()
    return body


def test_two_answers_come_over_one_connection(connection: Connection) -> None:
    with scripted_origin({"/a": answer(b"one"), "/b?c=d": answer(b"two")}) as origin:
        assert read_all(connection.get(Resource(origin.url + "/a"))) == b"one"
        assert read_all(connection.get(Resource(origin.url + "/b?c=d"))) == b"two"
        assert origin.connections == 1
        connection.close()


def test_a_request_says_host_and_coding(connection: Connection) -> None:
    with scripted_origin({"/a": answer(b"one")}) as origin:
        read_all(connection.get(Resource(origin.url + "/a")))
        read_all(connection.get(Resource(origin.url + "/a"), takes_gzip=True))
        host = origin.url.removeprefix("http://")
        assert origin.heads == [
            f"GET /a HTTP/1.1\nHost: {host}\nUser-Agent: midnote\nAccept-Encoding: identity",
            f"GET /a HTTP/1.1\nHost: {host}\nUser-Agent: midnote\nAccept-Encoding: gzip",
        ]
        connection.close()


def test_a_byte_range_is_asked_for(connection: Connection) -> None:
    with scripted_origin({"/a": answer(b"345", "206 Partial Content")}) as origin:
        assert read_all(connection.get(Resource(origin.url + "/a", ByteRange(3, 3)))) == b"345"
        assert "Range: bytes=3-5" in origin.heads[0].splitlines()
        connection.close()


def test_an_idle_connection_that_the_origin_closed_is_replaced(connection: Connection) -> None:
    with scripted_origin({"/a": [answer(b"one"), HANG_UP, answer(b"two")]}) as origin:
        assert read_all(connection.get(Resource(origin.url + "/a"))) == b"one"
        assert read_all(connection.get(Resource(origin.url + "/a"))) == b"two"
        assert origin.connections == 2
        connection.close()


def test_a_connection_that_the_origin_wants_to_end_is_not_used_again(connection: Connection) -> None:
    with scripted_origin({"/a": answer(b"one", "200 OK", "Connection: close")}) as origin:
        assert read_all(connection.get(Resource(origin.url + "/a"))) == b"one"
        assert read_all(connection.get(Resource(origin.url + "/a"))) == b"one"
        assert origin.connections == 2
        connection.close()


def test_a_fresh_connection_that_the_origin_closes_is_a_failure(connection: Connection) -> None:
    with scripted_origin({"/a": HANG_UP}) as origin:
        with pytest.raises(http.client.RemoteDisconnected):
            connection.get(Resource(origin.url + "/a"))
        assert origin.connections == 1


def test_a_body_cut_short_is_a_failure(connection: Connection) -> None:
    with scripted_origin({"/a": [answer(b"one", length=5), HANG_UP]}) as origin:
        response = connection.get(Resource(origin.url + "/a"))
        sink = bytearray(64)
        assert read_some(response, sink) == 3
        threading.Thread(target=connection.cut).start()
        with pytest.raises(http.client.IncompleteRead, match="2 more expected"):
            read_some(response, sink)
        response.close()
        connection.close()


def test_a_chunked_body_is_read(connection: Connection) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n4\r\n two\r\n0\r\n\r\n"
    with scripted_origin({"/a": chunked}) as origin:
        assert read_all(connection.get(Resource(origin.url + "/a"))) == b"one two"
        connection.close()


def test_a_cut_ends_the_wait_for_an_answer_and_stays(connection: Connection) -> None:
    with scripted_origin({"/a": b"HTTP/1.1"}) as origin:

        def cut_when_asked() -> None:
            origin.asked.wait()
            connection.cut()

        cutter = threading.Thread(target=cut_when_asked)
        cutter.start()
        with pytest.raises((http.client.HTTPException, OSError)):
            read_all(connection.get(Resource(origin.url + "/a")))
        cutter.join()
        with pytest.raises(ConnectionAbortedError, match="cut while connecting"):
            connection.get(Resource("http://127.0.0.1:9/a"))
        connection.close()


def test_after_closing_a_cut_connection_works_again(connection: Connection) -> None:
    with scripted_origin({"/a": answer(b"one")}) as origin:
        connection.cut()
        connection.close()
        assert read_all(connection.get(Resource(origin.url + "/a"))) == b"one"
        connection.close()


@pytest.fixture
def tls_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ssl.SSLContext]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    tls_context.cache_clear()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    yield context
    tls_context.cache_clear()


def test_https_is_spoken_to_an_origin_that_is_trusted(connection: Connection, tls_server: ssl.SSLContext) -> None:
    with scripted_origin({"/a": answer(b"one"), "/b": answer(b"two")}, tls_server) as origin:
        assert read_all(connection.get(Resource(origin.url + "/a"))) == b"one"
        assert read_all(connection.get(Resource(origin.url + "/b"))) == b"two"
        assert origin.connections == 1
        connection.close()


@pytest.mark.parametrize("uri", ["ftp://example.org/a", "master.m3u8", "http:///a"])
def test_only_http_addresses_can_be_asked(connection: Connection, uri: str) -> None:
    with pytest.raises(InputError, match=r"not an HTTP address; give one like http://127\.0\.0\.1:8080/master\.m3u8"):
        connection.get(Resource(uri))
