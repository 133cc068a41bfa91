"""Which audio groups a package has: stereo AAC always; lossless, Opus and surround beside it where they are wanted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from packager.audiocuts import choose_packet_samples, cut_near
from packager.grid import SAMPLE_RATE_HZ, AudioClock, AudioCuts, SegmentGrid
from packager.ladder import AUDIO_CHANNELS, AudioCodec, AudioRung
from packager.sources import AudioTrack
from packager.timing import round_half_up

SURROUND_CHANNELS = 6

# One rate: Opus predicts from packet to packet, so that a splice between two rates is not clean without 80 ms of
# pre-roll, which no player gives it. At 128 kb/s listeners take it for the original (Xiph's tests of 2014 and later).
OPUS_RUNG = AudioRung(128_000, AudioCodec.OPUS)
FLAC_RUNG = AudioRung(None, AudioCodec.FLAC)
# 64 kb/s a channel, as the best stereo rung has 128.
SURROUND_RUNG = AudioRung(384_000, AudioCodec.AAC, SURROUND_CHANNELS)
_ASKED = {AudioCodec.FLAC: FLAC_RUNG, AudioCodec.OPUS: OPUS_RUNG}

# 20 ms, what libopus is tuned for.
_OPUS_PACKET_SAMPLES = 960

# What a lossless rung is rounded to: a lossy song's noise is far above that of 16 bit, a gain makes samples that
# 16 bit do not hold.
LEAST_LOSSLESS_BITS, MOST_LOSSLESS_BITS = 16, 24
MAX_SAMPLE_RATE_HZ = 192_000  # nothing above it is sold or played


@dataclass(frozen=True, slots=True)
class AudioWishes:
    """What is wanted beside stereo AAC."""

    codecs: tuple[AudioCodec, ...] = ()
    surround: bool = False


NO_WISHES = AudioWishes()


def widen_audio_ladder(
    ladder: Sequence[AudioRung], wishes: AudioWishes, name: str, track: AudioTrack
) -> tuple[tuple[AudioRung, ...], tuple[str, ...]]:
    """The rungs of the ladder and of the wishes that this song can have, AAC first, and notes on those it cannot.

    `name` is that of the source.
    """
    wanted = [*ladder, *_wished(ladder, wishes)]
    rungs = tuple(rung for rung in wanted if rung.channels <= max(AUDIO_CHANNELS, track.channels))
    notes: list[str] = []
    if track.channels > AUDIO_CHANNELS:
        notes.append(f"{name}: its {track.channels} channels are mixed down to stereo by ITU-R BS.775, without the LFE")
    if len(rungs) < len(wanted):
        notes.append(f"{name}: no surround group: its sound has {track.channels} of the 6 channels of 5.1")
    if any(rung.is_lossless for rung in rungs):
        notes.extend(_note_losses(name, track))
    return rungs, tuple(notes)


def _wished(ladder: Sequence[AudioRung], wishes: AudioWishes) -> Iterator[AudioRung]:
    """What is wished for, where the ladder has nothing of its kind."""
    wished = [_ASKED[codec] for codec in wishes.codecs if codec in _ASKED]
    if wishes.surround:
        wished.append(SURROUND_RUNG)
    kinds = {rung.kind for rung in ladder}
    return (rung for rung in dict.fromkeys(wished) if rung.kind not in kinds)


def _note_losses(name: str, track: AudioTrack) -> Iterator[str]:
    """Why the lossless group is not the source bit for bit, where it is not."""
    if track.bit_depth is None:
        yield f"{name}: its sound is lossy already ({track.codec}); the lossless group is as good as it, not better"
    if track.channels > AUDIO_CHANNELS:
        yield f"{name}: the lossless group is its mix-down to stereo, not its {track.channels} channels"
    if track.sample_rate_hz > MAX_SAMPLE_RATE_HZ:
        yield f"{name}: the lossless group has {MAX_SAMPLE_RATE_HZ} Hz, not {track.sample_rate_hz}"


def cut_rung(rung: AudioRung, grid: SegmentGrid, track: AudioTrack, lead: Fraction) -> AudioCuts:
    """Where this rung is cut. The sound lasts `lead` seconds (of silence) and the track."""
    match rung.codec:
        case AudioCodec.AAC:
            return grid.aac_cuts
        case AudioCodec.OPUS:
            clock = AudioClock(SAMPLE_RATE_HZ, _OPUS_PACKET_SAMPLES)
        case AudioCodec.FLAC:
            rate_hz = min(track.sample_rate_hz, MAX_SAMPLE_RATE_HZ)
            clock = AudioClock(rate_hz, choose_packet_samples(grid.cut_times, rate_hz))
    samples = round_half_up(lead * clock.sample_rate_hz) + round_half_up(track.duration * clock.sample_rate_hz)
    return cut_near(grid.cut_times, clock, samples)
