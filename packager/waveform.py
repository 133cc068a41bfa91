"""The outline of a song: the lowest and highest sample of each short stretch, for the scrubber of a player.

As JSON it is version 2 of the format of BBC's audiowaveform (doc/DataFormat.md there), which peaks.js and wavesurfer
read; as SVG it is one shape that takes the colour and the size of where it stands.
"""

import json
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# 21 ms at 48 kHz: ten times finer than a scrubber of 1,000 pixels shows of a song of four minutes, and 60 kB of JSON.
SAMPLES_PER_PIXEL = 1024
_BITS = 8
_FULL_SCALE = 1 << (_BITS - 1)

# As many columns as a scrubber on a phone has pixels; 6 kB.
SVG_COLUMNS = 600
SVG_HEIGHT = 256


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """Lowest and highest sample of each stretch of `SAMPLES_PER_PIXEL`, from -128 to 127: int8, shape (n, 2)."""

    sample_rate_hz: int
    pairs: NDArray[np.int8]

    def __post_init__(self) -> None:
        assert self.pairs.shape[1:] == (2,)
        assert len(self.pairs)


class WaveformMeter:
    """Takes the PCM of a song block by block: float32, shape (n, channels). The channels are averaged."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._sample_rate_hz = sample_rate_hz
        self._rest = np.zeros(0, np.float32)
        self._pairs: list[NDArray[np.int8]] = []

    def add(self, pcm: NDArray[np.float32]) -> None:
        """Take a block."""
        joined = np.concatenate((self._rest, pcm.mean(axis=1, dtype=np.float32)))
        whole = len(joined) - len(joined) % SAMPLES_PER_PIXEL
        self._pairs.append(_outline(joined[:whole].reshape(-1, SAMPLES_PER_PIXEL)))
        self._rest = joined[whole:]

    def finish(self) -> Waveform:
        """The outline of all blocks; a last short stretch counts."""
        last = [_outline(self._rest.reshape(1, -1))] if len(self._rest) else []
        return Waveform(self._sample_rate_hz, np.concatenate([*self._pairs, *last]))


def print_waveform_json(waveform: Waveform) -> str:
    """Audiowaveform's JSON, version 2."""
    return json.dumps(
        {
            "version": 2,
            "channels": 1,
            "sample_rate": waveform.sample_rate_hz,
            "samples_per_pixel": SAMPLES_PER_PIXEL,
            "bits": _BITS,
            "length": len(waveform.pairs),
            "data": waveform.pairs.ravel().tolist(),
        },
        separators=(",", ":"),
    )


def print_waveform_svg(waveform: Waveform) -> str:
    """One filled shape in the current colour. It fills the height at its loudest, and stretches to any box."""
    columns = min(SVG_COLUMNS, len(waveform.pairs))
    cuts = [column * len(waveform.pairs) // columns for column in range(columns + 1)]
    stretches = [waveform.pairs[start:end].astype(int) for start, end in pairwise(cuts)]
    loudest = max(1, *(int(np.abs(stretch).max()) for stretch in stretches))
    tops = [_height(int(stretch[:, 1].max()), loudest) - 1 for stretch in stretches]
    bottoms = [_height(int(stretch[:, 0].min()), loudest) + 1 for stretch in stretches]
    there = "".join(f"V{top}h1" for top in tops)
    back = "".join(f"V{bottom}h-1" for bottom in reversed(bottoms))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -1 {columns} {SVG_HEIGHT + 2}" '
        f'preserveAspectRatio="none"><path fill="currentColor" d="M0 {SVG_HEIGHT // 2}{there}{back}z"/></svg>\n'
    )


def _outline(stretches: NDArray[np.float32]) -> NDArray[np.int8]:
    """The pairs of these stretches: shape (n, samples) becomes (n, 2). Rounded down, as audiowaveform does."""
    pairs = np.stack((stretches.min(axis=1), stretches.max(axis=1)), axis=1)
    outline: NDArray[np.int8] = np.clip(np.floor(pairs * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int8)
    return outline


def _height(level: int, loudest: int) -> int:
    """How far from the top a level is drawn."""
    half = SVG_HEIGHT // 2
    return half - round(half * level / loudest)
