"""The sources of `benchmarks.package`: made once, into a cache folder, from the media corpus or from our samples."""

import os
import subprocess
from pathlib import Path

from benchmarks.package_peers import make_ladder

_PICTURE, _SONG = "videos/moviepy_bbb_720p24_30s.webm", "songs/freecol_tailwind.flac"


def make_source(program: str, cache: Path, seconds: int, height: int) -> Path:
    """A song with its video: H.264 at 25 fps in this height and FLAC, both from 0 and equally long."""
    path = cache / f"source-{height}p25-{seconds}s.mkv"
    if not path.exists():
        picture, song = _find_material(cache)
        width = height * 16 // 9
        _run(
            path, program, "-stream_loop", "-1", "-i", str(picture), "-stream_loop", "-1", "-i", str(song),
            "-map", "0:v:0", "-map", "1:a:0", "-vf", f"fps=25,scale={width}:{height}:flags=bicubic,format=yuv420p",
            "-c:v", "libx264", "-preset", "superfast", "-crf", "18", "-c:a", "flac", "-ac", "2", "-ar", "48000",
            "-t", str(seconds),
        )  # fmt: skip
    return path


def make_encoded_ladder(program: str, cache: Path, seconds: int) -> tuple[Path, ...]:
    """Four files of video and three of sound, encoded with fitting GOPs."""
    folder = cache / f"ladder-{seconds}s"
    command, files = make_ladder(program, make_source(program, cache, seconds, 720), folder, 720)
    if not all(path.exists() for path in files):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(command, check=True)
    return files


def _find_material(cache: Path) -> tuple[Path, Path]:
    """A film and a song of the corpus, or else what `midnote demo` makes."""
    corpus = Path(os.environ.get("MIDNOTE_MEDIA", "../shared/media"))
    if (corpus / _PICTURE).exists() and (corpus / _SONG).exists():
        return corpus / _PICTURE, corpus / _SONG
    from samples.make import Item, make_samples

    (song,) = make_samples(cache / "samples", only=Item.SONG)
    (picture,) = make_samples(cache / "samples", only=Item.VIDEO)
    return picture, song


def _run(path: Path, program: str, *words: str) -> None:
    """Have a file made, which appears when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"partial-{path.name}")
    subprocess.run([program, "-v", "error", "-y", *words, str(aside)], check=True)
    aside.replace(path)
