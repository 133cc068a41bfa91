from dataclasses import replace

from simulator.sweep_rows import SessionRow
from simulator.sweep_summary import name_line, name_shared, summarise

ROW = SessionRow(
    key="k1", package="song", trace="traces/bus.txt", rule="bola", profile="two-element", switching="usual",
    listener="listener 1",
    is_good=True, is_proven=False, reasons="", ending="Ended", startup_s=0.5, played_s=100.0, rebuffer_s=0.0,
    rebuffer_count=0, video_s=40.0, frozen_s=0.0, frozen_count=0, mean_audio_bps=160_000, mean_video_bps=1_000_000,
    rung_changes=2, fetched_bytes=9_000_000, wasted_bytes=1_000_000, retries=0, joins=2, joins_lost=0,
    tap_to_picture_mean_s=0.5, tap_to_picture_p95_s=0.6, qoe_picture_linear=1.0, qoe_picture_log=0.5, qoe_sound_log=0.2,
)  # fmt: skip
BAD = replace(
    ROW, key="k2", trace="traces/tunnel.txt", is_good=False, rebuffer_s=10.0, rebuffer_count=1, frozen_s=10.0, joins=1,
    joins_lost=1, wasted_bytes=2_000_000, startup_s=1.5,
)  # fmt: skip


def test_a_line_sums_up_its_sessions() -> None:
    (line,) = summarise([ROW, BAD], {"k1": [0.4, 0.6], "k2": [], "other": [9.0]}).lines
    assert (line.sessions, line.good, line.good_percent) == (2, 1, 50.0)
    assert (line.joins, line.joins_lost, line.waits_s) == (3, 1, (0.4, 0.6))
    assert line.tap_to_picture_median_s is not None
    assert line.tap_to_picture_median_s.value == 0.5
    assert (line.rebuffer_ratio, line.rebuffered_sessions) == (10 / 200, 1)
    assert line.frozen_ratio == 10 / 90
    assert line.wasted_bytes_per_join == 1_000_000


def test_contenders_are_kept_apart() -> None:
    summary = summarise([ROW, replace(BAD, rule="dynamic")], {})
    assert [(line.contender.rule, line.good_percent) for line in summary.lines] == [("bola", 100.0), ("dynamic", 0.0)]
    assert summary.good_percent == 50.0
    assert summary.lines[0].tap_to_picture_median_s is None


def test_hard_traces_are_those_where_most_fell_short() -> None:
    rows = [ROW, BAD, replace(BAD, key="k3", trace="traces/bus.txt")]
    assert summarise(rows, {}).hard_traces == (("tunnel.txt", 1, 1), ("bus.txt", 1, 2))


def test_what_contenders_have_in_common_is_said_once() -> None:
    lines = summarise([ROW, replace(BAD, rule="dynamic")], {}).lines
    assert [name_line(line, lines) for line in lines] == ["bola", "dynamic"]
    assert name_shared(lines) == "profile two-element, switching usual"
