from outcome_specimen import make_outcome

from simulator.report.chart import Flag, draw_chart
from simulator.report.panels import Box
from simulator.timeline import trace_timeline

OUTCOME = make_outcome(click_db=2.0)
CHART = draw_chart(trace_timeline(OUTCOME.session), OUTCOME)


def test_the_band_holds_each_mode_in_its_time_and_tells_modes_apart_by_height() -> None:
    assert [(b.x_ms, b.width_ms, b.kind) for b in CHART.band[:4]] == [
        (0, 1000, "opening"), (1000, 2000, "sound"), (3000, 1100, "joining"), (4100, 900, "picture"),
    ]  # fmt: skip
    heights = {box.kind: box.height_px for box in CHART.band}
    assert heights["sound"] < heights["joining"] < heights["frozen"] < heights["picture"]
    assert CHART.band[3].title == "sound + picture: 0.90 s from 4.10 s on"


def test_freezes_and_rebuffers_are_shaded_from_top_to_bottom() -> None:
    assert [(b.x_ms, b.width_ms, b.kind) for b in CHART.shades] == [(5000, 1000, "frozen"), (9000, 2000, "stopped")]
    assert {b.y_px + b.height_px for b in CHART.shades} == {CHART.height_px}


def test_taps_are_flagged_with_what_came_of_them() -> None:
    assert CHART.flags == (
        Flag(1, 3000, 4100, "video", 0, "Flip 1 to video, tapped at 0:02.00 of the song: picture after 1.10 s at 240p"),
        Flag(2, 8000, 8000, "audio", 0, "Flip 2 to audio, tapped at 0:07.00 of the song"),
    )


def test_seams_stand_at_the_clock_time_at_which_they_were_heard() -> None:
    assert [(mark.at_ms, mark.title) for mark in CHART.seams] == [
        (3000, "Seam at 2.00 s of the song (tap 1): +2.0 dB against coding noise"),
        (8000, "Seam at 7.00 s of the song (tap 2): bit-exact"),
    ]


def test_panels_stand_below_each_other_without_overlap() -> None:
    titles = [panel.title for panel in CHART.panels]
    assert titles == [
        "Buffer level (s)", "Throughput (Mbit/s)", "Picture rung seen", "Sound rung heard", "Fetches",
    ]  # fmt: skip
    for above, below in zip(CHART.panels, CHART.panels[1:], strict=False):
        assert below.top_px - above.bottom_px >= 20
    assert CHART.panels[-1].bottom_px == CHART.height_px


def test_each_rung_has_a_row_and_the_best_is_on_top() -> None:
    sound = CHART.panels[3]
    assert [tick.text for tick in sound.ticks] == ["aac-256", "aac-96"]
    assert [(b.x_ms, b.width_ms) for b in sound.boxes] == [(1000, 4000), (5000, 4000), (11000, 2000)]
    assert sound.boxes[1].y_px < sound.boxes[0].y_px == sound.boxes[2].y_px
    assert sound.boxes[1].title == "aac-256 (256 kbit/s), 4.00 s"


def test_nothing_is_drawn_where_there_is_no_picture_buffer() -> None:
    levels = CHART.panels[0]
    picture = next(line for line in levels.lines if line.kind == "video")
    # It begins with the first segment, and again after the freeze.
    assert [part.split(",")[0] for part in picture.path.split("M")[1:]] == ["4000", "6000"]


def test_what_was_given_up_or_failed_looks_different() -> None:
    fetches = CHART.panels[-1]
    lost = [box for box in fetches.boxes if box.kind == "lost"]
    assert [(b.x_ms, b.width_ms, b.title) for b in lost] == [
        (6000, 2000, "segment 720p number 2: 50.0 kB in 2.00 s, given up"),
        (8000, 2000, "segment aac-96 number 2: 0 B in 2.00 s, failed"),
    ]
    assert fetches.legend == (("lost", "given up or failed"),)
    assert isinstance(lost[0], Box)


def test_times_are_placed_along_the_whole_width() -> None:
    assert (CHART.place(0), CHART.place(13000)) == (92, 92 + CHART.plot_px)
