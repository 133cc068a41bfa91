"""Seams as geometry: the sound around each, as it was heard and as it should be, and what lies between the two."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.figures import format_seam, format_song_time
from simulator.outline import COLUMNS, Outline
from simulator.verdict import Seam

WIDTH_PX = 320
WAVE_PX = 84  # height of the waves
DIFFERENCE_PX = 34  # height of the difference below them
HEIGHT_PX = WAVE_PX + DIFFERENCE_PX + 6
# Ordinary coding noise lies 30 to 50 dB below the sound: without this much more height nobody would see it.
DIFFERENCE_GAIN = 10

# A long session changes rungs often: the loudest seams are drawn, in the order of the song.
MOST_DRAWN = 36

Bounds = Sequence[tuple[float, float] | None]


@dataclass(frozen=True, slots=True)
class Waveform:
    """One seam, drawn: areas as SVG paths, the seam itself in the middle."""

    title: str
    kind: str
    said: str
    is_exact: bool
    heard: str
    expected: str
    difference: str
    width_px: int = WIDTH_PX
    height_px: int = HEIGHT_PX


def draw_seams(seams: Sequence[Seam]) -> tuple[Waveform, ...]:
    """The seams that have an outline, at most `MOST_DRAWN` of them."""
    outlined = [seam for seam in seams if seam.outline is not None]
    loudest = sorted(outlined, key=lambda seam: -200.0 if seam.click_db is None else seam.click_db)[-MOST_DRAWN:]
    return tuple(_draw(seam, seam.outline) for seam in outlined if seam in loudest and seam.outline is not None)


def _draw(seam: Seam, outline: Outline) -> Waveform:
    peak = max((abs(value) for bounds in (*outline.heard, *outline.expected) if bounds for value in bounds), default=0)
    gain = 1 / peak if peak > 0 else 1.0
    return Waveform(
        title=format_song_time(round(seam.at_s * 1_000_000)),
        kind=seam.kind,
        said=format_seam(seam.click_db),
        is_exact=seam.click_db is None,
        heard=_draw_area(outline.heard, gain),
        expected=_draw_area(outline.expected, gain),
        difference=_draw_difference(outline.difference, gain * DIFFERENCE_GAIN),
    )


def _draw_area(bounds: Bounds, gain: float) -> str:
    """A bar for each column, from its lowest to its highest sample; none where nothing was heard."""
    step = WIDTH_PX / COLUMNS
    middle = WAVE_PX / 2
    path = ""
    for number, bound in enumerate(bounds):
        if bound is not None:
            top, bottom = middle * (1 - bound[1] * gain), middle * (1 - bound[0] * gain)
            path += f"M{number * step:g},{top:.1f}h{step:g}V{max(bottom, top + 0.6):.1f}h{-step:g}z"
    return path


def _draw_difference(difference: Sequence[float], gain: float) -> str:
    step = WIDTH_PX / COLUMNS
    path = f"M0,{HEIGHT_PX}"
    for number, value in enumerate(difference):
        path += f"V{HEIGHT_PX - DIFFERENCE_PX * min(1.0, value * gain):.1f}H{(number + 1) * step:g}"
    return f"{path}V{HEIGHT_PX}z"
