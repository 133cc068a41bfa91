"""HEVC and AV1 that are encoded already: every coded frame comes out as it went in, beside H.264 or alone."""

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import pytest
from media_makers import draw_number, make_sound, read_number, steady, write_media

from packager.copy import copy_package
from packager.copyindex import CopyIndex
from packager.errors import UnsupportedError
from packager.inspection import lint_folder
from packager.lint.finding import Profile

SECONDS = 12
FRAMES = SECONDS * 25
CLOSED = {
    "libx264": {"x264-params": "keyint=48:min-keyint=48:scenecut=0:open-gop=0"},
    "libx265": {"x265-params": "keyint=48:min-keyint=48:scenecut=0:open-gop=0:log-level=error:pools=none"},
    "libsvtav1": {"svtav1-params": "keyint=48:scd=0:irefresh-type=2:lp=1", "preset": "8", "crf": "20"},
}


def write_pictures(
    path: Path,
    encoder: str,
    *,
    size: tuple[int, int] = (192, 108),
    options: Mapping[str, str] | None = None,
    tag: str | None = None,
    transfer: int | None = None,
) -> Path:
    """Numbered pictures in this codec."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(encoder, rate=25, options=dict(CLOSED[encoder] if options is None else options))
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        if tag is not None:
            stream.codec_context.codec_tag = tag
        if transfer is not None:
            stream.codec_context.color_trc = transfer
            stream.codec_context.color_primaries = stream.codec_context.colorspace = 9
        for number in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(draw_number(number, *size), format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_media(tmp_path_factory.mktemp("song") / "song.m4a", sound=make_sound(SECONDS), sound_codec="aac")


@pytest.fixture(scope="module")
def low_song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_media(tmp_path_factory.mktemp("song") / "low.m4a", sound=make_sound(SECONDS) / 8, sound_codec="aac")


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two sizes in each of three codecs, by the names that their rungs get."""
    folder = tmp_path_factory.mktemp("ladder")
    prefixes = {"libx264": "", "libx265": "hevc-", "libsvtav1": "av1-"}
    return {
        f"{prefix}{height}p": write_pictures(folder / f"{prefix}{height}.mp4", encoder, size=(height * 16 // 9, height))
        for encoder, prefix in prefixes.items()
        for height in (144, 108)
    }


@pytest.fixture(scope="module")
def package(
    ladder: Mapping[str, Path], song: Path, low_song: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, CopyIndex]:
    out = tmp_path_factory.mktemp("copy") / "package"
    return out, copy_package([*ladder.values(), song, low_song], out)


def join(rung: Path) -> BytesIO:
    return BytesIO(b"".join(path.read_bytes() for path in [rung / "init.mp4", *sorted(rung.glob("*.m4s"))]))


def decode(file: Path | BytesIO) -> list[tuple[Fraction, str]]:
    """When each picture is shown, and a digest of it."""
    with av.open(file if isinstance(file, BytesIO) else str(file)) as container:
        return [
            ((frame.pts or 0) * (frame.time_base or 0), hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest())
            for frame in container.decode(video=0)
        ]


def decode_numbers(file: BytesIO) -> list[int]:
    with av.open(file) as container:
        return [read_number(frame) for frame in container.decode(video=0)]


@pytest.mark.parametrize("name", ["144p", "108p", "hevc-144p", "hevc-108p", "av1-144p", "av1-108p"])
def test_every_picture_is_decoded_as_from_the_source(
    package: tuple[Path, CopyIndex], ladder: Mapping[str, Path], name: str
) -> None:
    copied = decode(join(package[0] / "video" / name))
    assert copied == decode(ladder[name])
    assert [time for time, _ in copied] == steady(FRAMES)


@pytest.mark.parametrize("name", ["hevc-144p", "av1-108p"])
def test_every_segment_can_be_decoded_alone(package: tuple[Path, CopyIndex], name: str) -> None:
    rung = package[0] / "video" / name
    init = (rung / "init.mp4").read_bytes()
    shown = [decode_numbers(BytesIO(init + path.read_bytes())) for path in sorted(rung.glob("*.m4s"))]
    assert shown == [[*range(96)], [*range(96, 192)], [*range(192, 288)], [*range(288, FRAMES)]]


@pytest.mark.parametrize("profile", Profile)
def test_it_lints_clean_but_for_what_decoding_would_tell(package: tuple[Path, CopyIndex], profile: Profile) -> None:
    assert {finding.rule for finding in lint_folder(package[0], profile)} <= {"loudness-missing"}


def test_each_codec_is_a_set_of_its_own_and_shares_the_sound(package: tuple[Path, CopyIndex]) -> None:
    out, index = package
    lines = (out / "master.m3u8").read_text().splitlines()
    variants = [line for line in lines if line.startswith("#EXT-X-STREAM-INF") and "RESOLUTION" in line]
    codecs = [line.partition('CODECS="')[2][:4] for line in variants]
    assert codecs == ["avc1", "avc1", "hvc1", "hvc1", "av01", "av01"]
    groups = [line.partition('AUDIO="')[2].rstrip('"') for line in variants]
    low, high = (rung.name for rung in index.audio_rungs)
    assert [sorted(groups[at : at + 2]) for at in (0, 2, 4)] == [sorted((low, high))] * 3
    assert [rung.name for rung in index.video_rungs if rung.iframe_playlist] == ["144p", "108p"]


# Matroska has no sample entry, and MPEG-TS has start codes and parameter sets in each key frame, as hev1 may.
@pytest.mark.parametrize(
    ("encoder", "ending", "tag"),
    [("libx265", "mp4", "hvc1"), ("libx265", "mp4", "hev1"), ("libx265", "mkv", None), ("libx265", "ts", None),
     ("libsvtav1", "mkv", None), ("libsvtav1", "webm", None)],
)  # fmt: skip
def test_other_containers_and_entries_become_the_same(
    encoder: str, ending: str, tag: str | None, song: Path, tmp_path: Path
) -> None:
    options = dict(CLOSED[encoder])
    if ending == "ts" or tag == "hev1":
        options["x265-params"] += ":repeat-headers=1"
    source = write_pictures(tmp_path / f"p.{ending}", encoder, options=options, tag=tag)
    copy_package([source, song], tmp_path / "package")
    (rung,) = (tmp_path / "package/video").iterdir()
    assert [digest for _, digest in decode(join(rung))] == [digest for _, digest in decode(source)]
    init = (rung / "init.mp4").read_bytes()
    assert (b"hvc1" if encoder == "libx265" else b"av01") in init
    assert {finding.rule for finding in lint_folder(tmp_path / "package", Profile.MOBILE)} <= {
        "loudness-missing", "stereo-rungs", "few-rungs", "h264-missing", "top-rung-low"
    }  # fmt: skip
    if encoder == "libx265":
        # ISO/IEC 14496-15 section 8.4.1.1.2: all parameter sets are in the sample entry, and its arrays say so.
        config = init[init.index(b"hvcC") + 4 :]
        assert [config[23] & 0x80, config[21] & 3] == [0x80, 3]


def test_pictures_of_hdr_say_their_range(song: Path, tmp_path: Path) -> None:
    source = write_pictures(tmp_path / "hdr.mp4", "libx265", tag="hvc1", transfer=16)
    copy_package([source, song], tmp_path / "package")
    master = (tmp_path / "package/master.m3u8").read_text()
    assert master.count("VIDEO-RANGE=PQ") == 2  # the variant, and its I-frames
    assert lint_folder(tmp_path / "package", Profile.RFC) == ()


@pytest.mark.parametrize(
    ("encoder", "options", "message"),
    [
        ("libx265", {"x265-params": "keyint=48:min-keyint=48:scenecut=0:open-gop=1:log-level=error:pools=none"},
         ("bad.mp4: pictures that refer across its random access point at 1.920 s (frame 48), where good.mp4 has: "
          "encode it again with closed GOPs (x265: open-gop=0:radl=0), or leave the work to `midnote package`")),
        ("libx265", {"x265-params": "keyint=100:min-keyint=100:scenecut=0:open-gop=0:log-level=error:pools=none"},
         ("bad.mp4: no IDR at 1.920 s (frame 48), where good.mp4 has: encode it again with -force_key_frames "
          "'expr:gte(t,n_forced*4)', or leave the work to `midnote package`")),
        ("libsvtav1", {"svtav1-params": "keyint=48:scd=0:irefresh-type=1:lp=1", "preset": "8"},
         ("bad.mp4: no key frame at 1.920 s (frame 48), where good.mp4 has: encode it again with -force_key_frames "
          "'expr:gte(t,n_forced*4)', or leave the work to `midnote package`")),
    ],
)  # fmt: skip
def test_a_misfit_is_told_in_the_words_of_its_codec(
    encoder: str, options: dict[str, str], message: str, song: Path, tmp_path: Path
) -> None:
    bad = write_pictures(tmp_path / "bad.mp4", encoder, options=options)
    good_params = {"x264-params": "keyint=48:min-keyint=48:scenecut=0:open-gop=0"}
    good = write_pictures(tmp_path / "good.mp4", "libx264", options=good_params)
    with pytest.raises(UnsupportedError) as caught:
        copy_package([good, bad, song], tmp_path / "package")
    assert str(caught.value) == message


def test_other_codecs_are_named(song: Path, tmp_path: Path) -> None:
    with av.open(str(tmp_path / "vp8.webm"), "w") as container:
        stream = container.add_stream("libvpx", rate=25)
        stream.width, stream.height, stream.pix_fmt = 192, 108, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(draw_number(0), format="yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(UnsupportedError, match=r"^vp8.webm: its video is vp8, and H.264, HEVC and AV1 are what can be"):
        copy_package([tmp_path / "vp8.webm", song], tmp_path / "package")
