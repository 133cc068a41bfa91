"""Wide colours to BT.709: the formula by hand, and whole pictures through the very filters that packaging uses."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from packager.colour import Colour
from packager.decode import read_pictures
from packager.probe import probe_source
from packager.scaling import Scaler
from packager.sources import WideColour
from packager.widecolour import map_luminance, to_sdr

BT_2020 = 9


def grey(signal: float, transfer: WideColour) -> float:
    return float(to_sdr(np.full(3, signal), transfer)[1])


def test_dark_is_kept_and_highlights_are_folded() -> None:
    # 0.83802 * 26; above 69.8 the logarithm: 15.09968 * ln(203 / 69.807 - 0.74204) + 78.99439.
    assert float(map_luminance(np.array(26.0))) == pytest.approx(21.79, abs=0.01)
    assert float(map_luminance(np.array(203.0))) == pytest.approx(90.67, abs=0.01)
    assert float(map_luminance(np.array(1000.0))) == pytest.approx(118.38, abs=0.01)


@pytest.mark.parametrize(("transfer", "signal"), [(WideColour.HLG, 0.75), (WideColour.PQ, 0.58)])
def test_reference_white_becomes_89_percent(transfer: WideColour, signal: float) -> None:
    # BT.2408: 203 cd/m2. (90.67 / 118.38) ** (1 / 2.4) = 0.895.
    assert grey(signal, transfer) == pytest.approx(0.895, abs=0.002)


@pytest.mark.parametrize(("transfer", "signal"), [(WideColour.HLG, 0.38), (WideColour.PQ, 0.38)])
def test_18_percent_grey_is_a_middle_grey(transfer: WideColour, signal: float) -> None:
    # BT.2408: 26 cd/m2. (21.79 / 118.38) ** (1 / 2.4) = 0.494.
    assert grey(signal, transfer) == pytest.approx(0.494, abs=0.003)


def test_sdr_greys_stay_as_they_are_and_colours_keep_their_light() -> None:
    ramp = np.linspace(0, 1, 11)[:, None].repeat(3, axis=1)
    assert to_sdr(ramp, WideColour.GAMMA) == pytest.approx(ramp, abs=0.002)
    # BT.2087: 0.5 ** 2.4 = 0.1895, 0.6 ** 2.4 = 0.2935; green 1.1329 * 0.2935 - (0.1246 + 0.0083) * 0.1895 = 0.3073;
    # red and blue 0.5876 and 0.1006 of the green's surplus of 0.1040 less: 0.1284 and 0.1790.
    mapped = to_sdr(np.array([0.5, 0.6, 0.5]), WideColour.GAMMA) ** 2.4
    assert mapped == pytest.approx([0.1284, 0.3073, 0.1790], abs=0.0005)


def test_green_that_bt_709_lacks_is_cut_off_at_its_edge() -> None:
    assert to_sdr(np.array([0.0, 1.0, 0.0]), WideColour.GAMMA).tolist() == [0, 1, 0]


@pytest.mark.parametrize("transfer", WideColour)
def test_black_stays_and_grey_stays_grey_and_rises(transfer: WideColour) -> None:
    ramp = to_sdr(np.linspace(0, 1, 101)[:, None].repeat(3, axis=1), transfer)
    assert ramp[0].tolist() == [0, 0, 0]
    assert ramp[-1] == pytest.approx([1, 1, 1], abs=0.001)
    assert np.ptp(ramp, axis=1).max() < 0.001
    assert (np.diff(ramp[:, 1]) >= 0).all()


def write_patches(path: Path, patches: NDArray[np.float64], transfer: WideColour) -> Path:
    """Ten frames of x265, 10 bit, BT.2020, with these R'G'B' patches side by side, 64 pixels each."""
    height, width = 128, 64 * len(patches)
    red, green, blue = np.repeat(patches, 64, axis=0).T
    luma = 0.2627 * red + 0.6780 * green + 0.0593 * blue
    rows = [
        np.rint(64 + 876 * luma),
        np.rint(512 + 896 * (blue - luma) / 1.8814)[::2],
        np.rint(512 + 896 * (red - luma) / 1.4746)[::2],
    ]
    with av.open(str(path), "w") as container:
        tags = f"colorprim={BT_2020}:transfer={transfer.value}:colormatrix={BT_2020}:log-level=none"
        stream = container.add_stream("libx265", rate=25, options={"x265-params": tags, "crf": "8"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p10le"
        codec = stream.codec_context
        codec.color_primaries, codec.color_trc, codec.colorspace = BT_2020, transfer.value, BT_2020
        for number in range(10):
            frame = av.VideoFrame(width, height, "yuv420p10le")
            for plane, row in zip(frame.planes, rows, strict=True):
                lines = np.zeros((plane.height, plane.line_size // 2), "<u2")
                lines[:, : plane.width] = row
                plane.update(lines.tobytes())
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


# Greys, and colours that BT.709 has as well.
PATCHES = np.array(
    [[0, 0, 0], [0.38] * 3, [0.5] * 3, [0.75] * 3, [0.6, 0.45, 0.4], [0.4, 0.55, 0.4], [0.4, 0.45, 0.55]]
)


NOTES = {
    WideColour.PQ: "its picture is HDR (PQ); it is brought to SDR (BT.709) by ITU-R BT.2446 method C",
    WideColour.HLG: "its picture is HDR (HLG); it is brought to SDR (BT.709) by ITU-R BT.2446 method C",
    WideColour.GAMMA: "its colours are those of BT.2020; they are brought to BT.709 by ITU-R BT.2087, others cut off",
}


@pytest.mark.parametrize("transfer", WideColour)
def test_patches_come_out_of_the_filters_as_the_formula_has_them(tmp_path: Path, transfer: WideColour) -> None:
    film = write_patches(tmp_path / "film.mp4", PATCHES, transfer)
    source = probe_source(film, wants_audio=False)
    assert source.video is not None
    assert source.video.wide is transfer
    assert source.video.colour == Colour(1, 1, 1)
    assert source.notes == (f"film.mp4: {NOTES[transfer]}",)
    _, first = next(iter(read_pictures(film, source.video)))
    shown = Scaler(first.width, first.height).scale(first)
    rgb = shown.to_ndarray(format="rgb24", src_colorspace=Colorspace.ITU709)[64, 32::64] / 255
    assert rgb == pytest.approx(to_sdr(PATCHES, transfer), abs=0.02)
