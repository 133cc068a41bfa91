"""Makes responses as slow as a network would: waits, in asyncio, for what the link's book says."""

import asyncio

from simulator.origin.reservations import Flow, LinkBook, quantum_bytes
from simulator.trace import US_PER_S, Trace


class Shaper:
    """One network between the origin and all its clients. Its trace begins with the first request.

    Bodies are shaped; heads are not counted, so that a transfer takes what the trace says for its bytes.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._book = LinkBook(trace)
        self._began_s: float | None = None

    async def open_flow(self) -> Flow:
        """A way through the network for one response, after the latency (one round trip) of the current period."""
        latency_us = self._trace.period_at(self._now_us()).latency_us
        await asyncio.sleep(latency_us / US_PER_S)
        return Flow(self._book)

    def quantum_bytes(self) -> int:
        """How much a response may send in its next turn."""
        return quantum_bytes(self._trace.period_at(self._now_us()).bandwidth_bps)

    async def carry(self, flow: Flow, size_bytes: int) -> None:
        """Return when the network has carried `size_bytes` more of `flow`; cancelled, free what it did not carry."""
        now_us = self._now_us()
        reservation = flow.reserve(now_us, size_bytes)
        try:
            await asyncio.sleep(max(0, reservation.due_us - now_us) / US_PER_S)
        except asyncio.CancelledError:
            self._book.give_back(reservation, self._now_us())
            raise

    def _now_us(self) -> int:
        now_s = asyncio.get_running_loop().time()
        if self._began_s is None:
            self._began_s = now_s
        return round((now_s - self._began_s) * US_PER_S)
