"""What a stream that is already encoded holds, as far as packaging it without encoding asks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate

from packager.grid import AudioClock
from packager.ladder import AudioCodec, VideoCodec


@dataclass(frozen=True, slots=True)
class CodedPictures:
    """The frames of a video stream at a constant rate; frame 0 is the first one shown.

    `numbers` are the frames in decode order. `idrs` (AV1 calls them key frames) and `open_points` (decoding can start
    there, but frames around refer across, or are shown earlier) rise. `width` and `height` are those of the picture
    as it is shown, `video_range` is SDR, PQ or HLG.
    """

    file: str
    width: int
    height: int
    frame_rate: Fraction
    numbers: tuple[int, ...] = field(repr=False)
    idrs: tuple[int, ...] = field(repr=False)
    open_points: tuple[int, ...] = field(default=(), repr=False)
    codec: VideoCodec = VideoCodec.H264
    video_range: str = "SDR"

    def __post_init__(self) -> None:
        assert self.frame_rate > 0
        assert min(self.width, self.height) > 0
        assert self.numbers
        assert max(self.numbers) == len(self.numbers) - 1

    @property
    def delay_frames(self) -> int:
        """By how many frames decoding must run ahead of showing."""
        return max(index - number for index, number in enumerate(self.numbers))

    def closed_counts(self) -> Iterator[int]:
        """Every n such that the first n frames decoded are the first n shown: the stream may end there."""
        for count, highest in enumerate(accumulate(self.numbers, max), 1):
            if highest < count:
                yield count


@dataclass(frozen=True, slots=True)
class CodedSound:
    """The packets of an audio stream (AAC calls them frames), `frame_samples` each without a gap.

    The first sample of the first one is `first_sample` of presentation time: negative for priming, and for sound that
    begins before the picture. `early_s` is how long the source lets it sound before time 0, priming not counted.
    `bit_depth` is that of lossless sound.
    """

    file: str
    language: str
    channels: int
    sample_rate_hz: int
    frame_samples: int
    first_sample: int
    frame_count: int
    early_s: Fraction = Fraction(0)
    codec: AudioCodec = AudioCodec.AAC
    bit_depth: int | None = None

    def __post_init__(self) -> None:
        assert min(self.channels, self.sample_rate_hz, self.frame_samples, self.frame_count) > 0

    @property
    def clock(self) -> AudioClock:
        """When its AAC frames are heard."""
        return AudioClock(self.sample_rate_hz, self.frame_samples, -self.first_sample % self.frame_samples)

    @property
    def lead(self) -> Fraction:
        """How long after time 0 the song begins, in seconds; below 0 where its first moments are left out."""
        return Fraction(max(0, self.first_sample), self.sample_rate_hz) - self.early_s

    @property
    def first_frame(self) -> int:
        """The number of its first AAC frame on its clock: below 0 for priming, 1 where none sounds at time 0."""
        return -(-self.first_sample // self.frame_samples)

    @property
    def end_frame(self) -> int:
        """The number after that of its last AAC frame."""
        return self.first_frame + self.frame_count
