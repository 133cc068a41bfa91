"""How much of a picture is left after coding: SSIM of its brightness, frame by frame, by FFmpeg's own filter.

PyAV's FFmpeg has `xpsnr`, too, and no VMAF. XPSNR weighs what moves by the frames before, so that none may be skipped,
and its authors hold it against PSNR on coding noise: how well it judges a picture that was scaled down we do not know.
"""

from fractions import Fraction
from math import log10

from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame


class QualityMeter:
    """Compares pictures of this size with what was made of them. Both come as yuv420p."""

    def __init__(self, width: int, height: int) -> None:
        self._count = 0
        self._sum = 0.0
        self._graph = Graph()
        self._coded, self._reference = (
            self._graph.add_buffer(
                width=width, height=height, format=VideoFormat("yuv420p"), time_base=Fraction(1, 1000)
            )
            for _ in range(2)
        )
        ssim, sink = self._graph.add("ssim"), self._graph.add("buffersink")
        self._coded.link_to(ssim, 0, 0)
        self._reference.link_to(ssim, 0, 1)
        ssim.link_to(sink)
        self._graph.configure()

    def add(self, coded: VideoFrame, reference: VideoFrame) -> None:
        """Take the next picture, and the one that it was made of."""
        for frame, way_in in ((coded, self._coded), (reference, self._reference)):
            frame.pts, frame.time_base = self._count, Fraction(1, 1000)
            way_in.push(frame)
        judged = self._graph.pull()
        assert isinstance(judged, VideoFrame)
        self._sum += float(judged.metadata["lavfi.ssim.Y"])
        self._count += 1

    @property
    def ssim(self) -> float:
        """The mean over all pictures, 1 where nothing was lost."""
        assert self._count
        return self._sum / self._count

    @property
    def ssim_db(self) -> float:
        """The same in decibels."""
        return to_decibels(self.ssim)


def to_decibels(ssim: float) -> float:
    """A scale on which equal steps look alike: 13 dB is 0.95, 20 dB is 0.99. At most 60."""
    return -10 * log10(max(1e-6, 1 - ssim))
