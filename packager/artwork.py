"""The cover picture that song files carry: never a video, kept as the file that it is."""

from dataclasses import dataclass
from pathlib import Path

from av.stream import Disposition
from av.video.stream import VideoStream

from packager.opening import open_source

# What covers are (ID3v2.4 section 4.14, MP4's `covr` and FLAC's PICTURE all have these); others no player shows.
_ENDINGS = {"mjpeg": "jpg", "png": "png"}


@dataclass(frozen=True, slots=True)
class Artwork:
    """A JPEG or PNG file, byte for byte as it was embedded; `ending` is "jpg" or "png"."""

    content: bytes
    ending: str
    width: int
    height: int


def read_artwork(path: Path) -> Artwork | None:
    """The first cover picture of this file in JPEG or PNG; None where there is none."""
    with open_source(path) as container:
        for stream in container.streams.video:
            ending = _ENDINGS.get(stream.codec_context.name if _is_cover(stream) else "")
            content = _read_picture(path, stream.index) if ending else b""
            if ending and content:
                return Artwork(content, ending, stream.width, stream.height)
    return None


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _read_picture(path: Path, index: int) -> bytes:
    """The only packet of the stream; the demuxer gives it before any other."""
    with open_source(path) as container:
        for packet in container.demux(container.streams[index]):
            return bytes(packet)
    return b""
