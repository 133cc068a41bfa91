"""A stage for web players: a page in a headless Chromium plays a package from our origin and reports how it went."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from simulator.origin import serve_folder

# A player's package, the folder to play and the playlist in it; what the page reports.
Perform = Callable[[str, Path, str], Any]

PAGE = Path(__file__).with_name("stage.html")

_SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
)


async def perform(chromium: str, script: Path, player: str, package: Path, playlist: str, profile: Path) -> Any:
    """What the page reports of this player with this playlist of the package; `profile` is a folder of the browser's.

    Raises TimeoutError when the page reports nothing within a minute.
    """
    report: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def give_page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE.read_text(), content_type="text/html")

    async def give_script(_: web.Request) -> web.Response:
        return web.Response(body=script.read_bytes(), content_type="text/javascript")

    async def take_report(request: web.Request) -> web.Response:
        if not report.done():
            report.set_result(json.loads(await request.text()))
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/", give_page), web.get("/player.js", give_script), web.post("/report", take_report)])
    async with serve_folder(package) as origin, _listening(app) as stage:
        address = f"{stage}/?player={player}&url={origin.url_of(playlist)}"
        async with _browsing([chromium, *_SWITCHES, f"--user-data-dir={profile}", address]):
            return await asyncio.wait_for(report, 60)


@asynccontextmanager
async def _listening(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _browsing(command: list[str]) -> AsyncIterator[None]:
    quiet = asyncio.subprocess.DEVNULL
    browser = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        await browser.wait()
