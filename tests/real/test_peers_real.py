"""Our rules in other simulators' set-ups give the figures that those simulators give."""

import pytest

from benchmarks.compare_pensieve import play_trace, read_reference
from benchmarks.compare_sabre import SHARED, compare_example
from simulator.abr import BufferBased

REFERENCE = SHARED / "reference"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not REFERENCE.is_dir(), reason=f"no reference results at {REFERENCE} (MIDNOTE_MEDIA names a folder beside it)"
    ),
]


def test_every_figure_of_sabres_example_is_ours_as_printed() -> None:
    runs = compare_example(SHARED)
    assert [run.options for run in runs] == [
        "-a bola",
        "-a dynamic",
        "-a throughput",
        "-a dynamic -noa",
        "-a bola -b 15",
    ]
    assert all(len(run.theirs) == 24 for run in runs)
    assert {run.options: run.find_differences() for run in runs} == {run.options: {} for run in runs}


def test_pensieves_buffer_based_rewards_are_ours() -> None:
    reference = read_reference(SHARED)
    assert len(reference) == 71
    for name, theirs in reference.items():
        ours = play_trace(SHARED, name, BufferBased())
        assert ours.mean_reward == pytest.approx(theirs.mean_reward, rel=0, abs=1e-9), name
        assert ours.total_rebuf_s == pytest.approx(theirs.total_rebuf_s, rel=0, abs=1e-9), name
        assert ours.mean_bitrate == theirs.mean_bitrate, name
