"""Water that mirrors the shore above it."""

from dataclasses import dataclass

import numpy as np

from samples.canvas import Picture


@dataclass(frozen=True, slots=True)
class Water:
    """How a stretch of water, from row `shore` of the stage down, gives back what stands above it."""

    shore: int
    squeeze: float
    """Rows of the shore per row of water."""
    ripple: tuple[float, float]
    """Height of the waves in rows, at the shore and at the viewer's feet."""
    shade: tuple[int, int]
    """Brightness at the same places, in parts of 256."""

    def reflect(self, stage: Picture, age: int) -> None:
        """Draw the water over the lower part of the stage, `age` frames into its movement."""
        depth = np.arange(stage.y.shape[0] - self.shore)
        near = depth / depth.size
        waves = np.interp(near, (0, 1), self.ripple) * np.sin(depth * (0.6 - 0.38 * near) - age * 0.2)
        swell = 4 * near * np.sin(depth * 0.13 + age * 0.11)
        rows = np.clip(self.shore - 2 - depth * self.squeeze - waves - swell, 0, self.shore - 1).astype(np.intp)
        shade = np.interp(near, (0, 1), self.shade).astype(np.uint16)[:, None]
        # 8 keeps black where it is: 16 * shade / 256 + 8 is about 16.
        np.copyto(stage.y[self.shore :], (stage.y[rows] * shade >> 8) + np.uint16(8), casting="unsafe")
        for plane in (stage.u, stage.v):
            plane[self.shore // 2 :] = plane[rows[::2] // 2]
