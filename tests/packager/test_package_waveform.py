"""The waveform of a package, as a player finds it."""

import json
from pathlib import Path

import m3u8
import numpy as np
import pytest
from media_makers import make_sound, write_media

from packager.build import build_package
from packager.inspection import lint_folder
from packager.lint.finding import Profile


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2 s: 93.75 AAC frames, half a second of which is silent."""
    folder = tmp_path_factory.mktemp("waveform")
    sound = make_sound(2)
    sound[24_576:49_152] = 0
    build_package(write_media(folder / "song.flac", sound=sound), None, folder / "package")
    return folder / "package"


def test_the_multivariant_playlist_and_the_index_lead_to_it(package: Path) -> None:
    session = {each.data_id: each.uri or each.value for each in m3u8.load(str(package / "master.m3u8")).session_data}
    index = json.loads((package / "package.json").read_text())
    record = index["waveform"]
    assert (session["org.midnote.waveform"], session["org.midnote.waveform.svg"]) == (record["json"], record["svg"])
    assert {record["json"], record["svg"]} <= {stored["path"] for stored in index["files"]}
    assert (package / record["svg"]).read_text().startswith("<svg ")


def test_it_is_the_outline_of_what_is_heard(package: Path) -> None:
    waveform = json.loads((package / "waveform/waveform.json").read_text())
    pairs = np.array(waveform["data"]).reshape(-1, 2)
    assert (waveform["length"], waveform["sample_rate"]) == (94, 48_000)
    assert pairs[24:48].tolist() == [[0, 0]] * 24
    assert (pairs[:23, 1] > 20).all()
    assert (pairs[:23, 0] < -20).all()


@pytest.mark.parametrize("profile", list(Profile))
def test_it_lints_clean(package: Path, profile: Profile) -> None:
    assert lint_folder(package, profile) == ()
