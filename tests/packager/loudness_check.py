"""Loudness computed another way, and that of a rung as a decoder gives it."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from av.filter import Graph
from media_makers import Sound
from numpy.typing import NDArray

from packager.loudness import Loudness
from packager.meter import LoudnessMeter

RATE = 48_000


def k_weigh(sound: Sound) -> NDArray[np.float64]:
    """Both filters of BS.1770-5 annex 1 (its coefficients for 48 kHz), by way of the spectrum."""
    size = 1 << (len(sound) + RATE).bit_length()
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    weighed = np.fft.irfft(np.fft.rfft(sound.astype(np.float64), size, axis=0) * (shelf * high_pass)[:, None], size, 0)
    return np.asarray(weighed[: len(sound)])


def integrate(sound: Sound) -> float:
    """The gated loudness of BS.1770-5 annex 1: blocks of 400 ms, every 100 ms."""
    power = np.concatenate([[0.0], np.cumsum((k_weigh(sound) ** 2).sum(axis=1))])
    starts = np.arange(0, len(sound) - 19_200 + 1, 4800)
    blocks = (power[starts + 19_200] - power[starts]) / 19_200
    level = -0.691 + 10 * np.log10(blocks + 1e-20)
    above = blocks[level > -70]
    relative = -0.691 + 10 * np.log10(above.mean()) - 10
    kept = blocks[level > max(-70, relative)]
    return float(-0.691 + 10 * np.log10(kept.mean()))


def measure_rung(rung: Path) -> Loudness:
    """What the decoder gives of a rung, measured."""
    parts = [rung / "init.mp4", *sorted(rung.glob("*.m4s"))]
    meter = LoudnessMeter()
    with av.open(BytesIO(b"".join(part.read_bytes() for part in parts))) as container:
        for frame in container.decode(audio=0):
            meter.add(frame.to_ndarray().T.astype(np.float32, copy=False))
    return meter.finish()


def hear_peak(rung: Path) -> float:
    """The true peak of what the decoder gives of a rung, in dBTP, by FFmpeg's `ebur128` alone."""
    parts = [rung / "init.mp4", *sorted(rung.glob("*.m4s"))]
    graph, peaks = Graph(), [0.0]
    with av.open(BytesIO(b"".join(part.read_bytes() for part in parts))) as container:
        stream = container.streams.audio[0]
        source = graph.add_abuffer(template=stream, time_base=Fraction(1, stream.rate))
        meter, sink = graph.add("ebur128", "peak=true:metadata=1:framelog=quiet"), graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        for frame in container.decode(stream):
            graph.push(frame)
            while True:
                try:
                    said = graph.pull().metadata
                except (BlockingIOError, av.error.EOFError):
                    break
                peaks += [float(value) for key, value in said.items() if ".true_peaks_ch" in key]
    return float(20 * np.log10(max(peaks)))
