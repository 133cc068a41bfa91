from dataclasses import replace

from test_sweep_summary import ROW

from simulator.bootstrap import Interval
from simulator.comparison import FIGURES, Change, compare_sweeps, judge_change
from simulator.sweep_rows import SessionRow

BEFORE = [replace(ROW, key=f"b{n}", trace=f"traces/{n}.txt", startup_s=0.5 + n / 10) for n in range(8)]


def find(name: str, before: list[SessionRow], after: list[SessionRow]) -> Change:
    return next(change for change in compare_sweeps(before, after).changes if change.figure.name == name)


def test_the_same_sessions_are_the_same() -> None:
    comparison = compare_sweeps(BEFORE, BEFORE)
    assert (comparison.pairs, comparison.only_before, comparison.only_after) == (8, 0, 0)
    assert {judge_change(change) for change in comparison.changes} == {"same"}
    assert not comparison.is_worse


def test_a_figure_that_rose_everywhere_is_certainly_worse_where_less_is_better() -> None:
    after = [replace(row, startup_s=(row.startup_s or 0) + 0.2) for row in BEFORE]
    change = find("startup", BEFORE, after)
    assert round(change.difference.low, 9) == round(change.difference.high, 9) == 0.2
    assert judge_change(change) == "worse"
    assert judge_change(find("startup", after, BEFORE)) == "better"
    assert compare_sweeps(BEFORE, after).is_worse


def test_what_goes_up_here_and_down_there_is_not_certain() -> None:
    after = [replace(row, rebuffer_s=row.rebuffer_s + (-1) ** n + 1) for n, row in enumerate(BEFORE)]
    swung = [replace(row, rebuffer_s=1.0) for row in BEFORE]
    assert judge_change(find("sound stopped", swung, after)) == "not certain"


def test_sessions_are_paired_by_the_last_part_of_their_names() -> None:
    moved = [replace(row, package="/elsewhere/song", trace=f"/old/{row.trace}", key="x") for row in BEFORE[:3]]
    other = replace(ROW, trace="traces/new.txt")
    comparison = compare_sweeps(BEFORE, [*moved, other])
    assert (comparison.pairs, comparison.only_before, comparison.only_after) == (3, 5, 1)


def test_more_is_better_where_it_is() -> None:
    rate = next(figure for figure in FIGURES if figure.name == "picture rate")
    assert judge_change(Change(rate, 1, 1.0, 2.0, Interval(1.0, 0.5, 1.5))) == "better"
    assert judge_change(Change(rate, 1, 2.0, 1.0, Interval(-1.0, -1.5, -0.5))) == "worse"
