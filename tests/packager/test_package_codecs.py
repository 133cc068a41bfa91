"""Packages with HEVC and AV1 beside H.264: the same pictures at the same cuts, whichever a player takes."""

import io
from pathlib import Path

import av
import pytest
from media_makers import make_sound, read_number, steady, write_media

from packager.build import build_package
from packager.inspection import lint_folder
from packager.ladder_format import read_ladder
from packager.lint.finding import Profile
from packager.manifest import PackageIndex
from packager.wishes import PackageWishes

LADDER = read_ladder(
    "three.toml",
    """
segment_s = 2
video.codecs = ["h264", "hevc", "av1"]
video.rungs = [{side = 108, cap_kbps = 300}, {side = 72, cap_kbps = 150}]
audio.rungs = [{kbps = 96}, {kbps = 160}]
""",
)
NAMES = ("108p", "72p", "hevc-108p", "hevc-72p", "av1-108p", "av1-72p")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_media(tmp_path_factory.mktemp("source") / "both.mkv", sound=make_sound(5), pictures=steady(125))


@pytest.fixture(scope="module")
def package(source: Path) -> tuple[Path, PackageIndex]:
    out = source.parent / "package"
    return out, build_package(source, None, out, PackageWishes(ladder=LADDER))


def decode(*parts: bytes) -> list[int]:
    """The numbers in the pictures, in the order shown."""
    with av.open(io.BytesIO(b"".join(parts))) as container:
        return [read_number(frame) for frame in container.decode(video=0)]


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_there_in_its_place(package: tuple[Path, PackageIndex], name: str) -> None:
    folder = package[0] / "video" / name
    assert decode(*(path.read_bytes() for path in [folder / "init.mp4", *sorted(folder.glob("*.m4s"))])) == [
        *range(125)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_segment_can_be_decoded_alone(package: tuple[Path, PackageIndex], name: str) -> None:
    folder = package[0] / "video" / name
    assert package[1].grid.video_boundaries_frames == (0, 48, 96, 125)
    init = (folder / "init.mp4").read_bytes()
    numbers = [decode(init, (folder / f"{index:05d}.m4s").read_bytes()) for index in range(3)]
    assert numbers == [[*range(48)], [*range(48, 96)], [*range(96, 125)]]


@pytest.mark.parametrize("profile", Profile)
def test_it_is_clean_under_every_profile(package: tuple[Path, PackageIndex], profile: Profile) -> None:
    assert [str(finding) for finding in lint_folder(package[0], profile)] == []


def test_each_set_shares_the_sound_and_h264_comes_first(package: tuple[Path, PackageIndex]) -> None:
    lines = (package[0] / "master.m3u8").read_text().splitlines()
    variants = [line.split('CODECS="')[1] for line in lines if line.startswith("#EXT-X-STREAM-INF") and "RESO" in line]
    assert [variant.partition(".")[0] for variant in variants] == ["avc1", "avc1", "hvc1", "hvc1", "av01", "av01"]
    assert [variant.split('AUDIO="')[1].rstrip('"') for variant in variants] == [
        "aac-160",
        "aac-96",
        *["aac-96", "aac-160"] * 2,
    ]


def test_pictures_for_a_scrubber_are_made_once(package: tuple[Path, PackageIndex]) -> None:
    playlists = {rung.name: rung.iframe_playlist for rung in package[1].video_rungs}
    assert [name for name, playlist in playlists.items() if playlist] == ["108p", "72p"]
    assert not (package[0] / "video/hevc-108p/iframes.m3u8").exists()


def test_two_runs_make_the_same_bytes(package: tuple[Path, PackageIndex], source: Path) -> None:
    again = build_package(source, None, source.parent / "again", PackageWishes(ladder=LADDER))
    assert again.files == package[1].files


def test_one_codec_alone_is_enough(source: Path) -> None:
    ladder = read_ladder(
        "hevc.toml",
        "video = {codecs = ['hevc'], rungs = [{side = 108, cap_kbps = 300}]}\naudio = {rungs = [{kbps = 96}]}",
    )
    index = build_package(source, None, source.parent / "hevc", PackageWishes(ladder=ladder))
    (rung,) = index.video_rungs
    assert (rung.name, rung.codec[:7], rung.iframe_playlist) == ("hevc-108p", "hvc1.1.", "video/hevc-108p/iframes.m3u8")
    assert index.thumbnails is not None
