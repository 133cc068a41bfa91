import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.trace import Period
from simulator.trace_formats import parse_sabre_trace, parse_trace


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


def test_pensieve_bandwidth_is_that_of_the_time_before_a_line() -> None:
    assert parse_trace("0.0\t9\n0.5\t4.5\n\n2\t0.25\n", "bus").periods == (
        Period(500_000, 4_500_000, 0),
        Period(1_500_000, 250_000, 0),
    )


def test_mahimahi_packets_are_carried_by_the_millisecond_at_which_they_stand() -> None:
    trace = parse_trace("0\n1\n1\n3\n4\n", "cell.down")
    assert trace.periods == (
        Period(1000, 36_000_000, 0),  # three packets of 12,000 bits in the first millisecond
        Period(1000, 0, 0),
        Period(2000, 12_000_000, 0),
    )
    assert [trace.carried_until(ms * 1000) // 12_000_000_000 for ms in range(5)] == [0, 3, 3, 4, 5]


def test_csv_columns_stand_in_any_order_and_unit() -> None:
    text = "note,bandwidth_mbps, duration_s\nbus,1.5,0.25\ntram,2,1\n"
    assert parse_trace(text, "log").periods == (Period(250_000, 1_500_000, 0), Period(1_000_000, 2_000_000, 0))
    text = "duration_ms,bandwidth_kbps,latency_ms\r\n1,2,3\r\n"
    assert parse_trace(text, "log").periods == (Period(1000, 2000, 3000),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "log: is empty; a trace is Sabre JSON, Pensieve text"),
        ("hello\n", "log: starts with 'hello'; a trace is Sabre JSON, Pensieve text"),
        ("0 1", "log: found 1 line; a trace needs two or more"),
        ("0 1\n1 2 3", "log: line 2 is '1 2 3'; expected two numbers"),
        ("0 1\n1 fast", "log: line 2: bandwidth is 'fast'; expected a number"),
        ("0 1\n1 nan", "log: line 2: bandwidth is nan; expected a number from 0"),
        ("0 1\n1 -1", "log: line 2: bandwidth is -1; expected a number from 0"),
        ("5 1\n5 1", "log: line 2: time is 5 s after 5 s; times must rise"),
        ("0 0\n1 0", "trace log: it never carries a bit"),
        ("1\nx", "log: line 2 is 'x'; expected the millisecond of a packet"),
        ("2\n1", "log: line 2: 1 ms stands after 2 ms; the lines must not fall"),
        ("0\n0", "log: no packet after 0 ms"),
        ("9" * 5000, "log: line 1 is '9999"),
        ("a,b\n", "log: line 1: the header has none of the columns; expected one of duration_ms, duration_s"),
        ("duration_s,duration_ms\n", "log: line 1: the header has duration_ms and duration_s; expected one of"),
        ("duration_s,b\n", "log: line 1: the header has none of the columns; expected one of bandwidth_kbps"),
        ("duration_s,bandwidth_kbps\n1", "log: line 2 has 1 fields; the header has 2"),
        ("duration_s,bandwidth_kbps\n0,1", "log: line 2: duration_s is 0; a period lasts longer than 0"),
        ("duration_s,bandwidth_kbps\n1,x", "log: line 2: bandwidth_kbps is 'x'; expected a number"),
        ("duration_s,bandwidth_kbps\n", "trace log: it never carries a bit"),
    ],
)
def test_what_is_in_no_form_is_refused_by_file_and_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match="^" + re.escape(message)):
        parse_trace(text, "log")


@given(st.text(alphabet="0123456789.,\t\n []{}x-", max_size=60))
def test_any_text_is_a_trace_or_one_clear_refusal(text: str) -> None:
    try:
        said = parse_trace(text, "log").name
    except InputError as refusal:
        said = str(refusal)
    assert "log" in said
    assert "\n" not in said
