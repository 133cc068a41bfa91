"""`midnote serve`: an origin that runs until it is told to stop."""

import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path

from simulator.faults import NO_FAULTS, Faults
from simulator.origin import Origin, serve_folder
from simulator.trace import Trace


def serve_until_stopped(
    root: Path, trace: Trace | None, port: int, host: str, announce: Callable[[Origin], None],
    faults: Faults = NO_FAULTS,
) -> None:  # fmt: skip
    """Serve `root` until Ctrl-C or SIGTERM; `announce` is called once, when requests can come."""
    asyncio.run(_serve(root, trace, port, host, announce, faults))


async def _serve(
    root: Path, trace: Trace | None, port: int, host: str, announce: Callable[[Origin], None], faults: Faults
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serve_folder(root, trace, port, host, faults) as origin:
        announce(origin)
        await stop.wait()


def describe_origin(origin: Origin, shape: str, *, as_json: bool) -> str:
    """Where to find what is served: lines for a person, or one line of JSON."""
    urls = [origin.url_of(path) for path in origin.playlists]
    if as_json:
        return json.dumps({"url": origin.url, "shape": shape, "playlists": urls})
    network = "as fast as possible" if shape == "none" else f"through a network like {shape}"
    return "\n".join((f"Serving {network} until Ctrl-C. Open:", *(f"  {url}" for url in urls)))
