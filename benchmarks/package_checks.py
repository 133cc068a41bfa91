"""How right a package is, ours or a peer's: read as a stranger would, with the same measures for all."""

import io
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from packager.errors import PackagerError
from packager.inspection import read_presentation
from packager.lint.check import run_rules
from packager.lint.finding import Profile, Severity
from packager.lint.presentation import Presentation, Stream

_RATE_HZ = 48_000
# Where in the song the sound is compared, and how much of it.
_FROM_S, _LENGTH_S, _SEARCH_S = 2, 4, 1


@dataclass(frozen=True, slots=True)
class Correctness:
    """None is what could not be measured."""

    av_offset_ms: float | None
    worst_boundary_ms: float | None
    worst_bandwidth_percent: float | None
    iframes_listed: int
    iframes_present: int
    errors: int
    warnings: int

    def __str__(self) -> str:
        def shown(value: float | None, unit: str) -> str:
            return "?" if value is None else f"{value:+.2f} {unit}"

        return (
            f"A/V {shown(self.av_offset_ms, 'ms')}, boundaries {shown(self.worst_boundary_ms, 'ms')}, "
            f"BANDWIDTH {shown(self.worst_bandwidth_percent, '%')}, I-frames {self.iframes_listed}/"
            f"{self.iframes_present}, lint {self.errors} errors {self.warnings} warnings"
        )


def check_package(folder: Path, song: Path) -> Correctness:
    """Measured of the package in this folder; sample 0 of `song`, the sound it was made from, belongs beside frame 0.

    The A/V offset is what is decoded: where the song is heard, against when the first picture is shown.
    """
    presentation = read_presentation(folder / "master.m3u8", Profile.MOBILE)
    findings = run_rules(presentation)
    pictures = [s for s in presentation.streams.values() if s.kind == "video" and not s.playlist.is_iframes_only]
    sounds = [s for s in presentation.streams.values() if s.kind == "audio"]
    return Correctness(
        av_offset_ms=_measure_offset(folder, pictures, sounds, song),
        worst_boundary_ms=_find_worst_boundary(pictures, sounds),
        worst_bandwidth_percent=_find_worst_bandwidth(presentation),
        iframes_listed=sum(len(s.parts) for s in presentation.streams.values() if s.playlist.is_iframes_only),
        iframes_present=sum(
            len(fragment.key_starts)
            for stream in pictures
            for part in stream.parts
            if part.payload
            for fragment in part.payload.of(part.track)
        ),
        errors=sum(finding.severity is Severity.ERROR for finding in findings),
        warnings=sum(finding.severity is Severity.WARNING for finding in findings),
    )


def _find_worst_boundary(pictures: list[Stream], sounds: list[Stream]) -> float | None:
    """The largest distance of an audio cut from its video cut, inside the song."""
    if not pictures or not sounds:
        return None
    cuts = [span.start_s for span in pictures[0].spans[1:] if span]
    errors = [
        abs(span.start_s - cut)
        for sound in sounds
        for span, cut in zip(sound.spans[1:], cuts, strict=False)
        if span is not None
    ]
    return float(max(errors, default=0)) * 1000


def _find_worst_bandwidth(presentation: Presentation) -> float | None:
    """How far the worst BANDWIDTH is from the measured peak; negative where a player is promised too little."""
    worst = 0.0
    for playlist, variant in presentation.variants():
        rates, said = presentation.measure(playlist, variant), variant.get("BANDWIDTH")
        if rates is not None and said is not None:
            error = float((int(said) / rates.peak_bps - 1) * 100)
            worst = max(worst, error, key=abs)
    return worst


def _measure_offset(folder: Path, pictures: list[Stream], sounds: list[Stream], song: Path) -> float | None:
    try:
        shown_s = _first_picture(_join(folder, pictures[0]))
        start_s, heard = _decode_sound(_join(folder, sounds[0]))
    except (IndexError, av.error.FFmpegError, PackagerError, OSError):
        return None
    song_start_s, wanted = _decode_sound(song)
    return (_find_lag(heard, wanted) / _RATE_HZ + start_s - song_start_s - shown_s) * 1000


def _find_lag(heard: NDArray[np.float32], wanted: NDArray[np.float32]) -> int:
    """By how many samples the song comes later than it should, by cross-correlation."""
    first, slack = _FROM_S * _RATE_HZ, _SEARCH_S * _RATE_HZ
    piece = wanted[first : first + _LENGTH_S * _RATE_HZ]
    around = heard[first - slack : first + len(piece) + slack]
    size = 1 << (len(around) + len(piece)).bit_length()
    spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(piece, size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: len(around) - len(piece) + 1])) - slack


def _join(folder: Path, stream: Stream) -> io.BytesIO:
    """The first segments of a stream behind its init segment, as a player appends them."""
    parts = stream.parts[:4]
    init = parts[0].init
    names = [init.file if init else None, *(part.file for part in parts)]
    return io.BytesIO(b"".join((folder / name).read_bytes() for name in names if name is not None))


def _first_picture(file: io.BytesIO) -> float:
    with av.open(file, "r") as container:
        frame = next(container.decode(video=0))
        return float((frame.pts or 0) * (frame.time_base or 0))


def _decode_sound(file: io.BytesIO | Path) -> tuple[float, NDArray[np.float32]]:
    """When the first sample is heard, and the left channel from there, 10 s of it, at 48 kHz."""
    with av.open(file, "r") as container:
        resampler = av.AudioResampler("fltp", "stereo", _RATE_HZ)
        blocks: list[NDArray[np.float32]] = []
        start_s = None
        for frame in container.decode(audio=0):
            start_s = float((frame.pts or 0) * (frame.time_base or 0)) if start_s is None else start_s
            blocks += [each.to_ndarray()[0] for each in resampler.resample(frame)]
            if sum(map(len, blocks)) > 10 * _RATE_HZ:
                break
    return start_s or 0.0, np.concatenate(blocks)
