"""Finds out how much sound an audio stream holds, by decoding all of it once: headers of real files are often wrong."""

from fractions import Fraction
from pathlib import Path

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from packager.damage import check_sound, note_splices
from packager.decode import Fault, decode_sound, time_of
from packager.errors import InputError, UnsupportedError
from packager.opening import name_of
from packager.soundclock import HeardFrame, find_splices
from packager.sources import AudioTrack

# Sound that is told twice for longer than this is not a rounded timestamp: parts were joined.
_MOST_OVERLAP = Fraction(1, 10)
_LONGEST = Fraction(12 * 3600)
# Telephones have 8 kHz, studios up to 768. What lies beyond is a broken header.
_SAMPLE_RATES_HZ = range(4000, 768_001)


def probe_sound(path: Path, stream: AudioStream) -> tuple[AudioTrack | None, tuple[str, ...]]:
    """The track, and what is to be told of it; None where the stream has no packets at all.

    Raises InputError when none of it can be decoded or too much is missing, UnsupportedError when it jumps back.
    """
    name = name_of(path)
    first, frames, faults_after = _decode_all(path, stream.index)
    if first is None:
        if faults_after:
            raise InputError(
                f"{name}: none of its sound can be decoded: the file is damaged or cut short; export it again"
            )
        return None, ()
    if first.sample_rate not in _SAMPLE_RATES_HZ:
        raise UnsupportedError(
            f"{name}: says that its sound has {first.sample_rate} samples a second, and 4000 to 768000 are packaged: "
            "export it again"
        )
    splices = find_splices(frames, first.sample_rate)
    track = AudioTrack(
        index=stream.index,
        codec=stream.codec.canonical_name,
        sample_rate_hz=first.sample_rate,
        channels=first.layout.nb_channels,
        language=stream.metadata.get("language", "und"),
        start=time_of(first, Fraction(0)),
        sample_count=sum(each.sample_count for each in frames) + sum(each.sample_count for each in splices),
        splices=splices,
        bit_depth=(16 if first.format.bits <= 16 else 24) if stream.codec.lossless else None,
    )
    _check_jumps(name, track)
    lost_at_end = Fraction(faults_after * first.samples, first.sample_rate)
    check_sound(name, track, lost_at_end)
    if track.duration > _LONGEST:
        raise UnsupportedError(f"{name}: lasts {float(track.duration / 3600):.1f} h, and at most 12 h are packaged")
    return track, (*note_splices(name, track), *_note_end(name, track, faults_after))


def _decode_all(path: Path, index: int) -> tuple[AudioFrame | None, list[HeardFrame], int]:
    """The first frame, the times of all, and how many packets after the last one could not be decoded."""
    first: AudioFrame | None = None
    frames: list[HeardFrame] = []
    faults = 0
    for each in decode_sound(path, index):
        if isinstance(each, Fault):
            faults += 1
            continue
        first = first or each
        begins = each.pts * each.time_base if each.pts is not None and each.time_base is not None else None
        frames.append(HeardFrame(begins, each.samples, follows_fault=faults > 0))
        faults = 0
    return first, frames, faults


def _check_jumps(name: str, track: AudioTrack) -> None:
    for splice in track.splices:
        if -splice.sample_count > _MOST_OVERLAP * track.sample_rate_hz:
            before, after = splice.at_sample, splice.at_sample + splice.sample_count
            raise UnsupportedError(
                f"{name}: the sound jumps back from {before / track.sample_rate_hz:.2f} s to "
                f"{after / track.sample_rate_hz:.2f} s: join its parts in an editor and export it again"
            )


def _note_end(name: str, track: AudioTrack, faults: int) -> tuple[str, ...]:
    if not faults:
        return ()
    packets = "1 packet" if faults == 1 else f"{faults} packets"
    what = f"{packets} after {float(track.duration):.2f} s of sound cannot be decoded"
    return (f"{name}: {what}; the song ends there, and the file may be cut short",)
