"""What a listener heard against uninterrupted play, sample by sample.

Positions are samples of the song: sample 0 stands at presentation time 0. A *block* is one decoded audio frame.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.float32]

# One step of 16-bit audio: what is quieter than this is no difference.
FLOOR = 2.0**-15
# A seam is judged by what lies within this time of it; ordinary coding noise by this much around it.
SEAM_S = 0.05
NOISE_S = 1.0


@dataclass(frozen=True, slots=True)
class Block:
    """A decoded audio frame at its place, with the rung it is meant to be from. `pcm`: (samples, channels)."""

    at: int
    pcm: Pcm
    rung: str

    @property
    def end(self) -> int:
        """The sample after the last one."""
        return self.at + len(self.pcm)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Samples from `start` on, up to but without `end`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


def find_missing(spans: Iterable[Stretch], heard: Stretch) -> tuple[Stretch, ...]:
    """The stretches of `heard` that no span covers, in order."""
    missing: list[Stretch] = []
    reached = heard.start
    for span in sorted(spans, key=lambda s: s.start):
        if span.start > reached:
            missing.append(Stretch(reached, min(span.start, heard.end)))
        reached = max(reached, span.end)
        if reached >= heard.end:
            break
    if reached < heard.end:
        missing.append(Stretch(reached, heard.end))
    return tuple(stretch for stretch in missing if len(stretch) > 0)


def find_repeated(spans: Iterable[Stretch], heard: Stretch) -> tuple[Stretch, ...]:
    """The stretches of `heard` that were appended again after they had been appended, in order; each time counts."""
    repeated: list[Stretch] = []
    reached = heard.start
    for span in sorted(spans, key=lambda s: s.start):
        overlap = Stretch(max(span.start, heard.start), min(span.end, reached, heard.end))
        if overlap.start < overlap.end:
            repeated.append(overlap)
        reached = max(reached, span.end)
    return tuple(repeated)


def find_wrong(blocks: Sequence[Block], references: Mapping[str, Pcm], heard: Stretch) -> tuple[Stretch, ...]:
    """The stretches of `heard`, whole blocks, whose samples are not those of uninterrupted play of their rung.

    `references` holds the uninterrupted play of each rung from sample 0 on. The decoder is deterministic, so a block
    is exactly the reference's, except the first one after a change of rung: its first half overlaps the old rung,
    and may differ by as much as the two rungs differ from each other.
    """
    wrong: list[Stretch] = []
    previous: Block | None = None
    for block in blocks:
        spliced_from = previous.rung if previous and previous.end == block.at and previous.rung != block.rung else None
        stretch = Stretch(max(block.at, heard.start), min(block.end, heard.end))
        if stretch.start < stretch.end and not _is_right(block, stretch, references, spliced_from):
            wrong.append(stretch)
        previous = block
    return _join_neighbours(wrong)


def _join_neighbours(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    joined: list[Stretch] = []
    for stretch in stretches:
        if joined and joined[-1].end == stretch.start:
            joined[-1] = Stretch(joined[-1].start, stretch.end)
        else:
            joined.append(stretch)
    return tuple(joined)


def _is_right(block: Block, stretch: Stretch, references: Mapping[str, Pcm], spliced_from: str | None) -> bool:
    own = references[block.rung]
    heard = block.pcm[stretch.start - block.at : stretch.end - block.at]
    difference = _peak_difference(heard, own[stretch.start : stretch.end])
    if spliced_from is None:
        return difference <= FLOOR
    around = slice(max(0, block.at - len(block.pcm)), block.end + len(block.pcm))
    return difference <= 2 * _peak_difference(own[around], references[spliced_from][around]) + FLOOR


def _peak_difference(one: Pcm, other: Pcm) -> float:
    """The largest difference over the samples that both have; a missing end counts with what the longer one holds."""
    shared = min(len(one), len(other))
    rest = one[shared:] if len(one) > shared else other[shared:]
    peak = float(np.max(np.abs(one[:shared] - other[:shared]), initial=0.0))
    return max(peak, float(np.max(np.abs(rest), initial=0.0)))


def measure_click(
    blocks: Sequence[Block], seam: int, best: Pcm, references: Mapping[str, Pcm], rate: int
) -> float | None:
    """How far a seam stands out from coding noise, in dB; None when the sound there is exactly uninterrupted play.

    The peak difference to `best` (uninterrupted play of the best rung) within 50 ms of the seam, relative to the peak
    difference that uninterrupted play of the rungs that meet there has within 1 s of it. Measured locally, because
    noise follows loudness: a click in a quiet bar must not hide behind the noise of a loud one.
    """
    near = Stretch(seam - int(SEAM_S * rate), seam + int(SEAM_S * rate))
    around = Stretch(max(0, seam - int(NOISE_S * rate)), seam + int(NOISE_S * rate))
    peak, change, rungs = 0.0, 0.0, set()
    for previous, block in pairwise((None, *blocks)):
        assert block is not None, "only the first has nothing before it"
        overlap = Stretch(max(block.at, near.start, 0), min(block.end, near.end, len(best)))
        if overlap.start < overlap.end:
            # A block overlaps the one before it, so the noise of that one's rung is in it as well.
            rungs |= {block.rung, previous.rung if previous else block.rung}
            heard = block.pcm[overlap.start - block.at : overlap.end - block.at]
            peak = max(peak, _peak_difference(heard, best[overlap.start : overlap.end]))
            change = max(change, _peak_difference(heard, references[block.rung][overlap.start : overlap.end]))
    if peak <= FLOOR or (len(rungs) == 1 and change <= FLOOR):
        return None
    area = slice(around.start, around.end)
    noise = max((_peak_difference(references[rung][area], best[area]) for rung in rungs), default=0.0)
    return 20 * math.log10(peak / max(noise, FLOOR))
