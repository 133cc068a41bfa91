"""Traces as the mahimahi link emulator keeps them: each line is the millisecond at which one packet can be delivered.

A packet is 1500 bytes; several in one millisecond stand in several lines; the last line ends the lap. A chance at
millisecond t is spread over the millisecond that ends at t, so that at t as much has been carried as mahimahi carries;
those at 0 fall into the first one. There is no latency in the file (mahimahi adds it with another tool).
"""

from collections import Counter
from itertools import groupby

from simulator.errors import InputError
from simulator.trace import Period, Trace

_BPS_PER_PACKET_IN_MS = 1500 * 8 * 1000
_LONGEST_MS = 24 * 3600 * 1000  # a day; above it the file is something else


def parse_mahimahi_trace(text: str, name: str) -> Trace:
    """The trace of that text. Raises InputError naming the line."""
    packets: Counter[int] = Counter()
    last_ms = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        at_ms = _read_millisecond(line.strip(), f"{name}: line {number}")
        if at_ms < last_ms:
            raise InputError(f"{name}: line {number}: {at_ms} ms stands after {last_ms} ms; the lines must not fall")
        last_ms = at_ms
        packets[max(at_ms, 1) - 1] += 1
    if last_ms == 0:
        raise InputError(f"{name}: no packet after 0 ms; the last line says how long the trace lasts")
    runs = ((count, len(tuple(run))) for count, run in groupby(packets[ms] for ms in range(last_ms)))
    return Trace(name, (Period(length_ms * 1000, count * _BPS_PER_PACKET_IN_MS, 0) for count, length_ms in runs))


def _read_millisecond(text: str, where: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 12 or int(text) > _LONGEST_MS:
        raise InputError(f"{where} is {text[:40]!r}; expected the millisecond of a packet, 0 to {_LONGEST_MS}")
    return int(text)
