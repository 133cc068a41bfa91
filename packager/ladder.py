"""The ladder: which rungs a song and its video are encoded in. Never larger than the source."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, unique
from fractions import Fraction
from itertools import pairwise

# A rung much closer than this to a source that stands above it costs an encode and buys the viewer nothing.
_LEAST_SPACING = Fraction(85, 100)

# The smallest picture of Apple's ladder is 416 x 234; below it there is nothing smaller to offer.
SMALLEST_LADDER_HEIGHT = 234

# AAC-LC, always two channels: Apple's specification demands a stereo rendition (2.3), and a mono song carried in two
# equal channels costs the encoder next to nothing (its side signal is silent).
AUDIO_CHANNELS = 2


@unique
class VideoCodec(Enum):
    """What pictures are coded in; the value is what people type."""

    H264 = "h264"
    HEVC = "hevc"
    AV1 = "av1"


@dataclass(frozen=True, slots=True)
class VideoCoding:
    """How the pictures of one codec are coded. `crf`, `preset` and `profile` are the encoder's own.

    `cap_percent`: its rungs may have this much of the bit rate that H.264 is given for the same size.
    """

    codec: VideoCodec = VideoCodec.H264
    crf: int = 23
    preset: str = "veryfast"
    profile: str = "high"
    cap_percent: int = 100

    def __post_init__(self) -> None:
        assert self.crf > 0
        assert self.cap_percent > 0


@dataclass(frozen=True, slots=True)
class VideoRung:
    """One size of the picture, in square pixels, and the bit rate it may not exceed.

    `has_twin`: another rung of the ladder has the same size, and a higher or lower cap. `expected_bps`: the average
    that probe encodes have found, None without them.
    """

    width: int
    height: int
    cap_bps: int
    coding: VideoCoding = VideoCoding()
    has_twin: bool = False
    expected_bps: int | None = None

    def __post_init__(self) -> None:
        assert self.width % 2 == 0, "4:2:0 halves the chroma"
        assert self.height % 2 == 0, "4:2:0 halves the chroma"
        assert min(self.width, self.height, self.cap_bps) > 0

    @property
    def name(self) -> str:
        """As people call it, by the short side, upright or not: "720p"; "720p-4500" where there are two of them.

        "hevc-720p" where it is not of H.264.
        """
        codec = "" if self.coding.codec is VideoCodec.H264 else f"{self.coding.codec.value}-"
        twin = f"-{self.cap_bps // 1000}" if self.has_twin else ""
        return f"{codec}{min(self.width, self.height)}p{twin}"


@unique
class AudioCodec(Enum):
    """What sound is coded in; the value is what people type."""

    AAC = "aac"
    FLAC = "flac"
    OPUS = "opus"


@dataclass(frozen=True, slots=True)
class AudioRung:
    """One coding of the song. `bitrate_bps` is None where it is lossless: the song then decides."""

    bitrate_bps: int | None
    codec: AudioCodec = AudioCodec.AAC
    channels: int = AUDIO_CHANNELS

    def __post_init__(self) -> None:
        assert (self.bitrate_bps is None) == self.is_lossless
        assert self.bitrate_bps is None or self.bitrate_bps > 0
        assert self.channels > 0

    @property
    def kind(self) -> tuple[AudioCodec, int]:
        """A player takes rungs of one kind and stays in it: alike in codec and channels."""
        return self.codec, self.channels

    @property
    def is_lossless(self) -> bool:
        """What is decoded is what was encoded."""
        return self.codec is AudioCodec.FLAC

    @property
    def name(self) -> str:
        """Also the GROUP-ID in the playlists: "aac-160", "flac", "aac-6ch-384"."""
        words = [self.codec.value]
        if self.channels != AUDIO_CHANNELS:
            words.append(f"{self.channels}ch")
        if self.bitrate_bps is not None:
            words.append(f"{self.bitrate_bps // 1000}")
        return "-".join(words)


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One step as a ladder gives it: the short side in pixels, and the cap in H.264.

    `always`: it stands in every package, however many rungs are above it. `crf`, in H.264, replaces that of the ladder,
    and `expected_bps` is what was found of it, where the step was chosen for one film.
    """

    side: int
    cap_bps: int
    always: bool = False
    crf: int | None = None
    expected_bps: int | None = None

    def __post_init__(self) -> None:
        assert self.side > 0
        assert self.cap_bps > 0


@dataclass(frozen=True, slots=True)
class Ladder:
    """Which rungs any song and video get. `steps` fall in size and cap, `audio` rises.

    `about` says in a sentence whom it is for; `most_rungs` of the steps that fit are taken, and those that are
    `always` taken. Segments last about `segment_s`. Each of `codecs` is a whole set of video rungs, coded as `codings`
    says, which knows all codecs. With `target_db`, the rungs are chosen for each film: the steps are what they are
    chosen from, and this SSIM is what the top one should have.
    """

    name: str
    about: str
    segment_s: int
    most_rungs: int
    steps: tuple[LadderStep, ...]
    codecs: tuple[VideoCodec, ...]
    codings: tuple[VideoCoding, ...]
    audio: tuple[AudioRung, ...]
    target_db: int | None = None

    def __post_init__(self) -> None:
        assert self.segment_s > 0
        assert self.most_rungs > 0
        assert self.steps
        assert len(self.codecs) == len(set(self.codecs)) > 0
        assert [coding.codec for coding in self.codings] == list(VideoCodec)
        assert self.audio
        assert self.audio[0].kind == (AudioCodec.AAC, AUDIO_CHANNELS), "what every player knows"
        assert all(a.side >= b.side and a.cap_bps > b.cap_bps for a, b in pairwise(self.steps))

    @property
    def sets(self) -> tuple[VideoCoding, ...]:
        """How each set of video rungs is coded, the one for every player first."""
        return tuple(next(each for each in self.codings if each.codec is codec) for codec in self.codecs)

    def with_codecs(self, more: Iterable[VideoCodec]) -> "Ladder":
        """The ladder with a set for each of these too."""
        return replace(self, codecs=tuple(dict.fromkeys((*self.codecs, *more))))


def plan_video_ladder(ladder: Ladder, width: int, height: int) -> tuple[VideoRung, ...]:
    """The video rungs of this ladder for a source of this size in square pixels, highest first.

    Steps are taken by the short side, so that an upright video gets rungs of the same quality. A source between two
    steps keeps its own size as the top rung, and the next is a step clearly below it.
    """
    steps = _steps_below(ladder, _even_below(min(width, height)))
    chosen = [step for index, step in enumerate(steps) if index < ladder.most_rungs or step.always]
    sides = [step.side for step in chosen]
    return tuple(
        _scale(width, height, step, coding, ladder.codings[0].crf, has_twin=sides.count(step.side) > 1)
        for coding in ladder.sets
        for step in chosen
    )


def plan_candidates(ladder: Ladder, width: int, height: int) -> tuple[tuple[LadderStep, ...], tuple[VideoRung, ...]]:
    """Every step of the ladder that this source can fill, highest first, and its rung in H.264."""
    steps = _steps_below(ladder, _even_below(min(width, height)))
    h264 = ladder.codings[0]
    return steps, tuple(_scale(width, height, step, h264, h264.crf, has_twin=False) for step in steps)


def pair_with_audio(rungs: int, audio_rungs: int) -> tuple[int, ...]:
    """For each of `rungs` video rungs, highest first, the index of the audio rung (lowest first) beside it.

    The best picture has the best sound, the smallest the cheapest, those between are spread evenly.
    """
    if rungs == 1:
        return (audio_rungs // 2,)
    return tuple((rungs - 1 - index) * (audio_rungs - 1) // (rungs - 1) for index in range(rungs))


def _steps_below(ladder: Ladder, short: int) -> tuple[LadderStep, ...]:
    """The steps of the ladder that this source can fill, its own size first where it stands between two."""
    fitting = tuple(step for step in ladder.steps if step.side <= short)
    if short >= ladder.steps[0].side or (fitting and fitting[0].side == short):
        return fitting
    own = LadderStep(short, _cap_between(ladder.steps, short), always=True)
    return (own, *(step for step in fitting if step.side <= short * _LEAST_SPACING))


def _cap_between(steps: tuple[LadderStep, ...], short: int) -> int:
    """The cap for a short side between steps: bit rate goes with the area of the picture."""
    for above, below in pairwise(steps):
        if short >= below.side:
            share = Fraction(short**2 - below.side**2, above.side**2 - below.side**2)
            return int(below.cap_bps + share * (above.cap_bps - below.cap_bps))
    last = steps[-1]
    return max(int(last.cap_bps * Fraction(short, last.side) ** 2), 20_000)


def _scale(
    width: int, height: int, step: LadderStep, coding: VideoCoding, h264_crf: int, *, has_twin: bool
) -> VideoRung:
    """The rung of this step. Other codecs move by as many steps of CRF as H.264 does."""
    short = min(width, height)
    if step.side == _even_below(short):
        sides = _even_below(width), _even_below(height)
    else:
        sides = _even(Fraction(width * step.side, short)), _even(Fraction(height * step.side, short))
    share = Fraction(coding.cap_percent, 100)
    return VideoRung(
        *sides,
        cap_bps=int(step.cap_bps * share),
        coding=coding if step.crf is None else replace(coding, crf=max(1, coding.crf + step.crf - h264_crf)),
        has_twin=has_twin,
        expected_bps=None if step.expected_bps is None else int(step.expected_bps * share),
    )


def _even(size: Fraction) -> int:
    return max(2, round(size / 2) * 2)


def _even_below(size: int) -> int:
    """An odd source loses a row or a column; rounding up would enlarge it."""
    return max(2, size // 2 * 2)
