from collections import Counter
from pathlib import Path

import pytest

from loadtests.figures import Figures
from loadtests.limits import DEFAULT_LIMITS, judge, parse_limits, read_limits
from simulator.errors import InputError

GOOD = Figures(
    sessions=2, started=2, played_us=60_000_000, flips_done=8, requests=200, startup_ms=Counter({90: 2}),
    tap_to_picture_ms=Counter({75: 4}),
)  # fmt: skip


def test_a_run_within_its_limits_is_good() -> None:
    verdict = judge(GOOD, DEFAULT_LIMITS)
    assert (verdict.reasons(), verdict.exit_code) == ((), 0)


def test_each_limit_can_be_broken() -> None:
    bad = Figures(
        sessions=1, started=1, played_us=9_000_000, stalled_us=1_000_000, flips_done=1, flips_lost=1, requests=10,
        failed_requests=5, startup_ms=Counter({3_000: 1}), tap_to_picture_ms=Counter({1_500: 1}),
    )  # fmt: skip
    verdict = judge(bad, DEFAULT_LIMITS)
    assert verdict.exit_code == 1
    assert verdict.reasons() == (
        "startup_p95_s is 3, the limit is <= 2 s",
        "tap_to_picture_p95_s is 1.5, the limit is <= 1 s",
        "stall_ratio is 0.1, the limit is <= 0.005",
        "lost_flip_ratio is 0.5, the limit is <= 0.01",
        "failure_ratio is 0.5, the limit is <= 0.01",
    )


@pytest.mark.parametrize("sessions", [0, 3])
def test_a_run_that_nobody_heard_is_never_good(sessions: int) -> None:
    verdict = judge(Figures(sessions=sessions), DEFAULT_LIMITS)
    assert (verdict.reasons(), verdict.exit_code) == ((f"of {sessions} sessions none started",), 1)


def test_the_command_line_counts_before_the_file_and_the_file_before_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "limits.toml"
    file.write_text("startup_p95_s = 5\nstall_ratio = 0.2\n")
    limits = read_limits(file, {"stall_ratio": 0.3, "failure_ratio": None})
    assert {name: limit.high for name, limit in limits.items()} == {
        "startup_p95_s": 5.0, "tap_to_picture_p95_s": 1.0, "stall_ratio": 0.3, "lost_flip_ratio": 0.01,
        "failure_ratio": 0.01,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("startup_s = 1", "l.toml: 'startup_s' is no limit of a load test; did you mean 'startup_p95_s'?"),
        ("x = 1", f"l.toml: 'x' is no limit of a load test; known are {', '.join(DEFAULT_LIMITS)}"),
        ("stall_ratio = 'low'", "l.toml: stall_ratio is 'low'; it must be a number"),
        ("= 1", "l.toml: not TOML: Invalid statement (at line 1, column 1)"),
    ],
)
def test_limits_that_cannot_be_used_are_named(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_limits(text, "l.toml")
    assert str(caught.value) == message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml: cannot read the limits: No such file or directory"):
        read_limits(tmp_path / "none.toml", {})


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "l.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"l\.toml: not UTF-8 text"):
        read_limits(tmp_path / "l.toml", {})
