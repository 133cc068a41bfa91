import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from outcome_specimen import HOLED_EVENTS, SCENARIO, SMOOTH_EVENTS, make_outcome, smooth_outcome

from simulator import events as ev
from simulator.presentation import Medium
from simulator.results import describe_outcome, render_junit
from simulator.scenario import Tap


def test_json_tells_the_whole_outcome() -> None:
    described = json.loads(
        json.dumps(describe_outcome(make_outcome(SMOOTH_EVENTS, missing_samples=3)), allow_nan=False)
    )
    assert {key: described[key] for key in ("schema_version", "scenario", "package", "driver", "link", "profile")} == {
        "schema_version": 1,
        "scenario": "commuter",
        "package": "out/song",
        "driver": "virtual",
        "link": "commute",
        "profile": "two-element",
    }
    assert (described["verdict"], described["exit_code"]) == ("falls short", 1)
    assert described["reasons"] == ["audio_missing_samples is 3, the limit is <= 0"]
    assert described["audio"] == {
        "heard_samples": 480_000,
        "sample_rate_hz": 48_000,
        "missing_samples": 3,
        "repeated_samples": 0,
        "wrong_samples": 0,
    }
    assert described["flips"][0] == {
        "number": 1,
        "song": 1,
        "to": "video",
        "tapped_at_s": 3.0,
        "tapped_song_s": 2.0,
        "settled_at_s": 3.5,
        "tap_to_picture_s": 0.5,
        "rung": "240p",
        "missing_samples": 3,
        "repeated_samples": 0,
        "wrong_samples": 0,
        "seam_click_db": None,
        "hole_ms": 0.0,
        "av_offset_ms": 12.5,
        "frames": {"expected": 0, "lost": 0, "doubled": 0, "wrong": 0, "late": 0},
        "state": "broken",
        "broken_limits": ["audio_missing_samples"],
        "why": None,
    }
    assert described["seams"][1] == {"song": 1, "song_s": 7.0, "kind": "tap 2", "click_db": None}
    assert described["limits"][0] == {
        "name": "audio_missing_samples",
        "value": 3,
        "low": None,
        "high": 0,
        "unit": None,
        "of": "sum",
        "is_kept": False,
    }
    assert described["metrics"]["startup_s"] == 1.0
    # 3.5 to 8.0 s at 240p of 250 kbit/s, half a second after the tap; the same rung all along.
    assert described["qoe"]["picture_linear"] == pytest.approx((0.25 * 4.5 / 8 - 4.3 * 0.5) / (4.5 / 8))


def test_json_of_a_good_session_has_exit_code_0_and_no_reasons() -> None:
    described = describe_outcome(smooth_outcome())
    assert (described["verdict"], described["exit_code"], described["reasons"]) == ("good", 0, [])


def find_failures(suites: ET.Element) -> dict[str | None, str | None]:
    found = [(case.get("name"), case.find("failure")) for case in suites.iter("testcase")]
    return {name: failure.get("message") for name, failure in found if failure is not None}


def test_junit_has_a_case_for_each_limit_and_one_for_the_rest() -> None:
    suites = ET.fromstring(render_junit([smooth_outcome("tram"), smooth_outcome("sofa")]))
    assert [suite.get("name") for suite in suites] == ["tram", "sofa"]
    assert (suites.get("tests"), suites.get("failures")) == ("24", "0")
    assert [case.get("name") for case in suites[0].iter("testcase")] == [
        "audio_missing_samples", "audio_repeated_samples", "audio_wrong_samples", "video_lost_frames",
        "video_doubled_frames", "video_wrong_frames", "seam_click_db", "av_offset_ms", "tap_to_picture_s",
        "rebuffer_s", "rebuffer_count", "session",
    ]  # fmt: skip


def test_junit_failure_gives_the_measured_value_and_the_limit() -> None:
    suites = ET.fromstring(render_junit([make_outcome(SMOOTH_EVENTS, missing_samples=1024)]))
    assert find_failures(suites) == {
        "audio_missing_samples": "audio_missing_samples: measured 1,024, limit <= 0 (flip 1)",
    }


def test_junit_gives_what_was_measured_of_limits_that_were_kept_too() -> None:
    suites = ET.fromstring(render_junit([smooth_outcome()]))
    cases = {case.get("name"): case for case in suites.iter("testcase")}
    picture = cases["tap_to_picture_s"]
    assert (picture.get("time"), picture.findtext("system-out")) == (
        "0.500",
        "tap_to_picture_s: measured 0.5 s, limit <= 1 s",
    )
    assert cases["rebuffer_count"].get("time") == "0"
    assert cases["rebuffer_count"].findtext("system-out") == "rebuffer_count: measured 0, limit <= 0"


def test_a_hole_in_the_sound_names_its_flip_in_json_and_junit() -> None:
    holed = make_outcome(HOLED_EVENTS)
    flips = describe_outcome(holed)["flips"]
    assert [(flip["hole_ms"], flip["state"]) for flip in flips] == [
        (29, "broken"),
        (0, "ok"),
    ]
    suites = ET.fromstring(render_junit([holed]))
    assert find_failures(suites) == {
        "rebuffer_s": "rebuffer_s: measured 0.029 s, limit <= 0 s (flip 1)",
        "rebuffer_count": "rebuffer_count: measured 1, limit <= 0 (flip 1)",
    }


def test_junit_fails_for_a_flip_that_never_came_though_every_limit_was_kept() -> None:
    scenario = replace(SCENARIO, taps=(Tap(5_000_000, Medium.VIDEO),))
    tap = ev.TapTaken(6_000_000, 5_000_000, Medium.VIDEO)
    lost = make_outcome((ev.PlaybackStarted(1_000_000), tap, ev.Departed(9_000_000, 8_000_000)), scenario)
    suites = ET.fromstring(render_junit([lost]))
    assert find_failures(suites) == {"session": "flip 1 to video at 5.00 s never came: the session was over before"}


def test_junit_stays_xml_whatever_a_session_is_called() -> None:
    suites = ET.fromstring(render_junit([smooth_outcome('<a href="x">&\x00\x1b]]>')]))
    assert suites[0].get("name") == '<a href="x">&\ufffd\ufffd]]>'
