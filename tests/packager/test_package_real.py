"""Real and nasty sources, where the corpus is at hand: packaged and clean, or refused in one line."""

import os
from fractions import Fraction
from pathlib import Path

import pytest

from packager.build import build_package
from packager.errors import PackagerError
from packager.manifest import PackageIndex

ROOT = Path(__file__).parent.parent.parent
MEDIA = Path(os.environ.get("MIDNOTE_MEDIA", ROOT.parent / "shared" / "media"))

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not MEDIA.is_dir(), reason=f"no media corpus at {MEDIA} (MIDNOTE_MEDIA names another place)"),
]


def package(name: str, tmp_path: Path) -> PackageIndex:
    """The index of a package, which `build_package` has linted."""
    return build_package(MEDIA / name, None, tmp_path / "package")


@pytest.mark.parametrize(
    ("name", "frames", "notes"),
    [
        ("nasty/made/start-3600s.ts", 185, ()),
        ("nasty/made/bframes_negative-cts-no-edit-list.mp4", 151, ()),
        ("nasty/made/nästy näme (1) & ü 🎵.mp4", 185, ()),
        ("nasty/made/cover-art_20s.m4a", 0, ()),
        ("nasty/made/audio-starts-1.5s-late.mp4", 230, (
            ("audio-starts-1.5s-late.mp4: the sound starts 1.500 s late; silence stands before it, so that both stay "
             "in sync"),
            "audio-starts-1.5s-late.mp4: the video is 1.50 s shorter than the song; its last frame is held",
        )),
        ("nasty/made/video-starts-0.8s-late.mp4", 209, (
            ("video-starts-0.8s-late.mp4: the video starts 0.800 s late; its first frame is held before it, so that "
             "both stay in sync"),
            "video-starts-0.8s-late.mp4: the song ends 0.81 s before the video; silence follows it",
        )),
    ],
)  # fmt: skip
def test_odd_timing_is_kept(name: str, frames: int, notes: tuple[str, ...], tmp_path: Path) -> None:
    index = package(name, tmp_path)
    boundaries = index.grid.video_boundaries_frames
    assert (boundaries[-1] if boundaries else 0) == frames
    assert index.notes == notes


@pytest.mark.parametrize(
    ("name", "size", "rate"),
    [
        ("videos/androidx_rotate_and_reflect.mp4", (720, 1080), Fraction(30000, 1001)),
        ("videos/made_tos_23.976_10bit_5.1ac3.mp4", (800, 332), Fraction(24000, 1001)),
        ("videos/made_tos_59.94_mono44k.mp4", (640, 266), Fraction(60000, 1001)),
        ("videos/androidx_12.5fps_720p.mp4", (1280, 720), Fraction(25, 2)),
        ("videos/boswars_intro_theora24.ogv", (1024, 768), Fraction(24)),
    ],
)
def test_sizes_and_rates_are_those_of_the_source(
    name: str, size: tuple[int, int], rate: Fraction, tmp_path: Path
) -> None:
    index = package(name, tmp_path)
    assert (index.video_rungs[0].width, index.video_rungs[0].height) == size
    assert index.grid.frame_rate == rate


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nasty/made/no-audio.mp4", "no-audio.mp4: has no audio stream, and a package needs a song; "),
        ("nasty/made/truncated_55pct_faststart.mp4",
         "truncated_55pct_faststart.mp4: its audio ends at 3.44 s but the header says 6.15 s: the file is cut short; "),
        ("nasty/made/truncated_60pct_no-moov.mp4", "truncated_60pct_no-moov.mp4: not sound or video that can be read "),
        ("nasty/made/mp4_bit-errors-in-mdat.mp4",
         "mp4_bit-errors-in-mdat.mp4: more than 10 % of its 185 frames are damaged, first at 0.00 s: "),
        ("nasty/made/html-named.mp4", "html-named.mp4: not sound or video that can be read "),
        ("nasty/made/zero-bytes.mp4", "zero-bytes.mp4: is empty (0 bytes); "),
        ("nasty/made/png-named.mp3", "png-named.mp3: has no audio stream, and a package needs a song; "),
        ("nasty/audio/flacsuite_increasing-channels.flac",
         "flacsuite_increasing-channels.flac: the sound changes at 3.34 s from 44100 Hz, 1 channels, s16 to "),
    ],
)  # fmt: skip
def test_what_cannot_be_packaged_is_one_clear_line(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(PackagerError) as raised:
        package(name, tmp_path)
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []
