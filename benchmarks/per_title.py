"""Bits saved by a per-title ladder at equal quality. Run `python -m benchmarks.per_title FILM...`.

Each film is packaged with the ladders `default` and `auto`. The finished rungs are decoded and compared with the
source, shown at its size. At the quality of every rung of `default`, the bit rate that `auto` needs for it is read off
the line through its own rungs (the logarithm of the rate over decibels of SSIM), where they reach as high and as low.
Films must be at a constant rate, as frames are compared one by one. Five of the corpus saved 0 to 15 % that way.
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from pathlib import Path

import av
from av.video.frame import VideoFrame
from rich.console import Console
from rich.table import Table

from packager.build import build_package
from packager.ladder_files import load_ladder
from packager.manifest import PackageIndex
from packager.quality import QualityMeter
from packager.wishes import PackageWishes


@dataclass(frozen=True, slots=True)
class Measured:
    """A finished rung: its average bit rate, and what is left of the picture."""

    name: str
    average_bps: int
    quality_db: float


def main() -> None:
    """Package, measure, print."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    table = Table("film", "default: kb/s (dB)", "auto: kb/s (dB)", "bits saved", "bytes of pictures", box=None)
    for film in map(Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as place:
            rungs, sizes = zip(*(_measure(film, name, Path(place)) for name in ("default", "auto")), strict=True)
        table.add_row(film.name[:30], *map(_describe, rungs), _saved(*rungs), f"{sizes[1] / sizes[0] - 1:+.0%}")
    Console(width=200).print(table)


def _measure(film: Path, ladder: str, place: Path) -> tuple[tuple[Measured, ...], int]:
    index = build_package(film, None, place / ladder, PackageWishes(ladder=load_ladder(ladder)))
    size = sum(file.size_bytes for file in index.files if file.path.startswith("video/"))
    return tuple(_judge(film, index, number, place / ladder) for number in range(len(index.video_rungs))), size


def _judge(film: Path, index: PackageIndex, number: int, folder: Path) -> Measured:
    """Compare a rung with the source, frame by frame; the films are at a constant rate, so that these are the same."""
    rung, track = index.video_rungs[number], index.sources[-1].video
    assert track is not None
    width, height = track.width // 2 * 2, track.height // 2 * 2
    meter = QualityMeter(width, height)
    media = folder / "video" / f"{rung.name}.mp4"
    parts = (folder / "video" / rung.name).glob("*.m4s")
    media.write_bytes(
        b"".join(part.read_bytes() for part in [folder / "video" / rung.name / "init.mp4", *sorted(parts)])
    )
    with av.open(film) as source, av.open(media) as coded:
        for original, frame in zip(source.decode(video=0), coded.decode(video=0), strict=False):
            meter.add(*(_shown(each, width, height) for each in (frame, original)))
    return Measured(rung.name, rung.average_bps, meter.ssim_db)


def _shown(frame: VideoFrame, width: int, height: int) -> VideoFrame:
    return frame.reformat(width, height, "yuv420p", interpolation="BICUBIC", dst_color_range="MPEG")


def _saved(default: Sequence[Measured], auto: Sequence[Measured]) -> str:
    """The mean over the rungs of `default` whose quality `auto` reaches from both sides."""
    savings = [1 - needed / rung.average_bps for rung in default if (needed := _rate_at(auto, rung.quality_db))]
    return f"{sum(savings) / len(savings):.0%} ({len(savings)} rungs)" if savings else "no rung in common"


def _rate_at(rungs: Sequence[Measured], quality_db: float) -> float | None:
    for above, below in pairwise(sorted(rungs, key=lambda rung: -rung.quality_db)):
        if below.quality_db <= quality_db <= above.quality_db:
            share = (quality_db - below.quality_db) / (above.quality_db - below.quality_db)
            return exp(log(below.average_bps) + share * log(above.average_bps / below.average_bps))
    return None


def _describe(rungs: Sequence[Measured]) -> str:
    return ", ".join(f"{rung.name} {rung.average_bps / 1000:.0f} ({rung.quality_db:.1f})" for rung in rungs)


if __name__ == "__main__":
    main()
