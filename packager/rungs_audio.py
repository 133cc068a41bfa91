"""Encodes the audio rungs of a package.

Sound is decoded once for each rate and channel count that is wanted, and every audio rung of those gets the same
samples.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from packager.bench import Bench
from packager.cache import Kept, Recording
from packager.decode import STEREO_48K, Feed, Pcm, read_song
from packager.ear import Ear
from packager.encode_audio import open_audio_encoder
from packager.fragment import SegmentCutter
from packager.lanes import Lane
from packager.loudness import Loudness
from packager.meter import LoudnessMeter
from packager.reuse import (
    RungRecorder,
    Shelf,
    keep_peak,
    keep_waveform,
    read_loudness,
    read_peak,
    read_waveform,
)
from packager.rungfiles import RungWriter
from packager.sources import AudioTrack
from packager.timing import round_half_up
from packager.waveform import Waveform, WaveformMeter

_PCM_BLOCKS_AHEAD = 8
_GIVES_WAY = 19  # its work waits for no pictures: it fills whatever they leave
_PCM_BLOCK_SAMPLES = 1 << 15


@dataclass(frozen=True, slots=True)
class _HungryRung:
    """An audio rung being encoded: in which form it wants the song, and where its samples and its loudness come in."""

    feed: Feed
    lane: Lane[Pcm]
    verdict: Lane[Loudness]


class AudioEncoding:
    """The threads of the audio rungs, and the outline of the song that they were made of.

    In a rehearsal every rung is decoded again, too, and `peaks` has the true peak of each, by name.
    """

    def __init__(self, bench: Bench, *, is_rehearsal: bool = False) -> None:
        self.peaks: dict[str, float | None] = {}
        self._is_rehearsal = is_rehearsal
        self._bench = bench
        self._plan = bench.plan
        self._crew = bench.crew
        self._waveform: Waveform | None = None

    @property
    def waveform(self) -> Waveform:
        """The outline of the song. Only when all of it has been decoded."""
        assert self._waveform is not None
        return self._waveform

    def add(self, path: Path, track: AudioTrack, sha256: str) -> None:
        """Start the threads that decode the song, one for each form in which it is wanted, and encode its rungs.

        A rung that was made before of a file of this content is not made again, and what nobody wants is not decoded.
        """
        shelf, feeds = Shelf(self._bench.cache, sha256), self._feeds()
        settings = [("audio", *self._settings(index, feeds), track) for index in range(len(feeds))]
        rungs = self._plan.audio_rungs
        found = [self._find(shelf, rung.name, each) for rung, each in zip(rungs, settings, strict=True)]
        hungry: list[_HungryRung] = []
        for index, kept in enumerate(found):
            if kept is not None:
                self._reuse(index, kept)
                continue
            hungry.append(_HungryRung(feeds[index], Lane(self._crew, _PCM_BLOCKS_AHEAD), Lane(self._crew, 1)))
            recorder = RungRecorder(shelf.record(*settings[index]))
            peak = shelf.record("peak", *settings[index]) if self._is_rehearsal else None
            work = partial(self._encode, index, hungry[-1], track, recorder, peak)
            self._crew.start(f"audio-{index}", work, gives_way=_GIVES_WAY)
        at_hand = [(feed.channels, read_loudness(kept)) for feed, kept in zip(feeds, found, strict=True) if kept]
        heard = {channels: loudness for channels, loudness in at_hand if loudness is not None}
        for each in hungry:
            if each.feed.channels in heard:
                each.verdict.put(heard[each.feed.channels])
        self._start_decoders(path, track, shelf, feeds, hungry, set(heard))

    def _find(self, shelf: Shelf, name: str, settings: tuple[object, ...]) -> Kept | None:
        """What was made before of a rung: in a rehearsal, all that is wanted is its peak."""
        return shelf.find("peak", *settings) if self._is_rehearsal else shelf.find_rung(name, *settings)

    def _reuse(self, index: int, kept: Kept) -> None:
        rung = self._plan.audio_rungs[index]
        if self._is_rehearsal:
            self.peaks[rung.name] = read_peak(kept)
            self._bench.shares[rung.name] = 1.0
        else:
            self._bench.start_replay(f"audio/{rung.name}", rung.name, self._plan.audio_cuts[index].durations, kept)

    def _start_decoders(
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
        outline = ("waveform", track, self._plan.audio_cuts, self._plan.lead, self._plan.gain.gain_db)
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
                decode = partial(self._decode, path, track, feed, fed, told, recording, is_outlined=is_outlined)
                self._crew.start(f"decode-audio-{number}", decode, gives_way=_GIVES_WAY)

    def _settings(self, index: int, feeds: Sequence[Feed]) -> tuple[object, ...]:
        """What decides the bytes of an audio rung: with its own settings, what its loudness is measured from."""
        plan = self._plan
        measured = next(feed for feed in feeds if feed.channels == feeds[index].channels)
        length = self._count_samples(measured)
        return (
            plan.audio_rungs[index],
            plan.audio_cuts[index],
            plan.lossless_bits,
            plan.lead,
            plan.gain.gain_db,
            measured,
            length,
        )

    def _feeds(self) -> tuple[Feed, ...]:
        """What each audio rung is fed."""
        cut_rungs = zip(self._plan.audio_rungs, self._plan.audio_cuts, strict=True)
        return tuple(Feed(cuts.clock.sample_rate_hz, rung.channels) for rung, cuts in cut_rungs)

    def _decode(
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

    def _encode(
        self, index: int, fed: _HungryRung, track: AudioTrack, recorder: RungRecorder, peak: Recording | None
    ) -> None:
        rung, cuts = self._plan.audio_rungs[index], self._plan.audio_cuts[index]
        encoder = open_audio_encoder(rung, track.language, cuts, self._plan.lossless_bits)
        counts = [after - before for before, after in pairwise(cuts.boundaries)]
        counts[0] += encoder.priming_packets  # they are presented before time 0 and ride in segment 0
        cutter = SegmentCutter(counts, encoder.sample_duration_ticks, needs_roll=encoder.needs_roll)
        ear = Ear(encoder.open_decoder(), fed.feed) if self._is_rehearsal else None
        files = self._bench.open_files(f"audio/{rung.name}", cuts.durations)
        writer = RungWriter(files, cutter, recorder, None if ear is None else ear.hear)
        left = cuts.sample_count
        for block in fed.lane:
            writer.add(encoder.encode(block[:left]))
            left -= len(block[:left])
            self._bench.shares[rung.name] = 1 - left / cuts.sample_count
        self._bench.finished[rung.name] = writer.finish(encoder, next(iter(fed.verdict)))
        if ear is not None:
            self.peaks[rung.name] = ear.finish()
            keep_peak(peak, self.peaks[rung.name])


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
