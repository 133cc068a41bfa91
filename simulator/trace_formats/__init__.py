"""Network traces as others write them, each turned into a `Trace`; which form it is, the content tells.

Sabre      a JSON list of periods                       [{"duration_ms": 1000, "bandwidth_kbps": 1700, ...}]
Pensieve   seconds and Mbit/s, no header                0.55    4.79
mahimahi   the millisecond of each 1500-byte packet     17
CSV        a header and a row for each period           duration_ms,bandwidth_kbps,latency_ms
"""

from simulator.errors import InputError
from simulator.trace import Trace
from simulator.trace_formats.mahimahi import parse_mahimahi_trace
from simulator.trace_formats.pensieve import parse_pensieve_trace
from simulator.trace_formats.rows import parse_csv_trace
from simulator.trace_formats.sabre import parse_sabre_trace

__all__ = ["parse_csv_trace", "parse_mahimahi_trace", "parse_pensieve_trace", "parse_sabre_trace", "parse_trace"]


def parse_trace(text: str, name: str) -> Trace:
    """The trace that `text` describes, in whichever of the four forms it is; `name` stands in errors and reports.

    The first line decides; only for what could be nothing else does the ending of `name`.
    Raises InputError naming the file and the place, or the four forms when it is none of them.
    """
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if first.startswith(("[", "{")) or name.endswith(".json"):
        return parse_sabre_trace(text, name)
    if "," in first or name.endswith(".csv"):
        return parse_csv_trace(text, name)
    if first.isdecimal():
        return parse_mahimahi_trace(text, name)
    if len(first.split()) == 2:
        return parse_pensieve_trace(text, name)
    found = f"starts with {first[:40]!r}" if first else "is empty"
    raise InputError(
        f"{name}: {found}; a trace is Sabre JSON, Pensieve text (seconds and Mbit/s), "
        "mahimahi (one millisecond per packet) or CSV with a header"
    )
