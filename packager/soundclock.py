"""Finds where decoded sound does not stand where its timestamps say, and what must be put in or left out there.

Timestamps of real files wander: Vorbis ones are off by 10 ms for a frame (of 29,457 in one song: 1,592), WebM rounds to
1 ms, a remuxed AAC track was up to 21 ms off for three frames, and all came back. Elsewhere the shift stays: a phone
stretches the first packet by 17 ms, a TS of 2.5 s has a hole of 83 ms, a lost packet leaves 23 ms. Following the first
kind would click; ignoring the second puts the sound out of sync for the rest of the song. So a step counts when the
frames of the half second after it agree with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median_low

from packager.sources import Splice
from packager.timing import round_half_up

# Below it, no step: WebM's rounding of two neighbours. Apart by it, sound and picture are still in sync for everyone.
_LEAST_STEP = Fraction(5, 1000)
# How much that follows must agree with a step. The longest wandering seen lasted 70 ms.
_LOOK_AHEAD = Fraction(1, 2)
# A shift that grows slowly (a recorder whose clock is not the sound card's) is followed in steps of this size.
_MOST_DRIFT = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class HeardFrame:
    """One decoded frame: when it begins (seconds; None where the file does not say) and how many samples it has.

    `follows_fault`: what stands before it in the file could not be decoded.
    """

    begins: Fraction | None
    sample_count: int
    follows_fault: bool = False


def find_splices(frames: Sequence[HeardFrame], sample_rate_hz: int) -> tuple[Splice, ...]:
    """What is to be mended so that every frame is heard when its file says, in order of time."""
    offsets = tuple(_offsets(frames, sample_rate_hz))
    if _stands_still(frames, offsets):
        return ()
    return tuple(_splices(frames, offsets, sample_rate_hz))


def _splices(frames: Sequence[HeardFrame], offsets: Sequence[int], sample_rate_hz: int) -> Iterator[Splice]:
    least_step = round_half_up(_LEAST_STEP * sample_rate_hz)
    most_drift = round_half_up(_MOST_DRIFT * sample_rate_hz)
    shift = heard = 0
    for index, (frame, offset) in enumerate(zip(frames, offsets, strict=True)):
        is_step = index > 0 and abs(offset - offsets[index - 1]) >= least_step
        if (is_step and abs(offset - shift) >= least_step) or abs(offset - shift) > most_drift:
            lasting = _lasting_offset(frames, offsets, index, sample_rate_hz) - shift
            if abs(lasting) >= least_step:
                yield Splice(heard, lasting, frame.follows_fault)
                shift += lasting
        heard += frame.sample_count


def _offsets(frames: Sequence[HeardFrame], sample_rate_hz: int) -> Iterator[int]:
    """By how many samples each frame begins later than the frames before it add up to."""
    origin = next((frame.begins for frame in frames if frame.begins is not None), Fraction(0))
    heard = offset = 0
    for frame in frames:
        if frame.begins is not None:
            offset = round_half_up((frame.begins - origin) * sample_rate_hz) - heard
        yield offset
        heard += frame.sample_count


def _lasting_offset(frames: Sequence[HeardFrame], offsets: Sequence[int], index: int, sample_rate_hz: int) -> int:
    """The usual offset of what follows, from frame `index` on."""
    end, samples = index, 0
    while end < len(frames) and samples < _LOOK_AHEAD * sample_rate_hz:
        samples += frames[end].sample_count
        end += 1
    return median_low(offsets[index:end])


def _stands_still(frames: Sequence[HeardFrame], offsets: Sequence[int]) -> bool:
    """Whether the timestamps hardly advance: an AVI with a broken header gives every packet of a second the same."""
    heard = sum(frame.sample_count for frame in frames)
    return bool(frames) and -offsets[-1] > heard // 2
