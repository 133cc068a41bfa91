"""Where a ladder that is already encoded can be cut: at the IDRs that all its video rungs have in common.

What does not fit is an UnsupportedError that names file, time and frame, and says how to encode it again.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil

from packager.coded import CodedPictures, CodedSound
from packager.errors import UnsupportedError
from packager.grid import TARGET_S, AudioClock, AudioCuts, SegmentGrid
from packager.ladder import AudioCodec, VideoCodec

# The longest GOP that encoders make unless told otherwise: x264's 250 frames are 10.4 s at 24 fps.
_LONGEST_SEGMENT_S = Fraction(11)

# Apple's HLS authoring specification, 8.7, as our linter reads it: what may be left over at an end.
_JAGGED_S = Fraction(1, 10)
# More than this is no rounding of a muxer's: the files are of different lengths.
_MOST_TRIMMED_S = Fraction(1)

# Packets kept before the one that sounds at time 0. An AAC decoder needs the frame before (its windows overlap); with
# SBR and by Apple's encoder (2112 samples) it is up to three. Opus wants 80 ms (RFC 7845 section 4.6), FLAC nothing.
_MOST_PRIMING_FRAMES = {AudioCodec.AAC: 3, AudioCodec.OPUS: 4, AudioCodec.FLAC: 0}

# A packet that lasts longer would be cut too far from where the picture is.
_LONGEST_PACKET_S = Fraction(1, 10)

_ENCODE = "leave the work to `midnote package`"

# What each codec calls the frame that a segment starts with.
_STARTS = {VideoCodec.H264: "an IDR", VideoCodec.HEVC: "an IDR", VideoCodec.AV1: "a key frame"}
_OPEN = {
    VideoCodec.H264: ("a recovery point of an open GOP, not an IDR,", "closed GOPs (x264: open-gop=0)"),
    VideoCodec.HEVC: ("pictures that refer across its random access point", "closed GOPs (x265: open-gop=0:radl=0)"),
    VideoCodec.AV1: ("a key frame that is shown later", "key frames that are shown at once (SVT-AV1: irefresh-type=2)"),
}


@dataclass(frozen=True, slots=True)
class SoundPlan:
    """How an audio rung is cut. `first_packet` is the first one that is kept.

    Below 0 that is priming, and 1 where none sounds at time 0.
    """

    first_packet: int
    cuts: AudioCuts

    @property
    def priming_samples(self) -> int:
        """The samples that are decoded and not heard."""
        clock = self.cuts.clock
        return max(0, -self.first_packet) * clock.frame_samples + clock.early_samples


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """How encoded streams are cut. `notes` tell what is left out.

    `first_audio_frame` is the number of the first AAC frame that is kept: below 0 it is priming, and 1 where none
    sounds at time 0. `other_sounds` are the rungs that are not AAC.
    """

    grid: SegmentGrid
    first_audio_frame: int
    notes: tuple[str, ...] = ()
    other_sounds: tuple[SoundPlan, ...] = ()

    @property
    def aac(self) -> SoundPlan:
        """How AAC rungs are cut."""
        return SoundPlan(self.first_audio_frame, self.grid.aac_cuts)

    @property
    def priming_samples(self) -> int:
        """The samples of AAC that are decoded and not heard."""
        return self.aac.priming_samples

    def plans_of(self, sounds: Sequence[CodedSound]) -> tuple[SoundPlan, ...]:
        """The plan of each of these rungs, which the plan was made for."""
        others = iter(self.other_sounds)
        return tuple(self.aac if sound.codec is AudioCodec.AAC else next(others) for sound in sounds)


def plan_copy(pictures: Sequence[CodedPictures], sounds: Sequence[CodedSound]) -> CopyPlan:
    """The plan for these video rungs (none for a song alone) and audio rungs.

    Raises UnsupportedError at the first thing that keeps them from being one package.
    """
    aac = [sound for sound in sounds if sound.codec is AudioCodec.AAC]
    others = [sound for sound in sounds if sound.codec is not AudioCodec.AAC]
    if not aac:
        raise UnsupportedError(
            f"{others[0].file}: its sound is {others[0].codec.name}, and not every player has that: name a file with "
            f"AAC to stand beside it, or {_ENCODE}"
        )
    plan = _plan_aac(pictures, aac)
    early_notes = _check_start(pictures[0], others, plan.grid.frame_rate) if plan.grid.frame_rate else ()
    planned = [_plan_other(sound, plan.grid) for sound in others]
    grid = replace(plan.grid, other_audio=tuple(each.cuts for each, _ in planned))
    notes = (*plan.notes, *early_notes, *(note for _, more in planned for note in more))
    return CopyPlan(grid, plan.first_audio_frame, notes, tuple(each for each, _ in planned))


def _plan_aac(pictures: Sequence[CodedPictures], sounds: Sequence[CodedSound]) -> CopyPlan:
    clock = _shared_clock(sounds)
    first = max(-_MOST_PRIMING_FRAMES[AudioCodec.AAC], *(sound.first_frame for sound in sounds))
    end, notes = _shared_end(sounds, clock)
    if not pictures:
        return CopyPlan(_plan_song(clock, end), min(0, first), notes)
    rate = _shared_rate(pictures)
    early_notes = _check_start(pictures[0], sounds, rate)
    frames, more_notes = _shared_frames(pictures, rate, clock.time_of(end))
    end, last_notes = _trim_sound(sounds[0], clock, end, frames / rate)
    cuts = _choose_cuts(pictures, frames, rate)
    # Frame 0 sounds at time 0, though the next one may begin nearer to it.
    audio_cuts = [0, *(clock.nearest_frame(cut / rate) for cut in cuts[1:])]
    end = max(end, audio_cuts[-1] + 1)
    grid = SegmentGrid(rate, (*cuts, frames), (*audio_cuts, end), _explain(cuts, rate), clock)
    return CopyPlan(grid, first, (*early_notes, *notes, *more_notes, *last_notes))


def _plan_other(sound: CodedSound, grid: SegmentGrid) -> tuple[SoundPlan, tuple[str, ...]]:
    """The plan for a rung whose packets are not those of AAC: cut at the packets nearest to the cuts of the others."""
    *cuts, until = grid.cut_times
    clock = sound.clock
    length = Fraction(sound.frame_samples, sound.sample_rate_hz)
    if length > _LONGEST_PACKET_S:
        raise UnsupportedError(
            f"{sound.file}: {sound.codec.name} packets of {_s(length)}, which cannot be cut where the picture is: "
            f"encode it again with packets of {_s(_LONGEST_PACKET_S)} at most, or {_ENCODE}"
        )
    end = clock.time_of(sound.end_frame)
    _check_lengths(sound.file, end, "the others", until)
    if until - end > _JAGGED_S:
        raise UnsupportedError(
            f"{sound.file}: ends at {_s(end)}, but the others at {_s(until)}: name files that are equally long, or "
            f"{_ENCODE}"
        )
    nearest = [0, *(clock.nearest_frame(cut) for cut in cuts[1:])]
    last = min(sound.end_frame, ceil((until * clock.sample_rate_hz + clock.early_samples) / clock.frame_samples))
    over = end - clock.time_of(last)
    first = max(-_MOST_PRIMING_FRAMES[sound.codec], sound.first_frame)
    notes = (_note_trimmed(sound.file, over),) if over > _JAGGED_S else ()
    return SoundPlan(first, AudioCuts(clock, (*nearest, max(last, nearest[-1] + 1)))), notes


def _plan_song(clock: AudioClock, end: int) -> SegmentGrid:
    step = clock.nearest_frame(Fraction(TARGET_S))
    return SegmentGrid(None, (), (*range(0, end, step), end), f"no video: segments of {step} AAC frames", clock)


def _explain(cuts: Sequence[int], rate: Fraction) -> str:
    steps = {after - before for before, after in pairwise(cuts)}
    how = f"every {_s(min(steps) / rate)}" if len(steps) == 1 else "near every 4 s"
    return f"copied: cut {how} at IDRs that all video rungs share, audio at the AAC frame nearest to each"


def _shared_clock(sounds: Sequence[CodedSound]) -> AudioClock:
    first, *others = sounds
    for other in others:
        if (other.sample_rate_hz, other.frame_samples) != (first.sample_rate_hz, first.frame_samples):
            raise UnsupportedError(
                f"{other.file}: AAC frames of {_frames(other)}, but {_frames(first)} in {first.file}: a player could "
                f"not change between them; encode all audio rungs alike, or {_ENCODE}"
            )
        if other.clock != first.clock:
            raise UnsupportedError(
                f"{other.file}: its first AAC frame begins at sample {other.first_sample} of the presentation, but "
                f"{first.first_sample} in {first.file}: that is no whole number of frames apart; encode both with one "
                f"encoder, or {_ENCODE}"
            )
    return first.clock


def _frames(sound: CodedSound) -> str:
    return f"{sound.frame_samples} samples at {sound.sample_rate_hz} Hz"


def _shared_end(sounds: Sequence[CodedSound], clock: AudioClock) -> tuple[int, tuple[str, ...]]:
    """The number after that of the last AAC frame that all rungs have, and whose frames are left out for that."""
    shortest = min(sounds, key=lambda sound: sound.end_frame)
    end = shortest.end_frame
    for sound in sounds:
        _check_lengths(sound.file, clock.time_of(sound.end_frame), shortest.file, clock.time_of(end))
    longer = [sound for sound in sounds if sound.end_frame > end]
    return end, tuple(_note_trimmed(s.file, clock.time_of(s.end_frame) - clock.time_of(end)) for s in longer)


def _shared_rate(pictures: Sequence[CodedPictures]) -> Fraction:
    first, *others = pictures
    for other in others:
        if other.frame_rate != first.frame_rate:
            raise UnsupportedError(
                f"{other.file}: has {_rate(other)} fps, but {first.file} has {_rate(first)}: their frames are not "
                f"shown at the same instants; encode all video rungs at one frame rate, or {_ENCODE}"
            )
    return first.frame_rate


def _check_start(picture: CodedPictures, sounds: Sequence[CodedSound], rate: Fraction) -> tuple[str, ...]:
    """Sound may begin half a frame late; neither a hole before it nor a picture before the first can be made up.

    What sounds a little before the first picture is left out, and noted where it is more than one AAC frame.
    """
    for sound in sounds:
        late, frame_s = (Fraction(each, sound.sample_rate_hz) for each in (sound.first_sample, sound.frame_samples))
        if late > max(1 / rate, frame_s) / 2:
            raise UnsupportedError(
                f"{sound.file}: its sound begins {_s(late)} after the picture of {picture.file}: silence to stand "
                f"before it has to be encoded; {_ENCODE}"
            )
        if sound.early_s > _JAGGED_S:
            raise UnsupportedError(
                f"{sound.file}: its sound begins {_s(sound.early_s)} before the picture of {picture.file}: a picture "
                f"to stand beside it has to be encoded; {_ENCODE}"
            )
    early = [sound for sound in sounds if sound.early_s * sound.sample_rate_hz > sound.frame_samples]
    return tuple(f"{each.file}: its first {_s(each.early_s)} are left out: no picture is there yet" for each in early)


def _shared_frames(
    pictures: Sequence[CodedPictures], rate: Fraction, sound_end: Fraction
) -> tuple[int, tuple[str, ...]]:
    """How many frames are shown: where every rung can end, no rung is over, and neither is the sound."""
    shortest = min(pictures, key=lambda picture: len(picture.numbers))
    for picture in pictures:
        _check_lengths(picture.file, len(picture.numbers) / rate, shortest.file, len(shortest.numbers) / rate)
    _check_lengths(shortest.file, len(shortest.numbers) / rate, "the sound", sound_end)
    most = len(shortest.numbers)
    if most / rate - sound_end > _JAGGED_S:
        most = ceil(sound_end * rate)
    ends = set.intersection(*(set(picture.closed_counts()) for picture in pictures))
    frames = max((end for end in ends if end <= most), default=0)
    longer = [picture for picture in pictures if len(picture.numbers) > frames]
    for picture in longer:
        _check_lengths(picture.file, len(picture.numbers) / rate, "what all rungs have", frames / rate)
    return frames, tuple(_note_trimmed(each.file, (len(each.numbers) - frames) / rate) for each in longer)


def _trim_sound(sound: CodedSound, clock: AudioClock, end: int, until: Fraction) -> tuple[int, tuple[str, ...]]:
    """The end of the sound, brought to that of the picture: the last AAC frame reaches over it."""
    enough = ceil((until * clock.sample_rate_hz + clock.early_samples) / clock.frame_samples)
    over = clock.time_of(end) - clock.time_of(enough)
    _check_lengths(sound.file, clock.time_of(end), "the picture", until)
    return min(end, enough), (_note_trimmed(sound.file, over),) if over > _JAGGED_S else ()


def _check_lengths(longer: str, long_s: Fraction, shorter: str, short_s: Fraction) -> None:
    if long_s - short_s > _MOST_TRIMMED_S:
        raise UnsupportedError(
            f"{longer}: ends at {_s(long_s)}, but {shorter} at {_s(short_s)}: they are not of one song; name files "
            f"that are equally long, or {_ENCODE}"
        )


def _choose_cuts(pictures: Sequence[CodedPictures], frames: int, rate: Fraction) -> list[int]:
    """Frames at which segments start: IDRs of all rungs, each the nearest to 4 s after the one before."""
    shared = sorted(set.intersection(*(set(picture.idrs) for picture in pictures)))
    shared = shared[: bisect_right(shared, frames - 1)]
    if not shared or shared[0] != 0:
        culprit = next(picture for picture in pictures if not picture.idrs or picture.idrs[0] != 0)
        raise _misfit(culprit, 0, f"segments start with {_STARTS[culprit.codec]}")
    for before, after in pairwise((*shared, frames)):
        if (after - before) / rate > _LONGEST_SEGMENT_S:
            raise _find_misfit(pictures, before, after)
    step = round(TARGET_S * rate)
    cuts = [0]
    while cuts[-1] < frames:
        ideal = cuts[-1] + step
        following = (*shared[bisect_right(shared, cuts[-1]) :][: 2 * step], frames)
        cuts.append(min(following, key=lambda cut: abs(cut - ideal)))
    return cuts[:-1]


def _find_misfit(pictures: Sequence[CodedPictures], after: int, before: int) -> UnsupportedError:
    """The first rung without an IDR where another has one, in a stretch without a common one."""
    there = sorted({(idr, index) for index, each in enumerate(pictures) for idr in each.idrs if after < idr < before})
    for idr, index in there:
        culprit = next(picture for picture in pictures if idr not in picture.idrs)
        return _misfit(culprit, idr, f"{pictures[index].file} has")
    rate = pictures[0].frame_rate
    for picture in pictures:
        for point in picture.open_points:
            if after < point < before:
                return _misfit(picture, point, "a segment must start")
    start = _name_start(pictures[0])
    return UnsupportedError(
        f"{pictures[0].file}: no {start} from {_s(after / rate)} (frame {after}) to {_s(before / rate)} (frame "
        f"{before}), and a segment starts with one: encode it again with a GOP of {round(TARGET_S * rate)} frames, or "
        f"{_ENCODE}"
    )


def _misfit(picture: CodedPictures, frame: int, why: str) -> UnsupportedError:
    found = f"no {_name_start(picture)}"
    remedy = "encode it again with -force_key_frames 'expr:gte(t,n_forced*4)'"
    if frame in picture.open_points:
        found, closed = _OPEN[picture.codec]
        remedy = f"encode it again with {closed}"
    at = f"{_s(frame / picture.frame_rate)} (frame {frame})"
    return UnsupportedError(f"{picture.file}: {found} at {at}, where {why}: {remedy}, or {_ENCODE}")


def _name_start(picture: CodedPictures) -> str:
    return _STARTS[picture.codec].partition(" ")[2]


def _note_trimmed(file: str, length: Fraction) -> str:
    return f"{file}: its last {_s(length)} are left out: not all rungs have them"


def _rate(picture: CodedPictures) -> str:
    return f"{float(picture.frame_rate):.5g}"


def _s(time: Fraction) -> str:
    return f"{float(time):.3f} s"
