from fractions import Fraction

import numpy as np
from av.video.frame import VideoFrame
from media_makers import draw_number

from packager.colour import Colour
from packager.encode import VideoEncoder
from packager.ladder import VideoRung


def encode_clip() -> bytes:
    """Fifty frames of 416x234, whose 26 macroblocks across fill no whole AVX-512 register."""
    encoder = VideoEncoder(VideoRung(416, 234, 73_125), Fraction(25), Colour(1, 1, 1))
    samples = []
    for number in range(50):
        frame = VideoFrame.from_ndarray(draw_number(number, 416, 234), format="yuv420p")
        samples += encoder.encode(frame, number, is_boundary=number == 0)
    return b"".join(sample.payload for sample in (*samples, *encoder.finish()))


def test_an_encode_does_not_depend_on_what_lay_in_memory_before() -> None:
    random = np.random.default_rng(1)
    streams = set()
    for _ in range(6):
        litter = [random.bytes(int(size)) for size in random.integers(1000, 200_000, 300)][::7]
        streams.add(encode_clip())
        del litter
    assert len(streams) == 1


def test_where_the_cap_binds_segments_peak_within_a_tenth_of_it() -> None:
    cap_bps = 400_000
    encoder = VideoEncoder(VideoRung(192, 108, cap_bps), Fraction(25), Colour(1, 1, 1))
    random, samples = np.random.default_rng(1), []
    for number in range(192):
        scene = random.normal(128, 8 + number // 8, (162, 192)).clip(16, 235).astype(np.uint8)
        frame = VideoFrame.from_ndarray(scene, format="yuv420p")
        samples += encoder.encode(frame, number, is_boundary=number % 96 == 0)
    sizes = [len(sample.payload) for sample in (*samples, *encoder.finish())]
    peak_bps = max(sum(sizes[:96]), sum(sizes[96:])) * 8 / 3.84
    assert 0.9 < peak_bps / cap_bps < 1.1
