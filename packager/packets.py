"""Reads streams that are already encoded: the timing of every packet, and where its bytes are.

Packets of MP4 are left where they are and read again when their segment is written. Those of other containers come in
another form or in pieces; they go through a spool file in the form that our fragments want.
"""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, assert_never

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from packager.bitstream import audio_config, strip_adts
from packager.coded import CodedPictures, CodedSound
from packager.codedfile import CodedFile, CodedStream
from packager.codedtimes import check_gaps, find_frame_rate, number_frames
from packager.copiedinit import read_colour, write_picture_init, write_sound_init
from packager.errors import InputError, UnsupportedError
from packager.initsegment import is_turned
from packager.ladder import AudioCodec
from packager.opening import name_of, open_source
from packager.payloads import Payloads
from packager.pictureforms import CODECS, TAGS, form_of
from packager.soundforms import SOUND_CODECS, count_opus_samples, forget_length, read_pre_skip, read_stream_info
from packager.timing import round_half_up, video_timescale

# Containers whose packets lie in the file as our fragments want them, and whose demuxer says where.
_IN_PLACE = "mov"
# Base layers that are no picture of their own (profile 5), or may be none.
_DOLBY_VISION = frozenset({"dvh1", "dvhe", "dav1"})
_SHORT_BY = Fraction(1, 2)
_AAC_FRAME_SAMPLES = 1024


def read_coded(path: Path, source: IO[bytes], new_spool: Callable[[], IO[bytes]]) -> CodedFile:
    """The best video stream and the best audio stream of a file.

    `source` is the same file, open; `new_spool` gives a file for packets that are not in it as they should be. Sound
    beside a picture keeps its distance from it, sound alone begins at its first sample.

    Raises InputError when the file cannot be read to its end, UnsupportedError when a stream cannot be copied.
    """
    with open_source(path) as container:
        mp4 = source if _IN_PLACE in container.format.name.split(",") else None
        video, audio = _find_video(container), container.streams.best("audio")
        picture = _PictureReader(path, video, mp4, new_spool) if video else None
        sound = _SoundReader(path, audio, mp4, new_spool) if isinstance(audio, AudioStream) else None
        readers = {reader.stream.index: reader for reader in (picture, sound) if reader is not None}
        if not readers:
            raise InputError(f"{name_of(path)}: has neither sound nor pictures; name another file")
        _read_packets(path, container, readers)
        origin = picture.start if picture else None
        return CodedFile(picture.finish() if picture else None, sound.finish(origin) if sound else None)


def _find_video(container: InputContainer) -> VideoStream | None:
    """The best video stream that is not a cover picture."""
    moving = [each for each in container.streams.video if not each.disposition & Disposition.attached_pic]
    best = container.streams.best("video")
    return best if isinstance(best, VideoStream) and best in moving else next(iter(moving), None)


def _read_packets(path: Path, container: InputContainer, readers: "dict[int, _PictureReader | _SoundReader]") -> None:
    """Have every packet taken by the reader of its stream."""
    reader = None
    try:
        for packet in container.demux([each.stream for each in readers.values()]):
            if packet.size:
                reader = readers[packet.stream_index]
                if packet.pts is None:
                    raise UnsupportedError(f"{name_of(path)}: has no timestamps in it: remux it to MP4 first")
                if packet.is_corrupt:
                    raise InputError(
                        f"{name_of(path)}: is damaged at {float(packet.pts * packet.time_base):.3f} s; export it again"
                    )
                reader.take(packet, packet.pts)
    except FFmpegError as error:
        end = reader.end if reader else Fraction(0)
        raise InputError(
            f"{name_of(path)}: cannot be read beyond {float(end):.2f} s ({error.strerror}): "
            "the file is damaged or cut short; export it again"
        ) from error
    for each in readers.values():
        each.check_is_whole()


class _Reader:
    """Gathers the packets of one stream: timestamps here, bytes in `payloads`."""

    def __init__(
        self,
        path: Path,
        stream: VideoStream | AudioStream,
        mp4: IO[bytes] | None,
        new_spool: Callable[[], IO[bytes]],
        *,
        is_as_it_should_be: bool,
    ) -> None:
        self.stream = stream
        self._name = name_of(path)
        self._is_mp4 = mp4 is not None
        in_place = mp4 if is_as_it_should_be else None
        self._is_in_place = in_place is not None
        self.payloads = Payloads(in_place or new_spool())
        self._tick = Fraction(stream.time_base or 1)
        self._pts: list[int] = []

    @property
    def end(self) -> Fraction:
        """When the packet taken last begins, in seconds of the file."""
        return self._pts[-1] * self._tick if self._pts else Fraction(0)

    def check_is_whole(self) -> None:
        """Raise InputError when there is nothing, or less than the header says."""
        if not self._pts:
            raise InputError(f"{self._name}: its {self.stream.type} stream is empty; export it again")
        declared = (self.stream.duration or 0) * self._tick
        count = len(self._pts)
        # With the last packet, which lasts as long as the others do.
        found = (max(self._pts) - min(self._pts)) * self._tick * Fraction(count, max(1, count - 1))
        if self._is_mp4 and declared - found > max(_SHORT_BY, declared / 50):
            raise InputError(
                f"{self._name}: its {self.stream.type} ends after {float(found):.2f} s but the header says "
                f"{float(declared):.2f} s: the file is cut short; export or download it again"
            )

    def _keep(self, packet: "Packet[Any]", convert: Callable[[bytes], bytes] | None) -> None:
        if self._is_in_place and packet.pos is not None:
            self.payloads.note(packet.pos, packet.size)
        else:
            self.payloads.append(convert(bytes(packet)) if convert else bytes(packet))


class _PictureReader(_Reader):
    """Gathers the packets of a video stream."""

    stream: VideoStream

    def __init__(
        self, path: Path, stream: VideoStream, mp4: IO[bytes] | None, new_spool: Callable[[], IO[bytes]]
    ) -> None:
        codec = CODECS.get(_name_codec(stream))
        if codec is None:
            raise UnsupportedError(
                f"{name_of(path)}: its video is {_name_codec(stream)}, and H.264, HEVC and AV1 are what can be copied: "
                "leave the work to `midnote package`"
            )
        tag = stream.codec_context.codec_tag
        if tag in _DOLBY_VISION:
            raise UnsupportedError(
                f"{name_of(path)}: its video is Dolby Vision ({tag}), and players without it show false colours: leave "
                "the work to `midnote package`"
            )
        self._codec = codec
        self._form = form_of(codec, stream.codec_context.extradata or b"", tag)
        super().__init__(path, stream, mp4, new_spool, is_as_it_should_be=self._form.is_as_it_should_be)
        self._starts: list[tuple[int, bool]] = []

    @property
    def start(self) -> Fraction:
        """When the first frame is shown, in seconds of the file."""
        return min(self._pts) * self._tick

    def take(self, packet: "Packet[Any]", pts: int) -> None:
        """The next packet in decode order."""
        if packet.is_discard:
            raise UnsupportedError(
                f"{self._name}: its edit list hides the frame at {float(pts * self._tick):.3f} s, which others need: "
                "encode it again, or leave the work to `midnote package`"
            )
        if packet.is_keyframe:
            self._starts.append((len(self._pts), self._form.is_start(bytes(packet))))
        self._pts.append(pts)
        self._keep(packet, None if self._form.is_as_it_should_be else self._to_sample)

    def finish(self) -> CodedStream[CodedPictures]:
        """All that was taken."""
        rate = find_frame_rate(self._pts, self._tick, Fraction(self.stream.average_rate or 0) or None)
        numbers = number_frames(self._name, self._pts, self._tick, rate)
        width, height = _shown_size(self.stream)
        coded = CodedPictures(
            file=self._name,
            width=width,
            height=height,
            frame_rate=rate,
            numbers=numbers,
            # What is decoded later and shown earlier may refer to what came before.
            idrs=tuple(at for at, is_start in self._starts if is_start and numbers[at] == at),
            open_points=tuple(numbers[at] for at, is_start in self._starts if not is_start or numbers[at] != at),
            codec=self._codec,
            video_range=read_colour(self.stream).video_range,
        )
        timescale = video_timescale(rate)
        init = write_picture_init(self._name, self.stream, timescale, self._form.config, TAGS[self._codec])
        if is_turned(init):
            raise UnsupportedError(
                f"{self._name}: its picture is turned by a display matrix, which HLS players do not heed: leave the "
                "work to `midnote package`"
            )
        return CodedStream(coded, self.payloads, timescale, init)

    def _to_sample(self, packet: bytes) -> bytes:
        """As it stands in MP4, and without the parameter sets: they are in the init segment."""
        sample, is_strange = self._form.to_sample(packet)
        if is_strange:
            raise UnsupportedError(
                f"{self._name}: its parameter sets change at {float(self.end):.3f} s: encode it again in one piece, or "
                "leave the work to `midnote package`"
            )
        return sample


class _SoundReader(_Reader):
    """Gathers the packets of an audio stream."""

    stream: AudioStream

    def __init__(
        self, path: Path, stream: AudioStream, mp4: IO[bytes] | None, new_spool: Callable[[], IO[bytes]]
    ) -> None:
        super().__init__(path, stream, mp4, new_spool, is_as_it_should_be=True)
        codec = SOUND_CODECS.get(_name_codec(stream))
        if codec is None:
            raise UnsupportedError(
                f"{self._name}: its sound is {_name_codec(stream)}, and AAC, FLAC and Opus are what can be copied: "
                "leave the work to `midnote package`"
            )
        self._codec = codec
        self._config = stream.codec_context.extradata
        self._has_adts = False
        self._rate = stream.codec_context.sample_rate
        self._packet_samples = stream.codec_context.frame_size or _AAC_FRAME_SAMPLES
        self._skipped_samples: int | None = None
        self._bit_depth: int | None = None

    def take(self, packet: "Packet[Any]", pts: int) -> None:
        """The next packet."""
        if not self._pts:
            self._look_into(bytes(packet))
        self._pts.append(pts)
        self._keep(packet, strip_adts if self._has_adts else None)

    def _look_into(self, first: bytes) -> None:
        """Find out what the container does not say of the packets."""
        match self._codec:
            case AudioCodec.AAC:
                if not self._config:
                    self._config = audio_config(first)
                    self._has_adts = self._config is not None
            case AudioCodec.OPUS:
                self._packet_samples = count_opus_samples(first)
                self._skipped_samples = read_pre_skip(self._config or b"")
            case AudioCodec.FLAC:
                said = read_stream_info(self._config or b"")
                if said is None:
                    raise UnsupportedError(
                        f"{self._name}: its FLAC has packets of different lengths: leave the work to `midnote package`"
                    )
                self._packet_samples, self._bit_depth = said
                self._config = forget_length(self._config or b"")
            case _:
                assert_never(self._codec)

    def finish(self, picture_start: Fraction | None) -> CodedStream[CodedSound]:
        """All that was taken; time 0 is when the picture starts, or else the first sample that is heard."""
        name = "AAC frame" if self._codec is AudioCodec.AAC else f"{self._codec.name} packet"
        check_gaps(self._name, self._pts, self._tick, Fraction(self._packet_samples, self._rate), name)
        heard = (self._pts[0] if self.stream.start_time is None else self.stream.start_time) * self._tick
        origin = heard if picture_start is None else picture_start
        coded = CodedSound(
            file=self._name,
            language=self.stream.language or "und",
            channels=self.stream.codec_context.layout.nb_channels,
            sample_rate_hz=self._rate,
            frame_samples=self._packet_samples,
            first_sample=self._find_first_sample(heard, origin),
            frame_count=len(self._pts),
            early_s=max(Fraction(0), origin - heard),
            codec=self._codec,
            bit_depth=self._bit_depth,
        )
        init = write_sound_init(self._name, self.stream, self._rate, self._config)
        return CodedStream(coded, self.payloads, self._rate, init)

    def _find_first_sample(self, heard: Fraction, origin: Fraction) -> int:
        """When the first sample is, by its timestamp, or by what is skipped of it where the timestamp is as coarse."""
        by_time = round_half_up((self._pts[0] * self._tick - origin) * self._rate)
        if self._skipped_samples is None:
            return by_time
        by_skip = round_half_up((heard - origin) * self._rate) - self._skipped_samples
        return by_skip if abs(by_skip - by_time) <= self._tick * self._rate else by_time


def _name_codec(stream: VideoStream | AudioStream) -> str:
    """FFmpeg's name of the codec; there is no codec context where FFmpeg has no name for it."""
    has_codec = stream.codec_context is not None
    return stream.codec_context.codec.canonical_name if has_codec else "in an unknown codec"


def _shown_size(stream: VideoStream) -> tuple[int, int]:
    """Width and height in square pixels."""
    aspect = Fraction(stream.sample_aspect_ratio or 1) or Fraction(1)
    width, height = stream.codec_context.width, stream.codec_context.height
    return (round_half_up(width * aspect), height) if aspect >= 1 else (width, round_half_up(height / aspect))
