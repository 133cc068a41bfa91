import io
import json
from collections import Counter

from rich.console import Console

from loadtests.figures import Figures, read_message
from loadtests.limits import DEFAULT_LIMITS, judge
from loadtests.summary import describe_as_json, print_summary

FIGURES = Figures(
    sessions=3, started=2, gave_up=1, played_us=90_000_000, picture_us=30_000_000, stalled_us=10_000_000, stalls=2,
    freezes=1, flips_done=5, flips_lost=0, flips_overtaken=1, requests=100, failed_requests=1, aborted_requests=4,
    fetched_bytes=12_340_000, wasted_bytes=1_000_000, startup_ms=Counter({10: 1, 20: 1}),
    tap_to_picture_ms=Counter({75: 2}), segments=Counter({"audio aac-96": 1, "audio aac-256": 3}),
)  # fmt: skip


def show(figures: Figures) -> list[list[str]]:
    """The words of each line that is printed."""
    text = io.StringIO()
    print_summary(Console(file=text, width=100), figures, judge(figures, DEFAULT_LIMITS))
    return [line.split() for line in text.getvalue().splitlines() if line.strip(" ─")]


def test_people_see_every_figure_and_the_broken_limit() -> None:
    assert [" ".join(words) for words in show(FIGURES)] == [
        "What the listeners went through",
        "Measure Value Limit",
        "sessions 3: 2 started, 1 gave up",
        "listened 1.5 min, 0.5 min of it with picture",
        "startup p50 0.010 s",
        "startup p95 0.020 s <= 2 s kept",
        "stalls 2, 10.00 s in all",
        "stall ratio 10.00 % <= 0.5 % broken",
        "frozen pictures 1",
        "flips 5 done, 0 lost, 1 overtaken",
        "lost flips 0.00 % <= 1 % kept",
        "tap to picture p50 0.075 s",
        "tap to picture p95 0.075 s <= 1 s kept",
        "requests 100: 1 failed, 4 aborted",
        "failed requests 1.00 % <= 1 % kept",
        "fetched 12.3 MB, 1.0 MB of it never seen",
        "sound aac-256 75%, aac-96 25%",
        "picture -",
        "Falls short: stall_ratio is 0.1, the limit is <= 0.005",
    ]


def test_what_was_not_measured_is_not_called_kept() -> None:
    lines = [" ".join(words) for words in show(Figures())]
    assert "startup p95 - <= 2 s" in lines
    assert lines[-1] == "Falls short: of 0 sessions none started"


def test_programs_get_verdict_limits_and_figures() -> None:
    told = json.loads(describe_as_json(FIGURES, judge(FIGURES, DEFAULT_LIMITS)))
    assert told["is_good"] is False
    assert told["reasons"] == ["stall_ratio is 0.1, the limit is <= 0.005"]
    assert told["limits"]["stall_ratio"] == {"value": 0.1, "limit": 0.005, "is_kept": False}
    assert read_message(told["figures"]) == FIGURES
