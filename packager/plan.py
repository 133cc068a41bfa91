"""Decides what will be made of the sources, before anything is encoded: a value that can be looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, groupby
from math import ceil

from packager.audiogroups import (
    LEAST_LOSSLESS_BITS,
    MOST_LOSSLESS_BITS,
    NO_WISHES,
    AudioWishes,
    cut_rung,
    widen_audio_ladder,
)
from packager.delivery import IN_FOLDERS, Delivery
from packager.errors import InputError
from packager.grid import SAMPLE_RATE_HZ, AudioCuts, SegmentGrid, plan_grid, plan_song_grid
from packager.ladder import (
    AUDIO_CHANNELS,
    SMALLEST_LADDER_HEIGHT,
    AudioRung,
    Ladder,
    VideoRung,
    pair_with_audio,
    plan_video_ladder,
)
from packager.loudness import NO_GAIN, Gain
from packager.sources import AudioTrack, Source, VideoTrack
from packager.timing import round_half_up


@dataclass(frozen=True, slots=True)
class PackagePlan:
    """What a package will be.

    `lead_samples` of silence (48 kHz) precede the song, and `lead_frames` hold the first frame, where one of the two
    starts later than the other. All samples are multiplied by `gain`. `notes` tell the user what is not as in the
    sources. `audio_cuts` are those of each audio rung; a lossless one has `lossless_bits`.
    """

    ladder: Ladder
    grid: SegmentGrid
    audio_rungs: tuple[AudioRung, ...]
    video_rungs: tuple[VideoRung, ...]
    lead_samples: int
    lead_frames: int
    notes: tuple[str, ...]
    gain: Gain = NO_GAIN
    delivery: Delivery = IN_FOLDERS
    audio_cuts: tuple[AudioCuts, ...] = ()
    lossless_bits: int = LEAST_LOSSLESS_BITS

    @property
    def lead(self) -> Fraction:
        """Seconds of silence before the song."""
        return Fraction(self.lead_samples, SAMPLE_RATE_HZ)

    @property
    def needs_rehearsal(self) -> bool:
        """Whether the gain may be too much for some rung, once that is decoded.

        What was measured is the song in stereo at 48 kHz: 5.1 is not mixed down, and a higher rate has more in it.
        """
        has_more = any(rung.channels > AUDIO_CHANNELS for rung in self.audio_rungs) or any(
            cuts.clock.sample_rate_hz > SAMPLE_RATE_HZ for cuts in self.audio_cuts
        )
        return self.gain.is_near_ceiling or (has_more and self.gain.song is not None)

    def with_gain(self, gain: Gain) -> "PackagePlan":
        """The plan with this gain in place of the one it has."""
        others = (note for note in self.notes if note not in self.gain.notes)
        bits = MOST_LOSSLESS_BITS if gain.gain_db else self.lossless_bits
        return replace(self, gain=gain, lossless_bits=bits, notes=(*others, *gain.notes))

    @property
    def audio_sets(self) -> tuple[tuple[int, ...], ...]:
        """The audio rungs of each kind, by index; stereo AAC first."""
        kinds = dict.fromkeys(rung.kind for rung in self.audio_rungs)
        return tuple(tuple(i for i, rung in enumerate(self.audio_rungs) if rung.kind == kind) for kind in kinds)

    @property
    def audio_beside(self) -> tuple[int, ...]:
        """For each video rung, the index of the stereo AAC rung beside it."""
        return self.pair_with(self.audio_sets[0])

    def pair_with(self, audio_set: Sequence[int]) -> tuple[int, ...]:
        """For each video rung, the one of these audio rungs beside it. Each video codec is paired for itself."""
        sets = [len(tuple(rungs)) for _, rungs in groupby(self.video_rungs, lambda rung: rung.coding.codec)]
        paired = chain.from_iterable(pair_with_audio(count, len(audio_set)) for count in sets)
        return tuple(audio_set[index] for index in paired)


def plan_package(audio: Source, video: Source | None, ladder: Ladder, wishes: AudioWishes = NO_WISHES) -> PackagePlan:
    """The plan for a song alone (`video` is None), for one file with both (given twice), or for two files.

    Two files are taken as the same edit: sample 0 of the song stands beside frame 0 of the video, and the package is
    as long as the song. One file keeps its own timing and is packaged whole. `wishes` are what audio groups to add.

    Raises InputError when a track that is needed is absent.
    """
    sound = _need_audio(audio)
    return _with_audio_groups(_plan_stereo(audio, sound, video, ladder), audio.name, sound, wishes)


def _plan_stereo(audio: Source, sound: AudioTrack, video: Source | None, ladder: Ladder) -> PackagePlan:
    """The plan with the groups that every package has."""
    if video is None:
        return _plan_song(sound, audio.notes, ladder)
    picture = _need_video(video)
    if video is audio:
        return _plan_one_file(audio, sound, picture, ladder)
    return _plan_two_files(audio, sound, video, picture, ladder)


def _with_audio_groups(plan: PackagePlan, name: str, sound: AudioTrack, wishes: AudioWishes) -> PackagePlan:
    """The plan with the rungs that are wished for, and where each audio rung is cut."""
    rungs, notes = widen_audio_ladder(plan.audio_rungs, wishes, name, sound)
    cuts = tuple(cut_rung(rung, plan.grid, sound, plan.lead) for rung in rungs)
    others = tuple(dict.fromkeys(each for each in cuts if each != plan.grid.aac_cuts))
    return replace(
        plan,
        grid=replace(plan.grid, other_audio=others),
        audio_rungs=rungs,
        audio_cuts=cuts,
        lossless_bits=sound.bit_depth or LEAST_LOSSLESS_BITS,
        notes=(*plan.notes, *notes),
    )


def song_samples(track: AudioTrack) -> int:
    """How many samples the song has at 48 kHz."""
    return round_half_up(track.duration * SAMPLE_RATE_HZ)


def _plan_song(sound: AudioTrack, notes: tuple[str, ...], ladder: Ladder) -> PackagePlan:
    return PackagePlan(ladder, plan_song_grid(song_samples(sound), ladder.segment_s), ladder.audio, (), 0, 0, notes)


def _plan_one_file(source: Source, sound: AudioTrack, picture: VideoTrack, ladder: Ladder) -> PackagePlan:
    rate = picture.frame_rate
    origin = min(sound.start, picture.start)
    lead_samples = round_half_up((sound.start - origin) * SAMPLE_RATE_HZ)
    lead_frames = round_half_up((picture.start - origin) * rate)
    sound_end = Fraction(lead_samples + song_samples(sound), SAMPLE_RATE_HZ)
    picture_frames = lead_frames + round_half_up(picture.duration * rate)
    frames = max(picture_frames, ceil(sound_end * rate))
    notes = (
        *source.notes,
        *_note_late_start(source.name, sound.start - origin, "the sound", "silence stands before it", rate),
        *_note_late_start(source.name, picture.start - origin, "the video", "its first frame is held before it", rate),
        *_note_held(source.name, Fraction(frames - picture_frames) / rate, rate),
        *_note_silence(source.name, frames / rate - sound_end, rate),
    )
    samples = lead_samples + song_samples(sound)
    return _with_video(picture, frames, lead_samples, samples, lead_frames, notes, ladder)


def _plan_two_files(
    audio: Source, sound: AudioTrack, video: Source, picture: VideoTrack, ladder: Ladder
) -> PackagePlan:
    rate = picture.frame_rate
    frames = max(1, ceil(sound.duration * rate))
    longer = picture.duration - sound.duration
    notes = (
        *audio.notes,
        *video.notes,
        *_note_trimmed(video.name, audio.name, longer, rate),
        *_note_held(video.name, -longer, rate),
    )
    return _with_video(picture, frames, 0, song_samples(sound), 0, notes, ladder)


def _with_video(
    picture: VideoTrack,
    frames: int,
    lead_samples: int,
    samples: int,
    lead_frames: int,
    notes: tuple[str, ...],
    ladder: Ladder,
) -> PackagePlan:
    rungs = plan_video_ladder(ladder, picture.width, picture.height)
    _check_variety(ladder, rungs)
    return PackagePlan(
        ladder=ladder,
        grid=plan_grid(picture.frame_rate, frames, samples, ladder.segment_s),
        audio_rungs=ladder.audio,
        video_rungs=rungs,
        lead_samples=lead_samples,
        lead_frames=lead_frames,
        notes=notes,
    )


def _check_variety(ladder: Ladder, rungs: Sequence[VideoRung]) -> None:
    """Apple's HLS authoring specification, 9.9; a small picture may be the only one."""
    if len(rungs) == 1 and rungs[0].height > SMALLEST_LADDER_HEIGHT:
        raise InputError(
            f"{ladder.name}: gives one video rung, {rungs[0].name}, for a picture of this size: expected several bit "
            "rates, or a player on a slow link stalls: add a smaller rung"
        )


def _need_audio(source: Source) -> AudioTrack:
    if source.audio is None:
        has_motion = source.video is not None and source.video.frame_count > 1
        remedy = "name the song first, and this file after --video" if has_motion else "name a file with sound"
        raise InputError(f"{source.name}: has no audio stream, and a package needs a song; {remedy}")
    return source.audio


def _need_video(source: Source) -> VideoTrack:
    if source.video is None:
        raise InputError(f"{source.name}: has no video stream; name another file after --video, or leave it out")
    if source.video.frame_count < 2:
        raise InputError(f"{source.name}: its video is a single picture; name a file with moving pictures")
    return source.video


# Differences of a frame or less are how every file ends; a note about them would hide those that matter.
def _note_late_start(name: str, late: Fraction, what: str, remedy: str, rate: Fraction) -> Iterator[str]:
    if late * rate > 1:
        yield f"{name}: {what} starts {float(late):.3f} s late; {remedy}, so that both stay in sync"


def _note_held(name: str, held: Fraction, rate: Fraction) -> Iterator[str]:
    if held * rate > 1:
        yield f"{name}: the video is {float(held):.2f} s shorter than the song; its last frame is held"


def _note_trimmed(name: str, song: str, trimmed: Fraction, rate: Fraction) -> Iterator[str]:
    if trimmed * rate > 1:
        yield f"{name}: the video is {float(trimmed):.2f} s longer than {song}; its end is left off"


def _note_silence(name: str, silence: Fraction, rate: Fraction) -> Iterator[str]:
    if silence * rate > 1:
        yield f"{name}: the song ends {float(silence):.2f} s before the video; silence follows it"
