"""Measures the loudness of PCM with FFmpeg's `ebur128`, while it passes."""

from fractions import Fraction
from math import ceil, log10
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph
from av.filter.context import FilterContext

from packager.decode import STEREO_48K, Feed, Pcm, read_song
from packager.grid import SAMPLE_RATE_HZ
from packager.loudness import Loudness
from packager.sources import AudioTrack

# What `ebur128` says when no block of 0.4 s is above the absolute gate of BS.1770.
_GATE_LUFS = -70.0
# BS.1770-5 annex 2: four times 48 kHz; what has that rate already is measured as it is.
_OVERSAMPLED_HZ = 4 * SAMPLE_RATE_HZ


class LoudnessMeter:
    """Takes the PCM of a song block by block: float32, shape (n, channels) of the feed.

    The true peak is read off our own oversampled branch: `ebur128` gives it with three decimals of full scale, which
    is 0.4 dB off at -40 dBTP. What is above +10 LUFS, where its histogram ends, is said to be there: no song is, only a
    float file far over full scale.
    """

    def __init__(self, feed: Feed = STEREO_48K) -> None:
        self._feed = feed
        self._graph = Graph()
        rate_hz = feed.sample_rate_hz
        self._source = self._graph.add_abuffer(
            format="fltp", sample_rate=rate_hz, layout=feed.layout, time_base=Fraction(1, rate_hz)
        )
        fork = self._graph.add("asplit", "2")
        self._loudness = self._branch(fork, 0, ("ebur128", "metadata=1:framelog=quiet"))
        self._oversampled = self._branch(
            fork, 1, ("aresample", f"{_OVERSAMPLED_HZ}"), ("aformat", f"sample_fmts=fltp:channel_layouts={feed.layout}")
        )
        self._source.link_to(fork)
        self._graph.configure()
        self._fed = 0
        self._peak = 0.0
        self._said: dict[str, str] = {}

    def add(self, pcm: Pcm) -> None:
        """Take a block."""
        assert pcm.shape[1:] == (self._feed.channels,)
        if not len(pcm):
            return
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(pcm.T), format="fltp", layout=self._feed.layout)
        frame.sample_rate = self._feed.sample_rate_hz
        frame.pts = self._fed
        frame.time_base = Fraction(1, self._feed.sample_rate_hz)
        self._fed += len(pcm)
        # The oversampler rings; a sample itself may stand higher than the curve it draws through it.
        self._peak = max(self._peak, _peak_of(pcm))
        self._source.push(frame)
        self._drain()

    def finish(self) -> Loudness:
        """What all blocks together measure, in steps of 0.01; the true peak rounded up. Only once."""
        self._source.push(None)
        self._drain()
        integrated_lufs = float(self._said.get("lavfi.r128.I", _GATE_LUFS))
        is_measured = integrated_lufs > _GATE_LUFS
        return Loudness(
            integrated_lufs=round(integrated_lufs, 2) if is_measured else None,
            true_peak_dbtp=_to_db_upwards(self._peak) if self._peak else None,
            range_lu=round(float(self._said["lavfi.r128.LRA"]), 2) if is_measured else None,
        )

    def _branch(self, fork: FilterContext, pad: int, *steps: tuple[str, str]) -> FilterContext:
        """The sink at the end of these filters after output `pad` of the fork."""
        last, output = fork, pad
        for name, options in steps:
            following = self._graph.add(name, options)
            last.link_to(following, output, 0)
            last, output = following, 0
        sink = self._graph.add("abuffersink")
        last.link_to(sink)
        return sink

    def _drain(self) -> None:
        while (frame := _pull(self._loudness)) is not None:
            self._said = frame.metadata or self._said  # what is left over at the end, under 100 ms, says nothing
        while (frame := _pull(self._oversampled)) is not None:
            self._peak = max(self._peak, _peak_of(frame.to_ndarray().astype(np.float32, copy=False)))


def measure_song(path: Path, track: AudioTrack) -> Loudness:
    """The loudness of a song as it will be packaged: at 48 kHz, in two channels. Decodes all of it."""
    meter = LoudnessMeter()
    for block in read_song(path, track):
        meter.add(block)
    return meter.finish()


def _pull(sink: FilterContext) -> AudioFrame | None:
    try:
        frame = sink.pull()
    except (BlockingIOError, av.error.EOFError):
        return None
    assert isinstance(frame, AudioFrame)
    return frame


def _peak_of(pcm: Pcm) -> float:
    return max(float(pcm.max()), -float(pcm.min()))


def _to_db_upwards(peak: float) -> float:
    """A ceiling holds only if it is rounded up; three more decimals keep a float's noise from counting."""
    return ceil(round(2000 * log10(peak), 3)) / 100
