import re
from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.trace import SHAPES, Period
from simulator.trace_files import read_shape


def test_shapes_have_names() -> None:
    assert (read_shape("none"), read_shape("3g")) == (None, SHAPES["3g"])


def test_a_model_may_carry_its_seed() -> None:
    plain, seventh = read_shape("lte"), read_shape("lte:7")
    assert plain is not None
    assert seventh is not None
    assert (plain.name, seventh.name) == ("lte:1", "lte:7")


def test_a_json_file_is_a_shape(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_text('[{"duration_ms": 1, "bandwidth_kbps": 2, "latency_ms": 3}]')
    trace = read_shape(str(path))
    assert trace is not None
    assert (trace.name, trace.periods) == (str(path), (Period(1000, 2000, 3000),))


def test_an_unknown_shape_names_the_known_ones() -> None:
    with pytest.raises(
        InputError, match=r"^shape 5g: unknown; choose 3g, 4g, wifi, lte, 3g-commute, wifi-dropouts, none or a"
    ):
        read_shape("5g")


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(f"{tmp_path}/x.json: cannot be read (No such file or directory)")):
        read_shape(str(tmp_path / "x.json"))


def test_a_file_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=re.escape("x.json: not a text file; a trace is text in UTF-8")):
        read_shape(str(tmp_path / "x.json"))
