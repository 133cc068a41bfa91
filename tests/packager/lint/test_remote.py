import gzip
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import lint_specimen as specimen
import pytest
from lint_locks import locked
from typer.testing import CliRunner

from midnote import app
from packager import remote
from packager.errors import BrokenPackageError, InputError
from packager.inspection import lint_folder
from packager.lint.check import run_rules
from packager.lint.finding import Profile
from packager.lint.presentation import Origin
from packager.remote import read_remote_presentation

TYPES = {"m3u8": "application/vnd.apple.mpegurl", "mp4": "video/mp4", "m4s": "video/iso.segment"}
Serve = Callable[..., str]


class Handler(BaseHTTPRequestHandler):
    """Files from memory; `faults` names what the server does not do."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: object, files: dict[str, bytes], faults: frozenset[str]) -> None:
        self.files, self.faults = files, faults
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        body = self.files.get(self.path[1:])
        if body is None:
            self.send_error(404)
            return
        if body.startswith(b"-> "):
            self.send_response(302)
            self.send_header("Location", body[3:].decode())
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        asked, total = self.headers.get("Range"), len(body)
        status = 206 if asked and "range" not in self.faults else 200
        if asked and status == 206:
            first, last = (int(number or 0) for number in asked.removeprefix("bytes=").split("-"))
            first, last = (first, last) if not asked.startswith("bytes=-") else (total - last, total)
            body = body[first : last + 1]
        self.send_response(status)
        if status == 206:
            self.send_header("Content-Range", f"bytes {first}-{first + len(body) - 1}/{total}")
        elif ".m3u8" in self.path and "gzip" not in self.faults:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        if "types" not in self.faults:
            self.send_header("Content-Type", TYPES.get(urlsplit(self.path).path.rpartition(".")[2], "application/json"))
        if "cors" not in self.faults:
            self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Silent."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[ThreadingHTTPServer] = []

    def start(files: dict[str, bytes], *faults: str) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, files=files, faults=frozenset(faults)))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def ignore(stage: str, share: float | None = None) -> None:
    """Nobody watches."""


def rules_of(url: str) -> set[str]:
    return {finding.rule for finding in run_rules(read_remote_presentation(url, Profile.MOBILE, ignore))}


def broken_files() -> dict[str, bytes]:
    """A wrong codec, a decode hole, an empty edit, a segment that is not there."""
    lane = replace(specimen.SOFT, tfdt_shifts=(0, 100, 100), empty_edit_ms=5)
    files = specimen.good_files() | specimen.lane_files(lane)
    files["master.m3u8"] = files["master.m3u8"].replace(b"avc1.64000D", b"avc1.64001F", 1)
    del files["tv.m3u8"], files["video/360p/00001.m4s"]
    return files


def test_a_good_package_behind_a_url_is_clean(serve: Serve) -> None:
    assert rules_of(serve(specimen.good_files()) + "master.m3u8") == set()


@pytest.mark.parametrize("head_bytes", [remote.HEAD_BYTES, 40])
@pytest.mark.parametrize("faults", [(), ("range",)])
def test_a_url_gives_the_findings_of_the_folder(
    tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch, faults: tuple[str, ...], head_bytes: int
) -> None:
    monkeypatch.setattr(remote, "HEAD_BYTES", head_bytes)
    files = broken_files()
    presentation = read_remote_presentation(serve(files, *faults), Profile.MOBILE, ignore)
    expected = lint_folder(specimen.write(files, tmp_path))
    assert [str(f) for f in run_rules(presentation)] == [str(f) for f in expected]
    assert {"codecs-wrong", "decode-hole", "edit-empty", "file-missing"} <= {f.rule for f in expected}


@pytest.mark.parametrize(
    ("fault", "rule"), [("gzip", "gzip-missing"), ("types", "media-type-wrong"), ("cors", "cors-missing")]
)
def test_what_an_origin_leaves_out_is_found_by_its_own_rule_only(serve: Serve, fault: str, rule: str) -> None:
    assert rules_of(serve(specimen.good_files(), fault) + "master.m3u8") == {rule}


def test_files_of_other_hosts_are_fetched_and_judged(serve: Serve) -> None:
    files = broken_files()
    cdn = serve({name: files.pop(name) for name in list(files) if name.startswith("audio/")})
    files["master.m3u8"] = files["master.m3u8"].replace(b"audio/aac-96/p", f"{cdn}audio/aac-96/p".encode())
    findings = run_rules(read_remote_presentation(serve(files), Profile.MOBILE, ignore))
    places = {finding.rule: str(finding.place) for finding in findings}
    assert places["decode-hole"] == f"{cdn}audio/aac-96/00001.m4s, byte 0, at 3.840 s"
    assert places["edit-empty"] == f"{cdn}audio/aac-96/init.mp4"
    assert "not-read" not in places


def test_absolute_paths_and_queries_are_followed(serve: Serve) -> None:
    files = specimen.good_files()
    for name in [name for name in files if name.endswith(".m3u8")]:
        text = files[name].decode().replace("audio/aac-96/playlist.m3u8", "/audio/aac-96/playlist.m3u8?token=x")
        files[name] = text.replace('"init.mp4"', '"init.mp4?t=1"').replace(".m4s\n", ".m4s?t=1\n").encode()
    served = {f"{n}?t=1" if n.endswith((".mp4", ".m4s")) else n: c for n, c in files.items()}
    served["audio/aac-96/playlist.m3u8?token=x"] = served.pop("audio/aac-96/playlist.m3u8")
    assert rules_of(serve(served) + "master.m3u8") == set()


def test_redirected_playlists_are_the_base_of_their_uris(serve: Serve) -> None:
    files = specimen.good_files()
    playlist = "audio/aac-96/playlist.m3u8"
    files = {n.replace("audio/aac-96", "v2/soft"): c for n, c in files.items()} | {
        playlist: b"-> /v2/soft/playlist.m3u8"
    }
    moved = {f"new/{name}": content for name, content in files.items() if name != playlist}
    moved = {name.replace("new/v2", "v2"): content for name, content in moved.items()}
    moved |= {"master.m3u8": b"-> /new/master.m3u8", f"new/{playlist}": files[playlist]}
    presentation = read_remote_presentation(serve(moved) + "master.m3u8", Profile.MOBILE, ignore)
    assert run_rules(presentation) == ()
    assert {file for file, stream in presentation.streams.items() if stream.parts[0].payload} == {
        playlist, "audio/aac-192/playlist.m3u8", "video/180p/playlist.m3u8", "video/360p/playlist.m3u8",
        "video/180p/iframes.m3u8",
    }  # fmt: skip


def test_what_an_origin_refuses_is_told_with_its_status(serve: Serve) -> None:
    files = specimen.good_files() | {"audio/aac-96/00001.m4s": b"-> http://127.0.0.1:9/x.m4s"}
    (finding,) = run_rules(read_remote_presentation(serve(files), Profile.MOBILE, ignore))
    assert finding.rule == "file-missing"
    assert "audio/aac-96/00001.m4s: Cannot connect to host 127.0.0.1:9" in finding.fault.found


@pytest.mark.parametrize("head_bytes", [remote.HEAD_BYTES, 40])
def test_locked_rungs_are_opened_behind_a_url(serve: Serve, monkeypatch: pytest.MonkeyPatch, head_bytes: int) -> None:
    monkeypatch.setattr(remote, "HEAD_BYTES", head_bytes)
    files = specimen.good_files() | specimen.lane_files(replace(specimen.SOFT, tfdt_shifts=(0, 100, 100)))
    locked("audio/aac-96")(files)
    assert rules_of(serve(files) + "master.m3u8") == {"decode-hole"}


def test_a_playlist_of_playlists_of_playlists_is_followed_to_its_end(serve: Serve) -> None:
    files = specimen.good_files() | {"top.m3u8": b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=592000\nmaster.m3u8\n"}
    rules = rules_of(serve(files) + "top.m3u8")
    assert "variant-nested" in rules
    assert "file-missing" not in rules


def test_plain_http_is_found_but_on_this_machine(serve: Serve) -> None:
    presentation = read_remote_presentation(serve(specimen.good_files()), Profile.MOBILE, ignore)
    (finding,) = run_rules(replace(presentation, origin=Origin("http://cdn.example/master.m3u8", ())))
    assert (finding.rule, finding.fault.found) == ("tls-missing", "fetched from http://cdn.example/master.m3u8")


def test_progress_ends_at_the_whole(serve: Serve) -> None:
    told: list[Fraction | None] = []
    read_remote_presentation(serve(specimen.good_files()), Profile.MOBILE, lambda stage, share=None: told.append(share))
    assert (told[0], told[-1]) == (None, 1)


def test_a_url_with_nothing_to_read_is_one_line(serve: Serve) -> None:
    base = serve({"song.mp4": b"\0\0\0\x18ftypisom"})
    with pytest.raises(InputError, match=r"/none\.m3u8: HTTP 404: check the URL, and that its origin runs"):
        rules_of(f"{base}none.m3u8")
    with pytest.raises(BrokenPackageError, match=r"song\.mp4: starts with b'.*ftypisom', expected #EXTM3U"):
        rules_of(f"{base}song.mp4")
    with pytest.raises(InputError, match=r"^ftp://x/a\.m3u8: no URL of a playlist: give http"):
        rules_of("ftp://x/a.m3u8")
    with pytest.raises(InputError, match=r"Cannot connect to host 127\.0\.0\.1:9 .*check the URL, and that its origin"):
        rules_of("http://127.0.0.1:9/master.m3u8")


def test_lint_takes_a_url(serve: Serve) -> None:
    run = CliRunner().invoke(app, ["lint", serve(specimen.good_files())])
    assert run.exit_code == 0, run.output
    assert run.stdout.endswith("clean\n")
