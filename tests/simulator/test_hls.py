import pytest

from simulator.errors import BrokenPackageError, UnsupportedError
from simulator.hls import parse_media_playlist, parse_multivariant_playlist
from simulator.presentation import ByteRange, Encryption, Medium, Resource, Rung, Segment

MASTER = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-96",NAME="Song",URI="audio/aac-96/playlist.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=700000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,AUDIO="aac-96"
video/360p/playlist.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=110000,AVERAGE-BANDWIDTH=100000,CODECS="mp4a.40.2",AUDIO="aac-96"
audio/aac-96/playlist.m3u8
"""
MEDIA = """#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-MAP:URI="init.mp4"
#EXTINF:5.333333,
00000.m4s
#EXTINF:5.333333,
00001.m4s
#EXTINF:1.250000,
00002.m4s
#EXT-X-ENDLIST
"""


def test_rates_of_a_video_rung_are_its_own() -> None:
    presentation = parse_multivariant_playlist(MASTER, "http://h/song/master.m3u8")
    assert presentation.audio == (
        Rung("aac-96", Medium.AUDIO, "http://h/song/audio/aac-96/playlist.m3u8", 110_000, 100_000, "mp4a.40.2"),
    )
    assert presentation.video == (
        Rung(
            "360p", Medium.VIDEO, "http://h/song/video/360p/playlist.m3u8", 790_000, 600_000,
            "avc1.64001f,mp4a.40.2", 640, 360,
        ),
    )  # fmt: skip


def test_rungs_stand_cheapest_first_however_the_playlist_sorts_them() -> None:
    more = MASTER + '#EXT-X-STREAM-INF:BANDWIDTH=50000,CODECS="mp4a.40.2"\naudio/low/playlist.m3u8\n'
    assert [rung.name for rung in parse_multivariant_playlist(more, "m").audio] == ["low", "aac-96"]


def with_codec(codec: str, folder: str) -> str:
    return (
        f'#EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS="{codec},mp4a.40.2",RESOLUTION=640x360,AUDIO="aac-96"\n'
        f"video/{folder}/playlist.m3u8\n"
    )


def test_of_several_codecs_a_player_keeps_to_h264() -> None:
    text = MASTER + with_codec("hvc1.1.6.L93.90", "hevc-360p") + with_codec("av01.0.04M.08", "av1-360p")
    assert [rung.name for rung in parse_multivariant_playlist(text, "http://h/master.m3u8").video] == ["360p"]


def test_without_h264_it_keeps_to_the_codec_that_comes_first() -> None:
    text = MASTER.replace("avc1.64001f", "av01.0.04M.08") + with_codec("hvc1.1.6.L93.90", "hevc-360p")
    assert [rung.name for rung in parse_multivariant_playlist(text, "http://h/master.m3u8").video] == ["360p"]


def test_pictures_that_stand_beside_two_sounds_are_one_rung() -> None:
    again = (
        '#EXT-X-STREAM-INF:BANDWIDTH=990000,CODECS="avc1.64001f,fLaC",RESOLUTION=640x360,AUDIO="flac"\n'
        "video/360p/playlist.m3u8\n"
    )
    assert parse_multivariant_playlist(MASTER + again, "m") == parse_multivariant_playlist(MASTER, "m")


LOSSLESS = """#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="flac",NAME="Song",CHANNELS="2",URI="audio/flac/playlist.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="wide",NAME="Song",CHANNELS="6",URI="audio/wide/playlist.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1900000,CODECS="avc1.64001f,fLaC",RESOLUTION=640x360,AUDIO="flac"
video/360p/playlist.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1100000,CODECS="fLaC",AUDIO="flac"
audio/flac/playlist.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=400000,CODECS="mp4a.40.2",AUDIO="wide"
audio/wide/playlist.m3u8
"""


def test_of_several_kinds_of_sound_stereo_aac_is_played() -> None:
    assert parse_multivariant_playlist(MASTER + LOSSLESS, "m") == parse_multivariant_playlist(MASTER, "m")


def test_without_stereo_aac_the_first_kind_is_played() -> None:
    presentation = parse_multivariant_playlist("#EXTM3U\n" + LOSSLESS, "m")
    assert [rung.name for rung in presentation.audio] == ["flac"]
    assert [(rung.name, rung.bandwidth_bps) for rung in presentation.video] == [("360p", 800_000)]


def test_iframe_playlists_are_no_rungs() -> None:
    iframes = (
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=7000,CODECS="avc1.64001f",RESOLUTION=640x360,URI="video/360p/i.m3u8"\n'
    )
    assert parse_multivariant_playlist(MASTER + iframes, "m") == parse_multivariant_playlist(MASTER, "m")


def keyed(key: str) -> str:
    return MEDIA.replace('#EXT-X-MAP:URI="init.mp4"\n', f'#EXT-X-MAP:URI="init.mp4"\n#EXT-X-KEY:{key}\n')


def test_the_iv_of_a_segment_is_its_media_sequence_number_where_none_is_given() -> None:
    text = keyed('METHOD=AES-128,URI="../../key.bin"').replace("#EXT-X-MAP", "#EXT-X-MEDIA-SEQUENCE:9\n#EXT-X-MAP")
    playlist = parse_media_playlist(text, "http://h/song/audio/aac-96/playlist.m3u8")
    key = Resource("http://h/song/key.bin")
    assert [segment.encryption for segment in playlist.segments] == [
        Encryption(key, "00000000000000000000000000000009"),
        Encryption(key, "0000000000000000000000000000000a"),
        Encryption(key, "0000000000000000000000000000000b"),
    ]


def test_an_iv_that_is_given_is_that_of_every_segment_under_its_key() -> None:
    playlist = parse_media_playlist(keyed('METHOD=AES-128,URI="https://k/1",IV=0xAB'), "p")
    assert {segment.encryption for segment in playlist.segments} == {
        Encryption(Resource("https://k/1"), "000000000000000000000000000000ab")
    }


def test_no_method_is_no_encryption() -> None:
    assert parse_media_playlist(keyed("METHOD=NONE"), "p") == parse_media_playlist(MEDIA, "p")


@pytest.mark.parametrize(
    ("key", "fault", "message"),
    [
        ('METHOD=SAMPLE-AES,URI="k"', UnsupportedError, "p: segments are encrypted with METHOD=SAMPLE-AES"),
        ("METHOD=AES-128", BrokenPackageError, "p: an EXT-X-KEY with URI None and IV None, which is no AES-128 key"),
        ('METHOD=AES-128,URI="k",IV=0x' + "0" * 33, BrokenPackageError, "p: an EXT-X-KEY with URI 'k' and IV '0x000"),
        ('METHOD=AES-128,URI="k",IV=0xno', BrokenPackageError, "p: an EXT-X-KEY with URI 'k' and IV '0xno'"),
    ],
)
def test_a_key_that_cannot_be_used_is_named(key: str, fault: type[Exception], message: str) -> None:
    with pytest.raises(fault, match=message):
        parse_media_playlist(keyed(key), "p")


def test_an_encrypted_init_segment_is_out_of_scope() -> None:
    text = MEDIA.replace("#EXT-X-MAP", '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x1\n#EXT-X-MAP')
    with pytest.raises(UnsupportedError, match="p: its EXT-X-KEY stands before EXT-X-MAP; midnote plays clear init"):
        parse_media_playlist(text, "p")
    parse_media_playlist(text.replace('METHOD=AES-128,URI="k",IV=0x1', "METHOD=NONE"), "p")


def test_segments_start_where_the_last_ended() -> None:
    playlist = parse_media_playlist(MEDIA, "audio/aac-96/playlist.m3u8")
    assert playlist.init == Resource("audio/aac-96/init.mp4")
    assert playlist.segments == (
        Segment(Resource("audio/aac-96/00000.m4s"), 0, 5_333_333),
        Segment(Resource("audio/aac-96/00001.m4s"), 5_333_333, 5_333_333),
        Segment(Resource("audio/aac-96/00002.m4s"), 10_666_666, 1_250_000),
    )
    assert playlist.duration_us == 11_916_666


def test_finds_the_segment_at_an_instant() -> None:
    playlist = parse_media_playlist(MEDIA, "p")
    instants = (0, 5_333_332, 5_333_333, 11_916_665, 11_916_666)
    assert [playlist.find_segment_at(at) for at in instants] == [0, 0, 1, 2, 3]


def test_a_byte_range_without_offset_goes_on_where_the_last_ended() -> None:
    text = """#EXTM3U
#EXT-X-TARGETDURATION:4
#EXT-X-MAP:URI="all.mp4",BYTERANGE="700@0"
#EXT-X-BYTERANGE:1000@700
#EXTINF:4,
all.mp4
#EXT-X-BYTERANGE:500
#EXTINF:2,
all.mp4
#EXT-X-ENDLIST
"""
    playlist = parse_media_playlist(text, "p")
    assert playlist.init == Resource("all.mp4", ByteRange(0, 700))
    assert [s.resource.byte_range for s in playlist.segments] == [ByteRange(700, 1000), ByteRange(1700, 500)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<html>", "it does not start with #EXTM3U"),
        (MEDIA, "this is a media playlist; give the multivariant playlist"),
    ],
)
def test_names_what_is_wrong_with_a_multivariant_playlist(text: str, message: str) -> None:
    with pytest.raises(BrokenPackageError, match=message):
        parse_multivariant_playlist(text, "x.m3u8")


def test_refuses_a_presentation_without_audio_only_variant() -> None:
    with pytest.raises(UnsupportedError, match=r"tv\.m3u8: it has no audio-only variant"):
        parse_multivariant_playlist(MASTER.split("#EXT-X-STREAM-INF:BANDWIDTH=110000", maxsplit=1)[0], "tv.m3u8")


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (MASTER, BrokenPackageError, "a media playlist was expected here"),
        (MEDIA.replace("#EXT-X-ENDLIST\n", ""), UnsupportedError, "no EXT-X-ENDLIST, so it is live"),
        ("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-ENDLIST\n", BrokenPackageError, "the playlist has no segments"),
        (
            "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-BYTERANGE:5\n#EXTINF:1,\na\n#EXT-X-ENDLIST\n",
            BrokenPackageError, "byte range 5 of a has no offset and nothing before it",
        ),
    ],
)  # fmt: skip
def test_names_what_is_wrong_with_a_media_playlist(text: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        parse_media_playlist(text, "x.m3u8")
