from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.grid import AudioClock, SegmentGrid, plan_grid, plan_segment, plan_song_grid
from packager.timing import STANDARD_FRAME_RATES

AAC_FRAME_S = Fraction(1024, 48_000)


@pytest.mark.parametrize(
    ("rate", "frames", "aac_frames"),
    [("25/2", 48, 180), ("15", 64, 200), ("24", 128, 250), ("25", 96, 180), ("30", 128, 200), ("50", 192, 180),
     ("60", 256, 200)],
)  # fmt: skip
def test_these_rates_are_exact_for_ever(rate: str, frames: int, aac_frames: int) -> None:
    grid = plan_grid(Fraction(rate), 100 * frames, 48_000)
    assert grid.video_boundaries == tuple(range(0, 100 * frames + 1, frames))
    assert grid.audio_boundaries == tuple(range(0, 100 * aac_frames + 1, aac_frames))
    assert grid.worst_boundary_error == 0
    assert grid.explanation.startswith(f"exact: {frames} frames")


@pytest.mark.parametrize(("rate", "frames"), [("24000/1001", 96), ("30000/1001", 120), ("60000/1001", 240)])
def test_ntsc_rates_are_cut_at_the_nearest_aac_frame(rate: str, frames: int) -> None:
    grid = plan_grid(Fraction(rate), 1000 * frames, 48_000)
    assert grid.video_boundaries[:3] == (0, frames, 2 * frames)
    assert 0 < grid.worst_boundary_error <= AAC_FRAME_S / 2
    assert grid.explanation.startswith("nearest: ")


def test_a_minute_at_25_fps_is_15_segments_and_a_tail() -> None:
    grid = plan_grid(Fraction(25), 1500, 2_880_000)
    assert grid.video_boundaries == (*range(0, 1500, 96), 1500)
    # 2,880,000 samples are 2812.5 AAC frames: none of the song is cut off.
    assert grid.audio_boundaries == (*range(0, 2813, 180), 2813)
    assert grid.target_duration_s == 4
    assert grid.duration == 60


def test_a_song_alone_is_cut_every_180_aac_frames() -> None:
    grid = plan_song_grid(1024 * 361 - 5)
    assert grid.audio_boundaries == (0, 180, 360, 361)
    assert grid.frame_rate is None
    assert grid.duration == 361 * AAC_FRAME_S


@pytest.mark.parametrize(
    ("rate", "target_s", "frames"),
    [
        ("25", 2, 48),
        ("25", 6, 144),
        ("30", 2, 64),
        ("30", 6, 192),
        ("24", 6, 128),
        ("24", 2, 48),
        ("30000/1001", 6, 180),
    ],
)
def test_segments_come_near_the_length_asked_for(rate: str, target_s: int, frames: int) -> None:
    assert plan_segment(Fraction(rate), target_s).frames == frames


def test_a_song_alone_in_segments_of_six_seconds_is_cut_every_270_aac_frames() -> None:
    grid = plan_song_grid(1024 * 361, 6)
    assert grid.audio_boundaries == (0, 270, 361)
    assert grid.explanation == "no video: segments of 270 AAC frames, 5.76 s, need no compromise"


def test_a_song_of_one_sample_is_one_segment() -> None:
    assert plan_song_grid(1).audio_boundaries == (0, 1)


def test_a_last_segment_of_one_frame_still_has_sound_beside_it() -> None:
    grid = plan_grid(Fraction(60), 257, 1)  # the last frame lasts 16.7 ms, less than an AAC frame
    assert grid.video_boundaries == (0, 256, 257)
    assert grid.audio_boundaries == (0, 200, 201)


def test_a_tail_that_no_run_would_measure_is_made_longer() -> None:
    # 185 frames at 30 fps: 128 and a tail of 1.9 s, too short for a run and too long for one with its neighbour.
    assert plan_grid(Fraction(30), 185, 295_358).video_boundaries == (0, 112, 185)


@given(st.sampled_from(STANDARD_FRAME_RATES), st.integers(1, 4000), st.integers(0, 3000), st.integers(2, 10))
def test_every_grid_keeps_its_promises(rate: Fraction, frames: int, samples_short: int, target_s: int) -> None:
    samples = max(1, int(frames / rate * 48_000) - samples_short)
    grid = plan_grid(rate, frames, samples, target_s)
    assert grid.frame_count == frames
    assert grid.audio_frame_count * 1024 >= samples
    assert grid.worst_boundary_error <= AAC_FRAME_S / 2
    assert abs(grid.audio_frame_count * AAC_FRAME_S - frames / rate) <= AAC_FRAME_S * 2
    assert sum(grid.video_durations) == frames / rate
    assert sum(grid.aac_cuts.durations) == grid.audio_frame_count * AAC_FRAME_S
    for durations in (grid.video_durations, grid.aac_cuts.durations):
        assert_every_segment_is_measured(durations, grid.target_duration_s)


def assert_every_segment_is_measured(durations: tuple[Fraction, ...], target: int) -> None:
    """Each segment lies in a run of 0.5 to 1.5 target durations, unless the whole playlist is shorter."""
    edges = tuple(accumulate(durations, initial=Fraction(0)))
    if edges[-1] < Fraction(target, 2):
        return
    for index in range(len(durations)):
        runs = (edges[after] - edges[before] for before in edges_before(index) for after in edges_after(index, edges))
        assert any(Fraction(target, 2) <= run <= Fraction(3 * target, 2) for run in runs)


def edges_before(index: int) -> range:
    return range(max(0, index - 2), index + 1)


def edges_after(index: int, edges: tuple[Fraction, ...]) -> range:
    return range(index + 1, min(len(edges), index + 4))


def test_segments_last_about_four_seconds() -> None:
    lengths = {rate: plan_segment(rate).frames / rate for rate in STANDARD_FRAME_RATES}
    assert min(lengths.values()) == Fraction("3.84")
    assert max(lengths.values()) == Fraction(16, 3)


def test_an_audio_clock_may_start_inside_a_frame() -> None:
    # 2112 samples of priming, as Apple's encoder writes: two frames, and 64 samples of the next one.
    clock = AudioClock(44_100, early_samples=64)
    assert [clock.time_of(frame) for frame in (0, 1, 2)] == [0, Fraction(960, 44_100), Fraction(1984, 44_100)]
    assert clock.nearest_frame(Fraction(960, 44_100)) == 1
    grid = SegmentGrid(Fraction(25), (0, 1, 2), (0, 2, 4), "by hand", clock)
    assert grid.aac_cuts.durations == (Fraction(1984, 44_100), Fraction(2048, 44_100))
    assert grid.worst_boundary_error == Fraction(1984, 44_100) - Fraction(1, 25)
