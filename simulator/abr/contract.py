"""What a rule sees, and what it decides.

Times are microseconds and rates bits per second; both may have fractions, because estimates have.
"""

from collections.abc import Sequence

from simulator.value import value


@value
class Download:
    """A segment's fetch that has ended: whole, or given up in favour of rung `given_up_for`.

    `took_us` runs from the request, `transfer_us` from the first byte.
    """

    rung: int
    size_bits: float
    took_us: float
    transfer_us: float
    given_up_for: int | None = None

    @property
    def rate_bps(self) -> float:
        """How fast it came once it came; 0 when nothing did."""
        return self.size_bits * 1e6 / self.transfer_us if self.transfer_us > 0 else 0.0


@value
class View:
    """What a rule may know when a segment is to be chosen.

    `throughput_bps` is what the link is believed to carry and `share_bps` how much of it this medium may count on (both
    None while nothing is known). `goal_us` is the most that is ever buffered. `since_start` counts segments from the
    start or the last seek to the one to choose, `remaining` those left, it included. `waited_us` is how long the buffer
    was full before this choice. `sizes_bits` are the sizes of the coming segments, a row of rungs each, where known.
    """

    bitrates_bps: tuple[int, ...]
    segment_us: float
    level_us: float
    goal_us: float
    throughput_bps: float | None = None
    share_bps: float | None = None
    latency_us: float = 0.0
    last_rung: int | None = None
    since_start: int = 0
    remaining: int = 1
    waited_us: float = 0.0
    last_download: Download | None = None
    sizes_bits: Sequence[Sequence[float]] = ()

    def __post_init__(self) -> None:
        assert self.bitrates_bps, "there is a rung to choose"
        assert self.last_rung is None or 0 <= self.last_rung < len(self.bitrates_bps), "the last rung is on the ladder"


@value
class Decision:
    """A rung, as an index into its ladder, and why.

    `wait_us` is how much more the buffer holds than the rule wants at this rung; a player that bounds its buffer anyway
    need not wait.
    """

    rung: int
    reason: str
    wait_us: float = 0.0


@value
class Progress:
    """A segment on its way: how much of it is here, and since when it was asked for and answered."""

    rung: int
    size_bits: float
    arrived_bits: float
    since_request_us: float
    since_first_byte_us: float
