"""Puts what `make demo` really prints, and a picture of its real report, into the README.

    make readme

Runs the demo, so it takes a minute or two. The picture needs Chromium (Debian: apt-get install chromium); without it
the old one stays, and that is said.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "report.png"
BLOCK = re.compile(r"(<!-- demo -->\n).*?(<!-- /demo -->)", re.DOTALL)
# Verdict, flips, limits, figures and the timeline of the first session.
PICTURE_SIZE = "1100,2130"
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update")  # fmt: skip


def main() -> None:
    """Run the demo and rewrite the README's block and picture."""
    shown = run_demo()
    block = "".join(f"    {line}".rstrip() + "\n" for line in abridge(shown))
    README.write_text(BLOCK.sub(lambda found: f"{found[1]}\n{block}\n{found[2]}", README.read_text()))
    take_picture(ROOT / "demo" / "report.html")


def run_demo() -> list[str]:
    """The lines that the demo prints. Ends with its exit code when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "midnote", "demo"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout.splitlines()


def abridge(lines: list[str]) -> list[str]:
    """The demo up to the first listener's verdict, and the last line."""
    verdict = next(number for number, line in enumerate(lines) if line.startswith("Nobody heard it"))
    return [*lines[: verdict + 1], "...", lines[-1]]


def take_picture(page: Path) -> None:
    """A screenshot of the report, if there is a browser."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        print(f"no Chromium here: {PICTURE.relative_to(ROOT)} stays as it was", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [browser, *QUIET, f"--user-data-dir={profile}", f"--window-size={PICTURE_SIZE}",
             f"--screenshot={PICTURE}", page.as_uri()],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


if __name__ == "__main__":
    main()
