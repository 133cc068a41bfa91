"""The video encoders: what each is called, what it is told, and how its packets become samples of an MP4 file.

All are told the same: key frames stand where the grid has them and nowhere else, no picture refers across one, one
thread, and nothing in the bytes that depends on the machine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from packager.fragment import with_length_prefixes
from packager.ladder import VideoCodec, VideoCoding, VideoRung

# How long the cap may be exceeded by what was saved before. Where it binds, x264's segments of 4 s then peak at 1.02 to
# 1.07 of it; with a full second, at 1.03 to 1.16 (four films of the corpus at 150 to 300 kbit/s).
_VBV_S = Fraction(1, 2)

_TEMPORAL_DELIMITER = b"\x12\x00"  # AV1 section 5.3.2: an OBU of type 2 with a size field, which is 0


@dataclass(frozen=True, slots=True)
class VideoCoder:
    """One encoder. `tag` is the sample entry where libavformat would write another."""

    library: str
    options: Mapping[str, str]
    to_payload: Callable[[bytes], bytes]
    takes_profile: bool = True
    tag: str | None = None

    def options_for(self, rung: VideoRung) -> dict[str, str]:
        """All options for this rung."""
        coding = rung.coding
        rate = {"maxrate": str(rung.cap_bps), "bufsize": str(int(rung.cap_bps * _VBV_S))}
        profile = {"profile": coding.profile} if self.takes_profile else {}
        return {**self.options, "preset": coding.preset, "crf": str(coding.crf), **profile, **rate}


def coder_of(coding: VideoCoding) -> VideoCoder:
    """The encoder of this codec."""
    return _CODERS[coding.codec]


def _without_delimiter(unit: bytes) -> bytes:
    """The temporal unit without the delimiter before it (AV1 in ISOBMFF 2.4: samples should have none)."""
    assert unit.startswith(_TEMPORAL_DELIMITER)
    return unit.removeprefix(_TEMPORAL_DELIMITER)


_CODERS: Mapping[VideoCodec, VideoCoder] = {
    # cpu-independent: with AVX-512 the macroblock tree of x264 (core 165) weighs memory that nobody wrote, and the same
    # frames of 192x108 gave five streams in 40 encodes; with it, one. CPU time at 480p does not tell them apart.
    VideoCodec.H264: VideoCoder(
        "libx264",
        {"forced-idr": "1", "x264-params": "keyint=infinite:scenecut=0:open-gop=0:cpu-independent=1"},
        with_length_prefixes,
    ),
    # info=0: its options, and the time, would stand in the first sample. hvc1, parameter sets in the init segment only,
    # is what Apple's specification asks for (1.10).
    VideoCodec.HEVC: VideoCoder(
        "libx265",
        {
            "forced-idr": "1",
            "x265-params": (
                "keyint=-1:min-keyint=1:scenecut=0:open-gop=0:pools=none:frame-threads=1:info=0:log-level=error"
            ),
        },
        with_length_prefixes,
        tag="hvc1",
    ),
    # scd: no key frames at changes of scene. lp: the level of parallelism. hierarchical-levels: groups of 8 pictures;
    # with SVT-AV1's own an encoder takes half as much memory again. Five films of 332p to 720p had 0 to 0.4 dB more
    # SSIM with -2 to 6 % more bits: as good or better at one rate.
    VideoCodec.AV1: VideoCoder(
        "libsvtav1",
        {"svtav1-params": "keyint=-1:scd=0:lp=1:hierarchical-levels=3"},
        _without_delimiter,
        takes_profile=False,
    ),
}
