import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from packager.rungs_audio import cut_blocks


@given(
    st.lists(st.integers(0, 50_000), max_size=8),
    st.integers(0, 40_000),
    st.integers(0, 5000),
)
def test_blocks_are_silence_the_song_and_silence(lengths: list[int], lead: int, rest: int) -> None:
    song = np.arange(1, 2 * sum(lengths) + 1, dtype=np.float32).reshape(-1, 2)
    starts = np.cumsum([0, *lengths])
    parts = [song[start : start + length] for start, length in zip(starts, lengths, strict=False)]
    total = lead + len(song) + rest
    blocks = list(cut_blocks(parts, lead, total, 2))
    assert all(len(block) for block in blocks)
    joined = np.concatenate(blocks) if blocks else np.zeros((0, 2))
    assert len(joined) == total
    assert not joined[:lead].any()
    assert np.array_equal(joined[lead : lead + len(song)], song)
    assert not joined[lead + len(song) :].any()
