"""Encodes all rungs of a package at once: one thread for each, fed through bounded lanes, written as they go.

Pictures are scaled down the ladder: the thread of a rung scales from the frame of the rung above, not from the
source, then passes its own frame on. Sound is decoded once for each rate and channel count that is wanted, and every
audio rung of those gets the same samples.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from packager.cache import Cache, Kept, Recording
from packager.conform import Conformer, Tally
from packager.damage import PictureDamage
from packager.decode import STEREO_48K, Feed, Pcm, read_pictures, read_song
from packager.encode import VideoEncoder
from packager.encode_audio import open_audio_encoder
from packager.fragment import SegmentCutter
from packager.ladder import VideoRung
from packager.lanes import Crew, Lane
from packager.loudness import Loudness
from packager.manifest import ThumbnailRecord
from packager.meter import LoudnessMeter
from packager.opening import name_of
from packager.plan import PackagePlan
from packager.playlist import EncodedRung
from packager.reuse import (
    RungRecorder,
    Shelf,
    keep_pictures,
    keep_waveform,
    read_loudness,
    read_waveform,
    replay_pictures,
)
from packager.rungfiles import RungFiles, RungWriter
from packager.sinks import open_sink
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


@dataclass(frozen=True, slots=True)
class _HungryRung:
    """An audio rung being encoded: in which form it wants the song, and where its samples and its loudness come in."""

    feed: Feed
    lane: Lane[Pcm]
    verdict: Lane[Loudness]


class PackageEncoding:
    """The threads of one package and what they made. Start with `add_audio` and `add_video`, then wait for the crew."""

    def __init__(self, crew: Crew, plan: PackagePlan, staging: Staging, kept_in: Cache | None = None) -> None:
        self._crew = crew
        self._plan = plan
        self._staging = staging
        self._cache = kept_in
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

    def add_audio(self, path: Path, track: AudioTrack, sha256: str) -> None:
        """Start the threads that decode the song, one for each form in which it is wanted, and encode its rungs.

        A rung that was made before of a file of this content is not made again, and what nobody wants is not decoded.
        """
        shelf, feeds = Shelf(self._cache, sha256), self._audio_feeds()
        settings = [("audio", *self._audio_settings(index, feeds), track) for index in range(len(feeds))]
        found = [shelf.find_rung(rung.name, *each) for rung, each in zip(self._plan.audio_rungs, settings, strict=True)]
        hungry: list[_HungryRung] = []
        for index, (rung, kept) in enumerate(zip(self._plan.audio_rungs, found, strict=True)):
            if kept is not None:
                self._start_replay(f"audio/{rung.name}", rung.name, self._plan.audio_cuts[index].durations, kept)
                continue
            hungry.append(_HungryRung(feeds[index], Lane(self._crew, _PCM_BLOCKS_AHEAD), Lane(self._crew, 1)))
            recorder = RungRecorder(shelf.record(*settings[index]))
            self._crew.start(f"audio-{index}", partial(self._encode_audio, index, hungry[-1], track, recorder))
        heard = {feed.channels: kept for feed, kept in zip(feeds, found, strict=True) if kept is not None}
        for each in hungry:
            if (kept := heard.get(each.feed.channels)) is not None and (loudness := read_loudness(kept)) is not None:
                each.verdict.put(loudness)
        self._start_audio_decoders(path, track, shelf, feeds, hungry, set(heard))

    def _start_audio_decoders(
        self,
        path: Path,
        track: AudioTrack,
        shelf: Shelf,
        feeds: Sequence[Feed],
        hungry: Sequence[_HungryRung],
        measured: set[int],
    ) -> None:
        """Start a thread for each form in which the song is still wanted.

        `measured` are the channel counts whose loudness is known.
        """
        outline = ("waveform", track, self._plan.audio_cuts, self._plan.lead, self._plan.gain)
        if (waveform := shelf.find(*outline)) is not None:
            self._waveform = read_waveform(waveform)
        for number, feed in enumerate(dict.fromkeys(feeds)):
            fed = tuple(each.lane for each in hungry if each.feed == feed)
            # A mix has one loudness, whatever the rate: players must not turn it up or down between its groups.
            is_first = feed.channels not in measured
            told = tuple(each.verdict for each in hungry if is_first and each.feed.channels == feed.channels)
            measured.add(feed.channels)
            is_outlined = feed == STEREO_48K and waveform is None
            if fed or is_outlined:
                recording = shelf.record(*outline) if is_outlined else None
                decode = partial(self._decode_audio, path, track, feed, fed, told, recording, is_outlined=is_outlined)
                self._crew.start(f"decode-audio-{number}", decode)

    def _audio_settings(self, index: int, feeds: Sequence[Feed]) -> tuple[object, ...]:
        """What decides the bytes of an audio rung: with its own settings, what its loudness is measured from."""
        plan = self._plan
        measured = next(feed for feed in feeds if feed.channels == feeds[index].channels)
        length = self._count_samples(measured)
        return (
            plan.audio_rungs[index],
            plan.audio_cuts[index],
            plan.lossless_bits,
            plan.lead,
            plan.gain,
            measured,
            length,
        )

    def _audio_feeds(self) -> tuple[Feed, ...]:
        """What each audio rung is fed."""
        cut_rungs = zip(self._plan.audio_rungs, self._plan.audio_cuts, strict=True)
        return tuple(Feed(cuts.clock.sample_rate_hz, rung.channels) for rung, cuts in cut_rungs)

    def add_video(self, path: Path, track: VideoTrack, sha256: str) -> None:
        """Start the thread that decodes the video (a file of this content) and one for each video rung.

        A rung that was made before is only scaled, and not even that where no rung below it is to be made.
        """
        shelf, plan = Shelf(self._cache, sha256), self._plan
        falling = sorted(plan.video_rungs, key=lambda rung: rung.width * rung.height, reverse=True)
        # What is scaled from decides the bytes too: all rungs above.
        timing = (plan.grid.frame_rate, plan.grid.video_boundaries, plan.lead_frames)
        chains = [
            ("video", tuple(falling[: count + 1]), self._has_iframes(rung), track, timing)
            for count, rung in enumerate(falling)
        ]
        found = [shelf.find_rung(rung.name, *chain) for rung, chain in zip(falling, chains, strict=True)]
        for rung, kept in zip(falling, found, strict=True):
            if kept is not None:
                self._start_replay(f"video/{rung.name}", rung.name, plan.grid.video_durations, kept)
        last, pictures = len(found) - 1, shelf.find("pictures", *chains[-1])
        if pictures is not None:
            self.thumbnails, self.tally, self.damage_notes = replay_pictures(pictures, self._staging)
        scaled = [index for index, kept in enumerate(found) if kept is None or (index == last and pictures is None)]
        lanes = tuple(Lane[NumberedFrame](self._crew, _FRAMES_AHEAD) for _ in range(max(scaled, default=-1) + 1))
        for index, lane in enumerate(lanes):
            below = lanes[index + 1] if index + 1 < len(lanes) else None
            recorder = None if found[index] is not None else RungRecorder(shelf.record(*chains[index]))
            has_pictures = index == last and pictures is None
            recording = shelf.record("pictures", *chains[-1]) if has_pictures else None
            encode = partial(self._encode_video, falling[index], lane, below, track, recorder, is_shared=index > 0)
            self._crew.start(f"video-{index}", partial(encode, has_pictures=has_pictures, recording=recording))
        if lanes:
            self._crew.start("decode-video", partial(self._decode_video, path, track, lanes[0]))

    def _has_iframes(self, rung: VideoRung) -> bool:
        """Trick play is offered once, from the rungs of the first set."""
        return rung.coding.codec is self._plan.ladder.codecs[0]

    def _start_replay(self, folder: str, name: str, durations: Sequence[Fraction], kept: Kept) -> None:
        """Start a thread that stores a rung that was made before."""

        def replay() -> None:
            self._finished[name] = self._open_files(folder, durations).replay(kept)
            self._shares[name] = Fraction(1)

        self._crew.start(f"replay-{name}", replay)

    def _open_files(self, folder: str, durations: Sequence[Fraction]) -> RungFiles:
        return RungFiles(open_sink(self._staging, folder, durations, self._plan.delivery), folder, durations)

    def _decode_audio(
        self,
        path: Path,
        track: AudioTrack,
        feed: Feed,
        lanes: Sequence[Lane[Pcm]],
        verdicts: Sequence[Lane[Loudness]],
        recording: Recording | None,
        *,
        is_outlined: bool,
    ) -> None:
        """Feed the lanes; measure what passes where someone waits for the verdict."""
        meter = LoudnessMeter(feed) if verdicts else None
        outline = WaveformMeter(feed.sample_rate_hz) if is_outlined else None
        for sound in self._read_sound(path, track, feed):
            if meter is not None:
                meter.add(sound)
            if outline is not None:
                outline.add(sound)
            for lane in lanes:
                lane.put(sound)
        if outline is not None:
            self._waveform = outline.finish()
            keep_waveform(recording, self._waveform)
        for lane in lanes:
            lane.close()
        if meter is not None:
            loudness = replace(meter.finish(), gain_db=self._plan.gain.gain_db)
            for verdict in verdicts:
                verdict.put(loudness)

    def _read_sound(self, path: Path, track: AudioTrack, feed: Feed) -> Iterator[Pcm]:
        """The song as this feed wants it, gain applied, as long as the longest of its rungs."""
        gain, lead = self._plan.gain, round_half_up(self._plan.lead * feed.sample_rate_hz)
        for block in cut_blocks(read_song(path, track, feed), lead, self._count_samples(feed), feed.channels):
            yield block * np.float32(gain.factor) if gain.gain_db else block

    def _count_samples(self, feed: Feed) -> int:
        """How many samples the longest rung of this rate has."""
        cuts = self._plan.audio_cuts
        return max(each.sample_count for each in cuts if each.clock.sample_rate_hz == feed.sample_rate_hz)

    def _encode_audio(self, index: int, fed: _HungryRung, track: AudioTrack, recorder: RungRecorder) -> None:
        rung, cuts = self._plan.audio_rungs[index], self._plan.audio_cuts[index]
        encoder = open_audio_encoder(rung, track.language, cuts, self._plan.lossless_bits)
        counts = [after - before for before, after in pairwise(cuts.boundaries)]
        counts[0] += encoder.priming_packets  # they are presented before time 0 and ride in segment 0
        cutter = SegmentCutter(counts, encoder.sample_duration_ticks, needs_roll=encoder.needs_roll)
        writer = RungWriter(self._open_files(f"audio/{rung.name}", cuts.durations), cutter, recorder)
        left = cuts.sample_count
        for block in fed.lane:
            writer.add(encoder.encode(block[:left]))
            left -= len(block[:left])
            self._shares[rung.name] = 1 - Fraction(left, cuts.sample_count)
        self._finished[rung.name] = writer.finish(encoder, next(iter(fed.verdict)))

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
        recorder: RungRecorder | None,
        *,
        is_shared: bool,
        has_pictures: bool,
        recording: Recording | None,
    ) -> None:
        """Scale, and encode where there is a recorder: a rung that was made before only passes its frames on."""
        grid = self._plan.grid
        encoder = VideoEncoder(rung, track.frame_rate, track.colour)
        counts = [after - before for before, after in pairwise(grid.video_boundaries)]
        cutter = SegmentCutter(counts, encoder.sample_duration_ticks, has_iframes=self._has_iframes(rung))
        files = self._open_files(f"video/{rung.name}", grid.video_durations)
        writer = None if recorder is None else RungWriter(files, cutter, recorder)
        boundaries = frozenset(grid.video_boundaries)
        sprites = SpritePlan(track.frame_rate, grid.frame_count, rung.width, rung.height)
        thumbnails = ThumbnailWriter(self._staging, sprites, track.colour) if has_pictures else None
        for number, scaled in _scale_each(encoder, lane, is_shared=is_shared):
            if below is not None:
                below.put((number, scaled))
            if thumbnails is not None:
                thumbnails.take(number, scaled)
            if writer is not None:
                writer.add(encoder.encode(scaled, number, is_boundary=number in boundaries))
                self._shares[rung.name] = Fraction(number + 1, grid.frame_count)
        if below is not None:
            below.close()
        if thumbnails is not None:
            self.thumbnails = thumbnails.finish()
            keep_pictures(recording, self._staging, self.thumbnails, self.tally, self.damage_notes)
        if writer is None:
            encoder.close()
        else:
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
