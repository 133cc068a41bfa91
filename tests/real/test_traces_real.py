"""Every trace of the corpus is read, whichever form it is in."""

import os
from pathlib import Path

import pytest

from simulator.trace_files import read_trace_file

ROOT = Path(__file__).parent.parent.parent
TRACES = Path(os.environ.get("MIDNOTE_MEDIA", ROOT.parent / "shared" / "media")).parent / "traces"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not TRACES.is_dir(), reason=f"no traces at {TRACES} (MIDNOTE_MEDIA names a folder beside it)"),
]

FOLDERS = {"mahimahi": 1, "pensieve_norway_test": 142, "sabre_3g_hsdpa": 20, "sabre_4g_ghent": 40}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_trace_is_read_and_carries_something(folder: str) -> None:
    paths: list[Path] = sorted((TRACES / folder).iterdir())
    assert len(paths) == FOLDERS[folder]
    assert all(read_trace_file(path).carried_until(60_000_000) > 0 for path in paths)


def test_mahimahi_carries_every_packet_of_a_lap() -> None:
    path = TRACES / "mahimahi" / "ATT-LTE-driving-2016.down"
    lines = path.read_text().split()
    lap_us = int(lines[-1]) * 1000
    assert read_trace_file(path).carried_until(lap_us) == len(lines) * 1500 * 8 * 1_000_000
