"""Init segments of streams that are copied, as libavformat writes them around what it read."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from io import BytesIO

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from packager.colour import Colour, fill_colour
from packager.errors import UnsupportedError
from packager.initsegment import MUXER_OPTIONS

_REMEDY = "remux the file to MP4 with another program first, or leave the work to `midnote package`"


def read_colour(stream: VideoStream) -> Colour:
    """The colour that it says, and what is assumed where it says nothing."""
    codec = stream.codec_context
    said = Colour(int(codec.color_primaries), int(codec.color_trc), int(codec.colorspace))
    return fill_colour(said, codec.height)


def write_picture_init(file: str, stream: VideoStream, timescale: int, config: bytes, tag: str) -> bytes:
    """The init segment of a video stream with this decoder configuration, in a sample entry of this tag.

    CMAF wants it to say the colour and the shape of pixels. Raises UnsupportedError where MP4 cannot hold it; `file`
    stands in the message.
    """
    if not config:
        raise UnsupportedError(f"{file}: does not say how its video is to be decoded: {_REMEDY}")
    with _open_init(file) as (container, written):
        # opaque: else PyAV looks for an encoder of the decoder's name, and dav1d has none.
        copied = container.add_stream_from_template(stream, opaque=True)
        codec = copied.codec_context
        codec.sample_aspect_ratio = stream.sample_aspect_ratio or Fraction(1)
        codec.extradata, codec.codec_tag = config, tag
        colour = read_colour(stream)
        codec.color_primaries, codec.color_trc, codec.colorspace = colour.primaries, colour.transfer, colour.matrix
        return _finish_init(container, written, copied, timescale)


def write_sound_init(file: str, stream: AudioStream, timescale: int, config: bytes | None) -> bytes:
    """The init segment of an audio stream with this decoder configuration.

    Raises UnsupportedError where MP4 cannot hold it; `file` stands in the message.
    """
    with _open_init(file) as (container, written):
        copied = container.add_stream_from_template(stream)
        copied.codec_context.extradata = config
        return _finish_init(container, written, copied, timescale)


@contextmanager
def _open_init(file: str) -> Iterator[tuple[OutputContainer, BytesIO]]:
    written = BytesIO()
    try:
        with av.open(written, "w", format="mp4", options=MUXER_OPTIONS) as container:
            yield container, written
    except FFmpegError as error:
        raise UnsupportedError(
            f"{file}: its decoder configuration does not fit into MP4 ({error.strerror}): {_REMEDY}"
        ) from error


def _finish_init(
    container: OutputContainer, written: BytesIO, stream: VideoStream | AudioStream, timescale: int
) -> bytes:
    stream.time_base = Fraction(1, timescale)
    container.start_encoding()
    return written.getvalue()
