"""One link, shared by all responses in flight: who may send how much until when. No clock inside.

Each response books one quantum at a time, after the one before; so responses take turns, and each of
n gets one nth of the link. All times are microseconds since the trace began.
"""

from dataclasses import dataclass

from simulator.trace import US_PER_S, Trace

# How long a quantum should take: short enough that two responses interleave finely, long enough that
# waking up for each (some 50 us of work) costs little.
QUANTUM_US = 8_000
LEAST_QUANTUM_BYTES = 4 * 1024
MOST_QUANTUM_BYTES = 64 * 1024
# A flow that wakes up late books from the instant at which it should have woken: the link did not rest
# meanwhile. But no further back than this, for then the client was not reading, and the link did rest.
CATCH_UP_US = 100_000
# What lies in the socket is data that the client should not have yet, so it holds little.
_LEAST_SOCKET_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Reservation:
    """A stretch of the link's capacity, and the instant at which the link has carried it."""

    start_microbits: int
    end_microbits: int
    due_us: int


class LinkBook:
    """What of a link's capacity is taken. It never carries more than its trace does."""

    __slots__ = ("_booked_microbits", "trace")

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._booked_microbits = 0

    def reserve(self, ready_us: int, size_bytes: int) -> Reservation:
        """The first free capacity for `size_bytes` that are ready to go at `ready_us`."""
        start = max(self._booked_microbits, self.trace.carried_until(ready_us))
        end = start + size_bytes * 8 * US_PER_S
        self._booked_microbits = end
        return Reservation(start, end, self.trace.time_when_carried(end))

    def give_back(self, reservation: Reservation, now_us: int) -> None:
        """Free what the link has not yet carried of a reservation whose client went away.

        Only the last one booked can be freed, for the others' times are promised already. What is
        lost otherwise is less than one quantum.
        """
        if reservation.end_microbits == self._booked_microbits:
            carried = self.trace.carried_until(now_us)
            self._booked_microbits = min(reservation.end_microbits, max(reservation.start_microbits, carried))


class Flow:
    """One response on the link."""

    __slots__ = ("_book", "_due_us")

    def __init__(self, book: LinkBook) -> None:
        self._book = book
        self._due_us = 0

    def reserve(self, now_us: int, size_bytes: int) -> Reservation:
        """The flow's next turn: after its last one, or now if it paused since."""
        started = self._due_us > 0
        ready_us = max(self._due_us, now_us - CATCH_UP_US) if started else now_us
        reservation = self._book.reserve(ready_us, size_bytes)
        self._due_us = reservation.due_us
        return reservation


def quantum_bytes(bandwidth_bps: int) -> int:
    """How much to send in one turn at this rate."""
    fitting = bandwidth_bps * QUANTUM_US // (8 * US_PER_S)
    return min(max(LEAST_QUANTUM_BYTES, fitting), MOST_QUANTUM_BYTES)


def socket_buffer_bytes(trace: Trace) -> int:
    """The least send buffer of a socket that does not slow the trace down: two of its largest quanta.

    Measured on loopback, where one TCP segment may be 64 KiB: with less than one quantum, each waits for
    a delayed acknowledgement, and 100 Mbit/s take 6 times as long as they should; with two, 1.01 times.
    """
    fastest_bps = max(period.bandwidth_bps for period in trace.periods)
    return max(_LEAST_SOCKET_BYTES, 2 * quantum_bytes(fastest_bps))
