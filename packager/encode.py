"""Encodes one video rung with x264; what the encoder of any rung is, and its init segment.

libavformat's mp4 muxer is opened only for the init segment: it must come from an encoder opened with the very same
options as the packets. The packets themselves go past it, into our own fragments.
"""

import io
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction

import av
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from packager.fragment import CodedSample, with_length_prefixes
from packager.initsegment import MUXER_OPTIONS, finish_init
from packager.ladder import VideoRung
from packager.sources import Colour
from packager.timing import video_timescale

# How long the cap may be exceeded by what was saved before. Where it binds, segments of 4 s then peak at 1.02 to 1.07
# of it; with a full second, at 1.03 to 1.16 (four films of the corpus at 150 to 300 kbit/s).
_VBV_S = Fraction(1, 2)

_X264_OPTIONS = {
    # IDRs stand where we put them and nowhere else, and no picture refers across one. cpu-independent: with AVX-512 the
    # macroblock tree of x264 (core 165) weighs memory that nobody wrote, and the same frames of 192x108 gave five
    # streams in 40 encodes; with it, one. CPU time at 480p does not tell them apart.
    "forced-idr": "1",
    "x264-params": "keyint=infinite:scenecut=0:open-gop=0:cpu-independent=1",
}

_LIMITED_RANGE = 1  # H.273 video_full_range_flag 0, as FFmpeg numbers it
_RGB_MATRIX = 0


class RungEncoder(ABC):
    """One rung being encoded. `timescale` and `sample_duration_ticks` are those of its track."""

    timescale: int
    sample_duration_ticks: int

    def __init__(self) -> None:
        self._file = io.BytesIO()
        self._container: OutputContainer = av.open(self._file, "w", format="mp4", options=MUXER_OPTIONS)
        self._written = b""
        self._media_time_ticks: int | None = None

    @property
    def init(self) -> bytes:
        """The finished init segment. Only after the first sample has come out: it tells the delay."""
        assert self._media_time_ticks is not None
        return finish_init(self._written, self._media_time_ticks)

    @abstractmethod
    def finish(self) -> Sequence[CodedSample]:
        """The last samples. The encoder is closed then."""

    def close(self) -> None:
        """Let go of the encoder; harmless when it is closed already."""
        self._container.close()

    def _write_init(self) -> None:
        self._container.start_encoding()
        self._written = self._file.getvalue()


class VideoEncoder(RungEncoder):
    """Scales and encodes one video rung. Frames are numbered from 0 at a constant rate."""

    def __init__(self, rung: VideoRung, frame_rate: Fraction, colour: Colour) -> None:
        super().__init__()
        self._rung = rung
        self._reformatter = VideoReformatter()
        self._frame_time = 1 / frame_rate
        self._decoded = 0
        self.timescale = video_timescale(frame_rate)
        self.sample_duration_ticks = int(self.timescale / frame_rate)
        rate = {"maxrate": str(rung.cap_bps), "bufsize": str(int(rung.cap_bps * _VBV_S))}
        coding = {"preset": rung.coding.preset, "crf": str(rung.coding.crf), "profile": rung.coding.profile}
        stream = self._container.add_stream("libx264", rate=frame_rate, options={**_X264_OPTIONS, **coding, **rate})
        assert isinstance(stream, VideoStream)
        self._stream = stream
        codec = stream.codec_context
        codec.width, codec.height, codec.pix_fmt = rung.width, rung.height, "yuv420p"
        codec.sample_aspect_ratio = Fraction(1)
        codec.time_base = self._frame_time
        codec.color_primaries, codec.color_trc, codec.colorspace = colour.primaries, colour.transfer, colour.matrix
        codec.color_range = _LIMITED_RANGE
        # Our parallelism is one thread for each rung; more within a rung would only make the bytes depend on the
        # machine.
        codec.thread_count = 1
        stream.time_base = Fraction(1, self.timescale)
        self._write_init()

    def scale(self, frame: VideoFrame) -> VideoFrame:
        """The frame in the size and format of this rung. It may be the same object where nothing is to be done."""
        is_rgb = int(frame.colorspace) == _RGB_MATRIX
        return self._reformatter.reformat(
            frame,
            width=self._rung.width,
            height=self._rung.height,
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709 if is_rgb else None,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BICUBIC,
        )

    def encode(self, scaled: VideoFrame, number: int, *, is_boundary: bool) -> Sequence[CodedSample]:
        """What comes out when frame `number` goes in; at a boundary it becomes an IDR."""
        scaled.pts = number
        scaled.time_base = self._frame_time
        scaled.pict_type = PictureType.I if is_boundary else PictureType.NONE
        return tuple(map(self._to_sample, self._stream.codec_context.encode(scaled)))

    def finish(self) -> Sequence[CodedSample]:
        """The frames that x264 held back to reorder them."""
        samples = tuple(map(self._to_sample, self._stream.codec_context.encode(None)))
        self.close()
        return samples

    def _to_sample(self, packet: "Packet[VideoStream]") -> CodedSample:
        assert packet.pts is not None
        assert packet.dts is not None
        if self._media_time_ticks is None:
            self._media_time_ticks = -packet.dts * self.sample_duration_ticks
        assert packet.dts * self.sample_duration_ticks == self._decoded - self._media_time_ticks
        self._decoded += self.sample_duration_ticks
        return CodedSample(
            with_length_prefixes(bytes(packet)),
            (packet.pts - packet.dts) * self.sample_duration_ticks,
            packet.is_keyframe,
        )
