import pytest

from simulator.presentation import MediaPlaylist, Medium, Resource, Rung, Segment
from simulator.profile import PlayerConfig
from simulator.switching import LinkView, find_join_segment, plan_join

S = 1_000_000
GRID = MediaPlaylist("v", None, tuple(Segment(Resource(str(n)), n * 4 * S, 4 * S) for n in range(3)))
LADDER = tuple(Rung(str(kbps), Medium.VIDEO, f"{kbps}.m3u8", kbps * 1000, kbps * 1000) for kbps in (100, 400))


@pytest.mark.parametrize(
    ("playhead_s", "expected_s", "index"),
    [
        (0.0, 0.5, 0),
        (3.0, 0.5, 0),  # 1.0 s left, 0.5 s wait and 0.4 s to show
        (3.2, 0.5, 1),  # too little would be left
        (8.0, 0.5, 2),
        (11.9, 0.5, 2),  # the last one is taken whatever is left
        (12.0, 0.5, 3),  # nothing can join any more
    ],
)
def test_joins_where_something_is_left_to_show(playhead_s: float, expected_s: float, index: int) -> None:
    assert find_join_segment(GRID, int(playhead_s * S), int(expected_s * S), 400_000) == index


def test_takes_the_best_rung_that_is_there_in_time() -> None:
    config = PlayerConfig()
    # 4 s at 400 kbit/s are 1.6 Mbit: 0.4 s at 4 Mbit/s, and 65 ms to attach.
    assert plan_join(LADDER, [GRID, GRID], 0, LinkView(4 * S, 50_000), config).rung == 1
    assert plan_join(LADDER, [GRID, GRID], 0, LinkView(2 * S, 50_000), config).rung == 0
    # Without its playlist it costs a round trip more: 2 * 80 + 400 + 65 ms.
    assert plan_join(LADDER, [GRID, None], 0, LinkView(4 * S, 80_000), config).rung == 0


def test_an_unknown_link_gets_the_cheapest_rung() -> None:
    join = plan_join(LADDER, [GRID, GRID], 0, LinkView(None, 0), PlayerConfig())
    assert (join.rung, join.index, join.reason) == (0, 0, "picture expected in 65 ms")
