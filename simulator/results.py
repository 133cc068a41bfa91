"""Outcomes for programs to read: JSON by a versioned schema, and JUnit XML for a CI server."""

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any
from xml.etree import ElementTree as ET

from simulator.figures import format_value
from simulator.outcome import FlipResult, Outcome, SongResult, find_headline
from simulator.verdict import Judgement, describe_limit

SCHEMA_VERSION = 1


def describe_outcome(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON values. New keys may come within a schema version; none changes its meaning or goes away.

    Units stand in the names; a value is null where there was nothing to measure.
    """
    proof, verdict = outcome.proof, outcome.verdict
    metrics = asdict(outcome.metrics)
    del metrics["flips"], metrics["songs"]
    headline = find_headline([outcome])
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": outcome.name,
        "package": outcome.package,
        "next_packages": [song.package for song in outcome.session.next_songs],
        "driver": outcome.session.driver,
        "link": outcome.link_name,
        "profile": outcome.session.scenario.config.profile.name,
        "verdict": "good" if verdict.is_good else "falls short",
        "headline": headline.title,
        "reasons": list(verdict.reasons()),
        "exit_code": verdict.exit_code,
        "metrics": metrics,
        "audio": {
            "heard_samples": proof.heard_samples,
            "sample_rate_hz": proof.sample_rate,
            "missing_samples": proof.missing_samples,
            "repeated_samples": proof.repeated_samples,
            "wrong_samples": proof.wrong_samples,
        },
        "video": asdict(proof.frames),
        "qoe": asdict(outcome.qoe),
        "songs": [_describe_song(result) for result in outcome.song_results()],
        "flips": [_describe_flip(result) for result in outcome.flip_results()],
        "seams": [{"song": s.song, "song_s": s.at_s, "kind": s.kind, "click_db": s.click_db} for s in proof.seams],
        "limits": [_describe_judgement(judgement) for judgement in verdict.judgements],
    }


def _describe_song(result: SongResult) -> dict[str, Any]:
    """One of several songs; a session of one song lists none."""
    song, proof = result.played, result.proof
    return {
        "number": song.number,
        "name": song.name,
        "began_at_s": _seconds(song.began_at_us),
        "sound_at_s": _seconds(song.sound_at_us),
        "over_at_s": _seconds(song.over_at_us),
        "played_s": song.played_us / 1e6,
        "ending": song.ending or None,
        "gap_s": _seconds(song.gap_us),
        "skip_to_sound_s": _seconds(song.skip_to_sound_us),
        "picture_after_s": _seconds(song.picture_after_us),
        "lost_picture": song.lost_picture or None,
        "ahead_bytes": song.ahead_bytes,
        "wasted_bytes": song.wasted_bytes,
        "audio": None
        if proof is None
        else {
            "heard_samples": proof.heard_samples,
            "sample_rate_hz": proof.sample_rate,
            "missing_samples": proof.missing_samples,
            "repeated_samples": proof.repeated_samples,
            "wrong_samples": proof.wrong_samples,
        },
        "video": None if proof is None else asdict(proof.frames),
        "broken_limits": list(result.broken),
    }


def _seconds(at_us: int | None) -> float | None:
    return None if at_us is None else at_us / 1e6


def _describe_flip(result: FlipResult) -> dict[str, Any]:
    proof, flip = result.proof, result.proof.flip
    return {
        "number": flip.number,
        "song": flip.song,
        "to": flip.wants.value,
        "tapped_at_s": flip.tapped_at_us / 1e6,
        "tapped_song_s": flip.tapped_playhead_us / 1e6,
        "settled_at_s": None if flip.settled_at_us is None else flip.settled_at_us / 1e6,
        "tap_to_picture_s": flip.tap_to_picture_s,
        "rung": flip.rung or None,
        "missing_samples": proof.missing_samples,
        "repeated_samples": proof.repeated_samples,
        "wrong_samples": proof.wrong_samples,
        "seam_click_db": proof.seam_click_db,
        "hole_ms": flip.hole_us / 1000,
        "av_offset_ms": proof.av_offset_ms,
        "frames": asdict(proof.frames),
        "state": result.state.value.lower(),
        "broken_limits": list(result.broken),
        "why": flip.why or None,
    }


def _describe_judgement(judgement: Judgement) -> dict[str, Any]:
    limit = judgement.limit
    return {
        "name": limit.name,
        "value": judgement.value,
        "low": limit.low,
        "high": limit.high,
        "unit": limit.unit or None,
        "of": limit.of,
        "is_kept": judgement.is_kept,
    }


def render_junit(outcomes: Sequence[Outcome]) -> str:
    """JUnit XML: a suite for each session with one case per limit, and one for what no limit covers.

    Every case gives the measured value and the limit, a failure also the flips to blame; `time` is what was measured
    where that is a time. The last case, `session`, fails when a flip never came, a tap was never made, or the player
    gave up: a suite is green exactly when the verdict is good.
    """
    suites = ET.Element("testsuites", name="midnote")
    for outcome in outcomes:
        suites.append(_suite(outcome))
    for key in ("tests", "failures"):
        suites.set(key, str(sum(int(suite.get(key, "0")) for suite in suites)))
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _suite(outcome: Outcome) -> ET.Element:
    seconds = f"{outcome.session.over_at_us / 1e6:.3f}"
    suite = ET.Element("testsuite", name=_legal(outcome.name), time=seconds)
    for judgement in outcome.verdict.judgements:
        told = _tell(judgement, outcome)
        case = _add_case(suite, outcome, judgement.limit.name, _time_of(judgement), "" if judgement.is_kept else told)
        ET.SubElement(case, "system-out").text = _legal(told)
    besides_limits = replace(outcome.verdict, judgements=()).reasons()
    _add_case(suite, outcome, "session", seconds, "; ".join(besides_limits))
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    properties = ET.Element("properties")
    packages = [("package", outcome.package), *(("next", song.package) for song in outcome.session.next_songs)]
    for key, value in (*packages, ("driver", outcome.session.driver), ("link", outcome.link_name)):
        ET.SubElement(properties, "property", name=key, value=_legal(value))
    suite.insert(0, properties)
    return suite


def _add_case(suite: ET.Element, outcome: Outcome, name: str, seconds: str, fault: str) -> ET.Element:
    case = ET.SubElement(suite, "testcase", classname=f"midnote.{_legal(outcome.name)}", name=name, time=seconds)
    if fault:
        message = _legal(fault)
        ET.SubElement(case, "failure", message=message, type="limit").text = message
    return case


def _time_of(judgement: Judgement) -> str:
    """What was measured, in seconds; 0 where it is no time, or where there was nothing to measure."""
    is_time = judgement.limit.unit == "s" and judgement.value is not None
    return f"{judgement.value:.3f}" if is_time else "0"


def _tell(judgement: Judgement, outcome: Outcome) -> str:
    """The value against the limit, and the flips and songs that have a part in it."""
    limit = judgement.limit
    songs = [f"{result.played.number}" for result in outcome.song_results() if limit.name in result.broken]
    parts = [f"{result.proof.flip.number}" for result in outcome.flip_results() if limit.name in result.broken]
    where = f" (flip{'s' if len(parts) > 1 else ''} {', '.join(parts)})" if parts else ""
    where += f" (song{'s' if len(songs) > 1 else ''} {', '.join(songs)})" if songs else ""
    return f"{limit.name}: measured {format_value(judgement)}, limit {describe_limit(limit)}{where}"


def _legal(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold even escaped (section 2.2)."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
