"""Packages files one after another and prints what happened to each, as JSON lines: in a process that may be killed.

    python tests/real/package_worker.py LADDER SONG FILE...

Each file is packaged alone, and as the video of SONG. A file may take a minute and the process 4 GB: whatever hangs
or swallows memory ends it, and the test sees where.
"""

import json
import resource
import signal
import sys
import tempfile
from pathlib import Path

from packager.build import build_package
from packager.errors import PackagerError
from packager.ladder import Ladder
from packager.ladder_files import load_ladder
from packager.wishes import PackageWishes

MOST_SECONDS = 60
MOST_BYTES = 4 << 30


def describe(audio: Path, video: Path | None, ladder: Ladder) -> list[str]:
    """The outcome in one line, and the notes. `build_package` lints what it makes; an error there is ours."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "new" / "package"
        try:
            index = build_package(audio, video, out, PackageWishes(ladder=ladder))
        except PackagerError as error:
            left = [str(each) for each in Path(folder).iterdir()]
            return [f"refused: {error}", *(f"LEFT BEHIND: {each}" for each in left)]
    grid = index.grid
    frames = grid.video_boundaries_frames[-1] if grid.video_boundaries_frames else 0
    picture = f", {frames} frames at {float(grid.frame_rate or 0):.5g} fps" if frames else ""
    return [f"packaged: {float(grid.duration):.2f} s{picture}", *index.notes]


def main() -> None:
    """Package all files that are named."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    ladder = load_ladder(sys.argv[1])
    song = Path(sys.argv[2])
    for name in sys.argv[3:]:
        signal.alarm(MOST_SECONDS)
        path = Path(name)
        outcome = {"alone": describe(path, None, ladder), "as video": describe(song, path, ladder)}
        sys.stdout.write(json.dumps({"file": name, **outcome}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
