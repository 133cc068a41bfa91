"""A tiny package with traps around it, and a client that sends requests as they are."""

import http.client
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PLAYLIST = b"#EXTM3U\n#EXT-X-VERSION:7\n" + b"#EXTINF:3.84,\nvideo/720p/00001.m4s\n" * 20
SEGMENT = bytes(range(256)) * 400
MODIFIED_S = 1_000_000_000  # Sun, 09 Sep 2001 01:46:40 GMT


@dataclass(frozen=True)
class Reply:
    status: int
    fields: dict[str, str]
    body: bytes


class Client:
    """Sends requests as they are, without tidying paths or following anything."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)

    def ask(self, method: str, target: str, **fields: str) -> Reply:
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        self._connection.request(method, target, headers=headers)
        response = self._connection.getresponse()
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def get(self, target: str, **fields: str) -> Reply:
        return self.ask("GET", target, **fields)


def write_package(outside: Path) -> Path:
    """A package in a folder of `outside`, which holds a file that must not be served."""
    root = outside / "song"
    contents = {
        root / "master.m3u8": PLAYLIST,
        root / "audio.m3u8": PLAYLIST,
        root / "video/720p/init.mp4": b"init",
        root / "video/720p/00001.m4s": SEGMENT,
        root / "audio/160k/init.mp4": b"init",
        root / "text/empty.vtt": b"",
        root / "text/a b+é.vtt": b"WEBVTT\n",
        root / ".secret": b"hidden",
        outside / "outside.txt": b"outside",
    }
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (MODIFIED_S, MODIFIED_S))
    (root / "escape.txt").symlink_to(outside / "outside.txt")
    (root / "up").symlink_to(outside)
    (root / "loop").symlink_to(root / "loop")
    (root / "inside.m4s").symlink_to(root / "video/720p/00001.m4s")
    os.mkfifo(root / "pipe.m4s")
    return root
