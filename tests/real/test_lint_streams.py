"""Playlists and small streams of other projects: none may stop the linter."""

import os
from pathlib import Path

import pytest

from packager.errors import BrokenPackageError
from packager.inspection import lint_folder
from packager.lint.finding import Profile

MEDIA = Path(os.environ.get("MIDNOTE_MEDIA", Path(__file__).parents[2] / "../shared/media"))
STREAMS = MEDIA / "streams"
GOLDEN = Path(__file__).with_name("streams_golden.txt")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not STREAMS.is_dir(), reason=f"no streams in {MEDIA}: set MIDNOTE_MEDIA to the corpus"),
]


def rules_of(path: Path, profile: Profile = Profile.MOBILE) -> set[str]:
    return {finding.rule for finding in lint_folder(path, profile)}


def describe(path: Path) -> list[str]:
    """What is found in the presentation that starts at this playlist, a line each."""
    try:
        findings = lint_folder(path)
    except BrokenPackageError as error:
        return [f"refused: {str(error).replace(f'{path}: ', '')}"]
    return [f"{f.severity.value:7} {f.place}: {f.fault.found} [{f.rule}]" for f in findings] or ["clean"]


def read_notes() -> dict[str, list[str]]:
    """What a reader remarked, under the name of the playlist: these lines stay when the golden is rewritten."""
    notes: dict[str, list[str]] = {}
    name = ""
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        if line.startswith("  # "):
            notes.setdefault(name, []).append(line)
        elif line and not line.startswith(" "):
            name = line
    return notes


def test_findings_are_those_that_were_read(request: pytest.FixtureRequest) -> None:
    """Rewrite them with `pytest tests/real/test_lint_streams.py --rewrite-goldens`, and read the diff."""
    notes = read_notes()
    names = {str(path.relative_to(STREAMS)): path for path in sorted(STREAMS.rglob("*.m3u8"))}
    blocks = ["\n".join([n, *notes.get(n, []), *(f"  {row}" for row in describe(p))]) for n, p in names.items()]
    found = "\n\n".join(["\n".join(notes.get("", [])), *blocks]) + "\n"
    if request.config.getoption("--rewrite-goldens"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert len(names) > 100
    assert found == GOLDEN.read_text(encoding="utf-8")


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
