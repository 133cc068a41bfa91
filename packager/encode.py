"""Encodes one video rung with x264, x265 or SVT-AV1; what the encoder of any rung is, and its init segment.

libavformat's mp4 muxer is opened only for the init segment: it must come from an encoder opened with the very same
options as the packets. The packets themselves go past it, into our own fragments.
"""

import io
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction

import av
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from packager.colour import Colour
from packager.fragment import CodedSample
from packager.initsegment import MUXER_OPTIONS, finish_init
from packager.ladder import VideoRung
from packager.timing import video_timescale
from packager.videocoders import coder_of

# SVT-AV1 has no option for it: errors only, on standard error.
os.environ.setdefault("SVT_LOG", "1")

_LIMITED_RANGE = 1  # H.273 video_full_range_flag 0, as FFmpeg numbers it


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
    """Encodes one video rung. Frames come in its size, numbered from 0 at a constant rate."""

    def __init__(self, rung: VideoRung, frame_rate: Fraction, colour: Colour) -> None:
        super().__init__()
        self._rung = rung
        self._frame_time = 1 / frame_rate
        self._decoded = 0
        self.timescale = video_timescale(frame_rate)
        self.sample_duration_ticks = int(self.timescale / frame_rate)
        self._coder = coder_of(rung.coding)
        stream = self._container.add_stream(self._coder.library, rate=frame_rate, options=self._coder.options_for(rung))
        assert isinstance(stream, VideoStream)
        self._stream = stream
        codec = stream.codec_context
        if self._coder.tag is not None:
            codec.codec_tag = self._coder.tag
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

    def encode(self, scaled: VideoFrame, number: int, *, is_boundary: bool) -> Sequence[CodedSample]:
        """What comes out when frame `number` goes in; at a boundary it becomes an IDR."""
        scaled.pts = number
        scaled.time_base = self._frame_time
        scaled.pict_type = PictureType.I if is_boundary else PictureType.NONE
        return tuple(map(self._to_sample, self._stream.codec_context.encode(scaled)))

    def finish(self) -> Sequence[CodedSample]:
        """The frames that the encoder held back to look ahead."""
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
            self._coder.to_payload(bytes(packet)),
            (packet.pts - packet.dts) * self.sample_duration_ticks,
            packet.is_keyframe,
        )
