"""What a viewer saw against the package, frame by frame. Times are microseconds of the song."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from simulator.sync import ROUNDING_US, Interval


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded frame: when it is shown, for how long, and a mark that is the same for the same picture."""

    at_us: int
    duration_us: int
    mark: int

    @property
    def end_us(self) -> int:
        """When the next one is to be shown."""
        return self.at_us + self.duration_us


@dataclass(frozen=True, slots=True)
class FrameCount:
    """Frames by what became of them: `expected` by the package, of those lost; and doubled or wrong among the shown.

    `late`: their time passed while the picture stood still.
    """

    expected: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    late: int = 0

    def __add__(self, other: "FrameCount") -> "FrameCount":
        return FrameCount(
            self.expected + other.expected,
            self.lost + other.lost,
            self.doubled + other.doubled,
            self.wrong + other.wrong,
            self.late + other.late,
        )

    @property
    def is_exact(self) -> bool:
        """Whether what was shown is what the package holds."""
        return self.lost == self.doubled == self.wrong == 0


def compare_pictures(appended: Iterable[Picture], expected: Iterable[Picture], shown: Interval) -> FrameCount:
    """What became of the frames that the package has for `shown`.

    A frame is doubled when its time comes twice, or when it repeats the picture before it though the package does not;
    wrong when it shows anything else than the package's frame of that time, or when the package has none there.
    """
    own = sorted((p for p in appended if _is_within(p, shown)), key=lambda picture: picture.at_us)
    wanted = {p.at_us: p.mark for p in expected if _is_within(p, shown)}
    times = {picture.at_us for picture in own}
    repeats = [_repeats(before, after, wanted) for before, after in pairwise(own)]
    wrong = sum(
        wanted.get(picture.at_us) != picture.mark
        for picture, is_repeat in zip(own, (False, *repeats)[: len(own)], strict=True)
        if not is_repeat
    )
    return FrameCount(len(wanted), len(wanted.keys() - times), sum(repeats), wrong)


def _is_within(picture: Picture, shown: Interval) -> bool:
    """Whether it is on the screen within `shown` for longer than rounding."""
    return picture.end_us - ROUNDING_US > shown.start and picture.at_us + ROUNDING_US < shown.end


def _repeats(before: Picture, after: Picture, wanted: Mapping[int, int]) -> bool:
    if before.at_us == after.at_us:
        return True
    is_still = wanted.get(before.at_us) == wanted.get(after.at_us)
    return before.mark == after.mark and not is_still
