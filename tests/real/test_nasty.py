"""What happens to each file of the nasty corpus: a clean package and what is told of it, or one line. Never a crash."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MEDIA = Path(os.environ.get("MIDNOTE_MEDIA", ROOT.parent / "shared" / "media"))
NASTY = MEDIA / "nasty"
HERE = Path(__file__).parent
GOLDEN = HERE / "nasty_golden.txt"

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not NASTY.is_dir(), reason=f"no media corpus at {MEDIA} (MIDNOTE_MEDIA names another place)"),
]


def run_all(files: list[Path], song: Path) -> dict[Path, dict[str, list[str]]]:
    """What the worker says of each file; one that ends the worker is said to, and the next one goes on."""
    outcomes: dict[Path, dict[str, list[str]]] = {}
    while left := [each for each in files if each not in outcomes]:
        worker = subprocess.run(
            [sys.executable, HERE / "package_worker.py", HERE / "tiny-ladder.toml", song, *left],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False, text=True,
        )  # fmt: skip
        for line in worker.stdout.splitlines():
            outcome = json.loads(line)
            outcomes[Path(outcome.pop("file"))] = outcome
        if worker.returncode:
            fatal = next(each for each in files if each not in outcomes)
            outcomes[fatal] = {"alone": [f"ENDED THE PROCESS: {worker.returncode} {worker.stderr[-2000:]}"]}
    return outcomes


def print_table(outcomes: dict[Path, dict[str, list[str]]]) -> str:
    """A block for each file. What every song does as a video is left out, and so is the same line twice."""
    blocks = []
    for path in sorted(outcomes):
        lines = [str(path.relative_to(NASTY))]
        told = outcomes[path]
        for role, outcome in told.items():
            is_plain = "has no video stream" in outcome[0] or (role == "as video" and outcome == told["alone"])
            if not is_plain:
                lines += [f"  {role}: {outcome[0]}", *(f"    note: {note}" for note in outcome[1:])]
        blocks.append("\n".join(lines).replace(f"{path.name}: ", ""))
    return "\n".join(blocks) + "\n"


def test_every_nasty_file_is_packaged_clean_or_refused_in_one_line(request: pytest.FixtureRequest) -> None:
    """Rewrite the golden with `pytest tests/real/test_nasty.py --rewrite-goldens`, and read the diff."""
    files = sorted(each for each in NASTY.rglob("*") if each.is_file())
    table = print_table(run_all(files, MEDIA / "nasty/made/no-video.mp4"))
    assert "ENDED THE PROCESS" not in table, table
    assert "LEFT BEHIND" not in table, table
    if request.config.getoption("--rewrite-goldens"):
        GOLDEN.write_text(table, encoding="utf-8")
    assert table == GOLDEN.read_text(encoding="utf-8")
