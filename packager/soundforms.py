"""Looks into Opus (RFC 6716, RFC 7845) and FLAC (RFC 9639): how long a packet is, and how much is skipped."""

from collections.abc import Mapping

from packager.ladder import AudioCodec

# FFmpeg's names.
SOUND_CODECS: Mapping[str, AudioCodec] = {"aac": AudioCodec.AAC, "flac": AudioCodec.FLAC, "opus": AudioCodec.OPUS}

# RFC 6716 table 2: samples at 48 kHz of a frame, by the configuration in the upper five bits of a packet's first byte.
_SILK, _HYBRID, _CELT = (480, 960, 1920, 2880), (480, 960), (120, 240, 480, 960)
_OPUS_FRAMES = (*_SILK * 3, *_HYBRID * 2, *_CELT * 4)

_STREAM_INFO_BYTES = 34


def count_opus_samples(packet: bytes) -> int:
    """The samples of a packet at 48 kHz (RFC 6716 section 3.1): one frame, two, or as many as its second byte says."""
    frames = (1, 2, 2, packet[1] & 63 if len(packet) > 1 else 1)[packet[0] & 3]
    return _OPUS_FRAMES[packet[0] >> 3] * max(1, frames)


def read_pre_skip(head: bytes) -> int | None:
    """The samples that a decoder drops at the start, as OpusHead says (RFC 7845 section 5.1); None without one."""
    return int.from_bytes(head[10:12], "little") if head[:8] == b"OpusHead" and len(head) >= 12 else None


def read_stream_info(info: bytes) -> tuple[int, int] | None:
    """Samples of each packet, and bits of a sample (RFC 9639 section 8.2); None where packets differ in length."""
    least, most = int.from_bytes(info[:2]), int.from_bytes(info[2:4])
    if len(info) < _STREAM_INFO_BYTES or least != most or not most:
        return None
    return most, (int.from_bytes(info[12:14]) >> 4 & 31) + 1


def forget_length(info: bytes) -> bytes:
    """The stream information without the number of all samples and their digest: a package may end earlier."""
    return info[:13] + bytes([info[13] & 0xF0]) + bytes(20) + info[_STREAM_INFO_BYTES:]
