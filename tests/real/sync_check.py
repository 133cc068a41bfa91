"""Measures how far a package's sound and pictures stand from where its source has them, with FFmpeg's own programs.

The source is read by the `ffmpeg` of the machine, which shares no code with ours but the decoders: every frame with the
time it gives it, edit lists and all. The package is read by PyAV, from init segment and segments.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

FFMPEG = shutil.which("ffmpeg")
RATE = 48_000
SIGNATURE = (32, 18)
# Of a long video the beginning and the end are looked at: a drift would show there.
WHOLE_S = 40
WINDOW_S = 8

# The same mix-down as the package has, up to a gain.
_AS_PACKAGED = "ashowinfo,aresample=48000,aformat=channel_layouts=stereo,pan=mono|c0=c0"

Pcm = NDArray[np.float32]


@dataclass(frozen=True)
class SourceSound:
    """PCM of one channel at 48 kHz, decoded without a gap, and for each decoded frame its time and first sample."""

    pcm: Pcm
    times: NDArray[np.float64]
    firsts: NDArray[np.int64]


@dataclass(frozen=True)
class Pictures:
    """Small grey pictures, and when each is shown (seconds, ascending)."""

    times: NDArray[np.float64]
    signatures: NDArray[np.float32]


def read_source_sound(path: Path) -> SourceSound:
    """All the sound of the first audio stream, with the times of the file."""
    options = ["-map", "0:a:0", "-af", _AS_PACKAGED, "-f", "f32le", "-"]
    raw, log = _run(path, [], options)
    # pts_time has six digits only; the clock of decoded sound is its sample rate.
    shown = re.findall(r"pts:(-?\d+) .*?rate:(\d+) nb_samples:(\d+)", log)
    lengths = np.array([int(count) * RATE / int(rate) for _, rate, count in shown])
    firsts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).round().astype(np.int64)
    times = np.array([int(ticks) / int(rate) for ticks, rate, _ in shown])
    return SourceSound(np.frombuffer(raw, np.float32), times, firsts)


def read_source_pictures(path: Path, seek: Fraction | None = None, length: int | None = None) -> Pictures:
    """The pictures of the first video stream, upright, with the times of the file; from `seek` on, where given."""
    before = [] if seek is None else ["-ss", f"{float(seek):.3f}"]
    width, height = SIGNATURE
    limit = [] if length is None else ["-t", str(length)]
    options = [
        "-map", "0:v:0", *limit, "-vf", f"showinfo=checksum=0,scale={width}:{height}:flags=area,format=gray",
        "-fps_mode", "passthrough", "-f", "rawvideo", "-",
    ]  # fmt: skip
    raw, log = _run(path, before, options)
    (tick,) = re.findall(r"config in time_base: (\d+/\d+)", log)[:1]
    times = np.array([float(int(each) * Fraction(tick)) for each in re.findall(r"n: *\d+ pts: *(-?\d+) ", log)])
    grey = np.frombuffer(raw, np.uint8).reshape(-1, height, width).astype(np.float32)
    return Pictures(times[: len(grey)], grey)


def _run(path: Path, before: list[str], options: list[str]) -> tuple[bytes, str]:
    assert FFMPEG is not None
    command = [FFMPEG, "-hide_banner", "-nostdin", "-copyts", *before, "-i", f"file:{path}", *options]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout, done.stderr.decode(errors="replace")


def read_package_sound(folder: Path) -> Pcm:
    """The first channel of a rung from presentation time 0 on."""
    with av.open(str(_join(folder, slice(None)))) as container:
        frames = [(frame.pts, frame.to_ndarray()[0]) for frame in container.decode(audio=0)]
    assert frames[0][0] == 0, "the priming is not signalled"
    return np.concatenate([samples for _, samples in frames])


def read_package_pictures(folder: Path, segments: slice) -> Pictures:
    """The pictures of these segments of a rung with their presentation times."""
    times, signatures = [], []
    with av.open(str(_join(folder, segments))) as container:
        for frame in container.decode(video=0):
            assert isinstance(frame.time, float)
            times.append(frame.time)
            small = frame.reformat(*SIGNATURE, format="gray", interpolation="AREA")
            signatures.append(small.to_ndarray().astype(np.float32))
    return Pictures(np.array(times), np.array(signatures))


def _join(folder: Path, segments: slice) -> Path:
    names = sorted(each.name for each in folder.glob("*.m4s"))[segments]
    joined = folder.parent / "joined.mp4"
    joined.write_bytes(b"".join((folder / name).read_bytes() for name in ("init.mp4", *names)))
    return joined


def measure_sound(source: SourceSound, package: Pcm, origin: float) -> list[float]:
    """How much later (ms) the package has the sound than the source, at five places of the song.

    Single frames of a source may bear a time that is some milliseconds off: the middle one of nine is believed.
    """
    shifts = []
    for place in np.linspace(0.04, 0.9, 5):
        around = round(place * len(source.times))
        found = [_shift_of(source, package, origin, each) for each in range(around, min(around + 9, len(source.times)))]
        known = [each for each in found if each is not None]
        if known:
            shifts.append(float(np.median(known)))
    return shifts


def _shift_of(source: SourceSound, package: Pcm, origin: float, number: int) -> float | None:
    reach, length = RATE // 4, RATE // 4
    first = source.firsts[number]
    piece = source.pcm[first : first + length]
    at = round((source.times[number] - origin) * RATE)
    start = max(0, at - reach)
    region = package[start : at + length + reach]
    if len(piece) < 256 or len(region) <= len(piece) or np.abs(piece).max() < 1e-3:
        return None
    size = 1 << (len(region) + len(piece)).bit_length()
    spectrum = np.fft.rfft(region, size) * np.conj(np.fft.rfft(piece, size))
    matches = np.fft.irfft(spectrum, size)[: len(region) - len(piece) + 1]
    energy = np.cumsum(np.concatenate([[0.0], region.astype(np.float64) ** 2]))
    norms = np.sqrt(np.maximum(energy[len(piece) :] - energy[: -len(piece)], 1e-9))
    likeness = matches / norms
    lags = np.arange(len(likeness)) + start - at
    # A test tone fits again one period on: of what fits about as well, the nearest is meant.
    is_tone = likeness[np.abs(lags - lags[likeness.argmax()]) > RATE // 200].max(initial=0) > 0.9 * likeness.max()
    fits = lags[likeness >= (0.95 if is_tone else 0.998) * likeness.max()]
    return float(min(fits, key=abs) * 1000 / RATE)


def measure_pictures(source: Pictures, package: Pictures, origin: float, frame: float) -> float:
    """How much later (in frames) the package shows its pictures than the source: the shift that fits best.

    Where several fit as well (the picture stands still), the one nearest to 0.
    """
    wanted = [each for each in range(len(package.times)) if source.times[0] <= package.times[each] + origin]
    shifts = np.arange(-6, 6.01, 0.25)
    costs = [_cost(source, package, wanted, origin - shift * frame) for shift in shifts]
    good = [shift for shift, cost in zip(shifts, costs, strict=True) if cost <= min(costs) * 1.02 + 1e-3]
    return float(min(good, key=abs))


def _cost(source: Pictures, package: Pictures, wanted: list[int], to_source: float) -> float:
    # Half a frame of slack either way is what conforming to a constant rate may move a picture by.
    shown = np.searchsorted(source.times, package.times[wanted] + to_source + 1e-4, side="right") - 1
    shown = np.clip(shown, 0, len(source.times) - 1)
    return float(np.mean(np.abs(package.signatures[wanted] - source.signatures[shown])))
