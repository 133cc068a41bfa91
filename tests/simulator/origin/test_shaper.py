import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

from simulator.origin.shaper import Shaper
from simulator.trace import Period, Trace, constant_trace

BYTE_PER_US = constant_trace(8_000_000, latency_us=50_000)


class JumpingSelector(selectors.SelectSelector):
    """Waits for nothing: the time asked for has passed at once."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now_s += timeout or 0.0
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time; what should take an hour takes none, and exactly an hour."""

    def __init__(self) -> None:
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now_s


def run_in_virtual_time(main: Coroutine[Any, Any, list[int]]) -> list[int]:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def now_ms() -> int:
    return round(asyncio.get_running_loop().time() * 1000)


async def transfer(shaper: Shaper, size_bytes: int, piece_bytes: int = 10_000) -> int:
    """When the last byte is through, in ms."""
    flow = await shaper.open_flow()
    for _ in range(0, size_bytes, piece_bytes):
        await shaper.carry(flow, piece_bytes)
    return now_ms()


def test_one_transfer_takes_latency_and_size_over_rate() -> None:
    async def main() -> list[int]:
        return [await transfer(Shaper(BYTE_PER_US), 1_000_000)]

    assert run_in_virtual_time(main()) == [1050]


def test_two_transfers_share_the_link_evenly() -> None:
    async def main() -> list[int]:
        shaper = Shaper(BYTE_PER_US)
        return list(await asyncio.gather(transfer(shaper, 1_000_000), transfer(shaper, 1_000_000)))

    assert run_in_virtual_time(main()) == [2040, 2050]


def test_the_trace_begins_with_the_first_request() -> None:
    async def main() -> list[int]:
        shaper = Shaper(Trace("late", (Period(100_000, 8_000_000, 0), Period(900_000, 0, 0))))
        await asyncio.sleep(3.5)
        return [await transfer(shaper, 100_000), await transfer(shaper, 10_000)]

    assert run_in_virtual_time(main()) == [3600, 4510]


def test_a_client_that_leaves_in_an_outage_frees_the_link() -> None:
    async def main() -> list[int]:
        # Nothing for an hour, and then one byte per microsecond.
        shaper = Shaper(Trace("outage", (Period(3_600_000_000, 0, 0), Period(1_000_000_000, 8_000_000, 0))))
        leaving = asyncio.create_task(transfer(shaper, 10_000_000, piece_bytes=10_000_000))
        await asyncio.sleep(1)
        leaving.cancel()
        await asyncio.wait((leaving,))
        return [await transfer(shaper, 10_000)]

    assert run_in_virtual_time(main()) == [3_600_010]
