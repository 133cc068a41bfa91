"""Probe encodes: what a film needs at each size, from a few short stretches of it."""

import io
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product
from math import ceil
from pathlib import Path

import av
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from packager.decode import read_pictures
from packager.encode import VideoEncoder
from packager.errors import InputError
from packager.fragment import CodedSample, write_chunk
from packager.ladder import VideoRung
from packager.pertitle import ProbePoint
from packager.quality import QualityMeter
from packager.sources import VideoTrack
from packager.watching import Watcher

# Four stretches of 32 frames: at 25 fps 5 s of a song, and at 1080p 100 MB of pictures at a time. 21 to 39 spans what
# is worth sending; between these points the logarithm of the rate is nearly straight.
_STRETCHES, _FRAMES = 4, 32
_CRFS = (21, 27, 33, 39)
# No cap: the rate is what is to be found out.
_NO_CAP_BPS = 200_000_000


def probe_title(
    path: Path, track: VideoTrack, rungs: Sequence[VideoRung], gop_frames: int, watcher: Watcher
) -> tuple[ProbePoint, ...]:
    """What each of these rungs (of one codec, highest first) needs at several rate factors.

    Quality is that of the brightness, shown at the size of the highest rung. Key frames are weighed as in GOPs of
    `gop_frames`: a short stretch has one too many.
    """
    tasks = list(product(rungs, _CRFS))
    trials = [_Trial(rung, crf, rungs[0], track, gop_frames) for rung, crf in tasks]
    for number in range(_STRETCHES):
        watcher.tell("Probing the film", Fraction(number, _STRETCHES))
        stretch = _read_stretch(path, track, rungs[0], number)
        # FFmpeg lets go of the interpreter while it works: threads are enough.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda trial: trial.add(stretch), trials))  # noqa: B023  (the pool ends within the turn)
    return tuple(trial.point for trial in trials)


def _read_stretch(path: Path, track: VideoTrack, top: VideoRung, number: int) -> tuple[VideoFrame, ...]:
    """Some frames in a row, in the size of the highest rung."""
    spare = max(Fraction(0), track.duration - _FRAMES / track.frame_rate)
    since = spare * (2 * number + 1) / (2 * _STRETCHES)
    encoder = VideoEncoder(top, track.frame_rate, track.colour)
    frames = _read_from(path, track, since, encoder) or _read_from(path, track, Fraction(0), encoder)
    encoder.close()
    return frames


def _read_from(path: Path, track: VideoTrack, since: Fraction, scaler: VideoEncoder) -> tuple[VideoFrame, ...]:
    """The frames there; none where the file cannot be entered there, though it can be read from its start."""
    try:
        return tuple(scaler.scale(frame) for _, frame in islice(read_pictures(path, track, since=since), _FRAMES))
    except InputError:
        if not since:
            raise
        return ()


class _Trial:
    """One rung at one rate factor, over all stretches."""

    def __init__(self, rung: VideoRung, crf: int, shown: VideoRung, track: VideoTrack, gop_frames: int) -> None:
        self._rung = replace(rung, cap_bps=_NO_CAP_BPS, coding=replace(rung.coding, crf=crf))
        self._track = track
        self._gop_frames = gop_frames
        self._meter = QualityMeter(shown.width, shown.height)
        self._shown = shown
        self._bits = Fraction(0)
        self._seconds = Fraction(0)

    def add(self, stretch: Sequence[VideoFrame]) -> None:
        """Encode these frames, and compare what comes out with them."""
        encoder = VideoEncoder(self._rung, self._track.frame_rate, self._track.colour)
        samples: list[CodedSample] = []
        for number, frame in enumerate(stretch):
            own = VideoFrame.from_ndarray(encoder.scale(frame).to_ndarray(), format="yuv420p")
            samples += encoder.encode(own, number, is_boundary=number == 0)
        samples += encoder.finish()
        self._weigh([len(sample.payload) * 8 for sample in samples])
        self._judge(encoder.init + write_chunk(1, 0, encoder.sample_duration_ticks, samples), stretch)

    @property
    def point(self) -> ProbePoint:
        """What was found."""
        assert self._seconds
        rate = max(1, ceil(self._bits / self._seconds))
        short = min(self._rung.width, self._rung.height)
        return ProbePoint(short, self._rung.coding.crf, rate, self._meter.ssim_db)

    def _weigh(self, bits: Sequence[int]) -> None:
        others = Fraction(sum(bits[1:]), max(1, len(bits) - 1))
        self._bits += bits[0] + others * (self._gop_frames - 1)
        self._seconds += self._gop_frames / self._track.frame_rate

    def _judge(self, media: bytes, stretch: Sequence[VideoFrame]) -> None:
        scaler = VideoReformatter()
        width, height = self._shown.width, self._shown.height
        with av.open(io.BytesIO(media), "r") as container:
            for frame, reference in zip(container.decode(video=0), stretch, strict=False):
                shown = scaler.reformat(frame, width, height, "yuv420p", interpolation=Interpolation.BICUBIC)
                original = VideoFrame.from_ndarray(reference.to_ndarray(), format="yuv420p")
                self._meter.add(shown, original)
