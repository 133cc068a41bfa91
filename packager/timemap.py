"""The time map: which instant of the video is which instant of the song."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch in which both run alike: song `song_start` + t is video `video_start` + t * `rate`, 0 <= t < `length`.

    All in seconds of the package's own presentation time.
    """

    song_start: Fraction
    video_start: Fraction
    length: Fraction
    rate: Fraction = Fraction(1)
    confidence: float = 1.0

    def __post_init__(self) -> None:
        assert self.length > 0
        assert self.rate > 0
        assert 0 <= self.confidence <= 1


@dataclass(frozen=True, slots=True)
class TimeMap:
    """Pieces in song order that do not overlap. None: nothing in common."""

    pieces: tuple[Piece, ...]

    def __post_init__(self) -> None:
        ends = [piece.song_start + piece.length for piece in self.pieces]
        starts = [piece.song_start for piece in self.pieces]
        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False)), "pieces overlap"

    def video_at(self, song_time: Fraction) -> Fraction | None:
        """The video instant beside this instant of the song; None where the video has no such place."""
        for piece in self.pieces:
            passed = song_time - piece.song_start
            if 0 <= passed < piece.length:
                return piece.video_start + passed * piece.rate
        return None


def identity_map(length: Fraction) -> TimeMap:
    """The map of the same edit: every instant is itself."""
    return TimeMap((Piece(Fraction(0), Fraction(0), length),))
