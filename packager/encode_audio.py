"""Encodes one audio rung: AAC with FFmpeg's own encoder, FLAC, or Opus with libopus."""

from abc import abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar, assert_never

import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet
from numpy.typing import NDArray

from packager.decode import Pcm
from packager.encode import RungEncoder
from packager.fragment import CodedSample
from packager.grid import AAC_FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioCuts
from packager.initsegment import add_roll_group, write_pre_skip
from packager.ladder import AudioCodec, AudioRung

Samples = NDArray[np.float32] | NDArray[np.int16] | NDArray[np.int32]

_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


class AudioEncoder(RungEncoder):
    """Encodes PCM of any block length, in packets of `sample_duration_ticks` samples.

    `priming_packets` come out before the one that is presented at time 0. `needs_roll`: a decoder that starts in the
    middle is right only after some packets more, and the file says so.
    """

    priming_packets: ClassVar[int] = 0
    needs_roll: ClassVar[bool] = False
    _decoder: ClassVar[str]
    _format: str

    def __init__(self, encoder: str, options: dict[str, str], rung: AudioRung, language: str, rate_hz: int) -> None:
        super().__init__()
        self.timescale = rate_hz
        self._layout = _LAYOUTS[rung.channels]
        stream = self._container.add_stream(encoder, rate=rate_hz, layout=self._layout, options=options)
        assert isinstance(stream, AudioStream)
        self._stream = stream
        stream.codec_context.format = self._format
        if rung.bitrate_bps is not None:
            stream.bit_rate = rung.bitrate_bps
        stream.metadata["language"] = language
        self._write_init()
        self.sample_duration_ticks = stream.codec_context.frame_size
        self._fed = 0

    def encode(self, pcm: Pcm) -> Sequence[CodedSample]:
        """What comes out when these samples go in: float32, shape (n, channels)."""
        if not len(pcm):
            return ()
        # PyAV cuts it into packets, in one call: Python's code is cold again after each packet that is encoded.
        frame = AudioFrame.from_ndarray(self._arrange(pcm), format=self._format, layout=self._layout)
        frame.sample_rate = self.timescale
        frame.pts = self._fed
        frame.time_base = Fraction(1, self.timescale)
        self._fed += frame.samples
        return tuple(map(self._to_sample, self._stream.codec_context.encode(frame)))

    def finish(self) -> Sequence[CodedSample]:
        """The last packets. An empty one, with which FLAC ends, is not a sample."""
        packets = self._stream.codec_context.encode(None)
        samples = tuple(self._to_sample(packet) for packet in packets if packet.size)
        self.close()
        return samples

    def open_decoder(self) -> AudioCodecContext:
        """A decoder that takes the samples as they come out, those of the priming too."""
        decoder = AudioCodecContext.create(self._decoder, "r")
        assert isinstance(decoder, AudioCodecContext)
        decoder.extradata = self._stream.codec_context.extradata
        return decoder

    @abstractmethod
    def _arrange(self, pcm: Pcm) -> Samples:
        """The samples as the encoder takes them."""

    def _to_sample(self, packet: "Packet[AudioStream]") -> CodedSample:
        if self._media_time_ticks is None:
            self._media_time_ticks = self.priming_packets * self.sample_duration_ticks
            self._check_delay(-(packet.pts or 0))
        return CodedSample(bytes(packet))

    @abstractmethod
    def _check_delay(self, delay_samples: int) -> None:
        """The grid counts on whole packets of priming: fail where the encoder has another delay."""


class AacEncoder(AudioEncoder):
    """AAC-LC at 48 kHz."""

    priming_packets = 1
    _decoder = "aac"
    _format = "fltp"

    def __init__(self, rung: AudioRung, language: str) -> None:
        # Without perceptual noise substitution, the frame after a splice between bit rates is bit-identical to
        # uninterrupted play; PNS draws random numbers from a state that runs through the whole song.
        super().__init__("aac", {"aac_pns": "0"}, rung, language, SAMPLE_RATE_HZ)
        assert self.sample_duration_ticks == AAC_FRAME_SAMPLES

    def _arrange(self, pcm: Pcm) -> Samples:
        return np.ascontiguousarray(pcm.T)

    def _check_delay(self, delay_samples: int) -> None:
        assert delay_samples == AAC_FRAME_SAMPLES


class FlacEncoder(AudioEncoder):
    """FLAC at the rate of the song, `bits` 16 or 24, in packets of the length that suits the grid."""

    _decoder = "flac"

    def __init__(self, rung: AudioRung, language: str, rate_hz: int, packet_samples: int, bits: int) -> None:
        assert bits in {16, 24}
        self._bits = bits
        self._format = "s16" if bits == 16 else "s32"
        options = {"frame_size": str(packet_samples), "bits_per_raw_sample": str(bits)}
        super().__init__("flac", options, rung, language, rate_hz)
        assert self.sample_duration_ticks == packet_samples

    def _arrange(self, pcm: Pcm) -> Samples:
        """Integers, exactly those of the source: a float32 holds 24 bits and no sample needs more."""
        full = 1 << self._bits - 1
        steps: Pcm = np.clip(np.rint(pcm * np.float32(full)), -full, full - 1).reshape(1, -1)
        if self._bits == 16:
            return steps.astype(np.int16)
        return np.left_shift(steps.astype(np.int32), 8)  # FFmpeg wants 24 bits at the top of 32

    def _check_delay(self, delay_samples: int) -> None:
        assert delay_samples == 0


class OpusEncoder(AudioEncoder):
    """Opus at 48 kHz in packets of 20 ms.

    The encoder's delay is 6.5 ms (312 samples), with which no packet would ever begin on the grid. Silence before the
    song makes it one whole packet, which is also declared as the pre-skip.
    """

    priming_packets = 1
    needs_roll = True
    _decoder = "opus"
    _format = "flt"

    def __init__(self, rung: AudioRung, language: str) -> None:
        super().__init__("libopus", {"frame_duration": "20"}, rung, language, SAMPLE_RATE_HZ)
        # RFC 7845 section 5.1: the pre-skip stands at byte 10 of OpusHead.
        head = self._stream.codec_context.extradata
        assert head is not None
        self._delay = int.from_bytes(head[10:12], "little")
        lead = self.sample_duration_ticks - self._delay
        assert 0 <= lead < self.sample_duration_ticks
        self.encode(np.zeros((lead, rung.channels), np.float32))  # less than a packet: none comes out

    @property
    def init(self) -> bytes:
        """The finished init segment, with the pre-roll that Opus asks for."""
        return add_roll_group(write_pre_skip(super().init, self.sample_duration_ticks))

    def _arrange(self, pcm: Pcm) -> Samples:
        return np.ascontiguousarray(pcm).reshape(1, -1)

    def _check_delay(self, delay_samples: int) -> None:
        assert delay_samples == self._delay


def open_audio_encoder(rung: AudioRung, language: str, cuts: AudioCuts, lossless_bits: int) -> AudioEncoder:
    """The encoder of this rung; its packets are those of `cuts`."""
    match rung.codec:
        case AudioCodec.AAC:
            return AacEncoder(rung, language)
        case AudioCodec.FLAC:
            return FlacEncoder(rung, language, cuts.clock.sample_rate_hz, cuts.clock.frame_samples, lossless_bits)
        case AudioCodec.OPUS:
            return OpusEncoder(rung, language)
        case _:
            assert_never(rung.codec)
