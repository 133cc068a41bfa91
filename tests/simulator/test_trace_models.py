import pytest

from simulator.errors import InputError
from simulator.trace_models import MODELS, make_trace


@pytest.mark.parametrize("name", MODELS)
def test_a_seed_is_a_trace(name: str) -> None:
    assert make_trace(name, 1).periods == make_trace(name, 1).periods
    assert make_trace(name, 1).periods != make_trace(name, 2).periods


@pytest.mark.parametrize(("name", "has_holes"), [("lte", False), ("3g-commute", True), ("wifi-dropouts", True)])
def test_holes_are_where_the_model_has_them(name: str, has_holes: bool) -> None:
    assert any(period.bandwidth_bps == 0 for period in make_trace(name, 1).periods) is has_holes


def test_an_unknown_model_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"^model '6g' is unknown; there are lte, 3g-commute, wifi-dropouts$"):
        make_trace("6g", 1)
