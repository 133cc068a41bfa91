"""Every song and video of the corpus is packaged, lints clean, and stays as much in sync as its source was."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sync_check import (
    FFMPEG,
    WHOLE_S,
    WINDOW_S,
    Pictures,
    measure_pictures,
    measure_sound,
    read_package_pictures,
    read_package_sound,
    read_source_pictures,
    read_source_sound,
)

from packager.build import build_package
from packager.ladder_files import load_ladder
from packager.manifest import PackageIndex
from packager.probe import probe_source
from packager.wishes import PackageWishes

ROOT = Path(__file__).parent.parent.parent
MEDIA = Path(os.environ.get("MIDNOTE_MEDIA", ROOT.parent / "shared" / "media"))
LADDER = Path(__file__).parent / "tiny-ladder.toml"

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not MEDIA.is_dir(), reason=f"no media corpus at {MEDIA} (MIDNOTE_MEDIA names another place)"),
    pytest.mark.skipif(FFMPEG is None, reason="no ffmpeg on this machine to read the sources with"),
]

MOST_SOUND_MS = 1.0
MOST_PICTURE_FRAMES = 0.5


def names(folder: str) -> list[str]:
    return sorted(f"{folder}/{each.name}" for each in (MEDIA / folder).iterdir()) if MEDIA.is_dir() else []


ODDLY_TIMED = (
    "nasty/made/audio-starts-1.5s-late.mp4", "nasty/made/video-starts-0.8s-late.mp4", "nasty/made/start-3600s.ts",
    "nasty/made/bframes_matroska_no-dts_video-starts-21ms.mkv", "nasty/made/bframes_negative-cts-no-edit-list.mp4",
    "nasty/mp4/androidx_edit_list_positive_shift.mp4", "nasty/mp4/mdn_flower-fragmented_start0.067.mp4",
    "nasty/mp4/mediabunny_edts.mp4", "nasty/mp4/androidx_partially_fragmented.mp4",
)  # fmt: skip


@pytest.mark.parametrize("name", [*names("songs"), *names("videos"), *ODDLY_TIMED])
def test_a_source_is_packaged_and_stays_in_sync(name: str, tmp_path: Path) -> None:
    path, out = MEDIA / name, tmp_path / "package"
    has_sound = probe_source(path, wants_video=False).audio is not None
    song, video = (path, None) if has_sound else (MEDIA / "nasty/made/no-video.mp4", path)
    # `build_package` lints what it made.
    index = build_package(song, video, out, PackageWishes(ladder=load_ladder(str(LADDER))))
    sound = read_source_sound(path) if has_sound else None
    pictures = read_source_pictures(path, length=length_of_first_look(index)) if index.video_rungs else None
    origin = min(float(each.times[0]) for each in (sound, pictures) if each is not None)
    if sound is not None:
        shifts = measure_sound(sound, read_package_sound(out / "audio/aac-96"), origin)
        assert max(map(abs, shifts), default=0) <= MOST_SOUND_MS, shifts
    if pictures is not None:
        shifts = list(measure_both_ends(path, out, index, pictures, origin))
        assert max(map(abs, shifts)) <= MOST_PICTURE_FRAMES, shifts


def length_of_first_look(index: PackageIndex) -> int | None:
    return None if index.grid.duration <= WHOLE_S else WINDOW_S


def measure_both_ends(
    path: Path, out: Path, index: PackageIndex, first_look: Pictures, origin: float
) -> Iterator[float]:
    """The shift in frames: over all of a short video, at the beginning and at the end of a long one."""
    folder = out / Path(index.video_rungs[0].playlist).parent
    assert index.grid.frame_rate is not None
    frame = 1 / float(index.grid.frame_rate)
    if length_of_first_look(index) is None:
        yield measure_pictures(first_look, read_package_pictures(folder, slice(None)), origin, frame)
        return
    yield measure_pictures(first_look, read_package_pictures(folder, slice(2)), origin, frame)
    last_look = read_source_pictures(path, seek=index.grid.duration - WINDOW_S)
    yield measure_pictures(last_look, read_package_pictures(folder, slice(-2, None)), origin, frame)
