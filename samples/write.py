"""Writes what was made: the song as FLAC, a film with its sound as MP4. The only module here that knows PyAV."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from samples.canvas import HEIGHT, WIDTH, Plane
from samples.film import FPS, SAMPLES_PER_FRAME
from samples.score import SAMPLE_RATE

# Good enough to be encoded again, and quick: `superfast` takes twice as long. The thread count is fixed because x264's
# output depends on it.
VIDEO_OPTIONS = {"preset": "ultrafast", "crf": "21", "threads": "2"}
SOUND_BITRATE_BPS = 256_000
SOUND_OPTIONS = {"aac_coder": "fast"}
BT709 = 1
LIMITED_RANGE = 1


def write_song(path: Path, pcm: NDArray[np.int16]) -> None:
    """Write int16 samples of shape (samples, 2) as FLAC, bit for bit."""
    with replacing(path) as aside, av.open(aside, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="stereo", format="s16")
        for frame in _slice_sound(pcm, SAMPLE_RATE):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_film(path: Path, frames: Iterable[Plane], pcm: NDArray[np.int16]) -> None:
    """Write yuv420p buffers of shape (1080, 1280) as H.264 at 25 fps with `pcm`, shape (samples, 2), as AAC.

    A buffer may be drawn over as soon as the next one is asked for. Sample 0 and frame 0 stand at presentation time 0.
    """
    with replacing(path) as aside, av.open(aside, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=FPS, options=VIDEO_OPTIONS)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.colorspace = video.codec_context.color_primaries = video.codec_context.color_trc = BT709
        video.codec_context.color_range = LIMITED_RANGE
        sound = container.add_stream(
            "aac", rate=SAMPLE_RATE, layout="stereo", bit_rate=SOUND_BITRATE_BPS, options=SOUND_OPTIONS
        )
        for number, (buffer, heard) in enumerate(zip(frames, _slice_sound(pcm, SAMPLES_PER_FRAME), strict=True)):
            picture = av.VideoFrame.from_ndarray(buffer, format="yuv420p")
            picture.pts = number
            container.mux(video.encode(picture))
            container.mux(sound.encode(heard))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` at the end, or vanishes when something failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    try:
        yield aside
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _slice_sound(pcm: NDArray[np.int16], count: int) -> Iterator[av.AudioFrame]:
    for start in range(0, len(pcm), count):
        piece = np.ascontiguousarray(pcm[start : start + count])
        frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, start
        yield frame
