"""FLAC and Opus beside AAC: every packet is copied, and what is decoded is what the source gives, sample by sample."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from media_makers import Sound, make_sound, steady, write_media

from packager.copy import copy_package
from packager.errors import UnsupportedError
from packager.inspection import lint_folder
from packager.lint.finding import Profile

SECONDS = 12
CLOSED = {"x264-params": "keyint=96:min-keyint=96:scenecut=0:open-gop=0"}


@pytest.fixture(scope="module")
def sound() -> Sound:
    return make_sound(SECONDS)


@pytest.fixture(scope="module")
def base(sound: Sound, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Pictures, and AAC."""
    folder = tmp_path_factory.mktemp("base")
    return [
        write_media(folder / "film.mp4", pictures=steady(SECONDS * 25), options=CLOSED),
        write_media(folder / "song.m4a", sound=sound, sound_codec="aac"),
    ]


def decode(file: Path | BytesIO) -> tuple[Fraction, Sound]:
    """When the first sample is heard, and all samples."""
    with av.open(file if isinstance(file, BytesIO) else str(file)) as container:
        frames = list(container.decode(audio=0))
    start = (frames[0].pts or 0) * (frames[0].time_base or 0)
    return Fraction(start), np.concatenate([each.to_ndarray().reshape(-1, 2) if not each.format.is_planar
                                            else each.to_ndarray().T for each in frames])  # fmt: skip


def join(rung: Path) -> BytesIO:
    return BytesIO(b"".join(path.read_bytes() for path in [rung / "init.mp4", *sorted(rung.glob("*.m4s"))]))


@pytest.mark.parametrize(
    ("codec", "ending"),
    [("flac", "flac"), ("flac", "mp4"), ("flac", "mka"), ("libopus", "ogg"), ("libopus", "mp4"), ("libopus", "webm")],
)
def test_every_sample_is_that_of_the_source(
    codec: str, ending: str, base: list[Path], sound: Sound, tmp_path: Path
) -> None:
    source = write_media(tmp_path / f"other.{ending}", sound=sound, sound_codec=codec)
    out = tmp_path / "package"
    index = copy_package([*base, source], out)
    _, rung = index.audio_rungs
    assert rung.name == "flac" if codec == "flac" else rung.name.startswith("opus-")
    start, heard = decode(join(out / "audio" / rung.name))
    _, wanted = decode(source)
    assert start == 0
    length = min(len(heard), len(wanted))
    assert length >= SECONDS * 48_000 - 4800
    assert np.array_equal(heard[:length], wanted[:length])


@pytest.mark.parametrize("codec", ["flac", "libopus"])
def test_it_lints_clean_and_is_a_set_of_its_own(codec: str, base: list[Path], sound: Sound, tmp_path: Path) -> None:
    source = write_media(tmp_path / "other.mka", sound=sound, sound_codec=codec)
    copy_package([*base, source], tmp_path / "package")
    assert lint_folder(tmp_path / "package", Profile.RFC) == ()
    found = {finding.rule for finding in lint_folder(tmp_path / "package", Profile.MOBILE)}
    assert found <= {"loudness-missing", "top-rung-low", "few-rungs", "stereo-rungs"}
    master = (tmp_path / "package/master.m3u8").read_text().splitlines()
    variants = [line for line in master if line.startswith("#EXT-X-STREAM-INF")]
    sounds = [line.partition('CODECS="')[2].partition('"')[0].rpartition(",")[2] for line in variants]
    other = "fLaC" if codec == "flac" else "Opus"
    assert sounds == ["mp4a.40.2", other, "mp4a.40.2", other]  # with the picture, then alone
    media = next(line for line in master if line.startswith("#EXT-X-MEDIA") and other.lower()[:4] in line.lower())
    assert ("BIT-DEPTH=16,SAMPLE-RATE=48000" in media) == (codec == "flac")


def test_the_song_alone_may_have_them_too(base: list[Path], sound: Sound, tmp_path: Path) -> None:
    flac = write_media(tmp_path / "song.flac", sound=sound)
    index = copy_package([base[1], flac], tmp_path / "package")
    assert [rung.name for rung in index.audio_rungs][1:] == ["flac"]
    assert lint_folder(tmp_path / "package", Profile.RFC) == ()


def test_opus_is_decoded_from_any_segment_on_after_its_pre_roll(base: list[Path], sound: Sound, tmp_path: Path) -> None:
    source = write_media(tmp_path / "other.ogg", sound=sound, sound_codec="libopus")
    index = copy_package([*base, source], tmp_path / "package")
    init = (tmp_path / "package/audio" / index.audio_rungs[1].name / "init.mp4").read_bytes()
    assert b"roll" in init
    head = init.index(b"dOps") + 4
    assert int.from_bytes(init[head + 2 : head + 4]) == 312


def test_they_do_not_stand_alone(sound: Sound, base: list[Path], tmp_path: Path) -> None:
    flac = write_media(tmp_path / "song.flac", sound=sound)
    with pytest.raises(UnsupportedError, match=r"^song.flac: its sound is FLAC, and not every player has that: name a"):
        copy_package([base[0], flac], tmp_path / "package")


def test_another_length_is_named(base: list[Path], tmp_path: Path) -> None:
    short = write_media(tmp_path / "short.flac", sound=make_sound(SECONDS - 2))
    with pytest.raises(
        UnsupportedError, match=r"^short.flac: ends at 10.\d+ s, but the others at 12.000 s: name files"
    ):
        copy_package([*base, short], tmp_path / "package")
    long = write_media(tmp_path / "long.flac", sound=make_sound(SECONDS + 2))
    with pytest.raises(UnsupportedError, match=r"^long.flac: ends at 14.\d+ s, but the others at 12.000 s: they are"):
        copy_package([*base, long], tmp_path / "package")
