import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.errors import InputError
from packager.ladder import AudioCodec, AudioRung, Ladder, LadderStep, VideoCodec, VideoCoding
from packager.ladder_format import CODINGS, read_ladder

USUAL = tuple(CODINGS.values())

SMALL = """
[[video.rungs]]
side = 360
cap_kbps = 700
[[video.rungs]]
side = 144
cap_kbps = 130
always = true
[[audio.rungs]]
kbps = 96
[[audio.rungs]]
kbps = 160
"""


def test_a_ladder_of_rungs_alone_has_the_usual_rest() -> None:
    assert read_ladder("mine.toml", SMALL) == Ladder(
        name="mine.toml",
        about="",
        segment_s=4,
        most_rungs=20,
        steps=(LadderStep(360, 700_000), LadderStep(144, 130_000, always=True)),
        codecs=(VideoCodec.H264,),
        codings=(VideoCoding(), *USUAL[1:]),
        audio=(AudioRung(96_000), AudioRung(160_000)),
    )


def test_everything_can_be_said() -> None:
    text = (
        'about = "For me."\nsegment_s = 6\n'
        + SMALL
        + """
[video]
codecs = ["h264"]
most_rungs = 1
[video.h264]
crf = 20
preset = "slow"
profile = "main"
cap_percent = 90
"""
    )
    ladder = read_ladder("mine.toml", text)
    assert (ladder.about, ladder.segment_s, ladder.most_rungs) == ("For me.", 6, 1)
    assert ladder.sets == (VideoCoding(crf=20, preset="slow", profile="main", cap_percent=90),)


def test_sound_can_be_lossless_opus_and_surround() -> None:
    more = """
[[audio.rungs]]
codec = "flac"
[[audio.rungs]]
codec = "opus"
kbps = 96
[[audio.rungs]]
channels = "5.1"
kbps = 384
"""
    assert read_ladder("mine.toml", SMALL + more).audio == (
        AudioRung(96_000),
        AudioRung(160_000),
        AudioRung(None, AudioCodec.FLAC),
        AudioRung(96_000, AudioCodec.OPUS),
        AudioRung(384_000, AudioCodec.AAC, 6),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("side = 360", "side = ", "not TOML: Invalid value (at line 3, column 8)"),
        ("side = 360", "", "video.rungs 1: side is missing; see `midnote ladders default` for one that works"),
        ("side = 360", "size = 360\nside = 360",
         "video.rungs 1: size: unknown key: expected one of side, cap_kbps, always"),
        ("side = 360", 'side = "360"', "video.rungs 1: side = '360': expected a whole number from 64 to 4320"),
        ("side = 360", "side = 360.0", "video.rungs 1: side = 360.0: expected a whole number from 64 to 4320"),
        ("side = 360", "side = true", "video.rungs 1: side = true: expected a whole number from 64 to 4320"),
        ("side = 360", "side = 361",
         "video.rungs 1: side = 361: expected an even number, as 4:2:0 halves it: write 360"),
        ("side = 360", "side = 120",
         "video.rungs 2: side = 144: expected at most 120, that of the rung before: put the largest first"),
        ("cap_kbps = 130", "cap_kbps = 700",
         ("video.rungs 2: cap_kbps = 700: expected less than 700, that of the rung before: put the largest first, each "
         "once")),
        ("always = true", "always = 1", "video.rungs 2: always = 1: expected true or false, without quotes"),
        ("kbps = 160", "kbps = 96",
         "audio.rungs 2: kbps = 96: expected more than 96, that of the rung before: put the lowest first, each once"),
        ("kbps = 160", 'codec = "mp3"', "audio.rungs 2: codec = 'mp3': expected one of aac, flac, opus, in quotes"),
        ("kbps = 160", 'codec = "flac"\nkbps = 900', "audio.rungs 2: kbps: unknown key: expected one of codec"),
        ("kbps = 96\n", 'codec = "flac"\n',
         "audio.rungs 1: codec: expected stereo AAC first, which every player knows"),
        ("kbps = 160\n", 'codec = "flac"\n[[audio.rungs]]\ncodec = "flac"\n',
         "audio.rungs 3: codec: flac is there twice: write it once"),
        ("[[audio.rungs]]", "[[sound.rungs]]", "sound: unknown key: expected one of video, audio, about, segment_s"),
        ("kbps = 160\n", 'kbps = 160\n[video]\ncodecs = ["h263"]',
         "video: codecs = ['h263']: expected a list of h264, hevc, av1, in quotes"),
        ("kbps = 160\n", 'kbps = 160\n[video]\ncodecs = ["h264", "h264"]',
         "video: codecs = ['h264', 'h264']: h264 is there twice: write it once"),
        ("kbps = 160\n", 'kbps = 160\n[video.h264]\npreset = "quick"',
         ("video.h264: preset = 'quick': expected one of ultrafast, superfast, veryfast, faster, fast, medium, slow, "
         "slower, veryslow, in quotes")),
        ("kbps = 160\n", "kbps = 160\n[video.h264]\ncrf = 52",
         "video.h264: crf = 52: expected a whole number from 1 to 51"),
        ("kbps = 160\n", "kbps = 160\n[video.h264]\ncfr = 20",
         "video.h264: cfr: unknown key: expected one of crf, preset, profile, cap_percent"),
        ("kbps = 160\n", "kbps = 160\n[video]\nh264 = 1",
         "video: h264 = 1: expected a table [video.h264]; see `midnote ladders default` for one that works"),
        ("\n[[video.rungs]]\nside = 360", "name = 'x'\n[[video.rungs]]\nside = 360",
         "name: unknown key: expected one of video, audio, about, segment_s"),
        ("\n[[video.rungs]]\nside = 360", "about = 3\n[[video.rungs]]\nside = 360",
         "about = 3: expected one line of text in quotes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(old: str, new: str, message: str) -> None:
    text = SMALL.replace(old, new, 1)
    assert text != SMALL
    with pytest.raises(InputError) as raised:
        read_ladder("mine.toml", text)
    assert str(raised.value) == f"mine.toml: {message}"


def test_a_ladder_without_sound_is_none() -> None:
    with pytest.raises(InputError) as raised:
        read_ladder("mine.toml", SMALL.partition("[[audio")[0])
    assert str(raised.value) == "mine.toml: audio is missing; see `midnote ladders default` for one that works"


def test_rungs_must_be_tables() -> None:
    with pytest.raises(InputError) as raised:
        read_ladder("mine.toml", "[video]\nrungs = []\n[audio]\nrungs = [96]")
    expected = "mine.toml: video: rungs = []: expected tables [[video.rungs]]; "
    assert str(raised.value) == expected + "see `midnote ladders default` for one that works"


TOML_VALUES = st.sampled_from(
    ["1", "-1", "1e9", "true", '"x"', "[]", "[1]", "{}", "{a = 1}", "1979-05-27", "nan", '["h264"]']
)
KEYS = st.sampled_from(["side", "cap_kbps", "always", "kbps", "codecs", "most_rungs", "crf", "about", "segment_s", "x"])


@given(st.integers(0, 12), KEYS, TOML_VALUES)
def test_no_file_makes_it_crash(line: int, key: str, value: str) -> None:
    lines = SMALL.split("\n")
    lines.insert(line, f"{key} = {value}")
    try:
        read_ladder("mine.toml", "\n".join(lines))
    except InputError as error:
        message = str(error)
    else:
        return
    assert message.startswith("mine.toml: ")
    assert "\n" not in message
