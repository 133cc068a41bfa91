from pathlib import Path

import pytest
from outcome_specimen import make_outcome

from simulator.errors import InputError
from simulator.present import Files, present_outcomes


def test_a_watched_stretch_is_written_for_p1203(tmp_path: Path) -> None:
    present_outcomes([make_outcome()], Files(p1203=tmp_path / "p1203"), as_json=True)
    assert [path.name for path in (tmp_path / "p1203").iterdir()] == ["commuter-1.json"]


def test_the_step_summary_keeps_what_others_wrote(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# Before\n")
    present_outcomes([make_outcome()], Files(step_summary=summary), as_json=True)
    assert summary.read_text().startswith("# Before\n## midnote: It was heard\n")


def test_a_step_summary_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no/such.md: cannot be written: No such file or directory$"):
        present_outcomes([make_outcome()], Files(step_summary=tmp_path / "no" / "such.md"), as_json=True)
