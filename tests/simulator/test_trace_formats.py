import re

import pytest

from simulator.errors import InputError
from simulator.trace import Period
from simulator.trace_formats import parse_sabre_trace


def test_sabre_periods_become_microseconds_and_bits_per_second() -> None:
    trace = parse_sabre_trace(
        '[{"duration_ms": 1001, "bandwidth_kbps": 2809, "latency_ms": 100},'
        ' {"duration_ms": 0.5, "bandwidth_kbps": 0.25, "latency_ms": 0, "note": "dip"}]',
        "log.json",
    )
    assert trace.name == "log.json"
    assert trace.periods == (Period(1_001_000, 2_809_000, 100_000), Period(500, 250, 0))


PERIOD = '{"duration_ms": 1, "bandwidth_kbps": 1, "latency_ms": 1}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "log.json: not JSON ("),
        ("[NaN]", "log.json: not JSON (NaN is not a number)"),
        ("[" * 100_000, "log.json: not JSON ("),
        ("{}", "log.json: found an object; a trace is a list of periods"),
        ("null", "log.json: found null; a trace is a list of periods"),
        ("[]", "log.json: found an empty list; a trace is a list of periods"),
        (f"[{PERIOD}, 7]", "log.json: element 1 is a number; expected a period"),
        ('[{"duration_ms": 1, "bandwidth_kbps": 1}]', "log.json: element 0 has no latency_ms"),
        (f"[{PERIOD.replace('1}', 'true}')}]", "log.json: element 0: latency_ms is true; expected a number"),
        (f"[{PERIOD.replace('1}', '-1}')}]", "log.json: element 0: latency_ms is -1; expected a number from 0"),
        (f"[{PERIOD.replace('1}', '1e99999}')}]", "log.json: element 0: latency_ms is 1E+99999; expected a number"),
        ('[{"duration_ms": 0, "bandwidth_kbps": 1, "latency_ms": 1}]', "log.json: element 0: duration_ms is 0;"),
        ('[{"duration_ms": 1, "bandwidth_kbps": 0, "latency_ms": 1}]', "trace log.json: it never carries a bit"),
    ],
)
def test_what_is_no_trace_is_refused_by_file_and_element(text: str, message: str) -> None:
    with pytest.raises(InputError, match="^" + re.escape(message)):
        parse_sabre_trace(text, "log.json")
