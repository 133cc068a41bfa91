import re
from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.scenario_file import read_scenario
from simulator.trace import Period


def test_a_trace_is_sought_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "drive.csv").write_text("duration_s,bandwidth_mbps\n1,2\n")
    (tmp_path / "s.toml").write_text("[link]\ntrace = 'drive.csv'\nlatency_ms = 5")
    link = read_scenario(tmp_path / "s.toml").link
    assert link is not None
    assert link.periods == (Period(1_000_000, 2_000_000, 5_000),)


def test_a_trace_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("[link]\ntrace = 'drive.csv'")
    with pytest.raises(InputError, match=re.escape(f"{tmp_path}/drive.csv: cannot be read (No such file")):
        read_scenario(tmp_path / "s.toml")
