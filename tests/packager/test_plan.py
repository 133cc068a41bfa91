from dataclasses import replace
from fractions import Fraction

import pytest

from packager.colour import Colour
from packager.errors import InputError
from packager.ladder import VideoCodec
from packager.ladder_files import DEFAULT, load_ladder
from packager.plan import plan_package, song_samples
from packager.sources import AudioTrack, Source, Turn, VideoTrack

LADDER = load_ladder(DEFAULT)
SOUND = AudioTrack(1, "aac", 44_100, 2, "und", Fraction(0), 441_000)
PICTURE = VideoTrack(
    index=0, codec="h264", width=640, height=360, turn=Turn.NONE, is_interlaced=False, colour=Colour(1, 1, 1),
    frame_rate=Fraction(25), frame_count=250, start=Fraction(0), duration=Fraction(10),
)  # fmt: skip
BOTH = Source("both.mp4", 1, "", SOUND, PICTURE)
SONG = Source("song.ogg", 1, "", SOUND, None, notes=("song.ogg: a note",))
VIDEO = Source("video.mp4", 1, "", None, PICTURE)


def test_a_song_keeps_its_length_at_48_khz() -> None:
    assert song_samples(SOUND) == 480_000


def test_a_song_alone_has_no_video_rungs() -> None:
    plan = plan_package(SONG, None, LADDER)
    assert (plan.video_rungs, plan.grid.frame_rate, plan.grid.audio_frame_count) == ((), None, 469)
    assert plan.notes == ("song.ogg: a note",)


def test_each_codec_has_the_best_sound_beside_its_best_picture() -> None:
    assert plan_package(BOTH, BOTH, LADDER.with_codecs([VideoCodec.AV1])).audio_beside == (2, 1, 0, 2, 1, 0)


def test_a_ladder_that_gives_one_rung_to_a_large_picture_is_refused() -> None:
    ladder = replace(LADDER, name="mine.toml", steps=LADDER.steps[:1])
    large = replace(BOTH, video=replace(PICTURE, width=1920, height=1080))
    with pytest.raises(InputError) as raised:
        plan_package(large, large, ladder)
    assert str(raised.value) == (
        "mine.toml: gives one video rung, 1080p, for a picture of this size: expected several bit rates, or a player "
        "on a slow link stalls: add a smaller rung"
    )


def test_one_file_that_starts_together_needs_no_lead_and_no_note() -> None:
    plan = plan_package(BOTH, BOTH, LADDER)
    assert (plan.lead_samples, plan.lead_frames, plan.grid.frame_count, plan.notes) == (0, 0, 250, ())


def test_a_file_that_starts_at_an_hour_is_like_one_that_starts_at_zero() -> None:
    late = replace(BOTH, audio=replace(SOUND, start=Fraction(3600)), video=replace(PICTURE, start=Fraction(3600)))
    assert plan_package(late, late, LADDER) == plan_package(BOTH, BOTH, LADDER)


def test_late_sound_is_preceded_by_silence_and_the_last_frame_is_held() -> None:
    source = replace(BOTH, audio=replace(SOUND, start=Fraction(3, 2)))
    plan = plan_package(source, source, LADDER)
    assert (plan.lead_samples, plan.lead_frames, plan.grid.frame_count) == (72_000, 0, 288)
    assert plan.notes == (
        "both.mp4: the sound starts 1.500 s late; silence stands before it, so that both stay in sync",
        "both.mp4: the video is 1.52 s shorter than the song; its last frame is held",
    )


def test_late_video_holds_its_first_frame_and_silence_follows_the_song() -> None:
    source = replace(BOTH, video=replace(PICTURE, start=Fraction(4, 5)))
    plan = plan_package(source, source, LADDER)
    assert (plan.lead_samples, plan.lead_frames, plan.grid.frame_count) == (0, 20, 270)
    assert plan.notes == (
        "both.mp4: the video starts 0.800 s late; its first frame is held before it, so that both stay in sync",
        "both.mp4: the song ends 0.80 s before the video; silence follows it",
    )


def test_a_few_milliseconds_are_not_worth_a_frame_or_a_note() -> None:
    source = replace(BOTH, video=replace(PICTURE, start=Fraction(3, 1000)))
    plan = plan_package(source, source, LADDER)
    assert (plan.lead_frames, plan.grid.frame_count, plan.notes) == (0, 250, ())


def test_a_second_file_that_is_longer_is_left_off_at_the_end() -> None:
    plan = plan_package(SONG, replace(VIDEO, video=replace(PICTURE, duration=Fraction(12), frame_count=300)), LADDER)
    assert plan.grid.frame_count == 250
    assert plan.notes == (
        "song.ogg: a note",
        "video.mp4: the video is 2.00 s longer than song.ogg; its end is left off",
    )


def test_a_second_file_that_is_shorter_holds_its_last_frame() -> None:
    plan = plan_package(SONG, replace(VIDEO, video=replace(PICTURE, duration=Fraction(8), frame_count=200)), LADDER)
    assert plan.grid.frame_count == 250
    assert plan.notes[1:] == ("video.mp4: the video is 2.00 s shorter than the song; its last frame is held",)


def test_two_files_start_together_whatever_their_clocks_say() -> None:
    video = replace(VIDEO, video=replace(PICTURE, start=Fraction(9)))
    plan = plan_package(SONG, video, LADDER)
    assert (plan.lead_samples, plan.lead_frames) == (0, 0)


@pytest.mark.parametrize(
    ("song", "video", "message"),
    [
        (VIDEO, None, ("video.mp4: has no audio stream, and a package needs a song; "
                       "name the song first, and this file after --video")),
        (SONG, SONG, "song.ogg: has no video stream; name another file after --video, or leave it out"),
        (SONG, replace(VIDEO, video=replace(PICTURE, frame_count=1)),
         "video.mp4: its video is a single picture; name a file with moving pictures"),
    ],
)  # fmt: skip
def test_what_is_absent_is_said(song: Source, video: Source | None, message: str) -> None:
    with pytest.raises(InputError) as raised:
        plan_package(song, video, LADDER)
    assert str(raised.value) == message
