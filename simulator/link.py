"""A link that its transfers share fairly, in virtual time.

A fluid model: the bandwidth of the trace is divided evenly among the transfers whose first byte has come. Each request
waits one latency (that of its start) before its first byte. Because shares are equal, a transfer is done when the
link has carried a certain amount per transfer; that instant is found in the trace's prefix sums in O(log n).
"""

from dataclasses import dataclass

from simulator.trace import US_PER_S, Trace

_MICROBITS_PER_BYTE = 8 * US_PER_S


@dataclass(slots=True)
class Transfer:
    """A body on its way. `missing` and `unreported` are microbits: still to come, and come but not yet told of."""

    request_id: int
    first_byte_us: int
    missing: int
    unreported: int = 0
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """What happened on the link at `at_us`: a first byte, some bytes, or the last one."""

    at_us: int
    request_id: int
    size_bytes: int
    is_first: bool = False
    is_last: bool = False


class Link:
    """Carries transfers over a trace; ask for the next happening, then take it."""

    __slots__ = ("_carried", "_now_us", "_trace", "_transfers")

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._now_us = 0
        self._carried = 0
        self._transfers: dict[int, Transfer] = {}

    def start(self, request_id: int, size_bytes: int, now_us: int) -> None:
        """A request goes out now for a body of that size."""
        self._carry_until(now_us)
        first_byte_us = now_us + self._trace.period_at(now_us).latency_us
        self._transfers[request_id] = Transfer(request_id, first_byte_us, size_bytes * _MICROBITS_PER_BYTE)

    def stop(self, request_id: int, now_us: int) -> None:
        """The transfer is given up; what it had not carried goes to the others."""
        self._carry_until(now_us)
        self._transfers.pop(request_id, None)

    def next_at(self) -> int | None:
        """When the next first or last byte arrives if nothing else is started; None when the link is idle."""
        if not self._transfers:
            return None
        waiting = [t.first_byte_us for t in self._transfers.values() if not t.is_answered]
        first_us = min(waiting) if waiting else None
        flowing = [t.missing for t in self._transfers.values() if t.is_answered]
        if not flowing:
            return first_us
        # Nothing finishes before the carried amount per transfer has grown by the smallest remainder.
        done_us = max(self._now_us, self._trace.time_when_carried(self._carried + min(flowing) * len(flowing)))
        return done_us if first_us is None else min(first_us, done_us)

    def take(self, now_us: int) -> list[Progress]:
        """Everything that happens at `now_us` (an instant that `next_at` gave), bytes of other transfers included."""
        self._carry_until(now_us)
        happened: list[Progress] = []
        for transfer in tuple(self._transfers.values()):
            if transfer.is_answered:
                happened += self._tell_bytes(transfer)
            elif transfer.first_byte_us <= now_us:
                transfer.is_answered = True
                happened.append(Progress(now_us, transfer.request_id, 0, is_first=True))
                if transfer.missing == 0:
                    happened += self._tell_bytes(transfer)
        return happened

    def _tell_bytes(self, transfer: Transfer) -> list[Progress]:
        is_last = transfer.missing <= 0
        size_bytes = transfer.unreported // _MICROBITS_PER_BYTE
        transfer.unreported -= size_bytes * _MICROBITS_PER_BYTE
        if is_last:
            del self._transfers[transfer.request_id]
        elif size_bytes == 0:
            return []
        return [Progress(self._now_us, transfer.request_id, size_bytes, is_last=is_last)]

    def _carry_until(self, now_us: int) -> None:
        """Give every flowing transfer its share of what the link carried since the last time.

        Shares are whole microbits; the division's remainder is not used, and a transfer never gets more than it misses.
        """
        carried = self._trace.carried_until(now_us)
        flowing = [transfer for transfer in self._transfers.values() if transfer.is_answered]
        if flowing:
            share = (carried - self._carried) // len(flowing)
            for transfer in flowing:
                arrived = min(share, transfer.missing)
                transfer.missing -= arrived
                transfer.unreported += arrived
        self._now_us = now_us
        self._carried = carried
