"""Colour patches of SDR sources of every kind: what the package shows is what the source showed."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from packager.decode import read_pictures
from packager.probe import probe_source
from packager.scaling import Scaler

PATCHES = np.array(
    [[0, 0, 0], [64] * 3, [128] * 3, [235] * 3, [200, 40, 40], [40, 180, 60], [50, 60, 200], [220, 200, 60]], np.uint8
)
BT_709, BT_601 = 1, 6


def write_film(path: Path, codec: str, pixels: str, matrix: int, *, is_full: bool = False) -> Path:
    """Five frames with the patches side by side, 64 pixels each, in these pixels and this matrix."""
    picture = np.ascontiguousarray(np.broadcast_to(PATCHES.repeat(64, axis=0), (128, 512, 3)))
    space = Colorspace.ITU709 if matrix == BT_709 else Colorspace.ITU601
    full = ColorRange.JPEG if is_full else ColorRange.MPEG
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options={"crf": "4"} if codec == "libx264" else {})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 512, 128, pixels
        if codec == "libx264":
            coded = stream.codec_context
            coded.color_primaries = coded.color_trc = coded.colorspace = matrix
            coded.color_range = full
        for number in range(5):
            rgb = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame = rgb.reformat(format=pixels, dst_colorspace=space, dst_color_range=full)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("codec", "pixels", "matrix", "is_full"),
    [
        ("libx264", "yuv420p", BT_709, False),
        ("libx264", "yuv420p", BT_601, False),
        ("libx264", "yuv420p10le", BT_709, False),
        ("libx264", "yuvj420p", BT_709, True),
        ("libx264", "yuvj420p", BT_601, True),
        ("libx264", "yuv444p", BT_709, False),
        ("ffv1", "bgr0", BT_709, False),
    ],
)
def test_patches_look_as_in_the_source(tmp_path: Path, codec: str, pixels: str, matrix: int, *, is_full: bool) -> None:
    film = write_film(tmp_path / "film.mkv", codec, pixels, matrix, is_full=is_full)
    track = probe_source(film, wants_audio=False).video
    assert track is not None
    _, frame = next(iter(read_pictures(film, track)))
    shown = Scaler(512, 128).scale(frame)
    # As a player does: by the matrix that the package states, limited range.
    space = Colorspace.ITU709 if track.colour.matrix == BT_709 else Colorspace.ITU601
    rgb = shown.to_ndarray(format="rgb24", src_colorspace=space, src_color_range=ColorRange.MPEG)[64, 32::64]
    assert np.abs(rgb.astype(int) - PATCHES).max() <= 4, rgb
