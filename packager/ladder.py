"""The ladder: which rungs a song and its video are encoded in. Never larger than the source."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

# Short side in pixels and the cap on the bit rate. Between Apple's HLS authoring specification (table of 1.29, made
# for film) and what music videos at CRF 23 need; the cap is reached in busy scenes only.
STEPS = ((1080, 5_000_000), (720, 2_800_000), (480, 1_300_000), (360, 700_000), (240, 300_000), (144, 130_000))
HIGH_VIDEO_RUNGS = 4
# Below them stands the rung that a switch to video joins on: on a 3G-like link of 1.6 Mbit/s a 240p segment came 1.1 s
# after the tap, a 144p one in half of that (`midnote play --shape 3g`); the next segment is of a better rung again.
JOIN_RUNG = STEPS[-1]

# A rung much closer than this to the one above costs an encode and buys the viewer nothing.
_LEAST_SPACING = Fraction(85, 100)

# AAC-LC, always two channels: Apple's specification demands a stereo rendition (2.3), and a mono song carried in two
# equal channels costs the encoder next to nothing (its side signal is silent). 96 sounds fair on a phone in a train,
# 256 is what shops sell.
AUDIO_BITRATES_BPS = (96_000, 160_000, 256_000)
AUDIO_CHANNELS = 2


@dataclass(frozen=True, slots=True)
class VideoRung:
    """One size of the picture, in square pixels, and the bit rate it may not exceed."""

    width: int
    height: int
    cap_bps: int

    def __post_init__(self) -> None:
        assert self.width % 2 == 0, "4:2:0 halves the chroma"
        assert self.height % 2 == 0, "4:2:0 halves the chroma"
        assert min(self.width, self.height, self.cap_bps) > 0

    @property
    def name(self) -> str:
        """As people call it: "720p"; by its height, as RESOLUTION gives it."""
        return f"{self.height}p"


@dataclass(frozen=True, slots=True)
class AudioRung:
    """One bit rate of the song."""

    bitrate_bps: int

    def __post_init__(self) -> None:
        assert self.bitrate_bps > 0

    @property
    def name(self) -> str:
        """Also the GROUP-ID in the playlists: "aac-160"."""
        return f"aac-{self.bitrate_bps // 1000}"


def plan_audio_ladder() -> tuple[AudioRung, ...]:
    """The audio rungs, lowest first."""
    return tuple(map(AudioRung, AUDIO_BITRATES_BPS))


def plan_video_ladder(width: int, height: int) -> tuple[VideoRung, ...]:
    """The video rungs for a source of this size in square pixels, highest first: at most four, and the join rung.

    Steps are taken by the short side, so that an upright video gets rungs of the same quality. A source between two
    steps keeps its own size as the top rung, and the next is a step clearly below it.
    """
    short = min(width, height)
    top = min(_even_below(short), STEPS[0][0])
    sides = [(top, _cap(top))]
    for side, cap in STEPS:
        if side <= sides[-1][0] * _LEAST_SPACING and (len(sides) < HIGH_VIDEO_RUNGS or (side, cap) == JOIN_RUNG):
            sides.append((side, cap))
    return tuple(_scale(width, height, side, cap) for side, cap in sides)


def pair_with_audio(rungs: int, audio_rungs: int) -> tuple[int, ...]:
    """For each of `rungs` video rungs, highest first, the index of the audio rung (lowest first) beside it.

    The best picture has the best sound, the smallest the cheapest, those between are spread evenly.
    """
    if rungs == 1:
        return (audio_rungs // 2,)
    return tuple((rungs - 1 - index) * (audio_rungs - 1) // (rungs - 1) for index in range(rungs))


def _scale(width: int, height: int, side: int, cap: int) -> VideoRung:
    short = min(width, height)
    if side == _even_below(short):
        return VideoRung(_even_below(width), _even_below(height), cap)
    return VideoRung(_even(Fraction(width * side, short)), _even(Fraction(height * side, short)), cap)


def _cap(short: int) -> int:
    """The cap for a short side between steps: bit rate goes with the area of the picture."""
    for (above, cap_above), (below, cap_below) in pairwise(STEPS):
        if short >= below:
            share = Fraction(short**2 - below**2, above**2 - below**2)
            return int(cap_below + share * (cap_above - cap_below))
    side, cap = STEPS[-1]
    return max(int(cap * Fraction(short, side) ** 2), 20_000)


def _even(size: Fraction) -> int:
    return max(2, round(size / 2) * 2)


def _even_below(size: int) -> int:
    """An odd source loses a row or a column; rounding up would enlarge it."""
    return max(2, size // 2 * 2)
