"""A browser and the players for it, where they are at hand."""

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from players import PLAYERS
from stage import Perform, perform

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SCRIPTS = Path(os.environ.get("MIDNOTE_PLAYERS", Path(sys.prefix) / "players"))


@pytest.fixture
def perform_in_browser(tmp_path: Path) -> Perform:
    """Plays a playlist of a package in a web player, and gives what the page reports."""

    def play(player: str, package: Path, playlist: str) -> Any:
        script = SCRIPTS / next(each.file_name for each in PLAYERS if each.package == player)
        if CHROMIUM is None:
            pytest.skip("no Chromium on this machine")
        if not script.exists():
            pytest.skip(f"{script} is not there: `make players` fetches it where there is npm")
        return asyncio.run(perform(CHROMIUM, script, player, package, playlist, tmp_path / "browser"))

    return play
