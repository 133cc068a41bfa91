"""Where encoded ladders are cut, and the sentence for each that cannot be: by frames and AAC frames in numbers."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.coded import CodedPictures, CodedSound
from packager.copyplan import plan_copy
from packager.errors import UnsupportedError
from packager.ladder import AudioCodec

# 20 s at 25 fps and 48 kHz, primed as FFmpeg's encoder does.
SOUND = CodedSound("song.m4a", "und", 2, 48_000, 1024, first_sample=-1024, frame_count=939)


def pictures(file: str, idrs: Iterable[int], frames: int = 500, rate: Fraction | int = 25) -> CodedPictures:
    return CodedPictures(file, 640, 360, Fraction(rate), tuple(range(frames)), tuple(idrs))


def test_segments_start_at_the_shared_idrs_nearest_to_every_4_s() -> None:
    plan = plan_copy([pictures("a.mp4", range(0, 500, 48)), pictures("b.mp4", range(0, 500, 96))], [SOUND])
    assert plan.grid.video_boundaries == (0, 96, 192, 288, 384, 480, 500)
    assert plan.grid.audio_boundaries == (0, 180, 360, 540, 720, 900, 938)
    assert plan.grid.worst_boundary_error == 0
    assert plan.notes == ()


def test_gops_need_not_be_equal() -> None:
    uneven = [0, 40, 110, 130, 205, 300, 390]
    plan = plan_copy([pictures("a.mp4", uneven), pictures("b.mp4", [*uneven, 60, 250])], [SOUND])
    assert plan.grid.video_boundaries == (0, 110, 205, 300, 390, 500)


def test_the_priming_is_kept_and_not_heard() -> None:
    plan = plan_copy([pictures("a.mp4", [0, 100, 200, 300, 400])], [SOUND])
    assert (plan.first_audio_frame, plan.priming_samples) == (-1, 1024)


def test_a_priming_that_is_no_whole_number_of_frames_is_kept_to_the_sample() -> None:
    apple = replace(SOUND, first_sample=-2112)
    plan = plan_copy([pictures("a.mp4", [0, 100, 200, 300, 400])], [apple])
    assert (plan.first_audio_frame, plan.priming_samples, plan.grid.clock.early_samples) == (-2, 2112, 64)
    # 4 s are 192000 samples; with the 64 that lie before, 187.56 frames: 188 begins 10 ms after the cut.
    assert plan.grid.audio_boundaries[1] == 188
    assert plan.grid.aac_cuts.durations[0] == Fraction(188 * 1024 - 64, 48_000)


def test_rungs_with_more_priming_start_where_the_others_do() -> None:
    longer = replace(SOUND, file="other.m4a", first_sample=-3 * 1024, frame_count=941)
    plan = plan_copy([], [SOUND, longer])
    assert plan.first_audio_frame == -1


def test_sound_that_begins_long_before_the_picture_keeps_a_pre_roll_of_three_frames() -> None:
    plan = plan_copy([pictures("a.mp4", [0, 100, 200, 300, 400])], [replace(SOUND, first_sample=-10 * 1024)])
    assert (plan.first_audio_frame, plan.priming_samples) == (-3, 3072)


def test_sound_may_begin_half_a_frame_late() -> None:
    plan = plan_copy([pictures("a.mp4", [0, 100, 200, 300, 400])], [replace(SOUND, first_sample=500)])
    assert (plan.first_audio_frame, plan.priming_samples) == (1, 524)
    assert plan.grid.clock.time_of(1) == Fraction(500, 48_000)


def test_what_sounds_a_little_before_the_picture_is_left_out_and_noted() -> None:
    early = replace(SOUND, first_sample=-3840, early_s=Fraction(8, 100))
    plan = plan_copy([pictures("a.mp4", [0, 100, 200, 300, 400])], [early])
    assert plan.priming_samples == 3840
    assert plan.notes == ("song.m4a: its first 0.080 s are left out: no picture is there yet",)


def test_a_song_alone_is_cut_near_every_4_s() -> None:
    plan = plan_copy([], [SOUND])
    assert plan.grid.audio_boundaries == (0, 188, 376, 564, 752, 938)
    assert plan.grid.frame_rate is None


def test_what_a_rung_has_less_is_left_out_of_the_others() -> None:
    plan = plan_copy(
        [pictures("a.mp4", [0, 96, 192, 288, 384]), pictures("b.mp4", [0, 96, 192, 288, 384], 495)], [SOUND]
    )
    assert plan.grid.frame_count == 495
    assert plan.grid.audio_frame_count == 929  # 19.8 s are 928.1 AAC frames
    assert plan.notes == ("a.mp4: its last 0.200 s are left out: not all rungs have them",
                          "song.m4a: its last 0.192 s are left out: not all rungs have them")  # fmt: skip


def test_pictures_that_outlast_the_sound_end_where_their_frames_are_complete() -> None:
    # Decoding order I P B ...: after 3n + 1 frames none is missing.
    numbers = (0, *(n + step for n in range(0, 498, 3) for step in (3, 1, 2)))
    picture = CodedPictures("a.mp4", 640, 360, Fraction(25), numbers, tuple(range(0, 499, 96)))
    plan = plan_copy([picture], [replace(SOUND, frame_count=901)])  # 19.2 s
    assert plan.grid.frame_count == 478
    assert plan.notes == ("a.mp4: its last 0.840 s are left out: not all rungs have them",)


@pytest.mark.parametrize(
    ("videos", "sounds", "message"),
    [
        ([pictures("a.mp4", range(0, 500, 96)), pictures("b.mp4", range(0, 500, 100))], [SOUND],
         ("b.mp4: no IDR at 3.840 s (frame 96), where a.mp4 has: encode it again with "
         "-force_key_frames 'expr:gte(t,n_forced*4)', or leave the work to `midnote package`")),
        ([pictures("a.mp4", [0, 96]), replace(pictures("b.mp4", [0]), open_points=(96,))], [SOUND],
         ("b.mp4: a recovery point of an open GOP, not an IDR, at 3.840 s (frame 96), where a.mp4 has: encode it again "
         "with closed GOPs (x264: open-gop=0), or leave the work to `midnote package`")),
        ([replace(pictures("a.mp4", [0]), open_points=(96,))], [SOUND],
         ("a.mp4: a recovery point of an open GOP, not an IDR, at 3.840 s (frame 96), where a segment must start: "
         "encode it again with closed GOPs (x264: open-gop=0), or leave the work to `midnote package`")),
        ([pictures("a.mp4", [0])], [SOUND],
         ("a.mp4: no IDR from 0.000 s (frame 0) to 20.000 s (frame 500), and a segment starts with one: encode it "
         "again with a GOP of 100 frames, or leave the work to `midnote package`")),
        ([replace(pictures("a.mp4", []), open_points=(0, 96))], [SOUND],
         ("a.mp4: a recovery point of an open GOP, not an IDR, at 0.000 s (frame 0), where segments start with an IDR: "
         "encode it again with closed GOPs (x264: open-gop=0), or leave the work to `midnote package`")),
        ([pictures("a.mp4", [0, 96]), pictures("b.mp4", [0, 96], rate=50)], [SOUND],
         ("b.mp4: has 50 fps, but a.mp4 has 25: their frames are not shown at the same instants; encode all video "
         "rungs at one frame rate, or leave the work to `midnote package`")),
        ([pictures("a.mp4", range(0, 500, 96)), pictures("b.mp4", range(0, 300, 96), 300)], [SOUND],
         ("a.mp4: ends at 20.000 s, but b.mp4 at 12.000 s: they are not of one song; name files that are equally long, "
         "or leave the work to `midnote package`")),
        ([pictures("a.mp4", range(0, 500, 96))], [replace(SOUND, frame_count=1500)],
         ("song.m4a: ends at 31.979 s, but the picture at 20.000 s: they are not of one song; name files that are "
         "equally long, or leave the work to `midnote package`")),
        ([pictures("a.mp4", range(0, 500, 96))], [replace(SOUND, frame_count=500)],
         ("a.mp4: ends at 20.000 s, but the sound at 10.645 s: they are not of one song; name files that are "
         "equally long, or leave the work to `midnote package`")),
        ([pictures("a.mp4", range(0, 500, 96))], [replace(SOUND, first_sample=24_000)],
         ("song.m4a: its sound begins 0.500 s after the picture of a.mp4: silence to stand before it has to be "
         "encoded; leave the work to `midnote package`")),
        ([pictures("a.mp4", range(0, 500, 96))], [replace(SOUND, early_s=Fraction(4, 5))],
         ("song.m4a: its sound begins 0.800 s before the picture of a.mp4: a picture to stand beside it has to be "
         "encoded; leave the work to `midnote package`")),
        ([], [SOUND, replace(SOUND, file="b.m4a", first_sample=-2112)],
         ("b.m4a: its first AAC frame begins at sample -2112 of the presentation, but -1024 in song.m4a: that is no "
         "whole number of frames apart; encode both with one encoder, or leave the work to `midnote package`")),
        ([], [SOUND, replace(SOUND, file="b.m4a", sample_rate_hz=44_100)],
         ("b.m4a: AAC frames of 1024 samples at 44100 Hz, but 1024 samples at 48000 Hz in song.m4a: a player could not "
         "change between them; encode all audio rungs alike, or leave the work to `midnote package`")),
    ],
)  # fmt: skip
def test_a_misfit_is_named_with_file_time_frame_and_remedy(
    videos: list[CodedPictures], sounds: list[CodedSound], message: str
) -> None:
    with pytest.raises(UnsupportedError) as caught:
        plan_copy(videos, sounds)
    assert str(caught.value) == message


@given(st.sets(st.integers(1, 499)), st.sets(st.integers(1, 499)), st.integers(-3000, 500))
def test_every_cut_is_an_idr_of_all_rungs_and_audio_is_within_half_a_frame(
    one: set[int], other: set[int], first_sample: int
) -> None:
    shared = {*range(0, 500, 100)}
    videos = [pictures("a.mp4", sorted(one | shared)), pictures("b.mp4", sorted(other | shared))]
    grid = plan_copy(videos, [replace(SOUND, first_sample=first_sample)]).grid
    assert {*grid.video_boundaries[:-1]} <= {*videos[0].idrs} & {*videos[1].idrs}
    assert max(grid.video_durations) <= 11
    assert grid.worst_boundary_error <= Fraction(512, 48_000)


# 20 s in packets of 20 ms, of which the first 312 samples are not heard.
OPUS = CodedSound("song.opus", "und", 2, 48_000, 960, first_sample=-312, frame_count=1001, codec=AudioCodec.OPUS)
FLAC = CodedSound(
    "song.flac", "und", 2, 44_100, 4096, first_sample=0, frame_count=216, codec=AudioCodec.FLAC, bit_depth=16
)


def test_other_sounds_are_cut_at_their_own_packets_nearest_to_the_cuts() -> None:
    plan = plan_copy([pictures("a.mp4", range(0, 500, 96))], [SOUND, FLAC, OPUS])
    flac, opus = plan.other_sounds
    # 3.84 s are 169344 samples, 41.34 packets of 4096; and 184320 samples, with the 312 192.325 packets of 960.
    assert flac.cuts.boundaries == (0, 41, 83, 124, 165, 207, 216)
    assert opus.cuts.boundaries == (0, 192, 384, 576, 768, 960, 1001)
    assert (flac.first_packet, flac.priming_samples) == (0, 0)
    assert (opus.first_packet, opus.priming_samples) == (0, 312)
    assert plan.plans_of([SOUND, FLAC, OPUS]) == (plan.aac, flac, opus)
    assert plan.grid.other_audio == (flac.cuts, opus.cuts)


def test_opus_that_begins_before_the_picture_keeps_its_pre_roll_of_80_ms() -> None:
    early = replace(OPUS, first_sample=-10 * 960, frame_count=1010)
    (plan,) = plan_copy([pictures("a.mp4", range(0, 500, 96))], [SOUND, early]).other_sounds
    assert (plan.first_packet, plan.priming_samples) == (-4, 4 * 960)


def test_packets_that_are_too_long_to_be_cut_are_named() -> None:
    with pytest.raises(UnsupportedError, match=r"^song.flac: FLAC packets of 0.186 s, which cannot be cut where the"):
        plan_copy([], [SOUND, replace(FLAC, frame_samples=8192, frame_count=108)])
