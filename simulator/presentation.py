"""What can be played: rungs and segments as the playlists declare them.

Times are integer microseconds: EXTINF carries at most six decimals in the packages we read, so nothing is lost.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from itertools import accumulate

from simulator.errors import BrokenPackageError


class Medium(Enum):
    """The two sides of a song."""

    AUDIO = "audio"
    VIDEO = "video"

    # Enum's own hashes the name, in Python, at each look into a table; members are single objects, so are their hashes.
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Part of a resource: `length` bytes from `offset` on (EXT-X-BYTERANGE)."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Resource:
    """Something to fetch: an absolute URI, or one relative to the package folder; `is_encrypted` with AES-128."""

    uri: str
    byte_range: ByteRange | None = None
    is_encrypted: bool = False


@dataclass(frozen=True, slots=True)
class Encryption:
    """AES-128 over a whole segment: where its key is, and the IV as 32 hexadecimal digits."""

    key: Resource
    iv: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A media segment and the stretch of presentation time that it covers; `encryption` None: it is clear."""

    resource: Resource
    start_us: int
    duration_us: int
    encryption: Encryption | None = None

    @property
    def end_us(self) -> int:
        """Where the next segment starts."""
        return self.start_us + self.duration_us


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """The segments of one rung, first to last, without holes."""

    uri: str
    init: Resource | None
    segments: tuple[Segment, ...]
    _ends: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.segments:
            raise BrokenPackageError(f"{self.uri}: the playlist has no segments; package the song again")
        ends = tuple(accumulate(segment.duration_us for segment in self.segments))
        object.__setattr__(self, "_ends", ends)

    @property
    def duration_us(self) -> int:
        """Length of the presentation as declared by EXTINF."""
        return self._ends[-1]

    def find_segment_at(self, at_us: int) -> int:
        """Index of the segment that holds `at_us`; one past the last at or after the end."""
        return bisect_right(self._ends, at_us)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the encoding ladder, as the multivariant playlist declares it.

    `bandwidth_bps` is the peak and `average_bps` the mean of this rung alone, without the other medium. Sizes are in
    pixels, `frame_rate` in frames a second; 0 is what was not declared.
    """

    name: str
    medium: Medium
    uri: str
    bandwidth_bps: int
    average_bps: int
    codecs: str = ""
    width: int = 0
    height: int = 0
    frame_rate: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.bandwidth_bps <= 0 or self.average_bps <= 0:
            raise BrokenPackageError(
                f"{self.uri}: declared at {self.bandwidth_bps} bit/s (average {self.average_bps}); it must be positive"
            )


@dataclass(frozen=True, slots=True)
class Presentation:
    """A multivariant playlist: the rungs of each medium, cheapest first."""

    uri: str
    audio: tuple[Rung, ...]
    video: tuple[Rung, ...]

    def __post_init__(self) -> None:
        for rungs in (self.audio, self.video):
            rates = [rung.average_bps for rung in rungs]
            assert rates == sorted(rates), "rungs stand cheapest first"
