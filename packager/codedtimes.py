"""Makes frame numbers of timestamps, and says where there is not one frame at each instant."""

from collections.abc import Sequence
from fractions import Fraction

from packager.errors import UnsupportedError
from packager.timing import match_frame_rate

_PACKAGE_INSTEAD = "leave the work to `midnote package`"


def find_frame_rate(pts: Sequence[int], tick: Fraction, said: Fraction | None) -> Fraction:
    """The constant frame rate of frames shown at these ticks: a standard one, or what the container says."""
    if len(pts) < 2:
        return said or Fraction(25)
    span = (max(pts) - min(pts)) * tick
    found = match_frame_rate(len(pts), span, tick, said) if span else None
    return found or said or (len(pts) - 1) / span


def number_frames(file: str, pts: Sequence[int], tick: Fraction, rate: Fraction) -> tuple[int, ...]:
    """The number of each frame by its time. Raises UnsupportedError at a time that has no frame, or two."""
    first = min(pts)
    per_tick = tick * rate
    up, down = 2 * per_tick.numerator, per_tick.denominator
    numbers = tuple([((at - first) * up + down) // (2 * down) for at in pts])
    if len(set(numbers)) == len(numbers) == max(numbers) + 1:
        return numbers
    odd = next(number for number, found in enumerate(sorted(numbers)) if found != number)
    raise UnsupportedError(
        f"{file}: at {float(odd / rate):.3f} s (frame {odd}) it has not one frame every 1/{float(rate):.5g} s"
        f": encode it again at a constant frame rate, or {_PACKAGE_INSTEAD}"
    )


def check_gaps(file: str, pts: Sequence[int], tick: Fraction, frame_s: Fraction, packet: str) -> None:
    """Raise UnsupportedError where a packet of sound is not after the one before, to half a packet.

    `packet` is what it is called.
    """
    per_frame = frame_s / tick
    first, up, down = pts[0], per_frame.numerator, per_frame.denominator
    for index, at in enumerate(pts):
        if 2 * abs((at - first) * down - index * up) > up:
            raise UnsupportedError(
                f"{file}: its sound has a hole or an overlap at {float(at * tick):.3f} s ({packet} {index}): encode "
                f"it again, or {_PACKAGE_INSTEAD}"
            )
