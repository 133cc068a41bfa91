"""The segment grid: where every rung of a package is cut.

The video owns it: a segment is a whole number of frames. Audio is cut at the AAC frame nearest to the boundary,
computed from sample 0 in rationals, so that the error never accumulates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, gcd, lcm

from packager.timing import round_half_up

AAC_FRAME_SAMPLES = 1024
SAMPLE_RATE_HZ = 48_000
_AAC_FRAME_S = Fraction(AAC_FRAME_SAMPLES, SAMPLE_RATE_HZ)
TARGET_S = 4

# Exact segments longer than this, in targets, are too far from what was asked for.
_LONGEST_EXACT = Fraction(3, 2)

# A song alone is cut as the commonest video is (25 and 50 fps): every 3.84 s, whole milliseconds too.
_SONG_ALONE_RATE = Fraction(25)


@dataclass(frozen=True, slots=True)
class AudioClock:
    """When the frames of a codec (AAC) are heard: frame 0 from presentation time 0 on, or `early_samples` before it."""

    sample_rate_hz: int = SAMPLE_RATE_HZ
    frame_samples: int = AAC_FRAME_SAMPLES
    early_samples: int = 0

    def __post_init__(self) -> None:
        assert self.sample_rate_hz > 0
        assert 0 <= self.early_samples < self.frame_samples

    def time_of(self, frame: int) -> Fraction:
        """When this frame begins, in seconds of presentation time; what lies before 0 is not heard."""
        return Fraction(max(0, frame * self.frame_samples - self.early_samples), self.sample_rate_hz)

    def nearest_frame(self, time: Fraction) -> int:
        """The frame whose start lies nearest to this presentation time, in seconds."""
        return round_half_up((time * self.sample_rate_hz + self.early_samples) / self.frame_samples)


@dataclass(frozen=True, slots=True)
class AudioCuts:
    """The packet with which each segment of an audio rung begins; the last number is their count."""

    clock: AudioClock
    boundaries: tuple[int, ...]

    def __post_init__(self) -> None:
        assert self.boundaries[0] == 0
        assert all(a < b for a, b in pairwise(self.boundaries)), "an empty segment"

    @property
    def sample_count(self) -> int:
        """Samples in all, the priming not counted."""
        return self.boundaries[-1] * self.clock.frame_samples

    @property
    def times(self) -> tuple[Fraction, ...]:
        """When each segment begins and the last one ends, in seconds."""
        return tuple(map(self.clock.time_of, self.boundaries))

    @property
    def durations(self) -> tuple[Fraction, ...]:
        """Seconds of each segment."""
        return tuple(after - before for before, after in pairwise(self.times))

    def worst_error(self, times: Sequence[Fraction]) -> Fraction:
        """The largest distance of a cut from its time, in seconds. The end of the song is not a cut."""
        return max(abs(cut - time) for cut, time in zip(self.times[:-1], times[:-1], strict=True))


@dataclass(frozen=True, slots=True)
class SegmentGrid:
    """Where segments begin and end. Boundary i starts segment i; the last one ends the package.

    `video_boundaries` count frames (empty for a song alone), `audio_boundaries` AAC frames, both from presentation
    time 0. `explanation` says in one sentence why the grid is as it is. `clock` is that of the AAC frames.
    `other_audio` are the cuts of rungs whose packets are not those of AAC.
    """

    frame_rate: Fraction | None
    video_boundaries: tuple[int, ...]
    audio_boundaries: tuple[int, ...]
    explanation: str
    clock: AudioClock = AudioClock()
    other_audio: tuple[AudioCuts, ...] = ()

    def __post_init__(self) -> None:
        assert len(self.audio_boundaries) >= 2
        assert (self.frame_rate is None) == (not self.video_boundaries)
        assert not self.video_boundaries or len(self.video_boundaries) == len(self.audio_boundaries)
        for boundaries in filter(None, (self.video_boundaries, self.audio_boundaries)):
            assert boundaries[0] == 0
            assert all(a < b for a, b in pairwise(boundaries)), "an empty segment"

    @property
    def segment_count(self) -> int:
        """Segments in each rung."""
        return len(self.audio_boundaries) - 1

    @property
    def frame_count(self) -> int:
        """Frames in each video rung; 0 for a song alone."""
        return self.video_boundaries[-1] if self.video_boundaries else 0

    @property
    def audio_frame_count(self) -> int:
        """AAC frames in each audio rung, the priming not counted."""
        return self.audio_boundaries[-1]

    @property
    def duration(self) -> Fraction:
        """How long the package plays, in seconds: to the end of the video, or of the song that stands alone."""
        if self.frame_rate is not None:
            return self.frame_count / self.frame_rate
        return self.clock.time_of(self.audio_frame_count)

    @property
    def video_durations(self) -> tuple[Fraction, ...]:
        """Seconds of each video segment."""
        assert self.frame_rate is not None
        return tuple((b - a) / self.frame_rate for a, b in pairwise(self.video_boundaries))

    @property
    def cut_times(self) -> tuple[Fraction, ...]:
        """When each segment should begin and the last one end: the video's cuts, or AAC's where there is no video."""
        if self.frame_rate is None:
            return self.aac_cuts.times
        return tuple(frame / self.frame_rate for frame in self.video_boundaries)

    @property
    def aac_cuts(self) -> AudioCuts:
        """Where AAC rungs are cut."""
        return AudioCuts(self.clock, self.audio_boundaries)

    @property
    def target_duration_s(self) -> int:
        """EXT-X-TARGETDURATION for every playlist, audio and video alike (RFC8216bis 4.4.3.1 and 6.2.4)."""
        audio = tuple(duration for cuts in (self.aac_cuts, *self.other_audio) for duration in cuts.durations)
        durations = audio + (self.video_durations if self.frame_rate else ())
        return max(1, *(round_half_up(each) for each in durations))

    @property
    def worst_boundary_error(self) -> Fraction:
        """The largest distance in seconds of an audio cut from its video cut. The end of the song is not a cut."""
        return max(cuts.worst_error(self.cut_times) for cuts in (self.aac_cuts, *self.other_audio))


def plan_song_grid(sample_count: int, target_s: int = TARGET_S) -> SegmentGrid:
    """The grid of a song alone: segments of 180 AAC frames, 3.84 s, or near `target_s`. `sample_count` at 48 kHz."""
    audio_frames = ceil(Fraction(sample_count, AAC_FRAME_SAMPLES))
    step = AudioClock().nearest_frame(plan_segment(_SONG_ALONE_RATE, target_s).frames / _SONG_ALONE_RATE)
    why = f"no video: segments of {step} AAC frames, {float(step * _AAC_FRAME_S):.2f} s, need no compromise"
    return SegmentGrid(None, (), (*range(0, audio_frames, step), audio_frames), why)


@dataclass(frozen=True, slots=True)
class SegmentStep:
    """The usual segment: `frames`, and `unit_frames`, the least number by which a cut may move and stay as good."""

    frames: int
    unit_frames: int
    explanation: str


def plan_grid(frame_rate: Fraction, frame_count: int, sample_count: int, target_s: int = TARGET_S) -> SegmentGrid:
    """The grid of a song with video, its segments near `target_s`.

    `frame_count` frames are shown; `sample_count` samples at 48 kHz are the song with what precedes it, none of
    which is cut off: sound may outlast the last frame by less than one AAC frame and the rest of one video frame.
    """
    step = plan_segment(frame_rate, target_s)
    inner = list(range(0, frame_count, step.frames))
    if len(inner) > 1 and _tail_escapes_measurement(step.frames / frame_rate, (frame_count - inner[-1]) / frame_rate):
        inner[-1] -= step.unit_frames
    clock = AudioClock()
    audio_inner = [clock.nearest_frame(frame / frame_rate) for frame in inner]
    # A last segment of one short frame could leave the audio beside it without any.
    audio_end = max(
        clock.nearest_frame(frame_count / frame_rate),
        ceil(Fraction(sample_count, AAC_FRAME_SAMPLES)),
        audio_inner[-1] + 1,
    )
    return SegmentGrid(frame_rate, (*inner, frame_count), (*audio_inner, audio_end), step.explanation)


def plan_segment(frame_rate: Fraction, target_s: int = TARGET_S) -> SegmentStep:
    """The segment of about `target_s` for this frame rate."""
    common = _common_step(1 / frame_rate, _AAC_FRAME_S)
    # An even number of common steps: a segment can then be halved and stay exact.
    length = 2 * common * max(1, round_half_up(target_s / (2 * common)))
    if length <= target_s * _LONGEST_EXACT:
        frames = int(length * frame_rate)
        aac_frames = int(length / _AAC_FRAME_S)
        explanation = (
            f"exact: {frames} frames at {_rate(frame_rate)} fps are {aac_frames} AAC frames at 48 kHz, "
            f"{float(length):.4f} s, so every audio cut falls on its video cut"
        )
        return SegmentStep(frames, int(common * frame_rate), explanation)
    frames = max(2, round_half_up(target_s * frame_rate))
    explanation = (
        f"nearest: frames at {_rate(frame_rate)} fps and AAC frames at 48 kHz coincide only every "
        f"{float(common):.2f} s, so segments are {frames} frames and audio is cut at the AAC frame nearest to each"
    )
    return SegmentStep(frames, frames // 8, explanation)


def _tail_escapes_measurement(step: Fraction, tail: Fraction) -> bool:
    """Whether the last segment would be in no run of 0.5 to 1.5 target durations.

    Its bits would then count for the average bit rate and not for the peak (RFC 8216 section 4.1), and no BANDWIDTH
    were right for both. It happens to tails of 1.73 to 2 s after segments of 4.27 s. Sound may end an AAC frame
    later or earlier than the video.
    """
    target, slack = round_half_up(step), _AAC_FRAME_S
    return tail - slack < Fraction(target, 2) and step + tail + slack > Fraction(3 * target, 2)


def _common_step(one: Fraction, other: Fraction) -> Fraction:
    """The least time that is a whole number of both."""
    return Fraction(lcm(one.numerator, other.numerator), gcd(one.denominator, other.denominator))


def _rate(rate: Fraction) -> str:
    return f"{float(rate):.5g}"
