import pytest

from simulator.abr import Fixed
from simulator.compat.pensieve import Chunk, TraceCursor, play_chunks, score_chunks

# 8 Mbit/s for a second, then 0.8: 950,000 and 95,000 bytes of payload.
ROWS = ((0.0, 5.0), (1.0, 8.0), (2.0, 0.8))


def test_a_transfer_crosses_lines_and_starts_the_trace_again() -> None:
    cursor = TraceCursor(ROWS)
    assert cursor.fetch(475_000) == pytest.approx(0.5)
    assert cursor.fetch(475_000 + 47_500) == pytest.approx(1.0)
    assert cursor.fetch(47_500 + 95_000) == pytest.approx(0.6)


def test_time_passes_without_carrying() -> None:
    cursor = TraceCursor(ROWS)
    cursor.skip(3.5)
    assert cursor.fetch(47_500) == pytest.approx(0.5)  # the rest of 1..2 s carries 47,500 at 0.8 Mbit/s


def test_a_chunk_costs_its_transfer_and_a_round_trip_and_the_first_one_is_rebuffering() -> None:
    chunks = play_chunks(ROWS, [(1, 95_000, 1, 1, 1, 1), (9_500, 1, 1, 1, 1, 1)], Fixed(0))
    assert [chunk.rung for chunk in chunks] == [1, 0]
    assert [chunk.took_s for chunk in chunks] == pytest.approx([0.18, 0.09])
    assert [chunk.rebuffer_s for chunk in chunks] == pytest.approx([0.18, 0.0])


def test_a_reward_is_quality_less_rebuffering_and_change() -> None:
    # 0.75 Mbit/s - 4.3 * 0.5 s - a change of 0.45 Mbit/s; the first chunk is left out.
    assert score_chunks([Chunk(0, 1.0, 9.0), Chunk(1, 1.0, 0.5)]) == pytest.approx(0.75 - 2.15 - 0.45)
