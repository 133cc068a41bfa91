"""Fetches the web players that packages are tried in: `python tests/browser/players.py FOLDER`.

Each is a package of the npm registry, of one version and with the integrity that its lock file would state.
"""

import base64
import hashlib
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class WebPlayer:
    """A player and its one file that is needed here."""

    package: str
    version: str
    sha512: str
    script: str

    @property
    def file_name(self) -> str:
        return f"{self.package}-{self.version}.js"


PLAYERS = (
    WebPlayer(
        "dashjs",
        "5.2.1",
        "axcJmLeJCTJMLUfQRErUJB1KOiU5iHF+DMLBc3FKeox1HPYtGUQlC6Xm5Mm6vhBUR3CHHLIPOqw0JDIqMtP+Dw==",
        "dist/modern/umd/dash.all.min.js",
    ),
    WebPlayer(
        "shaka-player",
        "5.2.12",
        "vEsuVDI3+oLh+yqpjXexQZlg2XMUBI0VrqatDuKWacPaxAud6Uph5uCowUPLhUgNG5XKWCpoM4l1r8qYzWH+zg==",
        "dist/shaka-player.compiled.js",
    ),
    WebPlayer(
        "hls.js",
        "1.7.4",
        "3GlxGdPvT2YHvQYOt+yOzT/DEior/qJVNIylHA77kgeoBTdQQqi70GwefNEUmHQeNGyjC8U62+bruqW/Tpm+tg==",
        "dist/hls.min.js",
    ),
)


def fetch_player(player: WebPlayer, folder: Path) -> None:
    """Have the player's script in this folder; nothing is done where it is there already."""
    if (folder / player.file_name).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", "--silent", f"{player.package}@{player.version}"]
    name = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
    archive = folder / name
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != player.sha512:
        sys.exit(f"{archive}: its SHA-512 is {found} where {player.sha512} was expected; do not use it")
    with tarfile.open(archive) as tar:
        script = tar.extractfile(f"package/{player.script}")
        assert script is not None
        (folder / player.file_name).write_bytes(script.read())
    archive.unlink()


if __name__ == "__main__":
    for each in PLAYERS:
        try:
            fetch_player(each, Path(sys.argv[1]))
        except subprocess.CalledProcessError as fault:
            sys.stderr.write(f"npm did not give {each.package}: its tests will be skipped: {fault.stderr.strip()}\n")
