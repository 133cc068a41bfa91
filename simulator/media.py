"""Decodes what a player appended, exactly as it was appended. All of PyAV in this half stands here."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from zlib import crc32

import av
import numpy as np
from av.codec.context import Flags2
from numpy.typing import NDArray

from simulator.errors import BrokenPackageError
from simulator.picture import Picture
from simulator.sync import PictureFrame

Pcm = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Piece:
    """A media segment with the init segment that it is decoded with."""

    name: str
    init: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class SoundFrame:
    """One decoded audio frame: `pcm` float32, shape (samples, channels), its first sample at presentation time `at`.

    `at` counts samples from presentation time 0; encoder priming lies below 0. `piece` numbers the piece it came in.
    """

    at: int
    rate: int
    pcm: Pcm
    piece: int

    @property
    def end(self) -> int:
        """The sample after the last one."""
        return self.at + len(self.pcm)


def decode_sound(pieces: Iterable[Piece], *, skips_damage: bool = False) -> Iterator[SoundFrame]:
    """Every audio frame of the pieces in append order, through one decoder as in a SourceBuffer.

    The decoder is only replaced when the codec configuration changes. Nothing is skipped: what an edit list takes
    away is what lies below presentation time 0.
    Raises BrokenPackageError when a piece does not hold decodable audio; with `skips_damage` those frames are left out,
    as a listener's device does.
    """
    decoder: av.AudioCodecContext | None = None
    configuration: tuple[object, ...] = ()
    for number, piece in enumerate(pieces):
        try:
            with av.open(io.BytesIO(piece.init + piece.body), "r") as container:
                stream = container.streams.audio[0]
                source = stream.codec_context
                if (source.name, source.extradata, source.sample_rate) != configuration:
                    configuration = (source.name, source.extradata, source.sample_rate)
                    decoder = _open_decoder(source)
                assert decoder is not None, "a configuration always has a decoder"
                for packet in container.demux(stream):
                    if packet.size:
                        yield from _decode(decoder, packet, number, skips_damage=skips_damage)
        except (av.FFmpegError, IndexError) as fault:
            if skips_damage:
                continue
            raise BrokenPackageError(f"{piece.name}: no decodable audio: {fault}") from fault


def _open_decoder(source: av.AudioCodecContext) -> av.AudioCodecContext:
    decoder = av.CodecContext.create(source.name, "r")
    assert isinstance(decoder, av.AudioCodecContext), "an audio stream has an audio codec"
    decoder.extradata = source.extradata
    decoder.sample_rate = source.sample_rate
    decoder.layout = source.layout
    decoder.flags2 |= Flags2.skip_manual
    return decoder


def _decode(
    decoder: av.AudioCodecContext, packet: "av.Packet[av.AudioStream]", piece: int, *, skips_damage: bool
) -> Iterator[SoundFrame]:
    assert packet.pts is not None, "a demuxed fragment has times"
    at = round(packet.pts * packet.time_base * decoder.sample_rate)
    packet.pts = packet.dts = at  # frames inherit it
    packet.time_base = Fraction(1, decoder.sample_rate)
    try:
        frames = decoder.decode(packet)
    except av.FFmpegError:
        if not skips_damage:
            raise
        return
    for frame in frames:
        yield SoundFrame(at, frame.sample_rate, _to_pcm(frame), piece)
        at += frame.samples


def _to_pcm(frame: av.AudioFrame) -> Pcm:
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, len(frame.layout.channels)).T
    if samples.dtype.kind == "i":
        samples = samples.astype(np.float32) / float(1 << (8 * samples.dtype.itemsize - 1))
    return np.ascontiguousarray(samples.T, dtype=np.float32)


def read_picture_times(piece: Piece) -> tuple[PictureFrame, ...]:
    """When each frame of a video segment is to be shown, in presentation order; nothing is decoded.

    Raises BrokenPackageError when the piece holds no video.
    """
    try:
        with av.open(io.BytesIO(piece.init + piece.body), "r") as container:
            stream = container.streams.video[0]
            frames = [
                PictureFrame(_to_us(packet.pts, packet), _to_us(packet.duration or 0, packet))
                for packet in container.demux(stream)
                if packet.size and packet.pts is not None
            ]
    except (av.FFmpegError, IndexError) as fault:
        raise BrokenPackageError(f"{piece.name}: no readable video: {fault}") from fault
    return tuple(sorted(frames, key=lambda frame: frame.at_us))


def decode_pictures(piece: Piece) -> tuple[Picture, ...]:
    """Every frame of a video segment, in presentation order, each with a checksum of its planes for a mark.

    A segment begins with an IDR, so it is decoded by itself.
    Raises BrokenPackageError when the piece holds no decodable video.
    """
    try:
        with av.open(io.BytesIO(piece.init + piece.body), "r") as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            frames = [_to_picture(frame) for frame in container.decode(stream) if frame.pts is not None]
    except (av.FFmpegError, IndexError) as fault:
        raise BrokenPackageError(f"{piece.name}: no decodable video: {fault}") from fault
    return tuple(sorted(frames, key=lambda picture: picture.at_us))


def _to_picture(frame: av.VideoFrame) -> Picture:
    assert frame.pts is not None, "frames without a time are left out"
    assert frame.time_base is not None, "a decoded frame has a clock"
    at_us = round(frame.pts * frame.time_base * 1_000_000)
    return Picture(at_us, round(frame.duration * frame.time_base * 1_000_000), crc32(frame.to_ndarray().data))


def _to_us(ticks: int, packet: "av.Packet[av.VideoStream]") -> int:
    return round(ticks * packet.time_base * 1_000_000)
