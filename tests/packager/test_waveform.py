import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from packager.waveform import Waveform, WaveformMeter, print_waveform_json, print_waveform_svg


def outline(pcm: NDArray[np.float32], block: int) -> Waveform:
    meter = WaveformMeter(48_000)
    for start in range(0, len(pcm), block):
        meter.add(pcm[start : start + block])
    return meter.finish()


def test_each_stretch_of_1024_gives_its_lowest_and_highest_sample() -> None:
    pcm = np.zeros((2060, 2), np.float32)
    pcm[10], pcm[20], pcm[1030], pcm[2059] = 0.5, -0.25, 1.0, -1.0
    assert outline(pcm, 512).pairs.tolist() == [[-32, 64], [0, 127], [-128, 0]]


def test_channels_are_averaged() -> None:
    assert outline(np.full((1024, 2), (0.5, 0.0), np.float32), 1024).pairs.tolist() == [[32, 32]]


def test_a_sample_over_full_scale_stays_in_range() -> None:
    assert outline(np.full((1, 1), -3.5, np.float32), 1).pairs.tolist() == [[-128, -128]]


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_blocks_of_any_size_give_the_same(count: int, block: int) -> None:
    pcm = np.random.default_rng(count).uniform(-1, 1, (count, 2)).astype(np.float32)
    assert outline(pcm, block).pairs.tolist() == outline(pcm, count).pairs.tolist()


def test_json_is_version_2_of_audiowaveform() -> None:
    waveform = Waveform(48_000, np.array([[-32, 64], [0, 127]], np.int8))
    assert json.loads(print_waveform_json(waveform)) == {
        "version": 2, "channels": 1, "sample_rate": 48_000, "samples_per_pixel": 1024, "bits": 8, "length": 2,
        "data": [-32, 64, 0, 127],
    }  # fmt: skip


def test_svg_is_one_shape_that_fills_its_box_at_the_loudest() -> None:
    waveform = Waveform(48_000, np.array([[-32, 64], [-16, 0]], np.int8))
    assert print_waveform_svg(waveform) == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -1 2 258" preserveAspectRatio="none">'
        '<path fill="currentColor" d="M0 128V-1h1V127h1V161h-1V193h-1z"/></svg>\n'
    )


@pytest.mark.parametrize("length", [1, 599, 600, 601, 12_345])
def test_svg_has_at_most_600_columns_and_returns_to_its_start(length: int) -> None:
    pairs = np.random.default_rng(1).integers(-128, 127, (length, 2)).astype(np.int8)
    text = print_waveform_svg(Waveform(48_000, np.sort(pairs, axis=1)))
    (path,) = ElementTree.fromstring(text)
    steps = [int(step) for step in re.findall(r"h(-?1)", path.attrib["d"])]
    assert (sum(steps), len(steps)) == (0, 2 * min(length, 600))
    assert len(text) < 12_000


def test_silence_is_a_line() -> None:
    assert 'd="M0 128V127h1V129h-1z"' in print_waveform_svg(Waveform(48_000, np.zeros((1, 2), np.int8)))
