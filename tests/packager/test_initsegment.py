from fractions import Fraction

from packager.boxes import find_box, read_boxes
from packager.boxfields import Edit, SampleEntry, read_tracks
from packager.encode import VideoEncoder
from packager.encode_audio import AacEncoder
from packager.initsegment import codec_string, finish_init
from packager.ladder import AudioRung, VideoRung
from packager.sources import Colour

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


def test_codecs_are_named_as_rfc_6381_does() -> None:
    assert codec_string(SampleEntry("avc1", bytes.fromhex("0164001fff"))) == "avc1.64001F"
    assert codec_string(SampleEntry("mp4a", bytes.fromhex("1190"), object_type=0x40)) == "mp4a.40.2"
    assert codec_string(SampleEntry("mp4a", bytes.fromhex("2b11"), object_type=0x40)) == "mp4a.40.5"
