"""The places that the music video is filmed in. Each is prepared once and then drawn frame by frame."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from samples.canvas import Picture


@dataclass(frozen=True, slots=True)
class Moment:
    """What a scene needs to know about one frame."""

    age: int
    """Frames since the shot began."""
    beat: float
    """Beats since the song began."""
    pan: float
    """How far the camera has moved to the right, in pixels of the nearest layer."""
    bands: NDArray[np.float32]
    """Loudness by band, lowest first, each in [0, 1]."""

    @property
    def bass(self) -> float:
        """How strongly the kick and the bass sound, 0 to 1."""
        return float(self.bands[:5].mean())

    @property
    def treble(self) -> float:
        """How strongly hats and cymbals sound, 0 to 1."""
        return float(self.bands[-6:].mean())


class Scene(Protocol):
    """A place that can be filmed."""

    def draw(self, stage: Picture, moment: Moment) -> None:
        """Fill the whole stage with this place at this moment."""
