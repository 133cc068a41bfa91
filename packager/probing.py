"""Probe encodes: what a film needs at each size, from a few short stretches of it."""

import io
import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import islice
from math import ceil
from pathlib import Path
from statistics import fmean

import av
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from packager.decode import read_pictures
from packager.encode import VideoEncoder
from packager.errors import InputError
from packager.fragment import CodedSample, write_chunk
from packager.ladder import VideoRung
from packager.pertitle import ProbePoint
from packager.quality import QualityMeter, to_decibels
from packager.scaling import Scaler, copy_frame
from packager.sources import VideoTrack
from packager.watching import Watcher

# Four stretches of 24 frames: at 25 fps 4 s of a song, and at 1080p 75 MB of pictures at a time. 21 to 39 spans what is
# worth sending; between these points the logarithm of the rate is nearly straight.
_STRETCHES, _FRAMES = 4, 24
_CRFS = (21, 30, 39)
# Every third picture is judged, from the second on: x264 has up to three B-frames in a row, and key frames are rare.
_FIRST_JUDGED, _JUDGED_EVERY = 1, 3
# No cap: the rate is what is to be found out.
_NO_CAP_BPS = 200_000_000


def probe_title(
    path: Path,
    track: VideoTrack,
    rungs: Sequence[VideoRung],
    gop_frames: int,
    watcher: Watcher,
    join: VideoRung | None = None,
) -> tuple[ProbePoint, ...]:
    """What each of these rungs (of one codec, highest first) needs at several rate factors; `join` at its own alone.

    Quality is that of the brightness, shown at the size of the highest rung. Key frames are weighed as in GOPs of
    `gop_frames`: a short stretch has one too many.
    """
    trials = [
        _Trial(rung, crf, rungs[0], track, gop_frames)
        for rung in rungs
        for crf in ((rung.coding.crf,) if rung == join else _CRFS)
    ]
    # Two of the largest at a time would take most memory.
    mixed = sorted(trials, key=lambda trial: trial.crf)
    # FFmpeg lets go of the interpreter while it works: threads are enough.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number in range(_STRETCHES):
            watcher.tell("Probing the film", number / _STRETCHES)
            stretch = _read_stretch(path, track, rungs[0], number)
            scaled = pool.map(partial(_scale, stretch), rungs)
            by_size = {(rung.width, rung.height): frames for rung, frames in zip(rungs, scaled, strict=True)}
            deque(pool.map(lambda trial: trial.add(stretch, by_size[trial.size]), mixed), maxlen=0)  # noqa: B023
    return tuple(trial.point for trial in trials)


def _scale(stretch: Sequence[VideoFrame], rung: VideoRung) -> tuple[VideoFrame, ...]:
    return tuple(map(Scaler(rung.width, rung.height).scale, stretch))


def _read_stretch(path: Path, track: VideoTrack, top: VideoRung, number: int) -> tuple[VideoFrame, ...]:
    """Some frames in a row, in the size of the highest rung."""
    spare = max(Fraction(0), track.duration - _FRAMES / track.frame_rate)
    since = spare * (2 * number + 1) / (2 * _STRETCHES)
    scaler = Scaler(top.width, top.height)
    return _read_from(path, track, since, scaler) or _read_from(path, track, Fraction(0), scaler)


def _read_from(path: Path, track: VideoTrack, since: Fraction, scaler: Scaler) -> tuple[VideoFrame, ...]:
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
        self._ssims: list[float] = []
        self._shown = shown
        self._bits = Fraction(0)
        self._seconds = Fraction(0)

    @property
    def size(self) -> tuple[int, int]:
        """That of the rung."""
        return self._rung.width, self._rung.height

    @property
    def crf(self) -> int:
        """The rate factor that is tried."""
        return self._rung.coding.crf

    def add(self, stretch: Sequence[VideoFrame], scaled: Sequence[VideoFrame]) -> None:
        """Encode these frames in the size of the rung, and compare what comes out with them as they were."""
        self._judge(self._encode(scaled), stretch)

    @property
    def point(self) -> ProbePoint:
        """What was found."""
        assert self._seconds
        rate = max(1, ceil(self._bits / self._seconds))
        short = min(self._rung.width, self._rung.height)
        return ProbePoint(short, self.crf, rate, to_decibels(fmean(self._ssims)))

    def _encode(self, scaled: Sequence[VideoFrame]) -> bytes:
        """A media file of these frames."""
        encoder = VideoEncoder(self._rung, self._track.frame_rate, self._track.colour)
        samples: list[CodedSample] = []
        for number, frame in enumerate(scaled):
            samples += encoder.encode(copy_frame(frame), number, is_boundary=number == 0)
        samples += encoder.finish()
        self._weigh([len(sample.payload) * 8 for sample in samples])
        return encoder.init + write_chunk(1, 0, encoder.sample_duration_ticks, samples)

    def _weigh(self, bits: Sequence[int]) -> None:
        others = Fraction(sum(bits[1:]), max(1, len(bits) - 1))
        self._bits += bits[0] + others * (self._gop_frames - 1)
        self._seconds += self._gop_frames / self._track.frame_rate

    def _judge(self, media: bytes, stretch: Sequence[VideoFrame]) -> None:
        scaler = VideoReformatter()
        width, height = self._shown.width, self._shown.height
        meter = QualityMeter(width, height)  # it holds on to pictures: one for each stretch
        with av.open(io.BytesIO(media), "r") as container:
            coded = zip(container.decode(video=0), stretch, strict=False)
            # Of a film of one frame, that one.
            for frame, reference in islice(coded, min(_FIRST_JUDGED, len(stretch) - 1), None, _JUDGED_EVERY):
                shown = scaler.reformat(frame, width, height, "yuv420p", interpolation=Interpolation.BICUBIC)
                meter.add(shown, copy_frame(reference))
        self._ssims.append(meter.ssim)
