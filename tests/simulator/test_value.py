import pickle
from dataclasses import replace

import pytest

from simulator.inputs import Arrived


def test_values_are_equal_and_hashed_by_their_fields() -> None:
    assert Arrived(1, 2, 3) == Arrived(1, 2, 3) != Arrived(1, 2, 4)
    assert {Arrived(1, 2, 3): "seen"}[Arrived(1, 2, 3)] == "seen"


def test_values_have_no_room_for_anything_else() -> None:
    with pytest.raises(AttributeError):
        Arrived(1, 2, 3).colour = "red"  # type: ignore[attr-defined]


def test_values_are_pickled_and_replaced() -> None:
    assert pickle.loads(pickle.dumps(Arrived(1, 2, 3))) == Arrived(1, 2, 3)
    assert replace(Arrived(1, 2, 3), at_us=5) == Arrived(5, 2, 3)
