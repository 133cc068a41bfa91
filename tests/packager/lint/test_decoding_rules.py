"""The rules about decoded media: each catches what breaks it, and no other minds."""

from dataclasses import replace
from pathlib import Path

import lint_specimen as specimen
import numpy as np
import pytest
from lint_mutations import swap

from packager.inspection import read_presentation
from packager.lint.check import run_rules
from packager.lint.decoded import OPENING_HZ, DecodedPart, DecodedStream
from packager.lint.presentation import Presentation
from packager.lint.rules.table import RULES, rules_for

LOW, HIGH, SOFT, FINE = (f"{lane.folder}/playlist.m3u8" for lane in
                         (specimen.LOW, specimen.HIGH, specimen.SOFT, specimen.FINE))  # fmt: skip
GREY, WHITE = np.full((18, 32), 100, np.uint8), np.full((18, 32), 200, np.uint8)
LEVELS_DB = np.array([-20, -14, -30] * 32, np.float32)
OPENING = np.random.default_rng(1).normal(0, 0.1, 9 * OPENING_HZ).astype(np.float32)


def picture(**changes: object) -> DecodedStream:
    """A video rung; the changes are those of its second segment."""
    parts = {number: DecodedPart(count, count, "", True, GREY) for number, count in enumerate(specimen.FRAMES)}
    return DecodedStream(parts | {1: replace(parts[1], **changes)})  # type: ignore[arg-type]


def sound(**changes: object) -> DecodedStream:
    parts = {number: DecodedPart(count, count) for number, count in enumerate((181, 180, 90))}
    return replace(DecodedStream(parts, -14.1, LEVELS_DB, OPENING), **changes)  # type: ignore[arg-type]


def decoded(folder: Path, **changes: DecodedStream) -> Presentation:
    streams = {LOW: picture(), HIGH: picture(), SOFT: sound(), FINE: sound()}
    names = {"low": LOW, "high": HIGH, "soft": SOFT, "fine": FINE}
    presentation = read_presentation(specimen.write(specimen.good_files(), folder))
    return replace(presentation, decoded=streams | {names[name]: stream for name, stream in changes.items()})


def other_pictures() -> DecodedStream:
    return DecodedStream({number: replace(part, picture=WHITE) for number, part in picture().parts.items()})


def test_specimen_decodes_as_it_should(tmp_path: Path) -> None:
    assert run_rules(decoded(tmp_path)) == ()


BREACHES = {
    "not-decoded": ({"low": DecodedStream({0: DecodedPart(96, 96, "", True, GREY)})}, LOW,
                    "2 of 3 segments were not decoded"),
    "undecodable": ({"low": picture(frames=40, fault="Invalid data found", first_alone=None)},
                    "video/180p/00001.m4s, at 3.840 s", "40 of 96 samples decode: Invalid data found"),
    "frames-missing": ({"high": picture(frames=93)}, "video/360p/00001.m4s, at 3.840 s",
                       "93 frames come out of 96 samples"),
    "idr-false": ({"low": picture(frames=70, first_alone=False)}, "video/180p/00001.m4s, at 3.840 s",
                  "the first sample is marked as a sync sample and does not decode to a key frame alone"),
    "loudness-untrue": ({"fine": sound(lufs=-15.2)}, FINE, "-15.20 LUFS when decoded"),
    "sound-differs": ({"fine": sound(levels_db=LEVELS_DB + 4)}, FINE, f"levels are 4.0 dB off those of {SOFT}"),
    "sound-shifted": ({"fine": sound(opening=np.concatenate((np.zeros(160, np.float32), OPENING)))}, FINE,
                      f"the sound is +20.0 ms off that of {SOFT}"),
    "picture-differs": ({"high": other_pictures()}, HIGH, f"pictures are 100 of 255 off those of {LOW}"),
}  # fmt: skip


@pytest.mark.parametrize("rule", BREACHES)
def test_breach_is_caught_by_its_own_rule_only(tmp_path: Path, rule: str) -> None:
    changes, place, found = BREACHES[rule]
    findings = run_rules(decoded(tmp_path, **changes))
    assert {finding.rule for finding in findings} == {rule}, "\n".join(map(str, findings))
    assert any(str(f.place) == place and f.fault.found.startswith(found) for f in findings), "\n".join(
        map(str, findings)
    )


def test_every_rule_of_decoded_media_has_a_breach() -> None:
    assert set(BREACHES) == {rule.id for rule in RULES if rule.needs_decoding}


def test_one_lufs_is_within_what_coding_may_change(tmp_path: Path) -> None:
    assert run_rules(decoded(tmp_path, fine=sound(lufs=-15.0))) == ()


def test_surround_is_another_mix_than_stereo(tmp_path: Path) -> None:
    presentation = decoded(tmp_path, fine=sound(levels_db=LEVELS_DB + 4))
    files = specimen.good_files()
    swap("audio/aac-192/init.mp4", b"\x11\x90", b"\x11\xb0")(files)
    surround = replace(read_presentation(specimen.write(files, tmp_path)), decoded=presentation.decoded)
    assert "sound-differs" in {finding.rule for finding in run_rules(presentation)}
    assert "sound-differs" not in {finding.rule for finding in run_rules(surround)}


def test_one_other_picture_is_no_other_video(tmp_path: Path) -> None:
    assert run_rules(decoded(tmp_path, high=picture(picture=WHITE))) == ()


def test_rules_of_decoded_media_count_only_where_it_is_decoded(tmp_path: Path) -> None:
    presentation = decoded(tmp_path)
    headers = rules_for(presentation.profile)
    assert len(rules_for(presentation.profile, is_decoded=True)) == len(headers) + 8
    assert not any(rule.needs_decoding for rule in headers)
