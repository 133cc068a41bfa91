"""Brings pictures in wide colours to BT.709, as a table of colours.

SDR (ITU-R BT.2020) goes by BT.2087 in the light of the display, so that what BT.709 has as well looks the same; what
it has not is cut off. HDR (BT.2100, HLG or PQ) goes by BT.2446-1 method C before that, which keeps what is darker than
70 cd/m2 as it is, but for a constant, and folds the rest logarithmically. It gives a display of 100 cd/m2 up to 118 for
highlights of 1000, in codes above white that browsers cut off; here these 118 are white. HDR reference white, 203
cd/m2 (BT.2408: 75 % of HLG, 58 % of PQ), then becomes 89 % of the SDR signal.
"""

import numpy as np
from numpy.typing import NDArray

from packager.sources import WideColour

Colours = NDArray[np.float64]


# Of random colours in `lut3d` (tetrahedral) 99 % come within 3.6 of 255 steps of the formula, at 33 a side within 10;
# the rest are at the edges of BT.709, where a channel is cut off.
CUBE_SIDE = 65

# BT.2100: PQ (table 4), HLG (table 5) with the system gamma of a display of 1000 cd/m2.
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_HLG_A, _HLG_B, _HLG_C = 0.17883277, 0.28466892, 0.55991073
_PEAK_CD_M2, _SYSTEM_GAMMA = 1000.0, 1.2
_LUMINANCE_2020 = np.array([0.2627, 0.6780, 0.0593])

# BT.2446-1 section 6: the curve, and the crosstalk under which luminance is taken.
_K1, _K2, _K3, _K4 = 0.83802, 15.09968, 0.74204, 78.99439
_KNEE_SDR_CD_M2 = 58.5
_CROSSTALK = 0.15

# BT.2087: linear light, from the primaries of BT.2020 to those of BT.709.
_TO_709 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])
_SDR_GAMMA = 2.4  # BT.1886


def to_sdr(signal: Colours, wide: WideColour) -> Colours:
    """R'G'B' of BT.709 for R'G'B' of BT.2020 or BT.2100: both float64, shape (..., 3), in [0, 1]."""
    light = signal**_SDR_GAMMA if wide is WideColour.GAMMA else _fold(signal, wide)
    return np.asarray(np.clip(light @ _TO_709.T, 0, 1) ** (1 / _SDR_GAMMA))


def _fold(signal: Colours, wide: WideColour) -> Colours:
    """The light of HDR on an SDR display, 1 where method C is brightest."""
    light = _pq_to_light(signal) if wide is WideColour.PQ else _hlg_to_light(signal)
    spread = (1 - 3 * _CROSSTALK) * light + _CROSSTALK * light.sum(axis=-1, keepdims=True)
    luminance = (spread @ _LUMINANCE_2020)[..., None]
    # Crosstalk is undone after the mapping, which is one factor for all three: it remains only in the luminance.
    factor = map_luminance(luminance) / np.maximum(luminance, 1e-6)
    return np.asarray(light * factor / map_luminance(np.array(_PEAK_CD_M2)))


def map_luminance(hdr_cd_m2: Colours) -> Colours:
    """The luminance on an SDR display of 100 cd/m2, highlights above it."""
    knee = _KNEE_SDR_CD_M2 / _K1
    bright = np.maximum(hdr_cd_m2 / knee, 1)
    return np.where(hdr_cd_m2 < knee, _K1 * hdr_cd_m2, _K2 * np.log(bright - _K3) + _K4)


def print_cube(wide: WideColour) -> str:
    """The mapping as a table in the .cube format: red runs fastest."""
    axis = np.linspace(0, 1, CUBE_SIDE)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    rows = to_sdr(np.stack([red, green, blue], axis=-1), wide).reshape(-1, 3)
    lines = "\n".join(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in rows.tolist())
    return f"LUT_3D_SIZE {CUBE_SIDE}\n{lines}\n"


def _pq_to_light(signal: Colours) -> Colours:
    """Display light in cd/m2."""
    power = signal ** (1 / _M2)
    return np.asarray(10_000 * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1))


def _hlg_to_light(signal: Colours) -> Colours:
    """Light of a display of 1000 cd/m2: the scene's, by the system gamma."""
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - _HLG_C) / _HLG_A) + _HLG_B) / 12)
    luminance = (scene @ _LUMINANCE_2020)[..., None]
    return np.asarray(_PEAK_CD_M2 * np.maximum(luminance, 1e-12) ** (_SYSTEM_GAMMA - 1) * scene)
