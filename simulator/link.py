"""A link that its transfers share fairly, in virtual time.

A fluid model: the bandwidth of the trace is divided evenly among the transfers whose first byte has come. Each request
waits one latency (that of its start) before its first byte. Because shares are equal, a transfer is done when the
link has carried a certain amount per transfer; that instant is found in the trace's prefix sums in O(log n).

A long transfer tells of its progress from time to time, as a socket does. A throttled one flows in slices: the next
slice starts a slice's time after the one before, or when that has come whole if the link was slower.
"""

from dataclasses import dataclass
from typing import Final

from simulator.trace import US_PER_S, Trace, TraceReader
from simulator.value import value

_MICROBITS_PER_BYTE: Final = 8 * US_PER_S
# How long bytes may flow untold. A browser tells every 50 ms, but a rule that gives up what takes 1.8 segments
# (dash.js, Sabre) learns little from that; telling every 500 ms took a fifth of a session's time,
# every second a few per cent.
PROGRESS_US: Final = 1_000_000
_SLICE_US: Final = 100_000
_NEVER: Final = 1 << 60


@dataclass(slots=True, eq=False)
class Transfer:
    """A body on its way. `missing` and `unreported` are microbits: still to come, and come but not yet told of.

    `flows_at_us` is when the first byte comes, or the next slice of a throttled body; `slice` is the most that comes
    in one, and `later` what comes after the slice that `missing` counts.
    """

    request_id: int
    flows_at_us: int
    missing: int
    unreported: int = 0
    is_answered: bool = False
    is_flowing: bool = False
    later: int = 0
    slice: int = 0


@value
class Progress:
    """What happened on the link at `at_us`: a first byte, some bytes, or the last one."""

    at_us: int
    request_id: int
    size_bytes: int
    is_first: bool = False
    is_last: bool = False


class Link:
    """Carries transfers over a trace; ask for the next happening, then take it."""

    __slots__ = ("_carried", "_flowing", "_now_us", "_told_us", "_trace", "_transfers")

    def __init__(self, trace: Trace) -> None:
        self._trace = TraceReader(trace)
        self._now_us = 0
        self._told_us = 0
        self._carried = 0  # by the trace until now; not kept up while nothing flows
        self._transfers: list[Transfer] = []  # in the order in which they were started
        self._flowing = 0  # how many of them flow

    def start(
        self, request_id: int, size_bytes: int, now_us: int, delay_us: int = 0, rate_bytes: int | None = None
    ) -> None:
        """A request goes out now for a body of that size.

        Its first byte comes `delay_us` later than the latency has it, and then no more than `rate_bytes` a second.
        """
        self._carry_until(now_us)
        flows_at_us = now_us + self._trace.latency_at(now_us) + delay_us
        size = size_bytes * _MICROBITS_PER_BYTE
        if rate_bytes is None:
            self._transfers.append(Transfer(request_id, flows_at_us, size))
            return
        part = max(1, rate_bytes * _SLICE_US // US_PER_S) * _MICROBITS_PER_BYTE
        first = min(size, part)
        self._transfers.append(Transfer(request_id, flows_at_us, first, later=size - first, slice=part))

    def stop(self, request_id: int, now_us: int) -> None:
        """The transfer is given up; what it had not carried goes to the others."""
        self._carry_until(now_us)
        for transfer in self._transfers:
            if transfer.request_id == request_id:
                self._transfers.remove(transfer)
                self._flowing -= transfer.is_flowing
                return

    def next_at(self) -> int | None:
        """When there is something to tell next if nothing else is started; None when the link is idle."""
        if not self._transfers:
            return None
        waiting_us = least = _NEVER
        for transfer in self._transfers:
            if transfer.is_flowing:
                least = min(least, transfer.missing)
            elif transfer.flows_at_us < waiting_us:
                waiting_us = transfer.flows_at_us
        if self._flowing == 0:
            return waiting_us
        # Nothing finishes before the carried amount per transfer has grown by the smallest remainder.
        done_us = max(self._now_us, self._trace.time_when_carried(self._carried + least * self._flowing))
        next_us = min(done_us, self._told_us + PROGRESS_US)
        return min(next_us, waiting_us)

    def take(self, now_us: int) -> list[Progress]:
        """Everything that happens at `now_us` (an instant that `next_at` gave), bytes of other transfers included."""
        self._carry_until(now_us)
        self._told_us = now_us
        happened: list[Progress] = []
        for transfer in self._transfers.copy():
            if transfer.is_flowing:
                self._tell_bytes(transfer, happened)
            elif transfer.flows_at_us <= now_us:
                self._let_flow(transfer, happened)
        return happened

    def _let_flow(self, transfer: Transfer, happened: list[Progress]) -> None:
        if self._flowing == 0:
            self._carried = self._trace.carried_until(self._now_us)
        self._flowing += 1
        transfer.is_flowing = True
        if transfer.is_answered:
            return
        transfer.is_answered = True
        happened.append(Progress(self._now_us, transfer.request_id, 0, is_first=True))
        if transfer.missing == 0:
            self._tell_bytes(transfer, happened)

    def _tell_bytes(self, transfer: Transfer, happened: list[Progress]) -> None:
        is_last = transfer.missing <= 0 and transfer.later == 0
        size_bytes = transfer.unreported // _MICROBITS_PER_BYTE
        transfer.unreported -= size_bytes * _MICROBITS_PER_BYTE
        if is_last:
            self._transfers.remove(transfer)
            self._flowing -= 1
        elif transfer.missing <= 0:
            self._wait_for_slice(transfer)
        if size_bytes or is_last:
            happened.append(Progress(self._now_us, transfer.request_id, size_bytes, is_last=is_last))

    def _wait_for_slice(self, transfer: Transfer) -> None:
        transfer.flows_at_us = max(self._now_us, transfer.flows_at_us + _SLICE_US)
        transfer.is_flowing = False
        self._flowing -= 1
        transfer.missing = min(transfer.later, transfer.slice)
        transfer.later -= transfer.missing

    def _carry_until(self, now_us: int) -> None:
        """Give every flowing transfer its share of what the link carried since the last time.

        Shares are whole microbits; the division's remainder is not used, and a transfer never gets more than it misses.
        """
        if self._flowing and now_us != self._now_us:
            carried = self._trace.carried_until(now_us)
            share = (carried - self._carried) // self._flowing
            for transfer in self._transfers:
                if transfer.is_flowing:
                    arrived = min(share, transfer.missing)
                    transfer.missing -= arrived
                    transfer.unreported += arrived
            self._carried = carried
        self._now_us = now_us
