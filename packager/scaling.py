"""Brings pictures to the sizes of a ladder with libswscale, each from the next larger one."""

from collections.abc import Sequence

from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

_RGB_MATRIX = 0
_FORMAT = "yuv420p"


class Scaler:
    """Brings frames to one size, in 4:2:0 of 8 bits and limited range; RGB becomes BT.709."""

    def __init__(self, width: int, height: int) -> None:
        self._width = width
        self._height = height
        self._reformatter = VideoReformatter()

    def scale(self, frame: VideoFrame) -> VideoFrame:
        """The frame as a rung of this size wants it. It is the same object where nothing is to be done."""
        is_rgb = int(frame.colorspace) == _RGB_MATRIX
        if frame.format.name == _FORMAT and frame.color_range == ColorRange.UNSPECIFIED:
            frame.color_range = ColorRange.MPEG  # as it is meant; libswscale would copy it only to say so
        return self._reformatter.reformat(
            frame,
            width=self._width,
            height=self._height,
            format=_FORMAT,
            dst_colorspace=Colorspace.ITU709 if is_rgb else None,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BICUBIC,
            threads=1,  # others encode meanwhile; libswscale's own choice is a thread for each processor and scaler
        )


class ScalingChain:
    """Brings each frame to several sizes, given from the largest down."""

    def __init__(self, sizes: Sequence[tuple[int, int]]) -> None:
        self._scalers = tuple(Scaler(width, height) for width, height in sizes)
        self._last: VideoFrame | None = None
        self._scaled: tuple[VideoFrame, ...] = ()

    def scale(self, frame: VideoFrame) -> tuple[VideoFrame, ...]:
        """The frame in each size; one that is shown again right away is not scaled again.

        No two of these are one object: each encoder stamps its own.
        """
        if frame is not self._last:
            scaled: list[VideoFrame] = []
            for scaler in self._scalers:
                above = scaled[-1] if scaled else frame
                below = scaler.scale(above)
                scaled.append(copy_frame(below) if scaled and below is above else below)
            self._last, self._scaled = frame, tuple(scaled)
        return self._scaled


def copy_frame(frame: VideoFrame) -> VideoFrame:
    """The same picture, for one more who writes on the frame."""
    return VideoFrame.from_ndarray(frame.to_ndarray(), format=frame.format.name)
