"""Where the picture joins the sound, and at which rung."""

from collections.abc import Callable, Sequence
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
    """A rung and the first segment of it, as the configuration's `start_rung` and `join` want them.

    `expected` is the best rung whose picture is expected in time; when none is, the cheapest joins. A rung whose
    playlist is not here yet costs a round trip more.
    Raises AssertionError when no playlist is at hand at all: the caller fetches one first.
    """
    grid = next(playlist for playlist in playlists if playlist is not None)

    def expect_us(rung: int) -> int:
        return _expect_picture(rungs[rung], playlists[rung], grid, playhead_us, link, config)

    choice = _choose_start_rung(len(rungs), link, config, expect_us)
    expected_us = expect_us(choice)
    return Join(choice, _find_join(grid, playhead_us, expected_us, config), _describe(expected_us, config))


def _choose_start_rung(count: int, link: LinkView, config: PlayerConfig, expect_us: Callable[[int], int]) -> int:
    kind, _, number = config.start_rung.partition(":")
    if kind == "fixed":
        return min(int(number), count - 1)
    if kind == "cheapest" or not link.throughput_bps:
        return 0
    in_time = (rung for rung in range(count - 1, 0, -1) if expect_us(rung) <= config.picture_goal_us)
    return next(in_time, 0)


def _find_join(grid: MediaPlaylist, playhead_us: int, expected_us: int, config: PlayerConfig) -> int:
    own = grid.find_segment_at(playhead_us)
    if config.join == "own":
        return own
    if config.join == "next":
        return min(own + 1, max(own, len(grid.segments) - 1))
    return find_join_segment(grid, playhead_us, expected_us, config.join_margin_us)


def _describe(expected_us: int, config: PlayerConfig) -> str:
    policy = "" if config.start_rung == "expected" else f", {config.start_rung} rung"
    return f"picture expected in {expected_us // 1000} ms{policy}"


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
