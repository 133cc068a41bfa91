import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.seam import Block, Pcm, Stretch, find_missing, find_repeated, find_wrong, measure_click

HEARD = Stretch(0, 100)


def stretches(*pairs: tuple[int, int]) -> tuple[Stretch, ...]:
    return tuple(Stretch(*pair) for pair in pairs)


@pytest.mark.parametrize(
    ("spans", "missing", "repeated"),
    [
        ([(0, 50), (50, 100)], [], []),
        ([(0, 50), (60, 100)], [(50, 60)], []),
        ([(0, 60), (50, 100)], [], [(50, 60)]),
        ([(0, 50), (0, 50), (50, 100)], [], [(0, 50)]),
        ([(-20, 50), (50, 130)], [], []),  # priming before 0 and what was not heard do not count
        ([(10, 90)], [(0, 10), (90, 100)], []),
        ([], [(0, 100)], []),
        ([(0, 100), (20, 30), (40, 50)], [], [(20, 30), (40, 50)]),
    ],
)
def test_coverage(
    spans: list[tuple[int, int]], missing: list[tuple[int, int]], repeated: list[tuple[int, int]]
) -> None:
    assert find_missing(stretches(*spans), HEARD) == stretches(*missing)
    assert find_repeated(stretches(*spans), HEARD) == stretches(*repeated)


@given(st.lists(st.tuples(st.integers(-20, 120), st.integers(1, 60)), max_size=12))
def test_coverage_counts_as_a_tally_would(spans: list[tuple[int, int]]) -> None:
    tally = np.zeros(100, int)
    for start, length in spans:
        tally[max(0, start) : max(0, start + length)] += 1
    given_spans = [Stretch(start, start + length) for start, length in spans]
    assert sum(map(len, find_missing(given_spans, HEARD))) == np.count_nonzero(tally == 0)
    # Every time that a sample is appended again counts, except where a later span lies inside more than one.
    assert (sum(map(len, find_repeated(given_spans, HEARD))) > 0) == bool((tally > 1).any())


def music(samples: int, seed: int) -> Pcm:
    return np.random.default_rng(seed).normal(0, 0.1, (samples, 2)).astype(np.float32)


BEST = music(8 * 1024, 1)
LOW = BEST + 0.1 * music(8 * 1024, 2)
RUNGS = {"best": BEST, "low": LOW}


def blocks_of(*rungs: str) -> list[Block]:
    return [Block(n * 1024, RUNGS[rung][n * 1024 : (n + 1) * 1024], rung) for n, rung in enumerate(rungs)]


ALL = Stretch(0, 8 * 1024)


def test_uninterrupted_play_is_right() -> None:
    assert find_wrong(blocks_of(*["low"] * 8), RUNGS, ALL) == ()


def test_a_block_of_other_sound_is_wrong() -> None:
    blocks = blocks_of(*["best"] * 8)
    blocks[3] = Block(3 * 1024, music(1024, 9), "best")
    assert find_wrong(blocks, RUNGS, ALL) == (Stretch(3 * 1024, 4 * 1024),)


def test_the_first_block_of_a_new_rung_may_differ_as_much_as_the_rungs_do() -> None:
    blocks = blocks_of(*["low"] * 4, *["best"] * 4)
    mixed = (BEST + LOW)[4 * 1024 : 5 * 1024] / 2
    blocks[4] = Block(4 * 1024, mixed.astype(np.float32), "best")
    assert find_wrong(blocks, RUNGS, ALL) == ()
    blocks[5] = Block(5 * 1024, ((BEST + LOW)[5 * 1024 : 6 * 1024] / 2).astype(np.float32), "best")
    assert find_wrong(blocks, RUNGS, ALL) == (Stretch(5 * 1024, 6 * 1024),)


def test_a_listener_who_leaves_inside_a_block_heard_nothing_wrong() -> None:
    assert find_wrong(blocks_of(*["low"] * 4), RUNGS, Stretch(0, 3 * 1024 + 400)) == ()


def test_sound_beyond_the_songs_end_is_wrong_only_if_it_sounds() -> None:
    heard = Stretch(0, 9 * 1024)
    silence, noise = np.zeros((1024, 2), np.float32), music(1024, 3)
    assert find_wrong([*blocks_of(*["best"] * 8), Block(8 * 1024, silence, "best")], RUNGS, heard) == ()
    assert find_wrong([*blocks_of(*["best"] * 8), Block(8 * 1024, noise, "best")], RUNGS, heard) == (
        Stretch(8 * 1024, 9 * 1024),
    )


@pytest.mark.parametrize("rung", ["best", "low"])
def test_uninterrupted_play_of_one_rung_has_no_seam(rung: str) -> None:
    assert measure_click(blocks_of(*[rung] * 8), 4096, BEST, RUNGS, 48_000) is None


def test_a_seam_between_rungs_is_ordinary_coding_noise() -> None:
    click_db = measure_click(blocks_of(*["low"] * 4, *["best"] * 4), 4096, BEST, RUNGS, 48_000)
    assert click_db is not None
    assert click_db <= 0


def test_a_tap_just_after_a_change_of_rung_is_not_blamed_for_the_splice() -> None:
    """Its 50 ms begin inside the first block of the new rung, whose first half still overlaps the old one."""
    change, rate = 4 * 1024, 8_000
    blocks = blocks_of(*["low"] * 4, *["best"] * 4)
    spliced = BEST[change : change + 1024].copy()
    spliced[:900] = LOW[change : change + 900]
    blocks[4] = Block(change, spliced, "best")
    tap = change + 1000  # 400 samples are 50 ms at this rate
    click_db = measure_click(blocks, tap, BEST, RUNGS, rate)
    assert click_db is not None
    assert click_db <= 0


def test_a_click_stands_out() -> None:
    blocks = blocks_of(*["low"] * 8)
    spoilt = blocks[4].pcm.copy()
    noise = float(np.abs(LOW - BEST).max())
    spoilt[100] = BEST[4096 + 100] + 4 * noise
    blocks[4] = Block(4096, spoilt, "low")
    click_db = measure_click(blocks, 4096, BEST, RUNGS, 48_000)
    assert click_db is not None
    assert math.isclose(click_db, 20 * math.log10(4), abs_tol=0.01)
