"""Encodes all rungs of a package at once: one thread for each, fed through bounded lanes, written as they go.

Pictures are scaled down the ladder: the thread of a rung scales from the frame of the rung above, not from the
source, then passes its own frame on. Sound is decoded once for each rate and channel count that is wanted, and every
audio rung of those gets the same samples.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from packager.conform import Conformer, Tally
from packager.damage import PictureDamage
from packager.decode import STEREO_48K, Feed, Pcm, read_pictures, read_song
from packager.encode import RungEncoder, VideoEncoder
from packager.encode_audio import open_audio_encoder
from packager.fragment import CodedSample, SegmentCutter
from packager.initsegment import read_codec
from packager.ladder import VideoRung
from packager.lanes import Crew, Lane
from packager.loudness import Loudness
from packager.ludt import add_loudness
from packager.manifest import ThumbnailRecord
from packager.meter import LoudnessMeter
from packager.opening import name_of
from packager.plan import PackagePlan
from packager.playlist import EncodedRung, Place, Segment
from packager.sinks import SegmentSink, open_sink
from packager.sources import AudioTrack, VideoTrack
from packager.sprites import SpritePlan
from packager.store import Staging
from packager.thumbnails import ThumbnailWriter
from packager.timing import round_half_up
from packager.waveform import Waveform, WaveformMeter

# Frames that may wait before a rung: enough to smooth a slow IDR over, little enough to keep 1080p under 30 MB.
_FRAMES_AHEAD = 8
_PCM_BLOCKS_AHEAD = 8
_PCM_BLOCK_SAMPLES = 1 << 15

NumberedFrame = tuple[int, VideoFrame]


class RungWriter:
    """Takes the samples of one rung in decode order and puts its segments into the package as they become whole."""

    def __init__(self, sink: SegmentSink, folder: str, cutter: SegmentCutter, durations: Sequence[Fraction]) -> None:
        self._sink = sink
        self._folder = folder
        self._cutter = cutter
        self._durations = durations
        self._segments: list[Segment] = []
        self._iframes: list[Segment] = []

    def add(self, samples: Iterable[CodedSample]) -> None:
        """Take samples; write every segment that they complete."""
        for sample in samples:
            cut = self._cutter.add(sample)
            if cut is None:
                continue
            segment = Segment(self._sink.put(cut.content), self._durations[len(self._segments)])
            self._segments.append(segment)
            if cut.iframe_size_bytes:
                iframe = Place(segment.place.uri, cut.iframe_size_bytes, segment.place.offset or 0)
                self._iframes.append(Segment(iframe, segment.duration))

    def finish(self, encoder: RungEncoder, loudness: Loudness | None = None) -> EncodedRung:
        """Take the encoder's last samples and write its init segment; one of sound says how loud it is."""
        self.add(encoder.finish())
        assert self._cutter.is_whole, f"{self._folder}: fewer samples came out than the grid has"
        init = encoder.init if loudness is None else add_loudness(encoder.init, loudness)
        return EncodedRung(
            self._folder, read_codec(init), encoder.timescale, self._sink.finish(init), tuple(self._segments),
            tuple(self._iframes), loudness,
        )  # fmt: skip


class PackageEncoding:
    """The threads of one package and what they made. Start with `add_audio` and `add_video`, then wait for the crew."""

    def __init__(self, crew: Crew, plan: PackagePlan, staging: Staging) -> None:
        self._crew = crew
        self._plan = plan
        self._staging = staging
        self._finished: dict[str, EncodedRung] = {}
        self._waveform: Waveform | None = None
        # Written by the thread of each rung, read by whoever draws the bar.
        names = [rung.name for rung in plan.audio_rungs] + [rung.name for rung in plan.video_rungs]
        self._shares = dict.fromkeys(names, Fraction(0))
        self.tally = Tally()
        self.damage_notes: tuple[str, ...] = ()
        self.thumbnails: ThumbnailRecord | None = None

    @property
    def share(self) -> Fraction:
        """How much is done, from 0 to 1: that of the slowest rung, which decides when all are."""
        return min(self._shares.values())

    @property
    def loudness(self) -> Loudness:
        """How loud the song is in stereo. Only when all of it has been decoded."""
        loudness = self.audio_rungs[0].loudness
        assert loudness is not None
        return loudness

    @property
    def waveform(self) -> Waveform:
        """The outline of that song. Only when all of it has been decoded."""
        assert self._waveform is not None
        return self._waveform

    @property
    def audio_rungs(self) -> tuple[EncodedRung, ...]:
        """The finished audio rungs, in the order of the plan."""
        return tuple(self._finished[rung.name] for rung in self._plan.audio_rungs)

    @property
    def video_rungs(self) -> tuple[EncodedRung, ...]:
        """The finished video rungs, in the order of the plan."""
        return tuple(self._finished[rung.name] for rung in self._plan.video_rungs)

    def add_audio(self, path: Path, track: AudioTrack) -> None:
        """Start the threads that decode the song, one for each form in which it is wanted, and encode its rungs."""
        lanes = tuple(Lane[Pcm](self._crew, _PCM_BLOCKS_AHEAD) for _ in self._plan.audio_rungs)
        verdicts = tuple(Lane[Loudness](self._crew, 1) for _ in self._plan.audio_rungs)
        feeds = self._audio_feeds()
        for index, (lane, verdict) in enumerate(zip(lanes, verdicts, strict=True)):
            self._crew.start(f"audio-{index}", partial(self._encode_audio, index, lane, verdict, track))
        measured: set[int] = set()
        for number, feed in enumerate(dict.fromkeys(feeds)):
            fed = tuple(lane for lane, wanted in zip(lanes, feeds, strict=True) if wanted == feed)
            # A mix has one loudness, whatever the rate: players must not turn it up or down between its groups.
            told = tuple(each for each, wanted in zip(verdicts, feeds, strict=True) if wanted.channels == feed.channels)
            is_first = feed.channels not in measured
            measured.add(feed.channels)
            decode = partial(self._decode_audio, path, track, feed, fed, told if is_first else ())
            self._crew.start(f"decode-audio-{number}", decode)

    def _audio_feeds(self) -> tuple[Feed, ...]:
        """What each audio rung is fed."""
        cut_rungs = zip(self._plan.audio_rungs, self._plan.audio_cuts, strict=True)
        return tuple(Feed(cuts.clock.sample_rate_hz, rung.channels) for rung, cuts in cut_rungs)

    def add_video(self, path: Path, track: VideoTrack) -> None:
        """Start the thread that decodes the video and one for each video rung."""
        falling = sorted(self._plan.video_rungs, key=lambda rung: rung.width * rung.height, reverse=True)
        lanes = tuple(Lane[NumberedFrame](self._crew, _FRAMES_AHEAD) for _ in falling)
        for index, (rung, lane) in enumerate(zip(falling, lanes, strict=True)):
            below = lanes[index + 1] if index + 1 < len(lanes) else None
            self._crew.start(
                f"video-{index}", partial(self._encode_video, rung, lane, below, track, is_shared=index > 0)
            )
        self._crew.start("decode-video", partial(self._decode_video, path, track, lanes[0]))

    def _open_writer(self, folder: str, cutter: SegmentCutter, durations: Sequence[Fraction]) -> RungWriter:
        sink = open_sink(self._staging, folder, durations, self._plan.delivery)
        return RungWriter(sink, folder, cutter, durations)

    def _decode_audio(
        self,
        path: Path,
        track: AudioTrack,
        feed: Feed,
        lanes: Sequence[Lane[Pcm]],
        verdicts: Sequence[Lane[Loudness]],
    ) -> None:
        """Feed the lanes; measure what passes where someone waits for the verdict."""
        meter = LoudnessMeter(feed) if verdicts else None
        outline = WaveformMeter(feed.sample_rate_hz) if feed == STEREO_48K else None
        for sound in self._read_sound(path, track, feed):
            if meter is not None:
                meter.add(sound)
            if outline is not None:
                outline.add(sound)
            for lane in lanes:
                lane.put(sound)
        if outline is not None:
            self._waveform = outline.finish()
        for lane in lanes:
            lane.close()
        if meter is not None:
            loudness = replace(meter.finish(), gain_db=self._plan.gain.gain_db)
            for verdict in verdicts:
                verdict.put(loudness)

    def _read_sound(self, path: Path, track: AudioTrack, feed: Feed) -> Iterator[Pcm]:
        """The song as this feed wants it, gain applied, as long as the longest of its rungs."""
        rate_hz, gain = feed.sample_rate_hz, self._plan.gain
        lead = round_half_up(self._plan.lead * rate_hz)
        total = max(cuts.sample_count for cuts in self._plan.audio_cuts if cuts.clock.sample_rate_hz == rate_hz)
        for block in cut_blocks(read_song(path, track, feed), lead, total, feed.channels):
            yield block * np.float32(gain.factor) if gain.gain_db else block

    def _encode_audio(self, index: int, lane: Lane[Pcm], verdict: Lane[Loudness], track: AudioTrack) -> None:
        rung, cuts = self._plan.audio_rungs[index], self._plan.audio_cuts[index]
        encoder = open_audio_encoder(rung, track.language, cuts, self._plan.lossless_bits)
        counts = [after - before for before, after in pairwise(cuts.boundaries)]
        counts[0] += encoder.priming_packets  # they are presented before time 0 and ride in segment 0
        cutter = SegmentCutter(counts, encoder.sample_duration_ticks, needs_roll=encoder.needs_roll)
        writer = self._open_writer(f"audio/{rung.name}", cutter, cuts.durations)
        left = cuts.sample_count
        for block in lane:
            writer.add(encoder.encode(block[:left]))
            left -= len(block[:left])
            self._shares[rung.name] = 1 - Fraction(left, cuts.sample_count)
        self._finished[rung.name] = writer.finish(encoder, next(iter(verdict)))

    def _decode_video(self, path: Path, track: VideoTrack, lane: Lane[NumberedFrame]) -> None:
        conformer = Conformer[VideoFrame](track.frame_rate, self._plan.grid.frame_count, self._plan.lead_frames)
        damage = PictureDamage(name_of(path), track)
        for time, frame in read_pictures(path, track, damage):
            for numbered in conformer.feed(time, frame):
                lane.put(numbered)
            if conformer.is_done:
                break
        for numbered in conformer.finish():
            lane.put(numbered)
        self.tally = conformer.tally
        self.damage_notes = damage.notes
        lane.close()

    def _encode_video(
        self,
        rung: VideoRung,
        lane: Lane[NumberedFrame],
        below: Lane[NumberedFrame] | None,
        track: VideoTrack,
        *,
        is_shared: bool,
    ) -> None:
        grid = self._plan.grid
        encoder = VideoEncoder(rung, track.frame_rate, track.colour)
        counts = [after - before for before, after in pairwise(grid.video_boundaries)]
        cutter = SegmentCutter(
            counts, encoder.sample_duration_ticks, has_iframes=rung.coding == self._plan.ladder.sets[0]
        )
        writer = self._open_writer(f"video/{rung.name}", cutter, grid.video_durations)
        boundaries = frozenset(grid.video_boundaries)
        sprites = SpritePlan(track.frame_rate, grid.frame_count, rung.width, rung.height)
        thumbnails = ThumbnailWriter(self._staging, sprites, track.colour) if below is None else None
        for number, scaled in _scale_each(encoder, lane, is_shared=is_shared):
            if below is not None:
                below.put((number, scaled))
            if thumbnails is not None:
                thumbnails.take(number, scaled)
            writer.add(encoder.encode(scaled, number, is_boundary=number in boundaries))
            self._shares[rung.name] = Fraction(number + 1, grid.frame_count)
        if below is not None:
            below.close()
        if thumbnails is not None:
            self.thumbnails = thumbnails.finish()
        self._finished[rung.name] = writer.finish(encoder)


def cut_blocks(song: Iterable[Pcm], lead: int, total: int, channels: int) -> Iterator[Pcm]:
    """`lead` samples of silence, the song, and silence up to `total` samples, in blocks of handy length.

    Blocks are float32, shape (n, channels).
    """
    gathered, size, left = [np.zeros((lead, channels), np.float32)], lead, total
    for block in song:
        gathered.append(block)
        size += len(block)
        if size >= _PCM_BLOCK_SAMPLES:
            left -= size
            yield np.concatenate(gathered)
            gathered, size = [], 0
    assert size <= left, "the song is longer than the plan"
    if left:
        yield np.concatenate((*gathered, np.zeros((left - size, channels), np.float32)))


def _scale_each(encoder: VideoEncoder, lane: Lane[NumberedFrame], *, is_shared: bool) -> Iterator[NumberedFrame]:
    """Each frame in the size of the rung; one that is shown again is not scaled again.

    The encoder stamps its frames. So one that comes in the right size, from a rung that stamps it too, is copied.
    """
    last: VideoFrame | None = None
    scaled: VideoFrame | None = None
    for number, frame in lane:
        if scaled is None or frame is not last:
            last, scaled = frame, encoder.scale(frame)
            if scaled is frame and is_shared:
                scaled = VideoFrame.from_ndarray(frame.to_ndarray(), format=frame.format.name)
        yield number, scaled
