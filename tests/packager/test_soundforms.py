import pytest

from packager.soundforms import count_opus_samples, forget_length, read_pre_skip, read_stream_info


# RFC 6716 section 3.1: the configuration in five bits, stereo in one, the count of frames in two.
@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        (bytes([31 << 3 | 4]), 960),  # CELT of 20 ms, one frame, stereo
        (bytes([28 << 3]), 120),  # CELT of 2.5 ms
        (bytes([12 << 3 | 1]), 2 * 480),  # hybrid of 10 ms, two frames
        (bytes([3 << 3]), 2880),  # SILK of 60 ms
        (bytes([31 << 3 | 3, 0x83]), 3 * 960),  # as many as the second byte says, whose upper bits are others
    ],
)
def test_opus_packets_tell_how_long_they_are(packet: bytes, samples: int) -> None:
    assert count_opus_samples(packet) == samples


def test_the_pre_skip_stands_in_the_head() -> None:
    assert read_pre_skip(b"OpusHead\x01\x02\x38\x01" + bytes(7)) == 312
    assert read_pre_skip(b"") is None
    assert read_pre_skip(b"OpusTags" + bytes(11)) is None


# Block sizes, frame sizes, then 20 bits of rate (48000), 3 of channels, 5 of bits less one (24), 36 of all samples.
HEAD = (4608).to_bytes(2) * 2 + bytes(6)
INFO = HEAD + (48_000 << 44 | 1 << 41 | 23 << 36 | 123_456).to_bytes(8) + b"\xaa" * 16


def test_stream_information_is_read() -> None:
    assert len(INFO) == 34
    assert read_stream_info(INFO) == (4608, 24)


def test_packets_of_different_lengths_are_told() -> None:
    assert read_stream_info((16).to_bytes(2) + INFO[2:]) is None
    assert read_stream_info(INFO[:20]) is None


def test_the_length_is_forgotten_and_nothing_else() -> None:
    forgotten = HEAD + (48_000 << 44 | 1 << 41 | 23 << 36).to_bytes(8) + bytes(16)
    assert forget_length(INFO) == forgotten
