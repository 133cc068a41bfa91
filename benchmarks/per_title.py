"""Bits saved by a per-title ladder at equal quality. Run `python -m benchmarks.per_title FILM...`.

Each film is packaged with the ladders `default` and `auto`. The finished rungs are decoded and compared with the
source, shown at its size. At the quality of every rung of `default`, the bit rate that `auto` needs for it is read off
the line through its own rungs (the logarithm of the rate over decibels of SSIM), where they reach as high and as low.
Films must be at a constant rate, as frames are compared one by one. Five of the corpus saved -2 to 11 % that way,
and the probes took 4 to 5 %.

The last column is what the probe encodes take of processor time, beside all else that the packager does for a song of
200 s like this one; how long the film is does not matter to them.
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from pathlib import Path
from time import process_time

import av
from av.video.frame import VideoFrame
from rich.console import Console
from rich.table import Table

from packager.build import build_package
from packager.ladder_files import load_ladder
from packager.manifest import PackageIndex
from packager.quality import QualityMeter
from packager.wishes import PackageWishes

_USUAL_S = 200


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
    table = Table("film", "default: kb/s (dB)", "auto: kb/s (dB)", "bits saved", "bytes", "probes", box=None)
    for film in map(Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as place:
            found = [_measure(film, name, Path(place)) for name in ("default", "auto")]
        rungs, sizes, probes = zip(*found, strict=True)
        saved, smaller = _saved(*rungs), f"{sizes[1] / sizes[0] - 1:+.0%}"
        table.add_row(film.name[:20], *map(_describe, rungs), saved, smaller, f"{probes[1]:.1%}")
    Console(width=200).print(table)


class StageClock:
    """A watcher that takes the processor time of each stage."""

    def __init__(self) -> None:
        self.spent_s: dict[str, float] = {}
        self._stage, self._since = "", process_time()

    def tell(self, stage: str, share: float | None = None) -> None:  # noqa: ARG002  (a watcher takes both)
        """Take the time until now for the stage before."""
        now = process_time()
        self.spent_s[self._stage] = self.spent_s.get(self._stage, 0.0) + now - self._since
        self._stage, self._since = stage, now


def _measure(film: Path, ladder: str, place: Path) -> tuple[tuple[Measured, ...], int, float]:
    """The finished rungs, the bytes of the pictures, and the share of the probes for a song of 200 s."""
    clock = StageClock()
    index = build_package(film, None, place / ladder, PackageWishes(ladder=load_ladder(ladder)), watcher=clock)
    size = sum(file.size_bytes for file in index.files if file.path.startswith("video/"))
    probes = clock.spent_s.pop("Probing the film", 0.0)
    share = probes / (sum(clock.spent_s.values()) * _USUAL_S / float(index.grid.duration))
    rungs = tuple(_judge(film, index, number, place / ladder) for number in range(len(index.video_rungs)))
    return rungs, size, share


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
