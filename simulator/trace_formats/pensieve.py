"""Traces as Pensieve and its successors keep them: text, `seconds<TAB>Mbit/s` in each line, no header.

A line's bandwidth is that of the time since the line before it, as in Pensieve's own simulator, which enters a trace
at its second line; the first line says only when the recording began. There is no latency in the file.
"""

from decimal import Decimal
from itertools import pairwise

from simulator.errors import InputError
from simulator.trace import US_PER_S, Period, Trace
from simulator.trace_formats.numbers import read_decimal


def parse_pensieve_trace(text: str, name: str) -> Trace:
    """The trace of that text; kept to the microsecond and to the bit per second. Raises InputError naming the line."""
    rows = read_pensieve_rows(text, name)
    periods = [
        Period(round(until_s * US_PER_S) - round(since_s * US_PER_S), round(mbps * 1_000_000), 0)
        for (since_s, _), (until_s, mbps) in pairwise(rows)
    ]
    return Trace(name, periods)


def read_pensieve_rows(text: str, name: str) -> tuple[tuple[Decimal, Decimal], ...]:
    """Seconds and Mbit/s of each line, exactly as written. Raises InputError naming the line."""
    rows: list[tuple[Decimal, Decimal]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        where = f"{name}: line {number}"
        fields = line.split()
        if len(fields) != 2:
            raise InputError(f"{where} is {line.strip()[:40]!r}; expected two numbers, seconds and Mbit/s")
        at_s, mbps = read_decimal(fields[0], "time", where), read_decimal(fields[1], "bandwidth", where)
        if rows and round(at_s * US_PER_S) <= round(rows[-1][0] * US_PER_S):
            raise InputError(f"{where}: time is {at_s} s after {rows[-1][0]} s; times must rise by 1 us or more")
        rows.append((at_s, mbps))
    if len(rows) < 2:
        raise InputError(f"{name}: found {len(rows)} line; a trace needs two or more of seconds and Mbit/s")
    return tuple(rows)
