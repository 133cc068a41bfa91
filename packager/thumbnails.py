"""Makes the thumbnails of a package while its smallest video rung is encoded: JPEG sprite sheets and their track."""

from fractions import Fraction

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from packager.colour import Colour
from packager.manifest import ThumbnailRecord
from packager.sprites import COLUMNS, SpritePlan, print_thumbnail_track
from packager.store import Staging

FOLDER = "thumbnails"
TRACK_NAME = "thumbnails.vtt"

# FFmpeg's scale from 1 (best) to 31: at 5, sheets of 25 thumbnails of 256x144 are some 100 kB, and lettering is clean.
_JPEG_QUALITY = "5"

_BT709_MATRIX = 1  # ITU-T H.273; the other matrices that get here are BT.601's


class ThumbnailWriter:
    """Takes scaled frames in order and puts a sprite sheet into the package whenever one is full."""

    def __init__(self, staging: Staging, plan: SpritePlan, colour: Colour) -> None:
        self._staging = staging
        self._plan = plan
        self._matrix = Colorspace.ITU709 if colour.matrix == _BT709_MATRIX else Colorspace.ITU601
        self._sheet = self._blank(0)
        self._taken = 0

    def take(self, number: int, frame: VideoFrame) -> None:
        """Look at frame `number`; keep a copy of it where it becomes a thumbnail."""
        if not self._plan.is_wanted(number):
            return
        place = self._plan.place(self._taken)
        picture = frame.reformat(
            self._plan.width,
            self._plan.height,
            "rgb24",
            src_colorspace=self._matrix,
            src_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BICUBIC,
        ).to_ndarray()
        self._sheet[place.y : place.y + self._plan.height, place.x : place.x + self._plan.width] = picture
        self._taken += 1
        is_last = self._taken == self._plan.count
        if is_last or self._plan.place(self._taken).sheet != place.sheet:
            self._staging.write(f"{FOLDER}/{place.file}", encode_jpeg(self._sheet))
            if not is_last:
                self._sheet = self._blank(place.sheet + 1)

    def finish(self) -> ThumbnailRecord:
        """Write the track; what package.json says of the thumbnails."""
        plan = self._plan
        assert self._taken == plan.count, f"{self._taken} thumbnails of {plan.count}"
        track = f"{FOLDER}/{TRACK_NAME}"
        self._staging.write(track, print_thumbnail_track(plan).encode())
        return ThumbnailRecord(track, plan.count, plan.frames_apart / plan.frame_rate, plan.width, plan.height)

    def _blank(self, sheet: int) -> NDArray[np.uint8]:
        return np.zeros((self._plan.count_rows(sheet) * self._plan.height, COLUMNS * self._plan.width, 3), np.uint8)


def encode_jpeg(picture: NDArray[np.uint8]) -> bytes:
    """A JPEG file of this picture: uint8, shape (height, width, 3), red first; always the same bytes for it."""
    codec = av.CodecContext.create("mjpeg", "w")
    assert isinstance(codec, VideoCodecContext)
    codec.height, codec.width, _ = picture.shape
    codec.pix_fmt, codec.time_base = "yuvj420p", Fraction(1)
    codec.thread_count = 1
    codec.options = {"qmin": _JPEG_QUALITY, "qmax": _JPEG_QUALITY, "flags": "+bitexact"}
    # JFIF: BT.601 in full range.
    frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(
        format="yuvj420p", dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.JPEG
    )
    frame.pts = 0
    return b"".join(bytes(packet) for packet in (*codec.encode(frame), *codec.encode(None)))
