"""Traces as CSV: a header that names the columns with their units, then a row for each period.

    duration_ms or duration_s, bandwidth_kbps or bandwidth_mbps, and, if you like, latency_ms; in any order

Other columns are left alone. Fields are not quoted.
"""

from collections.abc import Mapping
from decimal import Decimal

from simulator.errors import InputError
from simulator.trace import Period, Trace
from simulator.trace_formats.numbers import read_decimal

# Column, and what its number is multiplied with: microseconds and bits per second.
_DURATIONS = {"duration_ms": 1_000, "duration_s": 1_000_000}
_BANDWIDTHS = {"bandwidth_kbps": 1_000, "bandwidth_mbps": 1_000_000}
_LATENCIES = {"latency_ms": 1_000}


def parse_csv_trace(text: str, name: str) -> Trace:
    """The trace of that table; kept to the microsecond and to the bit per second. Raises InputError naming the line."""
    lines = [(number, line.split(",")) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    header = [column.strip() for column in lines[0][1]] if lines else []
    duration = _find_column(header, _DURATIONS, name)
    bandwidth = _find_column(header, _BANDWIDTHS, name)
    has_latency = "latency_ms" in header
    periods: list[Period] = []
    for number, fields in lines[1:]:
        where = f"{name}: line {number}"
        if len(fields) != len(header):
            raise InputError(f"{where} has {len(fields)} fields; the header has {len(header)}")
        row = dict(zip(header, (field.strip() for field in fields), strict=True))
        duration_us = _read(row, duration, _DURATIONS, where)
        if duration_us <= 0:
            raise InputError(f"{where}: {duration} is {row[duration]}; a period lasts longer than 0")
        latency_us = _read(row, "latency_ms", _LATENCIES, where) if has_latency else 0
        periods.append(Period(duration_us, _read(row, bandwidth, _BANDWIDTHS, where), latency_us))
    return Trace(name, periods)


def _find_column(header: list[str], known: Mapping[str, int], name: str) -> str:
    found = [column for column in known if column in header]
    if len(found) != 1:
        raise InputError(
            f"{name}: line 1: the header has {' and '.join(found) or 'none of the columns'}; "
            f"expected one of {', '.join(known)}, as in duration_ms,bandwidth_kbps,latency_ms"
        )
    return found[0]


def _read(row: Mapping[str, str], column: str, factors: Mapping[str, int], where: str) -> int:
    return round(read_decimal(row[column], column, where) * Decimal(factors[column]))
