"""How several songs are shown: on a terminal of 80 columns, as JSON, JUnit, Markdown and on the report's page."""

import json
import re
from io import StringIO
from xml.etree import ElementTree as ET

from rich.console import Console
from songs_specimen import make_songs_outcome

from simulator.markdown import render_markdown
from simulator.outcome import find_headline
from simulator.report import render_report
from simulator.report.chart import draw_chart
from simulator.results import describe_outcome, render_junit
from simulator.song_timeline import join_ladders, trace_play
from simulator.table import print_outcome
from simulator.timeline import Mode


def test_a_terminal_has_a_line_for_each_song() -> None:
    console = Console(width=80, file=StringIO())
    print_outcome(make_songs_outcome(), console)
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    assert lines[0] == "evening: out/one, then out/two, out/three, out/four, virtual, link unshaped"
    assert lines[2:12] == [
        "                      sound picture         samples",
        "# song     from by    after   after  played missing repeated wrong verdict",
        "──────────────────────────────────────────────────────────────────────────",
        "1 one   0:00.00 open 1.00 s       - 0:08.00       0        0     0 ok",
        "2 two   0:09.00 end  0.50 s  1.00 s 0:01.50       0        0 1,024 BROKEN",
        "3 three 0:11.00 skip 1.20 s   never 0:02.80       0        0     0 BROKEN",
        "4 four        - -     never       - 0:00.00       -        -     - ok",
        "",
        "                   picture      samples                  loudest A/V",
        "#       song to      after rung missing repeated wrong      seam  ms verdict",
    ]
    assert lines[13].startswith("1 3: 0:02.30 video   never")


def test_a_program_reads_each_song() -> None:
    described = json.loads(json.dumps(describe_outcome(make_songs_outcome()), allow_nan=False))
    assert "songs" not in described["metrics"]
    assert described["next_packages"] == ["out/two", "out/three", "out/four"]
    assert described["songs"][1] == {
        "number": 2,
        "name": "two",
        "began_at_s": 9.0,
        "sound_at_s": 9.5,
        "over_at_s": 11.0,
        "played_s": 1.5,
        "ending": "Skipped",
        "gap_s": 0.5,
        "skip_to_sound_s": None,
        "picture_after_s": 1.0,
        "lost_picture": None,
        "ahead_bytes": 48_000,
        "wasted_bytes": 105_000,
        "audio": {
            "heard_samples": 72_000,
            "sample_rate_hz": 48_000,
            "missing_samples": 0,
            "repeated_samples": 0,
            "wrong_samples": 1024,
        },
        "video": {"expected": 0, "lost": 0, "doubled": 0, "wrong": 0, "late": 0},
        "broken_limits": ["audio_wrong_samples", "song_gap_s"],
    }
    assert (described["songs"][3]["began_at_s"], described["songs"][3]["audio"]) == (None, None)
    assert [flip["song"] for flip in described["flips"]] == [3]


def test_junit_names_the_songs_to_blame() -> None:
    suite = ET.fromstring(render_junit([make_songs_outcome()]).encode())[0]
    failures = {case.get("name"): case[0].get("message") for case in suite.iter("testcase") if len(case)}
    assert failures["song_gap_s"] == "song_gap_s: measured 0.5 s, limit <= 0 s (song 2)"
    assert failures["skip_to_sound_s"] == "skip_to_sound_s: measured 1.2 s, limit <= 1 s (song 3)"
    assert "song 3 never showed its picture" in str(failures["session"])
    assert [p.get("value") for p in suite.iter("property") if p.get("name") == "next"] == [
        "out/two", "out/three", "out/four",
    ]  # fmt: skip


def test_a_step_summary_has_a_row_for_each_song() -> None:
    page = render_markdown([make_songs_outcome()])
    assert "| 2 | two | 0:09.00 | end | 0.50 s | 1.00 s | 0:01.50 | skipped | BROKEN |" in page
    assert "| 4 | four | - | - | never | - | 0:00.00 | not played | ok |" in page


def test_the_headline_counts_the_songs_that_had_their_turn() -> None:
    assert find_headline([make_songs_outcome()]).detail.startswith("1 flip in 3 songs, 0 samples missing")


def test_the_chart_has_a_tab_for_each_song() -> None:
    outcome = make_songs_outcome()
    chart = draw_chart(trace_play(outcome.session), outcome)
    assert [(tab.x_ms, tab.width_ms, tab.text) for tab in chart.tabs] == [
        (0, 9000, "1  one"),
        (9000, 2000, "2  two"),
        (11_000, 4000, "3  three"),
    ]
    assert chart.flags_px > chart.tabs_px > 0
    assert [seam.at_ms for seam in chart.seams] == [10_500]  # at 1 s of the second song, which is heard since 9.5 s


def test_the_modes_go_on_from_song_to_song() -> None:
    spans = [(span.start_us // 1000, span.mode) for span in trace_play(make_songs_outcome().session).modes]
    assert spans == [
        (0, Mode.OPENING),
        (1000, Mode.SOUND),
        (9000, Mode.OPENING),
        (9500, Mode.JOINING),
        (10_000, Mode.PICTURE),
        (11_000, Mode.OPENING),
        (12_200, Mode.JOINING),
        (13_000, Mode.SOUND),
        (14_500, Mode.JOINING),
    ]


def test_ladders_are_drawn_as_one() -> None:
    joined = join_ladders(make_songs_outcome().session)
    assert ([rung.name for rung in joined.audio], [rung.name for rung in joined.video]) == (["aac-96"], ["240p"])


def test_the_page_shows_songs_only_where_there_are_several() -> None:
    page = render_report([make_songs_outcome()], "now")
    assert "<h3>Songs</h3>" in page
    assert re.search(r"<td>two</td>.*?0:09\.00.*?<td>end</td>", page, re.DOTALL)
    assert 'class="song"' in page
    from outcome_specimen import smooth_outcome

    assert "<h3>Songs</h3>" not in render_report([smooth_outcome()], "now")
