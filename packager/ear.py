"""Hears a rung as listeners will: decodes it while it is encoded, and measures the true peak."""

import numpy as np
from av import Packet
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from packager.decode import Feed
from packager.fragment import CodedSample
from packager.meter import LoudnessMeter


class Ear:
    """Takes the coded samples of a rung that was fed like this. What comes out of the priming counts, too."""

    def __init__(self, decoder: AudioCodecContext, feed: Feed) -> None:
        self._decoder = decoder
        self._meter = LoudnessMeter(feed)
        self._to_float = AudioResampler(format="fltp", layout=feed.layout, rate=feed.sample_rate_hz)

    def hear(self, sample: CodedSample) -> None:
        """Take the next one."""
        for frame in self._decoder.decode(Packet(sample.payload)):
            self._measure(frame)

    def finish(self) -> float | None:
        """The true peak in dBTP, rounded up to 0.01; None of silence. Only once."""
        for frame in self._decoder.decode(None):
            self._measure(frame)
        return self._meter.finish().true_peak_dbtp

    def _measure(self, frame: AudioFrame) -> None:
        for each in self._to_float.resample(frame):
            self._meter.add(each.to_ndarray().T.astype(np.float32, copy=False))
