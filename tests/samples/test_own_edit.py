import numpy as np
from numpy.typing import NDArray

from samples.edit import OWN_EDIT, cut_soundtrack, describe_truth, list_frames
from samples.prologue import make_prologue


def test_edit_shows_a_prologue_and_leaves_out_song_20_to_28_s() -> None:
    frames = list(list_frames(OWN_EDIT))
    assert len(frames) == 1475
    assert frames[:175] == [None] * 175
    assert frames[175] == 0
    assert (frames[674], frames[675]) == (499, 700)
    assert frames[-1] == 1499


def test_truth_says_where_song_and_video_meet() -> None:
    truth = describe_truth(OWN_EDIT)
    assert truth["map"] == [
        {"kind": "other", "video_start": 0, "video_end": 7, "source": "samples.prologue"},
        {"kind": "song", "video_start": 7, "video_end": 27, "song_start": 0, "song_end": 20, "rate": 1},
        {"kind": "song", "video_start": 27, "video_end": 59, "song_start": 28, "song_end": 60, "rate": 1},
    ]


def test_soundtrack_is_the_song_3_db_down_where_the_truth_says(song: NDArray[np.int16]) -> None:
    soundtrack = cut_soundtrack(song, OWN_EDIT, seed=1)
    assert soundtrack.shape == (59 * 48_000, 2)
    for video_s, song_s in ((8, 1), (26, 19), (28, 29), (58, 59)):
        heard = soundtrack[video_s * 48_000 : video_s * 48_000 + 4800].astype(int)
        meant = song[song_s * 48_000 : song_s * 48_000 + 4800] * 10 ** (-3 / 20)
        assert np.abs(heard - meant).max() <= 1


def test_joins_are_silent_to_the_sample(song: NDArray[np.int16]) -> None:
    soundtrack = cut_soundtrack(song, OWN_EDIT, seed=1)
    for join_s in (7, 27):
        assert not soundtrack[join_s * 48_000 - 1 : join_s * 48_000 + 1].any()


def test_prologue_is_another_sound_than_the_song(song: NDArray[np.int16]) -> None:
    night = make_prologue(1, 7 * 48_000)
    assert np.abs(night.astype(int)).max() == 11_626  # -9 dBFS
    size = 1 << 22
    own, other = song.mean(axis=1), night.mean(axis=1)
    likeness = np.fft.irfft(np.fft.rfft(own, size) * np.fft.rfft(other, size).conj(), size)[: own.size - other.size]
    energy = np.concatenate([[0], np.cumsum(own**2)])
    energy = energy[other.size : -1] - energy[: own.size - other.size]
    assert np.abs(likeness / np.sqrt(energy * np.sum(other**2))).max() < 0.05
