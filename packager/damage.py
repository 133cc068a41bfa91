"""How much of a source is damaged: what is told to the user, and when it is too much to be mended.

A player conceals a lost packet; so do we, and say where. But a song of which more than a tenth is gone is not the song:
it is refused, and nobody publishes it unknowingly.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import median_low

from packager.errors import InputError, UnsupportedError
from packager.sources import AudioTrack, VideoTrack

MOST_DAMAGED = Fraction(1, 10)

# A phone stretches its first packet by 17 ms: of a clip of 80 ms that is a fifth, and harms nobody.
_NEGLIGIBLE = Fraction(1, 4)

# A note names so many places; who needs all of them looks at the file.
_MOST_PLACES = 5
# Damaged frames closer than this are one place: a lost reference spoils what follows it.
_SAME_PLACE = Fraction(1, 2)

_LEAST_PAUSE = Fraction(1, 2)
# One picture for a whole long song is a lyric video; one for longer is a broken clock, and hours of the same frame.
_MOST_PAUSE = Fraction(1200)


def note_splices(name: str, track: AudioTrack) -> Iterator[str]:
    """What was done to the sound to keep its timing, in a line for each kind."""
    rate = track.sample_rate_hz
    damaged = [each for each in track.splices if each.sample_count > 0 and each.is_damage]
    missing = [each for each in track.splices if each.sample_count > 0 and not each.is_damage]
    repeated = [each for each in track.splices if each.sample_count < 0]
    for splices, what in (
        (damaged, "of its sound cannot be decoded {}; silence stands there"),
        (missing, "of its sound are missing {}; silence stands there"),
        (repeated, "of its sound overlap with what comes before {}; they are left out"),
    ):
        if splices:
            length = Fraction(sum(abs(each.sample_count) for each in splices), rate)
            places = [track.place_of(each) for each in splices]
            yield f"{name}: {_s(length)} " + what.format(_list_places(places))


def check_sound(name: str, track: AudioTrack, lost_at_end: Fraction) -> None:
    """Raise InputError where too much of the sound is silence of ours, or `lost_at_end` (seconds)."""
    silence = [each for each in track.splices if each.sample_count > 0]
    lost = Fraction(sum(each.sample_count for each in silence), track.sample_rate_hz) + lost_at_end
    share = lost / (track.duration + lost_at_end)
    if share > MOST_DAMAGED and lost > _NEGLIGIBLE:
        first = track.place_of(silence[0]) if silence else track.duration
        raise InputError(
            f"{name}: {_percent(share)} of its sound is missing or cannot be decoded, first at "
            f"{_s(first)}; "
            f"up to {_percent(MOST_DAMAGED)} would be made silent: export or download it again"
        )


def note_pauses(name: str, shown: Sequence[Fraction]) -> Iterator[str]:
    """Where the picture stands still for long, though it usually does not. `shown`: when frames are, ascending."""
    steps = [after - before for before, after in pairwise(shown)]
    if not steps:
        return
    least = max(_LEAST_PAUSE, 5 * median_low(steps))
    pauses = [(time, step) for time, step in zip(shown, steps, strict=False) if step > least]
    if pauses:
        longest = max(step for _, step in pauses)
        places = _list_places([time - shown[0] for time, _ in pauses])
        yield f"{name}: its video has no new frame for up to {_s(longest)} {places}; the frame before is held"


def check_pauses(name: str, shown: Sequence[Fraction]) -> None:
    """Raise UnsupportedError where the next frame comes so late that its timestamp must be wrong."""
    for before, after in pairwise(shown):
        if after - before > _MOST_PAUSE:
            raise UnsupportedError(
                f"{name}: its video jumps from {_s(before - shown[0])} to {_s(after - shown[0])}: "
                "join its parts in an editor and export it again"
            )


class PictureDamage:
    """Counts the damaged frames of a video while it is decoded. Told are times since its first frame, in seconds."""

    def __init__(self, name: str, track: VideoTrack) -> None:
        self._name = name
        self._track = track
        self._times: list[Fraction] = []

    @property
    def last(self) -> Fraction:
        """When the last damage was, in the file's own time."""
        return self._track.start + (self._times[-1] if self._times else 0)

    def add(self, time: Fraction) -> None:
        """One more frame is damaged, at this time of the file's own. Raises InputError when there are too many."""
        self._times.append(max(time - self._track.start, Fraction(0)))
        if len(self._times) > 1 and len(self._times) > self._track.frame_count * MOST_DAMAGED:
            raise InputError(
                f"{self._name}: more than {_percent(MOST_DAMAGED)} of its {self._track.frame_count} frames are "
                f"damaged, first at {_s(min(self._times))}: export or download it again"
            )

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be told to the user."""
        if not self._times:
            return ()
        times = sorted(self._times)
        places = [times[0], *(after for before, after in pairwise(times) if after - before > _SAME_PLACE)]
        frames = "1 frame" if len(times) == 1 else f"{len(times)} frames"
        what = f"{frames} of its video cannot be decoded, or not wholly, {_list_places(places)}"
        return (f"{self._name}: {what}; what can be seen is shown, else the frame before is held",)


def _list_places(times: Sequence[Fraction]) -> str:
    named = ", ".join(map(_s, times[:_MOST_PLACES]))
    more = len(times) - _MOST_PLACES
    return f"at {named}" + (f" and {more} more places" if more > 1 else " and 1 more place" if more == 1 else "")


def _s(time: Fraction) -> str:
    return f"{float(time):.2f} s"


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.0f} %"
