import pytest

from simulator.report.scale import Tick, find_time_ticks, fit_scale, format_tick


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([24.0, 3.0], ["0", "10", "20", "30"]),
        ([2.6], ["0", "1", "2", "3"]),
        ([0.48], ["0", "0.2", "0.4", "0.6"]),
        ([60.0], ["0", "20", "40", "60"]),
        ([], ["0", "0.5", "1"]),
        ([0.0], ["0", "0.5", "1"]),
    ],
)
def test_axes_have_few_round_steps_and_hold_the_peak(values: list[float], ticks: list[str]) -> None:
    assert [tick.text for tick in fit_scale(values, 0, 100).ticks()] == ticks


def test_larger_values_stand_higher() -> None:
    scale = fit_scale([30], 50, 150)
    assert [scale.place(value) for value in (0, 15, 30)] == [150, 100, 50]


def test_time_ticks_stand_at_times_that_people_count_in() -> None:
    assert find_time_ticks(60_000_000, 1000) == tuple(
        Tick(round(s / 60 * 1000, 2), f"{s // 60}:{s % 60:02}") for s in range(0, 61, 5)
    )


def test_a_session_of_hours_has_ticks_of_whole_hours() -> None:
    texts = [tick.text for tick in find_time_ticks(24 * 3_600_000_000, 1000)]
    assert texts[:3] == ["0:00", "120:00", "240:00"]


@pytest.mark.parametrize(
    ("at_s", "step_s", "text"), [(80, 5, "1:20"), (7.5, 0.5, "0:07.5"), (59.999, 1, "1:00"), (0.02, 0.01, "0:00.02")]
)
def test_ticks_show_as_many_digits_as_their_step(at_s: float, step_s: float, text: str) -> None:
    assert format_tick(at_s, step_s) == text
