from outcome_specimen import SMOOTH_EVENTS, make_outcome, smooth_outcome

from simulator.markdown import render_markdown


def test_the_page_begins_with_the_verdict() -> None:
    lines = render_markdown([smooth_outcome()]).splitlines()
    assert lines[0] == "## midnote: Nobody heard it"
    assert "### ✅ commuter" in lines
    assert "| `tap_to_picture_s` | 0.5 s | <= 1 s | ok |" in lines
    assert "| 1 | 0:02.00 | video | 0.50 s | 240p | bit-exact | ok |" in lines


def test_what_fell_short_is_said_first_and_marked() -> None:
    text = render_markdown([smooth_outcome("tram"), make_outcome(SMOOTH_EVENTS, missing_samples=3)])
    assert "- commuter: audio_missing_samples is 3, the limit is <= 0" in text
    assert "| `audio_missing_samples` | 3 | <= 0 | **broken** |" in text
    assert text.index("✅ tram") < text.index("❌ commuter")


def test_names_stay_text() -> None:
    text = render_markdown([smooth_outcome("a|b <img>")])
    assert "### ✅ a\\|b &lt;img>" in text
