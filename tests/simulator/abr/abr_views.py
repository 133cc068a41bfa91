"""A small ladder and the view of a rule on it."""

import dataclasses
from typing import Any

from simulator.abr import View

LADDER = (100_000, 200_000, 400_000)


def make_view(link_bps: float | None = None, level_s: float = 12, **fields: Any) -> View:
    """4 s segments of a song in its middle, up to 20 s of them in the buffer, on a link all of its own."""
    middle = View(LADDER, 4_000_000, level_s * 1e6, 20_000_000, link_bps, link_bps, since_start=50, remaining=50)
    return dataclasses.replace(middle, **fields)
