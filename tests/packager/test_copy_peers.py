"""Ladders that ffmpeg made: MPEG-TS, NTSC rates, 44.1 kHz; copied, played, and proved."""

import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from packager.copy import copy_package
from packager.copyindex import CopyIndex
from packager.inspection import lint_folder
from packager.lint.finding import Profile

FFMPEG = shutil.which("ffmpeg")
pytestmark = pytest.mark.skipif(FFMPEG is None, reason="there is no ffmpeg to make ladders with")


def make_ladder(folder: Path, rate: str, ending: str, sound_rate: int = 48_000) -> list[Path]:
    """12 s in two sizes with B-frames, an IDR every 2 s, and one sound, each in a file of its own."""
    assert FFMPEG is not None
    files = [folder / f"{name}.{ending}" for name in ("large", "small", "song")]
    picture = ["-c:v", "libx264", "-preset", "veryfast", "-force_key_frames", "expr:gte(t,n_forced*2)"]
    subprocess.run(
        [
            FFMPEG, "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s=320x180:r={rate}:d=12",
            "-f", "lavfi", "-i", f"anoisesrc=a=0.1:r={sound_rate}:d=12:seed=1",
            "-map", "0:v", *picture, str(files[0]), "-map", "0:v", *picture, "-vf", "scale=160:90", str(files[1]),
            "-map", "1:a", "-ac", "2", "-c:a", "aac", "-b:a", "96k", str(files[2]),
        ],
        check=True,
    )  # fmt: skip
    return files


@pytest.mark.parametrize(
    ("rate", "ending", "sound_rate"),
    [("25", "mp4", 48_000), ("30000/1001", "mp4", 48_000), ("30000/1001", "ts", 48_000), ("24000/1001", "mkv", 44_100)],
)
def test_it_is_cut_at_idrs_and_lints_clean(rate: str, ending: str, sound_rate: int, tmp_path: Path) -> None:
    index = copy_package(make_ladder(tmp_path, rate, ending, sound_rate), tmp_path / "package")
    check_grid(index, Fraction(rate), sound_rate)
    found = lint_folder(tmp_path / "package", Profile.MOBILE)
    assert {finding.rule for finding in found} <= {"loudness-missing", "top-rung-low"}


def check_grid(index: CopyIndex, rate: Fraction, sound_rate: int) -> None:
    # An IDR is the first frame at or after 0, 2, 4 ... s.
    idrs = {-(-second * rate // 1) for second in range(0, 12, 2)}
    assert {*index.grid.video_boundaries_frames[:-1]} <= idrs
    assert index.grid.segment_count == 3
    assert index.grid.worst_boundary_error <= Fraction(512, sound_rate)
