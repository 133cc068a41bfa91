"""Ladder files: TOML in, a ladder out, and one line that says what is wrong with it where something is.

`packager/ladders/default.toml` shows all that can be said, with comments.
"""

from itertools import pairwise

from packager.errors import InputError
from packager.ladder import AUDIO_CHANNELS, AudioCodec, AudioRung, Ladder, LadderStep, VideoCodec, VideoCoding
from packager.toml_table import Table, parse_toml

# What the encoders take; presets run from fast to slow.
_X264_PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
_SVT_PRESETS = tuple(str(number) for number in range(13, -1, -1))
PRESETS = {VideoCodec.H264: _X264_PRESETS, VideoCodec.HEVC: _X264_PRESETS, VideoCodec.AV1: _SVT_PRESETS}
PROFILES = {VideoCodec.H264: ("baseline", "main", "high"), VideoCodec.HEVC: ("main",), VideoCodec.AV1: ("main",)}
CRFS = {VideoCodec.H264: (1, 51), VideoCodec.HEVC: (1, 51), VideoCodec.AV1: (1, 63)}
# At these, 10 s of three films at 360p had the SSIM of x264 veryfast at CRF 23 with 60 to 76 % of its bits in HEVC (2.7
# times its CPU time) and 49 to 60 % in AV1 (2.3 times); the third, full of grain, was 1.4 and 1.6 dB worse with 102 and
# 83 %. x265 `fast` took 4.5 times and was no better at the same rate.
CODINGS = {
    VideoCodec.H264: VideoCoding(),
    VideoCodec.HEVC: VideoCoding(VideoCodec.HEVC, crf=24, preset="veryfast", profile="main", cap_percent=75),
    VideoCodec.AV1: VideoCoding(VideoCodec.AV1, crf=36, preset="8", profile="main", cap_percent=65),
}

_REMEDY = "see `midnote ladders default` for one that works"


def read_ladder(name: str, text: str) -> Ladder:
    """The ladder in this TOML text; `name` stands in messages, and in the package.

    Raises InputError for what is no TOML, for unknown and missing keys, for values of a wrong kind or size, and for
    rungs that are there twice or out of order.
    """
    top = parse_toml(name, text, _REMEDY)
    video, audio = top.table("video"), top.table("audio")
    ladder = Ladder(
        name=name,
        about=top.text("about", ""),
        segment_s=top.whole("segment_s", 2, 10, 4),
        most_rungs=video.whole("most_rungs", 1, 20, 20),
        steps=_read_steps(video),
        codecs=_read_codecs(video),
        codings=tuple(_read_coding(video, codec) for codec in VideoCodec),
        audio=_read_audio(audio),
        target_db=video.whole("target_db", 0, 30, 0) or None,
    )
    for table in (top, video, audio):
        table.refuse_others()
    return ladder


def _read_steps(video: Table) -> tuple[LadderStep, ...]:
    tables = video.tables("rungs")
    steps = []
    for table in tables:
        side = table.whole("side", 64, 4320)
        if side % 2:
            raise InputError(
                f"{table.place('side')} = {side}: expected an even number, as 4:2:0 halves it: write {side - 1}"
            )
        steps.append(LadderStep(side, table.whole("cap_kbps", 20, 100_000) * 1000, table.flag("always", default=False)))
        table.refuse_others()
    for (above, below), table in zip(pairwise(steps), tables[1:], strict=True):
        if below.side > above.side:
            raise InputError(
                f"{table.place('side')} = {below.side}: expected at most {above.side}, that of the rung before: "
                "put the largest first"
            )
        if below.cap_bps >= above.cap_bps:
            raise InputError(
                f"{table.place('cap_kbps')} = {below.cap_bps // 1000}: expected less than {above.cap_bps // 1000}, "
                "that of the rung before: put the largest first, each once"
            )
    return tuple(steps)


def _read_codecs(video: Table) -> tuple[VideoCodec, ...]:
    return tuple(map(VideoCodec, video.choices("codecs", [codec.value for codec in VideoCodec], ["h264"])))


def _read_coding(video: Table, codec: VideoCodec) -> VideoCoding:
    table = video.table(codec.value, is_optional=True)
    usual = CODINGS[codec]
    coding = VideoCoding(
        codec,
        crf=table.whole("crf", *CRFS[codec], usual.crf),
        preset=table.choice("preset", PRESETS[codec], usual.preset),
        profile=table.choice("profile", PROFILES[codec], usual.profile),
        cap_percent=table.whole("cap_percent", 10, 200, usual.cap_percent),
    )
    table.refuse_others()
    return coding


def _read_audio(audio: Table) -> tuple[AudioRung, ...]:
    rungs: list[AudioRung] = []
    for table in audio.tables("rungs"):
        rung = _read_audio_rung(table)
        if not rungs and rung.kind != (AudioCodec.AAC, AUDIO_CHANNELS):
            raise InputError(f"{table.place('codec')}: expected stereo AAC first, which every player knows")
        same = next((each for each in reversed(rungs) if each.kind == rung.kind), None)
        if same:
            _check_order(table, same, rung)
        rungs.append(rung)
    return tuple(rungs)


def _check_order(table: Table, before: AudioRung, rung: AudioRung) -> None:
    if before.bitrate_bps is None or rung.bitrate_bps is None:
        raise InputError(f"{table.place('codec')}: {rung.name} is there twice: write it once")
    if before.bitrate_bps >= rung.bitrate_bps:
        raise InputError(
            f"{table.place('kbps')} = {rung.bitrate_bps // 1000}: expected more than {before.bitrate_bps // 1000}, "
            "that of the rung before: put the lowest first, each once"
        )


def _read_audio_rung(table: Table) -> AudioRung:
    codec = AudioCodec(table.choice("codec", tuple(each.value for each in AudioCodec), AudioCodec.AAC.value))
    channels = AUDIO_CHANNELS
    if codec is AudioCodec.AAC:
        channels = 6 if table.choice("channels", ("2", "5.1"), "2") == "5.1" else AUDIO_CHANNELS
    rung = AudioRung(None if codec is AudioCodec.FLAC else table.whole("kbps", 32, 512) * 1000, codec, channels)
    table.refuse_others()
    return rung
