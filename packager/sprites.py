"""Lays thumbnails out on sprite sheets, and prints the WebVTT track that tells a player where each one is.

A cue of the track names the part of a sheet that shows its time, as a media fragment (W3C Media Fragments 1.0, 4.2.2):
`00000.jpg#xywh=256,144,256,144`. Web players read this; HLS itself has no tag for it.
"""

from dataclasses import dataclass
from fractions import Fraction

COLUMNS = 5
ROWS = 5
# One in about 2 s, as much as a scrubber of some hundred pixels can tell apart in a song of four minutes.
_SECONDS_APART = 2
# What web players show above a scrubber. With 640x360 each, 60 s of a 1080p ladder took 503 MB at its peak, not 464.
_MOST_SHORT_SIDE = 144


@dataclass(frozen=True, slots=True)
class SpritePlan:
    """Which frames of a video become thumbnails, all of one size in pixels, and where each one goes."""

    frame_rate: Fraction
    frame_count: int
    width: int
    height: int

    def __post_init__(self) -> None:
        assert self.frame_rate > 0
        assert self.frame_count > 0
        assert self.width > 0
        assert self.height > 0

    @property
    def frames_apart(self) -> int:
        """A thumbnail is every such frame, from frame 0 on."""
        return max(1, round(_SECONDS_APART * self.frame_rate))

    @property
    def count(self) -> int:
        """How many thumbnails there are."""
        return -(-self.frame_count // self.frames_apart)

    def is_wanted(self, frame: int) -> bool:
        """Whether this frame becomes a thumbnail."""
        return frame % self.frames_apart == 0

    def count_rows(self, sheet: int) -> int:
        """The rows of a sheet; the last sheet has no more than it needs."""
        return min(ROWS, -(-(self.count - sheet * COLUMNS * ROWS) // COLUMNS))

    def place(self, thumbnail: int) -> "SpritePlace":
        """Where a thumbnail goes: row by row, sheet by sheet."""
        sheet, cell = divmod(thumbnail, COLUMNS * ROWS)
        row, column = divmod(cell, COLUMNS)
        return SpritePlace(sheet, column * self.width, row * self.height)


@dataclass(frozen=True, slots=True)
class SpritePlace:
    """The upper left corner of a thumbnail in pixels, and the number of its sheet."""

    sheet: int
    x: int
    y: int

    @property
    def file(self) -> str:
        """The name of its sheet."""
        return f"{self.sheet:05d}.jpg"


def fit_thumbnail(width: int, height: int) -> tuple[int, int]:
    """The size of the thumbnails of pictures of this size."""
    short = min(width, height)
    if short <= _MOST_SHORT_SIDE:
        return width, height
    return round(width * _MOST_SHORT_SIDE / short), round(height * _MOST_SHORT_SIDE / short)


def print_thumbnail_track(plan: SpritePlan) -> str:
    """A WebVTT file with a cue for each thumbnail, from its frame to that of the next or the end of the video."""
    cues = []
    for thumbnail in range(plan.count):
        first = thumbnail * plan.frames_apart
        start, end = (frame / plan.frame_rate for frame in (first, min(first + plan.frames_apart, plan.frame_count)))
        place = plan.place(thumbnail)
        cues.append(
            f"{_clock(start)} --> {_clock(end)}\n{place.file}#xywh={place.x},{place.y},{plan.width},{plan.height}\n"
        )
    return "\n".join(("WEBVTT\n", *cues))


def _clock(time: Fraction) -> str:
    """WebVTT's hh:mm:ss.ttt, to the nearest millisecond."""
    seconds, millis = divmod(round(time * 1000), 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}"
