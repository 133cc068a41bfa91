import json
from fractions import Fraction

from packager.colour import Colour
from packager.ladder_files import load_ladder
from packager.plan import plan_package
from packager.preview import PlannedAudio, PlannedGrid, PlannedSource, PlannedVideo, describe_plan, preview_to_json
from packager.sources import AudioTrack, Source, Turn, VideoTrack

SOUND = AudioTrack(1, "aac", 44_100, 2, "und", Fraction(0), 441_000)
PICTURE = VideoTrack(
    index=0, codec="vp9", width=360, height=640, turn=Turn.NONE, is_interlaced=False, colour=Colour(1, 1, 1),
    frame_rate=Fraction(30000, 1001), frame_count=300, start=Fraction(0), duration=Fraction(300 * 1001, 30000),
    coded_bytes=400_000,
)  # fmt: skip
BOTH = Source("both.webm", 1, "", SOUND, PICTURE, notes=("both.webm: a note",))
SONG = Source("song.flac", 1, "", SOUND, None)
DEFAULT = load_ladder("default")


def test_a_plan_says_what_will_be_made_and_why() -> None:
    preview = describe_plan((BOTH,), plan_package(BOTH, BOTH, DEFAULT))
    assert preview.sources == (PlannedSource("both.webm", "vp9 360x640, 29.97 fps", "aac 44100 Hz, 2 channels"),)
    assert preview.ladder.name == "default"
    assert preview.notes == ("both.webm: a note",)
    assert preview.grid == PlannedGrid(
        explanation=(
            "nearest: frames at 29.97 fps and AAC frames at 48 kHz coincide only every 21.35 s, so segments are 120 "
            "frames and audio is cut at the AAC frame nearest to each"
        ),
        duration=Fraction(1001, 100),
        segment_count=3,
        usual_segment=Fraction(1001, 250),
        last_segment=Fraction(1001, 400),
        target_duration_s=4,
        worst_boundary_error=Fraction(1, 150),
    )
    assert preview.video_rungs[0] == PlannedVideo(
        name="360p", codec="h264", width=360, height=640, crf=23, preset="veryfast", cap_bps=700_000,
        expected_bps=preview.video_rungs[0].expected_bps, audio_rung="aac-256",
    )  # fmt: skip
    assert [rung.name for rung in preview.video_rungs] == ["360p", "240p", "144p"]
    assert preview.audio_rungs[0] == PlannedAudio("aac-96", 96_000, 100_800)


def test_a_song_alone_has_no_video_rungs_and_needs_no_picture() -> None:
    preview = describe_plan((SONG,), plan_package(SONG, None, DEFAULT))
    assert preview.video_rungs == ()
    assert preview.sources == (PlannedSource("song.flac", None, "aac 44100 Hz, 2 channels"),)
    assert preview.expected_bytes == preview.most_bytes


def test_json_holds_all_of_it() -> None:
    preview = describe_plan((BOTH,), plan_package(BOTH, BOTH, DEFAULT))
    written = json.loads(json.dumps(preview_to_json(preview)))
    assert set(written) == {
        "schema_version", "sources", "ladder", "grid", "video_rungs", "audio_rungs", "expected_bytes", "most_bytes",
        "reckoning", "notes",
    }  # fmt: skip
    assert written["grid"]["worst_boundary_error"] == "1/150"
