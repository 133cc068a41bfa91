"""Decodes the segments of a presentation for the linter, with PyAV."""

from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from io import BytesIO

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.codec.context import CodecContext, Flags2
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from packager.decode import Pcm
from packager.headers import Files
from packager.lint.decoded import BLOCK_S, OPENING_HZ, DecodedPart, DecodedStream, Picture
from packager.lint.media import Container
from packager.lint.playlists import ByteRange
from packager.lint.presentation import Part, Presentation, Stream
from packager.meter import LoudnessMeter
from packager.watching import Watcher

# The clock and channels in which sound is measured: those of the meter.
_RATE_HZ = 48_000
_OPENING_S = 10
_SMALL = (32, 18)
# 10 ms, whose mean is taken off: Opus has no sound below 3 Hz, and one song of the corpus has most of its power there.
_LIFTED = 480
# More than this is no segment of some seconds.
_MAX_SEGMENT_BYTES = 256 << 20


def decode_presentation(presentation: Presentation, files: Files, watcher: Watcher) -> Presentation:
    """The presentation with what decoders made of each of its segments; encrypted ones, and what is no fMP4, are left.

    Takes the time that decoding every rung once takes.
    """
    streams = [stream for stream in presentation.streams.values() if not stream.playlist.is_iframes_only]
    total = sum(len(stream.parts) for stream in streams) or 1
    decoded: dict[str, DecodedStream] = {}
    done = 0
    for stream in streams:
        decoder = _StreamDecoder(stream, files)
        for index in range(len(stream.parts)):
            watcher.tell(f"Decoding {stream.file}", done / total)
            decoder.decode(index)
            done += 1
        decoded[stream.file] = decoder.finish()
    return replace(presentation, decoded=decoded)


class _StreamDecoder:
    """Decodes one media playlist, segment by segment."""

    def __init__(self, stream: Stream, files: Files) -> None:
        self._stream = stream
        self._files = files
        self._parts: dict[int, DecodedPart] = {}
        self._ear: _Ear | None = None

    def decode(self, index: int) -> None:
        """Take a segment, if it is one that can be decoded."""
        part = self._stream.parts[index]
        track = part.track
        if track is None or part.payload is None or part.payload.container is not Container.FMP4 or part.segment.key:
            return
        samples = sum(fragment.samples for fragment in part.payload.of(track))
        content = self._read(part)
        if not samples or content is None:
            return
        match track.kind:
            case "video":
                self._parts[index] = _decode_video(content, samples)
            case "audio":
                if self._ear is None:
                    self._ear = _Ear(Fraction(track.media_time_ticks, track.timescale))
                self._parts[index] = _decode_audio(content, samples, self._ear)

    def finish(self) -> DecodedStream:
        """What came of all of it."""
        if self._ear is None:
            return DecodedStream(self._parts)
        return self._ear.finish(self._parts)

    def _read(self, part: Part) -> bytes | None:
        """Init segment and segment in one; None where one of them cannot be read whole."""
        pointer = part.segment.init
        if part.file is None or part.init is None or pointer is None or pointer.key is not None:
            return None
        if (part.size_bytes or 0) > _MAX_SEGMENT_BYTES:
            return None
        try:
            head = self._read_range(part.init.file, pointer.byte_range)
            return head + self._read_range(part.file, part.segment.byte_range)
        except OSError:
            return None

    def _read_range(self, file: str, byte_range: ByteRange | None) -> bytes:
        with closing(self._files.open(file)) as opened:
            if byte_range is None:
                return opened.read(_MAX_SEGMENT_BYTES)
            opened.seek(byte_range.offset or 0)
            return opened.read(byte_range.length)


def _decode_video(content: bytes, samples: int) -> DecodedPart:
    frames, fault = 0, ""
    is_first_key: bool | None = None
    picture: Picture | None = None
    try:
        with av.open(BytesIO(content), mode="r", format="mp4", metadata_errors="replace") as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_type = "AUTO"
            for number, packet in enumerate(container.demux(stream)):
                if number == 0:
                    is_first_key = _is_key_alone(stream.codec_context, packet)
                decoded, said = _decode_packet(stream.codec_context, packet)
                fault = fault or said
                picture = _shrink(decoded[0]) if picture is None and decoded else picture
                frames += len(decoded)
    except (av.error.FFmpegError, IndexError) as error:
        fault = fault or _reason(error)
    return DecodedPart(samples, frames, fault, is_first_key, picture)


def _decode_packet(context: VideoCodecContext, packet: "Packet[VideoStream]") -> tuple[list[VideoFrame], str]:
    """The frames of a packet, and the decoder's complaint."""
    try:
        frames = context.decode(packet)
    except av.error.FFmpegError as error:
        return [], _reason(error)
    return frames, "a damaged picture" if any(frame.is_corrupt for frame in frames) else ""


def _is_key_alone(context: VideoCodecContext, packet: "Packet[VideoStream]") -> bool | None:
    """Whether a fresh decoder makes a key frame of this packet and no other; None where it cannot read it."""
    fresh = CodecContext.create(context.codec.name, "r")
    assert isinstance(fresh, VideoCodecContext)
    fresh.extradata = context.extradata
    try:
        frames = [*fresh.decode(packet), *fresh.decode(None)]
    except av.error.FFmpegError:
        return None
    return any(frame.key_frame and not frame.is_corrupt for frame in frames)


def _shrink(frame: VideoFrame) -> Picture:
    return frame.reformat(*_SMALL, format="gray").to_ndarray().astype(np.uint8, copy=False)


def _decode_audio(content: bytes, samples: int, ear: "_Ear") -> DecodedPart:
    frames, fault = 0, ""
    try:
        with av.open(BytesIO(content), mode="r", format="mp4", metadata_errors="replace") as container:
            stream = container.streams.audio[0]
            for packet in container.demux(stream):
                heard, said = ear.hear_packet(stream.codec_context, packet) if packet.size else (0, "")
                frames, fault = frames + heard, fault or said
    except (av.error.FFmpegError, IndexError) as error:
        fault = fault or _reason(error)
    return DecodedPart(samples, frames, fault)


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or "no such track")


class _Ear:
    """Hears a stream to its end: its loudness, its levels and how it starts. `skip_s` of priming is not heard."""

    def __init__(self, skip_s: Fraction) -> None:
        self._decoder: AudioCodecContext | None = None
        self._meter = LoudnessMeter()
        self._resampler: tuple[tuple[str, str, int], AudioResampler] | None = None
        self._skip = round(skip_s * _RATE_HZ)
        self._blocks: list[float] = []
        self._rest = np.zeros((0, 2), np.float32)
        self._opening: list[Pcm] = []
        self._heard = 0

    def hear_packet(self, context: AudioCodecContext, packet: "Packet[AudioStream]") -> tuple[int, str]:
        """Take a packet of a stream with this context: how many frames came of it, and the decoder's complaint."""
        try:
            frames = self._decoder_like(context).decode(packet)
        except av.error.FFmpegError as error:
            return 0, _reason(error)
        for frame in frames:
            self._hear(frame)
        return len(frames), ""

    def _decoder_like(self, context: AudioCodecContext) -> AudioCodecContext:
        """One decoder for all segments, whose frames overlap; another where the format changes."""
        old = self._decoder
        if old is not None and (old.codec.name, old.extradata) == (context.codec.name, context.extradata):
            return old
        fresh = CodecContext.create(context.codec.name, "r")
        assert isinstance(fresh, AudioCodecContext)
        fresh.extradata = context.extradata
        fresh.sample_rate = context.sample_rate
        fresh.layout = context.layout
        fresh.flags2 |= Flags2.skip_manual  # the edit list is ours to apply, and not in every segment
        self._decoder = fresh
        return fresh

    def _hear(self, frame: AudioFrame) -> None:
        frame.pts = None
        for resampled in self._resampler_of(frame).resample(frame):
            pcm = np.ascontiguousarray(np.broadcast_to(resampled.to_ndarray().T, (resampled.samples, 2)))
            self._take(pcm[self._skip :])
            self._skip = max(0, self._skip - len(pcm))

    def _resampler_of(self, frame: AudioFrame) -> AudioResampler:
        """One takes frames of one form only. One channel stays one: swresample takes 3 dB off."""
        form = frame.format.name, frame.layout.name, frame.sample_rate
        if self._resampler is None or self._resampler[0] != form:
            layout = "mono" if frame.layout.nb_channels == 1 else "stereo"
            self._resampler = form, AudioResampler("fltp", layout, _RATE_HZ)
        return self._resampler[1]

    def _take(self, pcm: Pcm) -> None:
        self._meter.add(pcm)
        if self._heard < _OPENING_S * _RATE_HZ:
            self._opening.append(pcm.mean(axis=1))
            self._heard += len(pcm)
        block = round(BLOCK_S * _RATE_HZ)
        pcm = np.concatenate((self._rest, pcm))
        whole = len(pcm) // block
        for number in range(whole):
            power = float(np.square(_lift(pcm[number * block : (number + 1) * block])).mean())
            self._blocks.append(10 * float(np.log10(max(power, 1e-12))))
        self._rest = pcm[whole * block :]

    def finish(self, parts: dict[int, DecodedPart]) -> DecodedStream:
        """What was heard."""
        opening = np.concatenate(self._opening) if self._opening else np.zeros(0, np.float32)
        step = _RATE_HZ // OPENING_HZ
        opening = _lift(opening[: len(opening) // _LIFTED * _LIFTED, None]).reshape(-1, step).mean(axis=1)
        levels_db = np.array(self._blocks, np.float32)
        return DecodedStream(parts, self._meter.finish().integrated_lufs, levels_db, opening)


def _lift(pcm: Pcm) -> Pcm:
    """The sound without its lowest notes: whole blocks of 10 ms, shape (n, channels)."""
    blocks = pcm.reshape(-1, _LIFTED, pcm.shape[1])
    lifted: Pcm = (blocks - blocks.mean(axis=1, keepdims=True)).reshape(pcm.shape)
    return lifted
