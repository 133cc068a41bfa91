import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from outcome_specimen import PRESENTATION, SCENARIO, SMOOTH_EVENTS, make_outcome, smooth_outcome

from simulator import events as ev
from simulator.outcome import Outcome
from simulator.presentation import Medium
from simulator.report import render_report
from simulator.scenario import Tap

MADE_AT = "2026-03-01 12:00 UTC"
VOID = {"meta", "br"}


class Page(HTMLParser):
    """The visible text, the elements and whatever is not nested as it should be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.open, self.faults = [""], [("", "")], [""], [""]
        self.ids: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.tags += [(tag, f"{name}={value}") for name, value in attrs] or [(tag, "")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open[-1] not in {"style", "script"}:
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def page(*outcomes: Outcome) -> Page:
    return Page(render_report(outcomes, MADE_AT))


def test_several_sessions_stand_side_by_side() -> None:
    late = make_outcome(SMOOTH_EVENTS, missing_samples=1024)
    words = page(smooth_outcome("tram"), late).words
    assert "Side by side Measure tram " in words
    assert "audio_missing_samples 0 1,024 audio_repeated_samples 0 0" in words
    assert ("td", "class=num broken") in page(smooth_outcome("tram"), late).tags
    assert "Side by side" not in page(late).words


def test_verdict_comes_before_everything_else() -> None:
    words = page(smooth_outcome()).words
    assert "Nobody heard it 2 flips, 0 samples missing, 0 repeated, 0 wrong, of 480,000 heard." in words
    assert words.index("480,000 heard") < words.index("Flips") < words.index("Limits") < words.index("Timeline")


def test_a_broken_limit_is_told_at_the_top_and_in_its_row() -> None:
    words = page(make_outcome(SMOOTH_EVENTS, missing_samples=1024)).words
    assert "It was heard" in words
    assert "audio_missing_samples is 1,024, the limit is <= 0" in words
    assert "samples of the song that were never appended 1,024 <= 0 ✕ BROKEN" in words


def test_a_flip_that_never_came_says_why() -> None:
    tap = ev.TapTaken(6_000_000, 5_000_000, Medium.VIDEO)
    scenario = replace(SCENARIO, taps=(Tap(5_000_000, Medium.VIDEO),))
    lost = make_outcome((ev.PlaybackStarted(1_000_000), tap, ev.Departed(9_000_000, 8_000_000)), scenario)
    assert "never - 0 0 0 bit-exact - ✕ BROKEN the session was over before" in page(lost).words


@pytest.mark.parametrize("outcome", [make_outcome(), smooth_outcome()], ids=["rough", "smooth"])
def test_the_page_is_well_nested_and_ids_are_unique(outcome: Outcome) -> None:
    parsed = page(outcome, outcome)
    assert (parsed.faults, parsed.open) == ([""], [""])
    assert len(parsed.ids) == len(set(parsed.ids))


def test_nothing_points_outside_the_file() -> None:
    html = render_report([make_outcome()], MADE_AT)
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#)|@import|url\(|\bfetch\(|XMLHttpRequest""", html)
    assert set(re.findall(r"https?://[^\s\"']+", html)) == {"http://www.w3.org/2000/svg"}


def test_names_cannot_become_markup_or_code() -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    rungs = tuple(replace(rung, name=evil) if rung.name == "240p" else rung for rung in PRESENTATION.video)
    told = tuple(replace(e, rung=evil) if getattr(e, "rung", "") == "240p" else e for e in SMOOTH_EVENTS)
    outcome = replace(
        make_outcome(told, replace(SCENARIO, name=evil)),
        package=evil,
        presentation=replace(PRESENTATION, video=rungs),
    )
    html = render_report([outcome], evil)
    assert "<script>alert" not in html
    assert "<img" not in html
    assert html.count("</script>") == 2  # the readout's and the page's own
    assert page(outcome).faults == [""]


def test_the_readout_is_what_the_cursor_needs() -> None:
    html = render_report([make_outcome()], MADE_AT)
    found = re.search(r'class="readout">(.*?)</script>', html)
    assert found is not None
    readout = json.loads(found.group(1))
    assert readout["end"] == 13000.0
    assert readout["modes"][:4] == [[0, "opening"], [1000, "sound"], [3000, "joining"], [4100, "sound + picture"]]
    assert readout["audio"][:3] == [[0, 0], [1000, 0], [1000, 4000]]
    assert readout["videoRungs"] == [[4100, 5000, "240p"], [6000, 8000, "720p"]]
    assert readout["song"] == [[1000, 0, 1], [9000, 8000, 0], [11000, 8000, 1]]


def test_one_session_needs_no_list_of_sessions_and_several_do() -> None:
    assert "Slowest picture" not in page(smooth_outcome()).words
    words = page(smooth_outcome("tram"), make_outcome()).words
    assert "tram out/song commute 2 0.50 s ✓ good commuter out/song commute 2 1.10 s ✕ falls short" in words


def test_a_song_alone_has_no_panels_of_the_picture() -> None:
    events = (
        ev.Buffered(900_000, Medium.AUDIO, "aac-96", 0, 0, 4_000_000, 1, -1, 48_000),
        ev.PlaybackStarted(1_000_000),
        ev.Ended(5_000_000, 4_000_000),
    )
    outcome = make_outcome(events, replace(SCENARIO, taps=(), link=None))
    words = page(replace(outcome, presentation=replace(PRESENTATION, video=()))).words
    assert "Sound rung heard" in words
    assert "Picture rung seen" not in words
    assert "The listener never tapped." in words


def test_a_session_that_gave_up_at_once_still_has_a_report() -> None:
    events = (ev.GaveUp(0, 0, "status 404"),)
    words = page(make_outcome(events, replace(SCENARIO, taps=()))).words
    assert "the player gave up" in words
