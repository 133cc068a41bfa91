"""Traces as the Sabre simulator keeps them.

A JSON list of periods, `{"duration_ms": 1000, "bandwidth_kbps": 1700, "latency_ms": 120}`.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from simulator.errors import InputError
from simulator.trace import Period, Trace
from simulator.trace_formats.numbers import LARGEST

_FIELDS = ("duration_ms", "bandwidth_kbps", "latency_ms")
_EXAMPLE = '{"duration_ms": 1000, "bandwidth_kbps": 1700, "latency_ms": 120}'


def parse_sabre_trace(text: str, name: str) -> Trace:
    """The trace that `text`, a JSON list in Sabre's form, describes; `name` stands in errors and reports.

    Numbers may have fractions; they are kept to the microsecond and to the bit per second.
    Raises InputError naming the file and the element.
    """
    try:
        elements = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: not JSON ({error}); a trace is a list of periods like {_EXAMPLE}") from error
    if not isinstance(elements, list) or not elements:
        found = "an empty list" if elements == [] else _word_for(elements)
        raise InputError(f"{name}: found {found}; a trace is a list of periods like {_EXAMPLE}")
    return Trace(name, tuple(_read_period(element, f"{name}: element {i}") for i, element in enumerate(elements)))


def _read_period(element: object, where: str) -> Period:
    if not isinstance(element, Mapping):
        raise InputError(f"{where} is {_word_for(element)}; expected a period like {_EXAMPLE}")
    duration_ms, bandwidth_kbps, latency_ms = (_read_number(element, field, where) for field in _FIELDS)
    duration_us = round(duration_ms * 1000)
    if duration_us <= 0:
        raise InputError(f"{where}: duration_ms is {duration_ms}; a period lasts longer than 0")
    return Period(duration_us, bandwidth_bps=round(bandwidth_kbps * 1000), latency_us=round(latency_ms * 1000))


def _read_number(element: Mapping[str, Any], field: str, where: str) -> Decimal:
    if field not in element:
        raise InputError(f"{where} has no {field}; expected a period like {_EXAMPLE}")
    value = element[field]
    if not isinstance(value, Decimal):
        raise InputError(f"{where}: {field} is {_word_for(value)}; expected a number")
    if not 0 <= value <= LARGEST:
        raise InputError(f"{where}: {field} is {value}; expected a number from 0 to {LARGEST}")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _word_for(value: object) -> str:
    """What a JSON value is, in JSON's words."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    names: dict[type, str] = {dict: "an object", list: "a list", str: "a string", Decimal: "a number"}
    return names[type(value)]
