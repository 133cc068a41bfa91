"""Packages one encoded ladder many times over in one process: python -m benchmarks.copy_songs SONGS OUT FILE..."""

import sys
from pathlib import Path

from packager.copy import copy_package


def main() -> None:
    """Each song into a numbered folder in OUT."""
    songs, out, *files = sys.argv[1:]
    for number in range(int(songs)):
        copy_package([Path(file) for file in files], Path(out) / str(number))


if __name__ == "__main__":
    main()
