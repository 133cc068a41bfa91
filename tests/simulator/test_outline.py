import numpy as np

from simulator.outline import COLUMNS, outline_seam
from simulator.seam import Block

RATE = 1600  # 80 samples on each side of a seam: each column is one sample
SONG = np.sin(np.arange(800, dtype=np.float32) / 9)[:, None] * np.float32(0.5)


def test_uninterrupted_play_is_drawn_twice_and_differs_nowhere() -> None:
    outline = outline_seam([Block(0, SONG, "aac-96")], 400, SONG, RATE)
    assert outline.heard == outline.expected
    assert len(outline.heard) == COLUMNS == 160
    assert outline.heard[80] == (round(float(SONG[400, 0]), 4),) * 2
    assert set(outline.difference) == {0.0}


def test_a_hole_is_empty_and_is_no_difference() -> None:
    blocks = [Block(0, SONG[:400], "aac-96"), Block(410, SONG[410:], "aac-96")]
    outline = outline_seam(blocks, 400, SONG, RATE)
    assert [number for number, bounds in enumerate(outline.heard) if bounds is None] == list(range(80, 90))
    assert set(outline.difference) == {0.0}


def test_another_sound_is_a_difference_where_it_is() -> None:
    other = SONG.copy()
    other[420] += 0.25
    outline = outline_seam([Block(0, other, "aac-96")], 400, SONG, RATE)
    assert outline.difference[100] == 0.25
    assert sum(outline.difference) == 0.25


def test_before_the_song_there_is_nothing() -> None:
    outline = outline_seam([Block(0, SONG, "aac-96")], 0, SONG, RATE)
    assert outline.expected[79] is None
    assert outline.expected[80] is not None
