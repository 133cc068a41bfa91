"""What a source file holds, as far as packaging asks."""

from dataclasses import dataclass
from enum import Enum, unique
from fractions import Fraction

from packager.colour import Colour


@unique
class Turn(Enum):
    """What must be done to a coded picture before it is shown (`a, b, c, d` of the display matrix, 14496-12 8.5.2)."""

    NONE = (1, 0, 0, 1)
    CLOCKWISE = (0, 1, -1, 0)
    HALF = (-1, 0, 0, -1)
    COUNTER_CLOCKWISE = (0, -1, 1, 0)
    MIRROR = (-1, 0, 0, 1)
    FLIP = (1, 0, 0, -1)
    TRANSPOSE = (0, 1, 1, 0)
    ANTI_TRANSPOSE = (0, -1, -1, 0)

    @property
    def swaps_sides(self) -> bool:
        """Width becomes height."""
        return self in {Turn.CLOCKWISE, Turn.COUNTER_CLOCKWISE, Turn.TRANSPOSE, Turn.ANTI_TRANSPOSE}


@unique
class WideColour(Enum):
    """How a picture in the wide colours of BT.2020 codes light, as the transfer characteristics of ITU-T H.273.

    PQ and HLG are HDR (BT.2100). GAMMA is SDR, and stands for all curves that a display of BT.1886 shows.
    """

    PQ = 16
    HLG = 18
    GAMMA = 14


@dataclass(frozen=True, slots=True)
class Splice:
    """A place where decoded sound is mended, so that what follows is heard when the file says.

    Before decoded sample `at_sample`, `sample_count` samples of silence are put in; where it is negative, so many
    are left out from there on. `is_damage`: something stood there that could not be decoded.
    """

    at_sample: int
    sample_count: int
    is_damage: bool = False

    def __post_init__(self) -> None:
        assert self.at_sample >= 0
        assert self.sample_count


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """The sound of a file. `start` is the presentation time of the first sample in the file's own time, in seconds.

    `sample_count` counts what was decoded, at `sample_rate_hz`, with `splices` mended: headers are not believed.
    `bit_depth` is 16 or 24 (what has more is rounded to it), None of a lossy codec, which has none.
    """

    index: int
    codec: str
    sample_rate_hz: int
    channels: int
    language: str
    start: Fraction
    sample_count: int
    splices: tuple[Splice, ...] = ()
    bit_depth: int | None = None

    def __post_init__(self) -> None:
        assert self.sample_rate_hz > 0
        assert self.channels > 0
        assert self.sample_count > 0
        assert self.bit_depth in {None, 16, 24}

    @property
    def duration(self) -> Fraction:
        """Seconds of sound."""
        return Fraction(self.sample_count, self.sample_rate_hz)

    def place_of(self, splice: Splice) -> Fraction:
        """When the splice is heard, in seconds since the first sample."""
        before = sum(each.sample_count for each in self.splices if each.at_sample < splice.at_sample)
        return Fraction(splice.at_sample + before, self.sample_rate_hz)


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """The picture of a file; `start` (of the first frame shown) in the file's own time, in seconds.

    `width` and `height` are those of the picture as it is shown: turned, in square pixels. `duration` reaches to the
    end of the last frame, which is shown `last_frame` seconds after the first. `coded_bytes` is what all of them take
    in the file; 0 where nobody has counted. `colour` is that of the frames as they are read: wide
    colours come as SDR in BT.709.
    """

    index: int
    codec: str
    width: int
    height: int
    turn: Turn
    is_interlaced: bool
    colour: Colour
    frame_rate: Fraction
    frame_count: int
    start: Fraction
    duration: Fraction
    coded_bytes: int = 0
    last_frame: Fraction = Fraction(0)
    wide: WideColour | None = None

    def __post_init__(self) -> None:
        assert min(self.width, self.height, self.frame_count) > 0
        assert self.duration > 0
        assert self.frame_rate > 0


@dataclass(frozen=True, slots=True)
class Source:
    """One file. A track is None when the file has none, or when it is not used for the package."""

    name: str
    size_bytes: int
    sha256: str
    audio: AudioTrack | None
    video: VideoTrack | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamChoice:
    """Which streams of a file are wanted, each counted from 0 in its kind; None is the one that players take."""

    audio: int | None = None
    video: int | None = None


USUAL_STREAMS = StreamChoice()
