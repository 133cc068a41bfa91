"""What is done to coded pictures so that they may stand in an MP4 file, and which of them decoding can start with."""

from collections.abc import Mapping
from typing import Protocol

from packager.bitstream import (
    H264_UNITS,
    HEVC_UNITS,
    close_hevc_arrays,
    is_start,
    read_hevc_arrays,
    read_parameter_sets,
    strip_units,
)
from packager.fragment import with_length_prefixes
from packager.ladder import VideoCodec
from packager.obus import is_key_unit, strip_delimiters

# FFmpeg's names.
CODECS: Mapping[str, VideoCodec] = {"h264": VideoCodec.H264, "hevc": VideoCodec.HEVC, "av1": VideoCodec.AV1}

# The sample entries that players want, with parameter sets in them and nowhere else.
TAGS: Mapping[VideoCodec, str] = {VideoCodec.H264: "avc1", VideoCodec.HEVC: "hvc1", VideoCodec.AV1: "av01"}
_AS_IS = frozenset(TAGS.values())

_CONFIG_VERSION = b"\x01"
_LENGTH_SIZE_AT = {VideoCodec.H264: 4, VideoCodec.HEVC: 21}


class PictureForm(Protocol):
    """How the packets of a stream become samples. `config` is the decoder configuration for their init segment."""

    is_as_it_should_be: bool
    config: bytes

    def to_sample(self, packet: bytes) -> tuple[bytes, bool]:
        """The sample, and whether it brings a parameter set that is not in the configuration."""

    def is_start(self, packet: bytes) -> bool:
        """Whether decoding can start with it."""


def form_of(codec: VideoCodec, config: bytes, tag: str) -> PictureForm:
    """The form of a stream with this decoder configuration, from a sample entry of this tag (else something else)."""
    return _Av1Form(config, tag) if codec is VideoCodec.AV1 else _NalForm(codec, config, tag)


class _NalForm:
    """H.264 and HEVC: NAL units, after start codes or lengths."""

    def __init__(self, codec: VideoCodec, config: bytes, tag: str) -> None:
        self._kinds = HEVC_UNITS if codec is VideoCodec.HEVC else H264_UNITS
        self._is_annex_b = config[:1] != _CONFIG_VERSION
        at = _LENGTH_SIZE_AT[codec]
        self._length_size = 4 if self._is_annex_b or len(config) <= at else (config[at] & 3) + 1
        self.is_as_it_should_be = not self._is_annex_b and (tag in _AS_IS or codec is VideoCodec.H264)
        self.config = config
        self._sets = read_parameter_sets(config) if self._is_annex_b else frozenset[bytes]()
        if codec is VideoCodec.HEVC and not self._is_annex_b:
            self._sets = read_hevc_arrays(config)
            self.config = config if self.is_as_it_should_be else close_hevc_arrays(config)

    def to_sample(self, packet: bytes) -> tuple[bytes, bool]:
        """Lengths of 4 bytes, without markers and known parameter sets."""
        return strip_units(self._kinds, self._with_lengths(packet), self._sets, self._length_size)

    def is_start(self, packet: bytes) -> bool:
        """An IDR, or in HEVC another point of random access."""
        return bool(is_start(self._kinds, self._with_lengths(packet), self._length_size))

    def _with_lengths(self, packet: bytes) -> bytes:
        return with_length_prefixes(packet) if self._is_annex_b else packet


class _Av1Form:
    """AV1: temporal units of OBUs."""

    def __init__(self, config: bytes, tag: str) -> None:
        self.is_as_it_should_be = tag in _AS_IS
        self.config = config

    def to_sample(self, packet: bytes) -> tuple[bytes, bool]:
        """The unit without its delimiter."""
        return strip_delimiters(packet), False

    def is_start(self, packet: bytes) -> bool:
        """A key frame that is shown at once."""
        return is_key_unit(packet)
