"""Playlists and small streams of other projects: none may stop the linter."""

import os
from pathlib import Path

import pytest

from packager.errors import BrokenPackageError
from packager.inspection import lint_folder
from packager.lint.finding import Profile

MEDIA = Path(os.environ.get("MIDNOTE_MEDIA", Path(__file__).parents[2] / "../shared/media"))
STREAMS = MEDIA / "streams"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not STREAMS.is_dir(), reason=f"no streams in {MEDIA}: set MIDNOTE_MEDIA to the corpus"),
]


def rules_of(path: Path, profile: Profile = Profile.MOBILE) -> set[str]:
    return {finding.rule for finding in lint_folder(path, profile)}


def is_judged(path: Path) -> bool:
    try:
        lint_folder(path)
    except BrokenPackageError:
        return False
    return True


def test_every_playlist_gives_findings_or_one_line() -> None:
    paths = sorted(STREAMS.rglob("*.m3u8"))
    refused = [path for path in paths if not is_judged(path)]
    assert len(paths) > 100
    # Parser fixtures that begin with a comment, with another tag, or with nothing at all.
    assert len(refused) == sum(not path.read_bytes().lstrip().startswith(b"#EXT") for path in paths)


def test_every_media_file_named_as_a_playlist_is_refused() -> None:
    for path in sorted(STREAMS.rglob("*.m4s"))[:20] + sorted(STREAMS.rglob("*.mp4")):
        with pytest.raises(BrokenPackageError, match="expected #EXTM3U"):
            lint_folder(path)


def test_a_sound_fmp4_presentation_breaks_nothing_of_the_rfc() -> None:
    assert rules_of(STREAMS / "androidx_cmaf-multi-segment", Profile.RFC) == set()


def test_extinf_that_the_media_does_not_bear_out_is_seen() -> None:
    # Its second segment says 0.55 s and holds 15 frames of 1001/30000 s.
    assert "extinf-drift" in rules_of(STREAMS / "androidx_hls" / "multi-segment")


def test_an_empty_edit_of_900_ms_is_seen() -> None:
    assert "edit-empty" in rules_of(STREAMS / "shaka" / "hls-mp4-muxed-aac-h264")


def test_audio_of_another_target_duration_is_seen() -> None:
    assert "target-differs" in rules_of(STREAMS / "shaka" / "hls-multivideo" / "master.m3u8")
