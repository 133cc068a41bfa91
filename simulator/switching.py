"""Where the picture joins the sound, and at which rung."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.presentation import MediaPlaylist, Rung
from simulator.profile import PlayerConfig


@dataclass(frozen=True, slots=True)
class Join:
    """The first segment of a switch to video: rung and segment as indices, and why."""

    rung: int
    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a player believes of its link. `throughput_bps` is None while nothing is known."""

    throughput_bps: int | None
    latency_us: int

    def expect_us(self, size_bytes: int, round_trips: int) -> int:
        """Expected time to fetch that much, or the round trips alone while the throughput is unknown."""
        transfer_us = size_bytes * 8_000_000 // self.throughput_bps if self.throughput_bps else 0
        return round_trips * self.latency_us + transfer_us


def plan_join(
    rungs: Sequence[Rung],
    playlists: Sequence[MediaPlaylist | None],
    playhead_us: int,
    link: LinkView,
    config: PlayerConfig,
) -> Join:
    """The best rung whose picture is expected in time, and the first segment that will still have something to show.

    A rung whose playlist is not here yet costs a round trip more. When no rung is in time, the cheapest joins.
    Raises AssertionError when no playlist is at hand at all: the caller fetches one first.
    """
    grid = next(playlist for playlist in playlists if playlist is not None)
    choice, expected_us = 0, _expect_picture(rungs[0], playlists[0], grid, playhead_us, link, config)
    for number in range(len(rungs) - 1, 0, -1):
        picture_us = _expect_picture(rungs[number], playlists[number], grid, playhead_us, link, config)
        if link.throughput_bps and picture_us <= config.picture_goal_us:
            choice, expected_us = number, picture_us
            break
    index = find_join_segment(grid, playhead_us, expected_us, config.join_margin_us)
    return Join(choice, index, f"picture expected in {expected_us // 1000} ms")


def find_join_segment(grid: MediaPlaylist, playhead_us: int, expected_us: int, margin_us: int) -> int:
    """The playhead's own segment if enough of it will be left when it arrives, else the next one.

    The last segment is taken whatever is left of it; one past the last means that nothing can join any more.
    """
    own = grid.find_segment_at(playhead_us)
    if own >= len(grid.segments) - 1:
        return own
    return own if grid.segments[own].end_us - playhead_us >= expected_us + margin_us else own + 1


def _expect_picture(
    rung: Rung,
    playlist: MediaPlaylist | None,
    grid: MediaPlaylist,
    playhead_us: int,
    link: LinkView,
    config: PlayerConfig,
) -> int:
    own = min(grid.find_segment_at(playhead_us), len(grid.segments) - 1)
    size_bytes = rung.average_bps * grid.segments[own].duration_us // 8_000_000
    return link.expect_us(size_bytes, 1 if playlist else 2) + config.profile.attach_us
