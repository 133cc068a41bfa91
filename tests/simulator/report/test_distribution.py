from simulator.bootstrap import Interval
from simulator.report.distribution import BOTTOM_PX, LEFT_PX, PLOT_PX, TOP_PX, draw_frontier, draw_waits, is_dominated
from simulator.sweep_plan import Contender
from simulator.sweep_summary import Line


def line_of(rule: str, waits_s: tuple[float, ...], median_s: float = 0.5, wasted_bytes: float = 1e6) -> Line:
    wait = Interval(median_s, median_s / 2, median_s * 2)
    return Line(
        Contender(rule, "two-element"), 1, 1, len(waits_s), 0, wait, None, None, 0.0, 0, 0.0, wasted_bytes, None, None,
        None, None, waits_s,
    )  # fmt: skip


def test_a_curve_climbs_by_what_each_picture_adds() -> None:
    plot = draw_waits([line_of("bola", (0.5, 1.0))])
    middle = TOP_PX + (BOTTOM_PX - TOP_PX) / 2
    right = LEFT_PX + PLOT_PX
    assert (
        plot.curves[0].path == f"M{LEFT_PX},{BOTTOM_PX}H{LEFT_PX + PLOT_PX / 2:g}V{middle:g}H{right}V{TOP_PX}H{right}"
    )


def test_thousands_of_waits_make_no_endless_path() -> None:
    waits_s = tuple(number / 10_000 for number in range(1, 10_001))
    assert len(draw_waits([line_of("bola", waits_s)]).curves[0].path) < 16 * PLOT_PX


def test_waits_of_one_pixel_are_one_step_to_the_height_of_the_last() -> None:
    plot = draw_waits([line_of("bola", (0.5, 0.5, 0.5, 1.0))])
    assert plot.curves[0].path.startswith(
        f"M{LEFT_PX},{BOTTOM_PX}H{round(LEFT_PX + PLOT_PX / 2)}V{BOTTOM_PX - (BOTTOM_PX - TOP_PX) * 0.75:g}"
    )


def test_names_of_equal_contenders_stand_below_each_other() -> None:
    first, second = draw_frontier([line_of("a", ()), line_of("b", ())]).spots
    assert first.y_px == second.y_px
    assert second.name_px - first.name_px == 14


def test_the_front_is_what_no_other_betters_in_both() -> None:
    lines = [line_of("a", (), 0.5, 2e6), line_of("b", (), 1.0, 1e6), line_of("c", (), 1.0, 3e6)]
    spots = draw_frontier(lines).spots
    assert [spot.is_on_front for spot in spots] == [True, True, False]
    assert spots[0].low_px < spots[0].x_px < spots[0].high_px


def test_equal_points_do_not_dominate_each_other() -> None:
    assert not is_dominated((1.0, 1.0), [(1.0, 1.0), (1.0, 1.0)])
    assert is_dominated((1.0, 1.0), [(1.0, 0.9)])
