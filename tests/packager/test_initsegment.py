from fractions import Fraction

import pytest

from packager.boxes import find_box, read_boxes
from packager.boxfields import Edit, read_tracks
from packager.colour import Colour
from packager.encode import VideoEncoder
from packager.encode_audio import AacEncoder
from packager.initsegment import finish_init, read_codec
from packager.ladder import AudioRung, VideoCodec, VideoCoding, VideoRung

BT709 = Colour(1, 1, 1)


def written_by(encoder: AacEncoder | VideoEncoder) -> bytes:
    encoder.close()
    return encoder._written


def test_the_edit_list_skips_the_priming_and_nothing_else() -> None:
    init = finish_init(written_by(AacEncoder(AudioRung(96_000), "eng")), 1024)
    (track,) = read_tracks(init, read_boxes(init))
    assert track.edits == (Edit(0, 1024, 0x10000),)
    assert track.media_time_ticks == 1024
    assert (track.handler, track.media.timescale, track.media.language) == ("soun", 48_000, "eng")


def test_a_video_init_has_square_pixels_and_its_colour() -> None:
    init = finish_init(written_by(VideoEncoder(VideoRung(320, 180, 300_000), Fraction(25), BT709)), 800)
    boxes = read_boxes(init)
    (track,) = read_tracks(init, boxes)
    assert (track.header.width, track.header.height, track.media.timescale) == (320, 180, 10_000)
    entry = find_box(boxes, "moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1")
    assert entry is not None
    pasp, colr = entry.find("pasp"), entry.find("colr")
    assert pasp is not None
    assert colr is not None
    assert pasp.payload(init) == bytes.fromhex("0000000100000001")
    assert colr.payload(init) == b"nclx" + bytes.fromhex("00010001000100")


def test_an_init_is_ftyp_and_moov_with_zero_durations_and_no_version_of_a_library() -> None:
    init = finish_init(written_by(AacEncoder(AudioRung(96_000), "und")), 1024)
    boxes = read_boxes(init)
    assert [each.kind for each in boxes] == ["ftyp", "moov"]
    assert [each.kind for each in boxes[1].children] == ["mvhd", "trak", "mvex"]
    (track,) = read_tracks(init, boxes)
    assert (track.header.duration_ticks, track.media.duration_ticks) == (0, 0)
    assert b"Lavf" not in init


@pytest.mark.parametrize(
    ("coding", "name"),
    [
        (VideoCoding(), "avc1.64000C"),
        (VideoCoding(profile="baseline"), "avc1.42C00C"),
        (VideoCoding(VideoCodec.HEVC, 26, "fast", "main", 70), "hvc1.1.6.L60.90"),
        (VideoCoding(VideoCodec.AV1, 35, "10", "main", 60), "av01.0.00M.08"),
    ],
)
def test_codecs_are_named_as_the_decoder_configuration_says(coding: VideoCoding, name: str) -> None:
    encoder = VideoEncoder(VideoRung(320, 180, 300_000, coding), Fraction(25), BT709)
    assert read_codec(finish_init(written_by(encoder), 0)) == name


def test_sound_is_named_too() -> None:
    assert read_codec(finish_init(written_by(AacEncoder(AudioRung(96_000), "und")), 1024)) == "mp4a.40.2"
