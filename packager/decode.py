"""Reads samples and pictures out of source files, with PyAV. A fault in a file is an InputError that says when."""

import tempfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph
from av.filter.context import FilterContext
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from packager.audiogroups import SURROUND_CHANNELS
from packager.damage import PictureDamage
from packager.errors import InputError, UnsupportedError
from packager.grid import SAMPLE_RATE_HZ
from packager.ladder import AUDIO_CHANNELS
from packager.opening import name_of, open_source
from packager.sources import AudioTrack, Turn, VideoTrack, WideColour
from packager.timing import round_half_up
from packager.widecolour import print_cube

# Kaiser-windowed sinc of 128 taps: against ideal sines from 44.1 kHz the error is -121 dB or less up to 20 kHz
# (libswresample's default: -22 dB at 20 kHz), first sample on first sample. soxr is not in PyAV's FFmpeg.
# rematrix_maxval keeps a 5.1 downmix of full-scale channels from clipping: swresample does not for float samples.
_RESAMPLER = "filter_size=128:cutoff=0.98:filter_type=kaiser:kaiser_beta=12:rematrix_maxval=1"

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

# Up to 1080p one thread decodes H.264 in a quarter of the time in which the top rung encodes it, and every thread more
# holds frames of its own: with three, the ladder of a 1080p film took 22 MB more at its peak.
_ONE_THREAD_PIXELS = 1920 * 1088

Pcm = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Feed:
    """In which form a song is wanted."""

    sample_rate_hz: int = SAMPLE_RATE_HZ
    channels: int = AUDIO_CHANNELS

    @property
    def layout(self) -> str:
        """FFmpeg's name of the channels."""
        return {AUDIO_CHANNELS: "stereo", SURROUND_CHANNELS: "5.1"}[self.channels]


STEREO_48K = Feed()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something at this time (seconds, in the file's own time) that could not be decoded."""

    time: Fraction


def decode_sound(path: Path, index: int) -> Iterator[AudioFrame | Fault]:
    """The decoded frames of an audio stream as they come, and what could not be decoded between them.

    Raises UnsupportedError when the format changes on the way, InputError when the file cannot be read to its end.
    """
    with open_source(path) as container:
        stream = container.streams[index]
        assert isinstance(stream, AudioStream)
        first: AudioFrame | None = None
        for frame in decode_stream(container, stream, path):
            if isinstance(frame, AudioFrame):
                first = first or frame
                _check_same_format(path, first, frame)
            assert not isinstance(frame, VideoFrame)
            yield frame


def read_sound(path: Path, track: AudioTrack) -> Iterator[AudioFrame]:
    """The sound in its own format, `track.sample_count` samples without a gap, mended where the track says."""
    splices = deque(track.splices)
    heard = too_many = 0
    for frame in decode_sound(path, track.index):
        if isinstance(frame, Fault):
            continue
        if splices and splices[0].at_sample == heard:
            splice = splices.popleft()
            yield from _silence(frame, splice.sample_count)
            too_many -= min(0, splice.sample_count)
        heard += frame.samples
        left_out = min(too_many, frame.samples)
        too_many -= left_out
        if left_out < frame.samples:
            yield _without_head(frame, left_out) if left_out else frame


def read_song(path: Path, track: AudioTrack, feed: Feed = STEREO_48K) -> Iterator[Pcm]:
    """The sound as it is wanted, in blocks of any length: float32, shape (samples, channels), in [-1, 1].

    Sample 0 is the first sample of the source; in all they last as long as the track. One channel is given twice,
    more than are wanted are mixed down. Integers of up to 24 bits come through exactly where rate and channels stay.
    """
    left = round_half_up(track.duration * feed.sample_rate_hz)
    for block in _resample(path, track, feed):
        wanted = block[:left]
        left -= len(wanted)
        yield wanted
    if left:
        yield np.zeros((left, feed.channels), np.float32)


def time_of(frame: AudioFrame | VideoFrame, otherwise: Fraction) -> Fraction:
    """When the frame is presented, in seconds of its file; `otherwise` where the file does not say."""
    tick = frame.time_base
    if frame.pts is None or tick is None:
        return otherwise
    return Fraction(frame.pts * tick.numerator, tick.denominator)


def read_pictures(
    path: Path, track: VideoTrack, damage: PictureDamage | None = None, *, since: Fraction = Fraction(0)
) -> Iterator[tuple[Fraction, VideoFrame]]:
    """The frames in the order shown, upright and progressive, each with its time since the first one, in seconds.

    Those before `since` are left out, and not decoded either where the file can be entered there.

    Damaged frames come as far as they can be decoded, or not at all; `damage` is told of both.

    Raises InputError when too much is damaged, or when the last frames do not come out.
    """
    damage = damage or PictureDamage(name_of(path), track)
    frame_time = 1 / track.frame_rate
    time = Fraction(0)
    with open_source(path) as container:
        stream = container.streams[track.index]
        assert isinstance(stream, VideoStream)
        _choose_threads(stream)
        if since:
            container.seek(int((track.start + since) / Fraction(stream.time_base or 1)), stream=stream)
        for frame in _prepare(_log_damage(decode_stream(container, stream, path), track, damage), stream, track):
            now = time_of(frame, track.start + time + frame_time) - track.start
            if now >= max(time, since):
                time = now
                yield time, frame
    if track.last_frame - time > max(Fraction(1, 2), 4 / track.frame_rate):
        raise InputError(
            f"{name_of(path)}: its video stops decoding at {_s(time)} of {_s(track.duration)}: "
            "the file is damaged; export it again"
        )


def _choose_threads(stream: VideoStream) -> None:
    codec = stream.codec_context
    if codec.width * codec.height > _ONE_THREAD_PIXELS:
        stream.thread_type = "AUTO"
    else:
        codec.thread_count = 1


def _resample(path: Path, track: AudioTrack, feed: Feed) -> Iterator[Pcm]:
    graph: Graph | None = None
    written = 0
    for frame in read_sound(path, track):
        graph = graph or _sound_graph(frame, feed)
        frame.pts = written
        frame.time_base = Fraction(1, frame.sample_rate)
        written += frame.samples
        graph.push(frame)
        yield from _pull_sound(graph, feed.channels)
    if graph is not None:
        graph.push(None)
        yield from _pull_sound(graph, feed.channels)


def _silence(like: AudioFrame, samples: int) -> Iterator[AudioFrame]:
    second = like.sample_rate
    for start in range(0, samples, second):
        count = min(second, samples - start)
        frame = AudioFrame(format=like.format.name, layout=like.layout.name, samples=count)
        for plane in frame.planes:  # unsigned 8 bit rests at 128
            plane.update((b"\x80" if like.format.name.startswith("u8") else b"\x00") * plane.buffer_size)
        frame.sample_rate = second
        yield frame


def _without_head(frame: AudioFrame, samples: int) -> AudioFrame:
    """The frame from its sample number `samples` on."""
    values = frame.to_ndarray()
    step = 1 if frame.format.is_planar else frame.layout.nb_channels
    rest: Any = np.ascontiguousarray(values[:, samples * step :])  # PyAV names each sample type on its own
    cut = AudioFrame.from_ndarray(rest, format=frame.format.name, layout=frame.layout.name)
    cut.sample_rate = frame.sample_rate
    return cut


def _sound_graph(frame: AudioFrame, feed: Feed) -> Graph:
    """From the format of this frame to float as wanted; one channel stays one (swresample would take 3 dB off)."""
    graph = Graph()
    layout = frame.layout.name
    source = graph.add_abuffer(
        format=frame.format.name, sample_rate=frame.sample_rate, layout=layout, time_base=Fraction(1, frame.sample_rate)
    )
    wanted = "mono" if frame.layout.nb_channels == 1 else feed.layout
    resampler = graph.add("aresample", f"{feed.sample_rate_hz}:{_RESAMPLER}")
    shape = graph.add("aformat", f"sample_fmts=fltp:channel_layouts={wanted}")
    sink = graph.add("abuffersink")
    for before, after in ((source, resampler), (resampler, shape), (shape, sink)):
        before.link_to(after)
    graph.configure()
    return graph


def _pull_sound(graph: Graph, channels: int) -> Iterator[Pcm]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, AudioFrame)
        planes: Pcm = frame.to_ndarray().astype(np.float32, copy=False)
        yield np.ascontiguousarray(np.broadcast_to(planes.T, (planes.shape[1], channels)))


def _log_damage(
    frames: Iterator[AudioFrame | VideoFrame | Fault], track: VideoTrack, damage: PictureDamage
) -> Iterator[VideoFrame]:
    """The frames, once `damage` has been told of what is wrong with them.

    A decoder with several threads complains of a packet some frames late or early: where a frame is missing tells.
    """
    lost: deque[Fraction] = deque()
    last: Fraction | None = None
    frame_time = 1 / track.frame_rate
    for frame in frames:
        if isinstance(frame, Fault):
            lost.append(frame.time)
            continue
        assert isinstance(frame, VideoFrame)
        now = time_of(frame, track.start if last is None else last + frame_time)
        if lost and last is not None:
            for missing in range(1, min(len(lost) + 1, round((now - last) / frame_time))):
                lost.popleft()
                damage.add(last + missing * frame_time)
        if frame.is_corrupt:
            damage.add(now)
        last = now
        yield frame
    for time in lost:
        damage.add(time)


def _prepare(frames: Iterator[VideoFrame], stream: VideoStream, track: VideoTrack) -> Iterator[VideoFrame]:
    """The frames turned upright, deinterlaced and in BT.709, where the track asks for it."""
    steps = (*((_DEINTERLACE,) if track.is_interlaced else ()), *_TURN_FILTERS[track.turn])
    if not steps and track.wide is None:
        yield from frames
        return
    graph = Graph()
    with tempfile.TemporaryDirectory(prefix="midnote-") as folder:
        last = graph.add_buffer(template=stream)
        for name, options in steps:
            last = _link(last, graph.add(name, options) if options else graph.add(name))
        if track.wide is not None:
            last = _add_colour_mapping(graph, last, track.wide, Path(folder) / "sdr.cube")
        _link(last, graph.add("buffersink"))
        graph.configure()
    for frame in frames:
        graph.push(frame)
        yield from _pull_pictures(graph)
    graph.push(None)
    yield from _pull_pictures(graph)


def _link(before: FilterContext, following: FilterContext) -> FilterContext:
    before.link_to(following)
    return following


def _add_colour_mapping(graph: Graph, last: FilterContext, wide: WideColour, cube: Path) -> FilterContext:
    """The filters that take wide colours to BT.709; `lut3d` reads the cube while the graph is configured, only then."""
    cube.write_text(print_cube(wide))
    to_rgb = graph.add("scale", "in_color_matrix=bt2020:flags=bicubic+accurate_rnd+full_chroma_int")
    last = _link(_link(last, to_rgb), graph.add("format", "gbrp10le"))
    return _link(last, graph.add("lut3d", file=str(cube), interp="tetrahedral"))


def _pull_pictures(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, VideoFrame)
        yield frame


def has_decode_times_only(container: InputContainer) -> bool:
    """Whether the file says when packets are decoded and not when frames are shown: those take the times in order."""
    return container.format.name == "avi"


def decode_stream(
    container: InputContainer, stream: AudioStream | VideoStream, path: Path
) -> Iterator[AudioFrame | VideoFrame | Fault]:
    """The frames of a stream in the order shown, and the packets that could not be decoded.

    Raises InputError when the file cannot be read to its end.
    """
    timed: Packet[Stream] | None = None  # the last one that says when it is presented
    are_numbered = stream.type == "video" and has_decode_times_only(container)
    times: deque[int | None] = deque()
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError as error:
            reached = _s(_time_of_packet(timed))
            raise InputError(
                f"{name_of(path)}: its {stream.type} cannot be read beyond {reached} ({error.strerror}): "
                "the file is damaged or cut short; export it again"
            ) from error
        if packet is None:
            return
        if packet.pts is not None:
            timed = packet
        if are_numbered and packet.size:
            times.append(packet.dts)
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            yield Fault(_time_of_packet(timed))
            continue
        for frame in frames:
            assert isinstance(frame, AudioFrame | VideoFrame)
            if times:
                frame.pts = times.popleft()
            yield frame


def _time_of_packet(packet: "Packet[Stream] | None") -> Fraction:
    return Fraction(0) if packet is None or packet.pts is None else packet.pts * packet.time_base


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
