"""Reads samples and pictures out of source files, with PyAV. A fault in a file is an InputError that says when."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from packager.errors import InputError, UnsupportedError
from packager.grid import SAMPLE_RATE_HZ
from packager.opening import name_of, open_source
from packager.plan import song_samples
from packager.sources import AudioTrack, Turn, VideoTrack

# Kaiser-windowed sinc of 128 taps: against ideal sines from 44.1 kHz the error is -121 dB or less up to 20 kHz
# (libswresample's default: -22 dB at 20 kHz), first sample on first sample. soxr is not in PyAV's FFmpeg.
# rematrix_maxval keeps a 5.1 downmix of full-scale channels from clipping: swresample does not for float samples.
_RESAMPLER = "filter_size=128:cutoff=0.98:filter_type=kaiser:kaiser_beta=12:rematrix_maxval=1"

# Timestamps may wander: WebM rounds to 1 ms, AVI to a packet of MP3 (26 ms). Beyond this something is missing.
_MAX_GAP = Fraction(1, 10)

_TURN_FILTERS: dict[Turn, tuple[tuple[str, str], ...]] = {
    Turn.NONE: (),
    Turn.CLOCKWISE: (("transpose", "clock"),),
    Turn.HALF: (("hflip", ""), ("vflip", "")),
    Turn.COUNTER_CLOCKWISE: (("transpose", "cclock"),),
    Turn.MIRROR: (("hflip", ""),),
    Turn.FLIP: (("vflip", ""),),
    Turn.TRANSPOSE: (("transpose", "cclock_flip"),),
    Turn.ANTI_TRANSPOSE: (("transpose", "clock_flip"),),
}
_DEINTERLACE = ("bwdif", "mode=send_frame:deint=all")

Pcm = NDArray[np.float32]


def read_sound(path: Path, index: int) -> Iterator[tuple[int, AudioFrame]]:
    """The decoded frames of an audio stream, each with the number of samples that are missing before it.

    Raises InputError at the first packet that does not decode, UnsupportedError when the format changes on the way.
    """
    with open_source(path) as container:
        stream = container.streams[index]
        assert isinstance(stream, AudioStream)
        first: AudioFrame | None = None
        expected = Fraction(0)
        for frame in _decode(container, stream, path):
            assert isinstance(frame, AudioFrame)
            first = first or frame
            _check_same_format(path, first, frame)
            begins = time_of(frame, expected)
            gap = begins - expected if frame is not first else Fraction(0)
            if gap < -_MAX_GAP:
                raise UnsupportedError(
                    f"{name_of(path)}: the sound jumps back from {_s(expected)} to {_s(begins)}: "
                    "join its parts in an editor and export it again"
                )
            missing = round(gap * frame.sample_rate) if gap > _MAX_GAP else 0
            start = begins if missing or frame is first else expected
            expected = start + Fraction(frame.samples, frame.sample_rate)
            yield missing, frame


def read_song(path: Path, track: AudioTrack) -> Iterator[Pcm]:
    """The sound at 48 kHz in blocks of any length: float32, shape (samples, 2), in [-1, 1].

    Sample 0 is the first sample of the source; in all they are `song_samples(track)`. One channel is given twice,
    more than two are mixed down.
    """
    left = song_samples(track)
    for block in _resample(path, track):
        wanted = block[:left]
        left -= len(wanted)
        yield wanted
    if left:
        yield np.zeros((left, 2), np.float32)


def time_of(frame: AudioFrame | VideoFrame, otherwise: Fraction) -> Fraction:
    """When the frame is presented, in seconds of its file; `otherwise` where the file does not say."""
    if frame.pts is None or frame.time_base is None:
        return otherwise
    return frame.pts * frame.time_base


def read_pictures(path: Path, track: VideoTrack) -> Iterator[tuple[Fraction, VideoFrame]]:
    """The frames in the order shown, upright and progressive, each with its time since the first one, in seconds.

    Raises InputError at the first packet that does not decode, or when the last frames do not come out.
    """
    time = Fraction(0)
    with open_source(path) as container:
        stream = container.streams[track.index]
        assert isinstance(stream, VideoStream)
        stream.thread_type = "AUTO"
        for frame in _prepare(_decode(container, stream, path), stream, track):
            now = time_of(frame, track.start + time + 1 / track.frame_rate) - track.start
            if now >= time:
                time = now
                yield time, frame
    if track.duration - time > max(Fraction(1, 2), 4 / track.frame_rate):
        raise InputError(
            f"{name_of(path)}: its video stops decoding at {_s(time)} of {_s(track.duration)}: "
            "the file is damaged; export it again"
        )


def _resample(path: Path, track: AudioTrack) -> Iterator[Pcm]:
    graph: Graph | None = None
    written = 0
    for missing, frame in read_sound(path, track.index):
        graph = graph or _sound_graph(frame)
        for each in (*_silence(frame, missing), frame):
            each.pts = written
            each.time_base = Fraction(1, frame.sample_rate)
            written += each.samples
            graph.push(each)
            yield from _pull_sound(graph)
    if graph is not None:
        graph.push(None)
        yield from _pull_sound(graph)


def _silence(like: AudioFrame, samples: int) -> Iterator[AudioFrame]:
    second = like.sample_rate
    for start in range(0, samples, second):
        count = min(second, samples - start)
        frame = AudioFrame(format=like.format.name, layout=like.layout.name, samples=count)
        for plane in frame.planes:  # unsigned 8 bit rests at 128
            plane.update((b"\x80" if like.format.name.startswith("u8") else b"\x00") * plane.buffer_size)
        frame.sample_rate = second
        yield frame


def _sound_graph(frame: AudioFrame) -> Graph:
    """From the format of this frame to float at 48 kHz; one channel stays one (swresample would take 3 dB off)."""
    graph = Graph()
    layout = frame.layout.name
    source = graph.add_abuffer(
        format=frame.format.name, sample_rate=frame.sample_rate, layout=layout, time_base=Fraction(1, frame.sample_rate)
    )
    wanted = "mono" if frame.layout.nb_channels == 1 else "stereo"
    resampler = graph.add("aresample", f"{SAMPLE_RATE_HZ}:{_RESAMPLER}")
    shape = graph.add("aformat", f"sample_fmts=fltp:channel_layouts={wanted}")
    sink = graph.add("abuffersink")
    for before, after in ((source, resampler), (resampler, shape), (shape, sink)):
        before.link_to(after)
    graph.configure()
    return graph


def _pull_sound(graph: Graph) -> Iterator[Pcm]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, AudioFrame)
        planes: Pcm = frame.to_ndarray().astype(np.float32, copy=False)
        yield np.ascontiguousarray(np.broadcast_to(planes.T, (planes.shape[1], 2)))


def _prepare(frames: Iterator[AudioFrame | VideoFrame], stream: VideoStream, track: VideoTrack) -> Iterator[VideoFrame]:
    """The frames turned upright and deinterlaced, where the track asks for it."""
    steps = (*((_DEINTERLACE,) if track.is_interlaced else ()), *_TURN_FILTERS[track.turn])
    if not steps:
        for frame in frames:
            assert isinstance(frame, VideoFrame)
            yield frame
        return
    graph = Graph()
    last = graph.add_buffer(template=stream)
    for name, options in (*steps, ("buffersink", "")):
        following = graph.add(name, options) if options else graph.add(name)
        last.link_to(following)
        last = following
    graph.configure()
    for frame in frames:
        graph.push(frame)
        yield from _pull_pictures(graph)
    graph.push(None)
    yield from _pull_pictures(graph)


def _pull_pictures(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, VideoFrame)
        yield frame


def _decode(
    container: InputContainer, stream: AudioStream | VideoStream, path: Path
) -> Iterator[AudioFrame | VideoFrame]:
    time = Fraction(0)
    try:
        for frame in container.decode(stream):
            assert isinstance(frame, AudioFrame | VideoFrame)
            time = time_of(frame, time)
            yield frame
    except av.error.FFmpegError as error:
        raise InputError(
            f"{name_of(path)}: its {stream.type} cannot be decoded after {_s(time)} ({error.strerror}): "
            "the file is damaged or cut short; export it again"
        ) from error


def _check_same_format(path: Path, first: AudioFrame, frame: AudioFrame) -> None:
    was = (first.sample_rate, first.layout.nb_channels, first.format.name)
    now = (frame.sample_rate, frame.layout.nb_channels, frame.format.name)
    if was != now:
        raise UnsupportedError(
            f"{name_of(path)}: the sound changes at {_s(time_of(frame, Fraction(0)))} from {_format(first)} "
            f"to {_format(frame)}: export it with one format throughout"
        )


def _format(frame: AudioFrame) -> str:
    return f"{frame.sample_rate} Hz, {frame.layout.nb_channels} channels, {frame.format.name}"


def _s(time: Fraction) -> str:
    return f"{float(time):.2f} s"
