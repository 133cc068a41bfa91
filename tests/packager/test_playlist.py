from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from packager.playlist import (
    EncodedRung,
    IFrameVariant,
    Place,
    Rendition,
    RungHead,
    Segment,
    SessionData,
    SessionKey,
    Variant,
    measure_average_bps,
    measure_peak_bps,
    print_iframe_playlist,
    print_media_playlist,
    print_multivariant,
    start_near,
)

SOUND = Rendition("aac-96", "audio/aac-96/playlist.m3u8", "Song", "en", 2, "mp4a.40.2", 100_000, 96_000)
SMALL = Variant("video/144p/playlist.m3u8", "avc1.64000C", 256, 144, Fraction(24000, 1001), 130_000, 110_000, SOUND)
LARGE = Variant("video/720p/playlist.m3u8", "avc1.64001F", 1280, 720, Fraction(25), 2_000_000, 1_500_000, SOUND)


def segments(*sizes: int, duration: Fraction = Fraction(4)) -> list[Segment]:
    return [Segment(Place(f"{index:05d}.m4s", size), duration) for index, size in enumerate(sizes)]


INIT = Place("init.mp4", 800)


def rung(*parts: Segment, init: Place = INIT, iframes: tuple[Segment, ...] = ()) -> EncodedRung:
    return EncodedRung("video/144p", "avc1.64000C", 12_800, RungHead(init), parts, iframes)


def test_a_media_playlist_reads_like_this() -> None:
    parts = Segment(Place("00000.m4s", 1), Fraction("3.84")), Segment(Place("00001.m4s", 1), Fraction(1, 3))
    assert print_media_playlist(rung(*parts), 4) == (
        "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        '#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:3.840000,\n00000.m4s\n'
        "#EXTINF:0.333333,\n00001.m4s\n#EXT-X-ENDLIST\n"
    )


def test_a_key_stands_after_the_init_segment_which_it_does_not_encrypt() -> None:
    parts = (Segment(Place("00000.m4s", 16), Fraction(4)),)
    iframes = (Segment(Place("00000.m4s", 9, 0), Fraction(4)),)
    head = RungHead(Place("init.mp4", 800), key_uri="../../key.bin")
    keyed = EncodedRung("video/144p", "avc1.64000C", 12_800, head, parts, iframes)
    tags = ['#EXT-X-MAP:URI="init.mp4"', '#EXT-X-KEY:METHOD=AES-128,URI="../../key.bin"', "#EXTINF:4.000000,"]
    for text in (print_media_playlist(keyed, 4), print_iframe_playlist(keyed, 4)):
        assert text.splitlines()[6:9] == tags


def test_a_key_is_told_before_any_playlist_is_read() -> None:
    lines = print_multivariant((SOUND,), (), audio_only=True, session=(SessionKey("key.bin"),)).splitlines()
    assert lines[2] == '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="key.bin"'


def test_what_lies_inside_a_file_is_named_by_its_bytes() -> None:
    parts = Segment(Place("rung.mp4", 300, 900), Fraction(4)), Segment(Place("rung.mp4", 200, 1200), Fraction(2))
    assert print_media_playlist(rung(*parts, init=Place("rung.mp4", 800, 0)), 4).splitlines()[6:] == [
        '#EXT-X-MAP:URI="rung.mp4",BYTERANGE="800@0"',
        "#EXTINF:4.000000,", "#EXT-X-BYTERANGE:300@900", "rung.mp4",
        "#EXTINF:2.000000,", "#EXT-X-BYTERANGE:200@1200", "rung.mp4",
        "#EXT-X-ENDLIST",
    ]  # fmt: skip


def test_a_multivariant_playlist_reads_like_this() -> None:
    assert print_multivariant((SOUND,), (SMALL,), audio_only=True) == (
        "#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-96",NAME="Song",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
        'URI="audio/aac-96/playlist.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=230000,AVERAGE-BANDWIDTH=206000,CODECS="avc1.64000C,mp4a.40.2",'
        'RESOLUTION=256x144,FRAME-RATE=23.976,AUDIO="aac-96"\nvideo/144p/playlist.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=100000,AVERAGE-BANDWIDTH=96000,CODECS="mp4a.40.2",AUDIO="aac-96"\n'
        "audio/aac-96/playlist.m3u8\n"
    )


def test_an_iframe_playlist_reads_like_this() -> None:
    first = Segment(Place("00000.m4s", 2460, 0), Fraction("3.84"))
    second = Segment(Place("00001.m4s", 2246, 0), Fraction(1, 3))
    assert print_iframe_playlist(rung(iframes=(first, second)), 4) == (
        "#EXTM3U\n#EXT-X-VERSION:5\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        '#EXT-X-I-FRAMES-ONLY\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:3.840000,\n#EXT-X-BYTERANGE:2460@0\n00000.m4s\n'
        "#EXTINF:0.333333,\n#EXT-X-BYTERANGE:2246@0\n00001.m4s\n#EXT-X-ENDLIST\n"
    )


def test_iframes_stand_last_in_a_multivariant_playlist_with_no_sound_and_no_frame_rate() -> None:
    iframes = IFrameVariant("video/144p/iframes.m3u8", "avc1.64000C", 256, 144, 7000, 5000)
    assert print_multivariant((SOUND,), (SMALL,), (iframes,), audio_only=True).splitlines()[-2:] == [
        "audio/aac-96/playlist.m3u8",
        (
            '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=7000,AVERAGE-BANDWIDTH=5000,CODECS="avc1.64000C",RESOLUTION=256x144,'
            'URI="video/144p/iframes.m3u8"'
        ),
    ]


def test_session_data_stands_before_what_is_played() -> None:
    session = (SessionData("org.midnote.loudness.integrated-lufs", "-14.02"),)
    lines = print_multivariant((SOUND,), (SMALL,), audio_only=False, session=session).splitlines()
    assert lines[2] == '#EXT-X-SESSION-DATA:DATA-ID="org.midnote.loudness.integrated-lufs",VALUE="-14.02"'
    assert lines[3].startswith("#EXT-X-MEDIA:")


def test_without_audio_only_variants_the_song_is_no_variant() -> None:
    assert print_multivariant((SOUND,), (SMALL,), audio_only=False).count("#EXT-X-STREAM-INF") == 1


def test_the_variant_nearest_to_the_wish_comes_first_and_the_others_rise() -> None:
    middle = Variant("m", "avc1", 640, 360, Fraction(25), 600_000, 500_000, SOUND)
    assert start_near((LARGE, middle, SMALL), 730_000) == (middle, SMALL, LARGE)
    assert start_near((LARGE, middle, SMALL), 2_000_000) == (LARGE, SMALL, middle)


def test_the_peak_is_that_of_the_fastest_segment() -> None:
    assert measure_peak_bps(segments(1000, 3000, 2000), 4) == 6000
    assert measure_average_bps(segments(1000, 3000, 2000)) == 4000


def test_short_segments_are_measured_in_runs_of_half_a_target() -> None:
    # 1 s each, target 4: two at least, six at most.
    assert measure_peak_bps(segments(1000, 9000, 1000, 1000, duration=Fraction(1)), 4) == 40_000


def test_a_tail_in_no_run_still_counts_for_the_average_which_the_peak_is_never_below() -> None:
    parts = [Segment(Place("0", 1000), Fraction(64, 15)), Segment(Place("1", 9000), Fraction(19, 10))]
    assert measure_peak_bps(parts, 4) == measure_average_bps(parts) == 12_973  # 80,000 bits in 6.1667 s


def test_a_playlist_shorter_than_any_run_is_its_own_peak() -> None:
    assert measure_peak_bps(segments(1000, duration=Fraction(1)), 4) == 8000


@given(st.lists(st.fractions(Fraction(1, 50), 8), min_size=1, max_size=60))
def test_printed_durations_never_add_up_an_error(durations: list[Fraction]) -> None:
    text = print_media_playlist(rung(*(Segment(Place("s", 1), each) for each in durations)), 8)
    printed = [Fraction(line[8:-1]) for line in text.splitlines() if line.startswith("#EXTINF:")]
    for count in range(len(durations)):
        assert abs(sum(printed[:count]) - sum(durations[:count])) <= Fraction(1, 2_000_000)
