"""The music video: a list of shots, cut on the bars of the song, drawn frame by frame."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from samples.canvas import STAGE_HEIGHT, WIDTH, Picture, Plane, dim
from samples.scenes import Moment, Scene
from samples.scenes.city import City
from samples.scenes.horizon import Horizon
from samples.scenes.lake import Lake
from samples.scenes.valley import DAWN, DUSK, NIGHT, Valley
from samples.score import BEATS_PER_BAR, SAMPLE_RATE, TEMPO_BPM
from samples.spectrum import measure_bands

FPS = 25
SAMPLES_PER_FRAME = SAMPLE_RATE // FPS
BEATS_PER_FRAME = Fraction(TEMPO_BPM, 60 * FPS)

# Grain of 0 ... GRAIN_STEPS - 1 luma steps over all of the stage, new on every frame, as film has it: without it the
# picture is so clean that the lower rungs of a ladder cost next to nothing.
GRAIN_STEPS = 3
GRAIN_MARGIN = 256
# The scenes draw from generators with these numbers; the song has those below.
FIRST_SCENE_STREAM = 100
FADE_IN_FRAMES, FADE_OUT_FRAMES = 20, 30

SCENES: dict[str, Callable[[Generator], Scene]] = {
    "dawn": lambda rng: Valley(DAWN, rng),
    "dusk": lambda rng: Valley(DUSK, rng),
    "night": lambda rng: Valley(NIGHT, rng),
    "city": City,
    "horizon": Horizon,
    "lake": Lake,
}


@dataclass(frozen=True, slots=True)
class Shot:
    """One scene from one bar until the next shot."""

    first_bar: int
    scene: str
    pan_start: float
    pan_per_frame: float

    @property
    def first_frame(self) -> int:
        """The first frame at or after its bar begins."""
        return ceil(self.first_bar * BEATS_PER_BAR / BEATS_PER_FRAME)


SHOTS = (
    Shot(0, "dawn", 0, 1.25),
    Shot(4, "city", 0, 1.5),
    Shot(8, "dusk", 300, 3.25),
    Shot(10, "city", 1400, -2.5),
    Shot(12, "horizon", 0, 2),
    Shot(16, "dusk", 1500, 5.5),
    Shot(18, "horizon", 900, -3),
    Shot(20, "lake", 0, 0.75),
    Shot(24, "horizon", 400, 4),
    Shot(25, "city", 700, 4.5),
    Shot(26, "dawn", 1300, 6),
    Shot(27, "horizon", 1200, -4),
    Shot(28, "dusk", 800, 1),
)
# What the own edit shows before the song begins.
PROLOGUE = Shot(0, "night", 600, 1.5)


class Film:
    """The music video of one song. Any frame can be drawn, in any order: nothing is carried from frame to frame."""

    def __init__(self, pcm: NDArray[np.int16], seed: int) -> None:
        """Measure the song, `pcm` of shape (samples, 2) at 48 kHz, and build the scenes."""
        self._bands = measure_bands(pcm, SAMPLES_PER_FRAME)
        self._scenes = {
            name: build(np.random.default_rng([seed, FIRST_SCENE_STREAM + number]))
            for number, (name, build) in enumerate(SCENES.items())
        }
        self._grain = _make_grain(np.random.default_rng([seed, FIRST_SCENE_STREAM - 1]))

    @property
    def frame_count(self) -> int:
        """Frames of the whole song."""
        return len(self._bands)

    def draw(self, stage: Picture, frame: int) -> None:
        """Draw what is seen at a frame of the song, below the strip: luma of shape (STAGE_HEIGHT, WIDTH)."""
        assert 0 <= frame < self.frame_count, frame
        shot = find_shot(frame)
        self._draw_shot(stage, shot, frame - shot.first_frame, frame, self._bands[frame])
        dim(stage, min((frame + 1) / FADE_IN_FRAMES, (self.frame_count - frame) / FADE_OUT_FRAMES))

    def draw_prologue(self, stage: Picture, frame: int, frame_count: int) -> None:
        """Draw a frame of the `frame_count` before the song of the own edit: the valley at night, fireflies in it."""
        breeze = np.full_like(self._bands[0], 0.35 + 0.15 * np.sin(frame / 9))
        self._draw_shot(stage, PROLOGUE, frame, frame, breeze)
        dim(stage, min((frame + 1) / FADE_IN_FRAMES, (frame_count - frame) / FADE_OUT_FRAMES))

    def _draw_shot(self, stage: Picture, shot: Shot, age: int, frame: int, bands: NDArray[np.float32]) -> None:
        beat = float(frame * BEATS_PER_FRAME)
        pan = shot.pan_start + shot.pan_per_frame * age
        self._scenes[shot.scene].draw(stage, Moment(age, beat, pan, bands))
        down, across = frame * 37 % GRAIN_MARGIN, frame * 101 % GRAIN_MARGIN
        stage.y[:] += self._grain[down : down + STAGE_HEIGHT, across : across + WIDTH]


def find_shot(frame: int) -> Shot:
    """The shot that a frame of the song belongs to."""
    return next(shot for shot in reversed(SHOTS) if shot.first_frame <= frame)


def _make_grain(rng: Generator) -> Plane:
    """More grain than one frame needs, so that each frame takes its own part of it."""
    shape = (2, STAGE_HEIGHT + GRAIN_MARGIN, WIDTH + GRAIN_MARGIN)
    grain: Plane = rng.integers(0, GRAIN_STEPS // 2 + 1, shape, np.uint8).sum(axis=0, dtype=np.uint8)
    return grain
