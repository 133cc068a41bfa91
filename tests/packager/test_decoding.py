"""Whole packages are decoded, and what was done to their media is found."""

import shutil
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from media_makers import make_sound, steady, write_media

import midnote
from packager.boxes import find_boxes, read_boxes
from packager.boxfields import read_tfhd, read_trun
from packager.build import build_package
from packager.decoding import decode_presentation
from packager.inspection import FolderFiles, read_presentation
from packager.lint.check import run_rules
from packager.lint.finding import Profile
from packager.lint.presentation import Presentation
from packager.lint.rules.table import RULES, rules_for
from packager.watching import NobodyWatching

DECODING = {rule.id for rule in RULES if rule.needs_decoding}
SECONDS = 6
SECOND_OF_VIDEO = "video/108p/00001.m4s"


@dataclass(frozen=True)
class Packages:
    """A song with its video, and the same with every other second silent."""

    good: Path
    halting: Path


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    folder = tmp_path_factory.mktemp("decoding")
    song = make_sound(SECONDS)
    halting = song * (np.arange(len(song)) // 48_000 % 2 == 0)[:, None]
    for name, sound in (("good", song), ("halting", halting)):
        both = write_media(folder / f"{name}.mkv", sound=sound, pictures=steady(SECONDS * 25))
        build_package(both, None, folder / name)
    return Packages(folder / "good", folder / "halting")


def decode(folder: Path) -> Presentation:
    return decode_presentation(read_presentation(folder), FolderFiles(folder), NobodyWatching())


def found_in(packages: Packages, folder: Path, breach: Callable[[Path], None]) -> dict[str, list[str]]:
    """The places of what is found of decoded media after a breach, by rule."""
    shutil.copytree(packages.good, folder)
    breach(folder)
    found: dict[str, list[str]] = {}
    for finding in run_rules(decode(folder)):
        if finding.rule in DECODING:
            found.setdefault(finding.rule, []).append(str(finding.place))
    return found


def find_sample(content: bytes, start: int, number: int) -> slice:
    """Where a sample of the fragment at `start` lies."""
    moof = content[start : start + int.from_bytes(content[start : start + 4])]
    (traf,) = find_boxes(read_boxes(moof), "moof", "traf")
    header = read_tfhd(moof, next(find_boxes(traf.children, "tfhd")))
    run = read_trun(moof, next(find_boxes(traf.children, "trun")), header)
    assert run.data_offset is not None
    sizes = [sample.size_bytes for sample in run.samples]
    at = start + run.data_offset + sum(sizes[:number])
    return slice(at, at + sizes[number])


def first_moof(content: bytes) -> int:
    return content.index(b"moof") - 4


def last_moof(content: bytes) -> int:
    return content.rindex(b"moof") - 4


def overwrite(file: Path, place_in: Callable[[bytes], slice], bytes_of: Callable[[int], bytes]) -> None:
    """Other bytes in a sample of a segment, as many as it has."""
    content = bytearray(file.read_bytes())
    place = place_in(bytes(content))
    content[place] = bytes_of(place.stop - place.start)
    file.write_bytes(content)


def filler(size: int) -> bytes:
    """A NAL unit of H.264 that says nothing (type 12)."""
    return struct.pack(">I", size - 4) + b"\x0c" + b"\xff" * (size - 6) + b"\x80"


@pytest.mark.slow
def test_a_good_package_decodes_whole(packages: Packages) -> None:
    presentation = decode(packages.good)
    assert [finding for finding in run_rules(presentation) if finding.rule in DECODING] == []
    assert presentation.decoded is not None
    video = presentation.decoded["video/108p/playlist.m3u8"]
    assert [(part.frames, part.samples, part.first_alone) for part in video.parts.values()] == [
        (96, 96, True), (54, 54, True),
    ]  # fmt: skip
    sound = presentation.decoded["audio/aac-256/playlist.m3u8"]
    assert sum(part.frames for part in sound.parts.values()) == 283  # 281.25 AAC frames, and one of priming
    assert sound.levels_db is not None
    assert len(sound.levels_db) == 60  # of 0.1 s


@pytest.mark.slow
def test_a_frame_that_is_gone_is_missed(packages: Packages, tmp_path: Path) -> None:
    def breach(folder: Path) -> None:
        overwrite(folder / SECOND_OF_VIDEO, lambda content: find_sample(content, last_moof(content), -1), filler)

    assert found_in(packages, tmp_path / "p", breach) == {"frames-missing": [f"{SECOND_OF_VIDEO}, at 3.840 s"]}


@pytest.mark.slow
def test_a_key_frame_that_is_none_is_seen(packages: Packages, tmp_path: Path) -> None:
    """The second picture, which needs the first, in the first one's place."""

    def breach(folder: Path) -> None:
        content = (folder / SECOND_OF_VIDEO).read_bytes()
        second = content[find_sample(content, last_moof(content), 0)]
        key = find_sample(content, first_moof(content), 0)
        overwrite(folder / SECOND_OF_VIDEO, lambda _: key, lambda size: second + filler(size - len(second)))

    assert found_in(packages, tmp_path / "p", breach) == {"idr-false": [f"{SECOND_OF_VIDEO}, at 3.840 s"]}


@pytest.mark.slow
def test_samples_that_do_not_decode_are_named_with_file_and_time(packages: Packages, tmp_path: Path) -> None:
    def breach(folder: Path) -> None:
        file = folder / "audio/aac-256/00001.m4s"
        overwrite(file, lambda content: find_sample(content, first_moof(content), 20), lambda size: b"\xff" * size)

    assert found_in(packages, tmp_path / "p", breach) == {"undecodable": ["audio/aac-256/00001.m4s, at 3.840 s"]}


@pytest.mark.slow
def test_another_sound_in_one_rung_is_heard(packages: Packages, tmp_path: Path) -> None:
    def breach(folder: Path) -> None:
        for name in ("00000.m4s", "00001.m4s"):
            shutil.copy(packages.halting / "audio/aac-256" / name, folder / "audio/aac-256" / name)

    assert set(found_in(packages, tmp_path / "p", breach)) == {"loudness-untrue", "sound-differs"}


@pytest.mark.slow
def test_priming_that_is_not_there_shifts_the_sound(packages: Packages, tmp_path: Path) -> None:
    def breach(folder: Path) -> None:
        init = folder / "audio/aac-256/init.mp4"
        old, new = (struct.pack(">iI", skip, 0x10000) for skip in (1024, 3072))
        assert init.read_bytes().count(old) == 1
        init.write_bytes(init.read_bytes().replace(old, new))

    assert set(found_in(packages, tmp_path / "p", breach)) == {"sound-shifted"}


@pytest.mark.slow
def test_names_that_are_no_text_do_no_harm(packages: Packages, tmp_path: Path) -> None:
    def breach(folder: Path) -> None:
        init = folder / "audio/aac-256/init.mp4"
        assert b"SoundHandler" in init.read_bytes()
        init.write_bytes(init.read_bytes().replace(b"SoundHandler", b"\xff" * 12))

    assert found_in(packages, tmp_path / "p", breach) == {}


@pytest.mark.slow
def test_the_command_decodes_where_it_is_asked_to(
    packages: Packages, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["midnote", "lint", str(packages.good), "--decode"])
    with pytest.raises(SystemExit) as raised:
        midnote.main()
    assert not raised.value.code
    assert capsys.readouterr().out.startswith(f"{len(rules_for(Profile.MOBILE, is_decoded=True))} rules x ")


def test_what_is_behind_a_url_is_not_decoded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["midnote", "lint", "http://localhost:1/master.m3u8", "--decode"])
    with pytest.raises(SystemExit) as raised:
        midnote.main()
    assert raised.value.code == 2
    assert "of a URL only headers are fetched: download it and give the folder" in capsys.readouterr().err
