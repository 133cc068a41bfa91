"""Scenarios from disk."""

from pathlib import Path

from simulator.errors import InputError
from simulator.scenario import Scenario, find_trace_name, parse_scenario
from simulator.trace_files import read_trace_file


def read_scenario(path: Path) -> Scenario:
    """The scenario in a TOML file; a trace it names is sought from the file's own folder.

    Raises InputError when it cannot be read or says something impossible.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        raise InputError(f"{path}: cannot read the scenario: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise InputError(f"{path}: not a text file; a scenario is TOML in UTF-8") from fault
    trace = find_trace_name(text)
    return parse_scenario(text, str(path), {trace: read_trace_file(path.parent / trace)} if trace else {})
