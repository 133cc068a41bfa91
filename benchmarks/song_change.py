"""How long a browser is silent between two songs, by the ways in which a web player can go from one to the other.

    python -m benchmarks.song_change PACKAGE OTHER [--times 5] [--chromium chromium]

In Chromium, with all data in memory: the other song behind the first in one SourceBuffer; another element, loaded,
that is started when the first has ended; a new MediaSource for the same element. What the page plays is recorded;
printed are the silences of more than a millisecond around the change, which `simulator.profile` rests on. Both songs
need AAC at 48 kHz, and no silence of their own there.
"""

import argparse
import asyncio
import json
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from simulator.commands import Fetch, Part
from simulator.package_folder import PackageFolder
from simulator.presentation import MediaPlaylist, Presentation, Resource

WAYS = ("one buffer", "another element", "new source")
PAGE = Path(__file__).with_suffix(".html")
SWITCHES = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--mute-audio", "--autoplay-policy=no-user-gesture-required")  # fmt: skip
PATIENCE_S = 60


def main() -> None:
    """Measure each way so many times, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--chromium", default="chromium")
    chosen = parser.parse_args()
    one, other = _describe(chosen.package, "one", slice(-2, None)), _describe(chosen.other, "other", slice(1))
    for way in WAYS:
        found = [
            asyncio.run(
                _perform(chosen.chromium, {"way": way, "one": one, "other": other}, chosen.package, chosen.other)
            )
            for _ in range(chosen.times)
        ]
        told = ", ".join(f"{sum(silences_ms):.1f}" for silences_ms in found)
        print(f"{way:16} {told} ms")


def _describe(root: Path, name: str, part: slice) -> dict[str, Any]:
    """The best AAC rung of a song: URLs of its init segment and of some segments, and where it ends."""
    package = PackageFolder(root)
    presentation = package.parse(Fetch(0, Resource("master.m3u8"), Part.MULTIVARIANT))
    assert isinstance(presentation, Presentation), "a multivariant fetch gives a presentation"
    playlist = package.parse(Fetch(0, Resource(presentation.audio[-1].uri), Part.PLAYLIST))
    assert isinstance(playlist, MediaPlaylist), "a playlist fetch gives a media playlist"
    assert playlist.init is not None, "fragmented MP4 has an init segment"
    return {
        "init": f"/{name}/{playlist.init.uri}",
        "segments": [f"/{name}/{segment.resource.uri}" for segment in playlist.segments[part]],
        "end_s": playlist.duration_us / 1e6,
    }


async def _perform(chromium: str, asked: dict[str, Any], one: Path, other: Path) -> list[float]:
    """The silences that one run of the page reports, in milliseconds."""
    report: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def give_page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE.read_text(), content_type="text/html")

    async def give_wish(_: web.Request) -> web.Response:
        return web.json_response(asked)

    async def take_report(request: web.Request) -> web.Response:
        report.set_result(json.loads(await request.text()))
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/", give_page), web.get("/asked", give_wish), web.post("/report", take_report)])
    app.add_routes([web.static("/one", one), web.static("/other", other)])
    async with _listening(app) as url, _browsing(chromium, url):
        told = await asyncio.wait_for(report, PATIENCE_S)
    if "fault" in told:
        raise SystemExit(f"{asked['way']}: {told['fault']}")
    silences: list[float] = told["silences_ms"]
    return silences


@asynccontextmanager
async def _listening(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _browsing(chromium: str, url: str) -> AsyncIterator[None]:
    quiet = asyncio.subprocess.DEVNULL
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [chromium, *SWITCHES, f"--user-data-dir={profile}", url]
        browser = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet, start_new_session=True)
        try:
            yield
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            await browser.wait()


if __name__ == "__main__":
    main()
