"""Whole packages, decoded as a stranger would: what was in the sources stands where it should in every rung."""

import json
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from media_makers import Sound, make_sound, read_number, steady, write_media

from packager.boxes import need_box, read_boxes
from packager.boxfields import read_tfdt
from packager.build import build_package
from packager.errors import InputError
from packager.inspection import lint_folder
from packager.lint.finding import Profile
from packager.wishes import PackageWishes

SECONDS = 9


@pytest.fixture(scope="module")
def song() -> Sound:
    return make_sound(SECONDS)


@pytest.fixture(scope="module")
def package(song: Sound, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """9 s at 25 fps: segments of 3.84, 3.84 and 1.32 s, two video rungs, three audio rungs."""
    folder = tmp_path_factory.mktemp("build")
    both = write_media(folder / "both.mkv", sound=song, pictures=steady(SECONDS * 25), size=(256, 240))
    build_package(both, None, folder / "package")
    return folder / "package"


def read_rung(rung: Path) -> BytesIO:
    """Init segment and all media segments, one after another."""
    parts = [rung / "init.mp4", *sorted(rung.glob("*.m4s"))]
    return BytesIO(b"".join(part.read_bytes() for part in parts))


def decode_sound(rung: Path) -> tuple[Fraction, Sound]:
    """The presentation time of the first sample, and all samples."""
    with av.open(read_rung(rung)) as container:
        frames = list(container.decode(audio=0))
    assert frames[0].pts is not None
    assert frames[0].time_base is not None
    joined = np.concatenate([frame.to_ndarray() for frame in frames], axis=1).T
    return frames[0].pts * frames[0].time_base, joined


def decode_pictures(rung: Path) -> list[tuple[Fraction, int, bool]]:
    """Presentation time, number shown and whether it is a key frame, of every frame."""
    with av.open(read_rung(rung)) as container:
        return [
            (frame.pts * frame.time_base, read_number(frame), bool(frame.key_frame))
            for frame in container.decode(video=0)
            if frame.pts is not None and frame.time_base is not None
        ]


def find_offset(found: Sound, wanted: Sound) -> int:
    """The place of `wanted` in `found`, by cross-correlation of their first channels."""
    size = 1 << (len(found) + len(wanted)).bit_length()
    spectrum = np.fft.rfft(found[:, 0], size) * np.conj(np.fft.rfft(wanted[:, 0], size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: len(found) - len(wanted) + 1]))


def starts(rung: Path, timescale: int) -> list[Fraction]:
    """The decode time of each segment, in seconds."""
    found = []
    for path in sorted(rung.glob("*.m4s")):
        content = path.read_bytes()
        found.append(Fraction(read_tfdt(content, need_box(read_boxes(content), "moof", "traf", "tfdt")), timescale))
    return found


@pytest.mark.parametrize("rung", ["aac-96", "aac-160", "aac-256"])
def test_sample_0_of_the_song_stands_at_presentation_time_0(package: Path, song: Sound, rung: str) -> None:
    start, found = decode_sound(package / "audio" / rung)
    assert start == 0
    assert find_offset(found, song[48_000:96_000]) == 48_000


@pytest.mark.parametrize("rung", ["aac-96", "aac-160", "aac-256"])
def test_every_aac_frame_comes_out_and_no_priming(package: Path, rung: str) -> None:
    _, found = decode_sound(package / "audio" / rung)
    assert len(found) == 422 * 1024  # 432,000 samples are 421.9 AAC frames


@pytest.mark.parametrize("rung", ["240p", "144p"])
def test_frame_n_is_shown_at_n_through_25_and_none_is_lost_or_doubled(package: Path, rung: str) -> None:
    shown = [(time, number) for time, number, _ in decode_pictures(package / "video" / rung)]
    assert shown == [(Fraction(n, 25), n) for n in range(225)]


@pytest.mark.parametrize("rung", ["240p", "144p"])
def test_idrs_stand_at_the_boundaries_and_nowhere_else(package: Path, rung: str) -> None:
    decoded = decode_pictures(package / "video" / rung)
    assert [number for _, number, is_key in decoded if is_key] == [0, 96, 192]


def test_audio_is_cut_exactly_where_video_is(package: Path) -> None:
    cuts = [Fraction("3.84"), Fraction("7.68")]
    for rung in ("240p", "144p"):
        assert starts(package / "video" / rung, 10_000)[1:] == cuts
    for rung in ("aac-96", "aac-160", "aac-256"):
        # Segment 0 carries the priming packet: media time is 1024 samples ahead of presentation time.
        assert [each - Fraction(1024, 48_000) for each in starts(package / "audio" / rung, 48_000)[1:]] == cuts


def test_the_playlists_say_so(package: Path) -> None:
    video = (package / "video/240p/playlist.m3u8").read_text()
    audio = (package / "audio/aac-96/playlist.m3u8").read_text()
    assert [line for line in video.splitlines() if line.startswith(("#EXTINF", "#EXT-X-TARGET"))] == [
        "#EXT-X-TARGETDURATION:4", "#EXTINF:3.840000,", "#EXTINF:3.840000,", "#EXTINF:1.320000,",
    ]  # fmt: skip
    assert "#EXT-X-TARGETDURATION:4" in audio
    assert "#EXTINF:1.322667," in audio  # 62 AAC frames


def test_audio_only_variants_share_the_playlists_of_the_renditions(package: Path) -> None:
    master, tv = ((package / name).read_text() for name in ("master.m3u8", "tv.m3u8"))
    assert master.count("audio/aac-96/playlist.m3u8") == 2
    assert tv.count("audio/aac-96/playlist.m3u8") == 1
    assert [line for line in tv.splitlines() if line.startswith("video/")] == [
        "video/240p/playlist.m3u8", "video/144p/playlist.m3u8",
    ]  # fmt: skip


@pytest.mark.parametrize("profile", list(Profile))
def test_it_lints_clean(package: Path, profile: Profile) -> None:
    assert [str(finding) for finding in lint_folder(package, profile)] == []


def test_the_index_lists_every_other_file(package: Path) -> None:
    index = json.loads((package / "package.json").read_text())
    there = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    assert {stored["path"] for stored in index["files"]} == there - {"package.json"}
    assert (index["maker"], index["schema_version"], index["title"]) == ("midnote", 1, "both")
    assert index["grid"]["explanation"].startswith("exact: 96 frames at 25 fps are 180 AAC frames at 48 kHz")
    assert index["time_map"]["pieces"] == [
        {"song_start": "0", "video_start": "0", "length": "9", "rate": "1", "confidence": 1.0}
    ]


def test_the_same_sources_give_the_same_bytes(song: Sound, tmp_path: Path) -> None:
    both = write_media(tmp_path / "both.mkv", sound=song[:96_000], pictures=steady(50))
    first = build_package(both, None, tmp_path / "one")
    second = build_package(both, None, tmp_path / "two")
    assert first == second


def test_late_sound_stays_in_sync(song: Sound, tmp_path: Path) -> None:
    both = write_media(tmp_path / "late.mkv", sound=song[:192_000], sound_start=Fraction(3, 2), pictures=steady(100))
    build_package(both, None, tmp_path / "package")
    _, found = decode_sound(tmp_path / "package/audio/aac-256")
    assert find_offset(found, song[48_000:96_000]) == 72_000 + 48_000
    assert np.abs(found[:70_000]).max() < 0.001
    numbers = [number for _, number, _ in decode_pictures(tmp_path / "package/video/108p")]
    assert numbers == [*range(100), *[99] * 38]  # 1.5 s + 4 s of song are 137.5 frames


def test_late_video_stays_in_sync(song: Sound, tmp_path: Path) -> None:
    both = write_media(tmp_path / "late.mkv", sound=song[:96_000], pictures=steady(50, start=Fraction(4, 5)))
    build_package(both, None, tmp_path / "package")
    _, found = decode_sound(tmp_path / "package/audio/aac-256")
    assert find_offset(found, song[24_000:72_000]) == 24_000
    assert len(found) == 131 * 1024  # 2.8 s are 131.25 AAC frames: silence to the nearest
    numbers = [number for _, number, _ in decode_pictures(tmp_path / "package/video/108p")]
    assert numbers == [*[0] * 20, *range(50)]


def test_a_video_of_its_own_is_trimmed_to_the_song(song: Sound, tmp_path: Path) -> None:
    audio = write_media(tmp_path / "song.flac", sound=song[:96_000])
    video = write_media(tmp_path / "video.mkv", pictures=steady(100, start=Fraction(1)))
    index = build_package(audio, video, tmp_path / "package", PackageWishes(title="A song"))
    assert index.title == "A song"
    assert index.notes == ("video.mkv: the video is 2.00 s longer than song.flac; its end is left off",)
    numbers = [number for _, number, _ in decode_pictures(tmp_path / "package/video/108p")]
    assert numbers == list(range(50))


def test_a_song_of_44_1_khz_still_starts_at_0(tmp_path: Path) -> None:
    slow = make_sound(3, 44_100)
    audio = write_media(tmp_path / "song.flac", sound=slow, sound_rate=44_100)
    build_package(audio, None, tmp_path / "package")
    _, found = decode_sound(tmp_path / "package/audio/aac-256")
    # Sample 44,100 of the source is sample 48,000 of the package.
    time = np.arange(44_100, 66_150) / 44_100
    back = np.stack([np.interp(time * 48_000, np.arange(len(found)), found[:, channel]) for channel in (0, 1)], axis=1)
    shifts = {shift: float(np.mean(back[:, 0] * slow[44_100 + shift : 66_150 + shift, 0])) for shift in range(-5, 6)}
    assert max(shifts, key=lambda shift: shifts[shift]) == 0


def test_a_song_alone_has_neither_video_nor_tv_playlists(song: Sound, tmp_path: Path) -> None:
    audio = write_media(tmp_path / "song.flac", sound=song[:96_000])
    index = build_package(audio, None, tmp_path / "package")
    assert (index.video_rungs, index.time_map) == ((), None)
    assert sorted(path.name for path in (tmp_path / "package").iterdir()) == [
        "audio", "audio.m3u8", "manifest.mpd", "master.m3u8", "package.json", "waveform",
    ]  # fmt: skip


def test_a_still_picture_in_the_file_of_a_song_is_left_out(song: Sound, tmp_path: Path) -> None:
    still = write_media(tmp_path / "still.mkv", sound=song[:96_000], pictures=steady(1))
    assert build_package(still, None, tmp_path / "package").video_rungs == ()


def test_varying_frames_are_made_constant_and_counted(song: Sound, tmp_path: Path) -> None:
    times = [Fraction(n, 25) for n in range(100) if n % 10 != 3]
    both = write_media(tmp_path / "vfr.mkv", sound=song[:192_000], pictures=times)
    index = build_package(both, None, tmp_path / "package")
    assert index.grid.frame_rate == 25
    assert index.notes == ("to make the frame rate constant, 10 frames were repeated",)
    shown = [number for _, number, _ in decode_pictures(tmp_path / "package/video/108p")]
    assert shown[:6] == [0, 1, 2, 2, 3, 4]


def test_a_fault_in_the_sources_leaves_nothing_behind(song: Sound, tmp_path: Path) -> None:
    video = write_media(tmp_path / "video.mkv", pictures=steady(50))
    with pytest.raises(InputError, match=r"^video\.mkv: has no audio stream, "):
        build_package(video, None, tmp_path / "out/package")
    assert [path.name for path in tmp_path.iterdir()] == ["video.mkv"]


def test_damage_found_while_encoding_leaves_nothing_behind(song: Sound, tmp_path: Path) -> None:
    video = write_media(tmp_path / "video.mkv", sound=song[:192_000], pictures=steady(100))
    content = bytearray(video.read_bytes())
    at = len(content) // 3
    content[at : at + 3000] = bytes(3000)
    (tmp_path / "damaged.mkv").write_bytes(content)
    with pytest.raises(InputError, match=r"^damaged\.mkv: "):
        build_package(tmp_path / "damaged.mkv", None, tmp_path / "package")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["damaged.mkv", "video.mkv"]
