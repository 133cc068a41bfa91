"""Whether a session kept its limits. The one place that says so, for tables, reports, JSON and exit codes alike."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from simulator.controls import Skip
from simulator.limits import Limit
from simulator.metrics import SKIPPED, Flip, Metrics, SongPlayed
from simulator.outline import Outline
from simulator.picture import FrameCount
from simulator.scenario import Scenario, Tap


@dataclass(frozen=True, slots=True)
class FlipProof:
    """What was measured around one flip, from just before the tap until it had settled.

    Sample counts are per channel. `seam_click_db` is None when the sound is exactly uninterrupted play;
    `av_offset_ms` is None when no picture was shown. `frames` counts what was seen until the listener went back.
    `is_untouched`: the sound is exactly uninterrupted play.
    """

    flip: Flip
    missing_samples: int
    repeated_samples: int
    wrong_samples: int
    seam_click_db: float | None
    av_offset_ms: float | None
    frames: FrameCount = field(default_factory=FrameCount)

    @property
    def is_untouched(self) -> bool:
        """Whether every sample around the flip is the one that uninterrupted play would have given."""
        return self.missing_samples == self.repeated_samples == self.wrong_samples == 0


@dataclass(frozen=True, slots=True)
class Seam:
    """A place where the sound could have been hurt: a flip, a change of rung, or damage found by decoding.

    `outline` is what the sound looks like there.
    """

    at_s: float
    kind: str
    click_db: float | None
    outline: Outline | None = None
    song: int = 1


@dataclass(frozen=True, slots=True)
class SongProof:
    """What decoding showed about one of several songs. Sample counts are per channel."""

    number: int
    heard_samples: int
    sample_rate: int
    missing_samples: int
    repeated_samples: int
    wrong_samples: int
    frames: FrameCount


@dataclass(frozen=True, slots=True)
class Proof:
    """What decoding everything that was appended showed about one session. Sample counts are per channel.

    `songs`: each of several songs; empty for one. The rate is then the first one's.
    """

    heard_samples: int
    sample_rate: int
    missing_samples: int
    repeated_samples: int
    wrong_samples: int
    seams: tuple[Seam, ...]
    flips: tuple[FlipProof, ...]
    frames: FrameCount = field(default_factory=FrameCount)
    songs: tuple[SongProof, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """One measure against its limit. `value` None: there was nothing to measure, which keeps the limit."""

    limit: Limit
    value: float | None

    @property
    def is_kept(self) -> bool:
        """Whether the limit was kept."""
        return self.value is None or self.limit.allows(self.value)


@dataclass(frozen=True, slots=True)
class Verdict:
    """All judgements of a session, its flips that never settled, and the taps that the session never came to."""

    judgements: tuple[Judgement, ...]
    lost_flips: tuple[Flip, ...]
    unmade_taps: tuple[Tap, ...]
    ending: str
    why_ended: str = ""
    hole_s: float = 0.0  # of the rebuffering: what the player's own way of switching cost
    unmade_skips: tuple[Skip, ...] = ()
    lost_pictures: tuple[SongPlayed, ...] = ()  # songs that were to begin with their picture, and never showed it

    @property
    def is_good(self) -> bool:
        """Whether every limit was kept, every tap was made and had its effect, and the player did not give up."""
        return not self.reasons()

    @property
    def exit_code(self) -> int:
        """0 when good, 1 when not."""
        return 0 if self.is_good else 1

    def reasons(self) -> tuple[str, ...]:
        """Why the session falls short, one sentence each; empty when it is good."""
        broken = [self._tell(j) for j in self.judgements if not j.is_kept]
        lost = [
            f"flip {flip.number} to {flip.wants.value} at {_place(flip.tapped_playhead_us, flip.song)} never came: "
            f"{flip.why}"
            for flip in self.lost_flips
        ]
        lost += [f"song {song.number} never showed its picture: {song.lost_picture}" for song in self.lost_pictures]
        unmade = [
            f"the tap to {tap.wants.value} at {_place(tap.playhead_us, tap.song)} was never made: "
            f"{'the session was over before' if tap.song == 1 else 'it was not played so far'}"
            for tap in self.unmade_taps
        ]
        unmade += [
            f"the skip at {_place(skip.at_us, skip.song)} was never made: it was not played so far"
            for skip in self.unmade_skips
        ]
        gave_up = [": ".join(filter(None, ("the player gave up", self.why_ended)))] if self.ending == "GaveUp" else []
        return (*broken, *lost, *unmade, *gave_up)

    def _tell(self, judgement: Judgement) -> str:
        """A broken limit in words, and how much of a rebuffering is the player's own doing."""
        limit, value = judgement.limit, judgement.value
        assert value is not None, "what was not measured breaks no limit"
        blame = ""
        if limit.name == "rebuffer_s" and self.hole_s:
            blame = f" ({_spell(self.hole_s)} s of it by the way the player switches)"
        return f"{limit.name} is {_spell(value)}{_unit(limit)}{blame}, the limit is {describe_limit(limit)}"


def judge(metrics: Metrics, proof: Proof | None, scenario: Scenario) -> Verdict:
    """Hold every measure of a session against its limit; without a proof, those that need no decoding."""
    values = {**_measure_play(metrics), **(_measure_proof(proof) if proof else {})}
    judgements = tuple(
        Judgement(limit, _figure(limit, values[name])) for name, limit in scenario.limits.items() if name in values
    )
    lost = tuple(flip for flip in metrics.flips if flip.settled_at_us is None and not _was_cut_short(flip, metrics))
    unmade = tuple(tap for tap in scenario.taps if tap.playhead_us >= _played_us(metrics, tap.song))
    skips = (each for each in scenario.controls if isinstance(each, Skip))
    return Verdict(
        judgements,
        lost,
        unmade,
        metrics.ending,
        metrics.why_ended,
        metrics.hole_s,
        tuple(skip for skip in skips if not _was_made(skip, metrics)),
        tuple(song for song in metrics.songs if song.lost_picture),
    )


def _played_us(metrics: Metrics, song: int) -> int:
    """How far a song was played."""
    if not metrics.songs:
        return round(metrics.played_s * 1_000_000)
    return next((each.played_us for each in metrics.songs if each.number == song), 0)


def _was_made(skip: Skip, metrics: Metrics) -> bool:
    """Whether the listener came to it: a skip is the last of its song, so that is played no further."""
    return any(
        song.number == skip.song and song.ending == SKIPPED and song.played_us >= skip.at_us for song in metrics.songs
    )


def _place(at_us: int, song: int) -> str:
    """`12.00 s`, or `12.00 s of song 2`."""
    return f"{at_us / 1e6:.2f} s{f' of song {song}' if song > 1 else ''}"


def describe_limit(limit: Limit) -> str:
    """The limit as people read it: `<= 3 dB`, `-40 .. 60 ms`."""
    if limit.low is not None:
        return f"{limit.low:g} .. {limit.high:g}{_unit(limit)}"
    return f"<= {limit.high:g}{_unit(limit)}"


def find_percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that at least `percent` % of the values do not exceed (nearest rank). Needs one value."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def _spell(value: float) -> str:
    """All digits of a count, four of a measure."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.4g}"


def _unit(limit: Limit) -> str:
    return f" {limit.unit}" if limit.unit else ""


def _was_cut_short(flip: Flip, metrics: Metrics) -> bool:
    """A tap in a song's last second that was still within its time when the listener left it is no loss."""
    ending = next((song.ending for song in metrics.songs if song.number == flip.song), metrics.ending)
    played_us = _played_us(metrics, flip.song)
    return ending in {"Departed", "Ended", SKIPPED} and played_us - flip.tapped_playhead_us < 1_000_000


def _measure_play(metrics: Metrics) -> dict[str, Sequence[float]]:
    """What the events alone tell, by its name; one value, or one for each flip that has one."""
    return {
        "tap_to_picture_s": [s for s in (f.tap_to_picture_s for f in metrics.flips) if s is not None],
        "rebuffer_s": [metrics.rebuffer_s],
        "rebuffer_count": [metrics.rebuffer_count],
        **(_measure_songs(metrics.songs) if metrics.songs else {}),
    }


def _measure_songs(songs: Sequence[SongPlayed]) -> dict[str, Sequence[float]]:
    return {
        "song_gap_s": [song.gap_us / 1e6 for song in songs if song.gap_us is not None],
        "skip_to_sound_s": [song.skip_to_sound_us / 1e6 for song in songs if song.skip_to_sound_us is not None],
    }


def _measure_proof(proof: Proof) -> dict[str, Sequence[float]]:
    """What decoding showed, by its name; one value, or one for each seam or flip that has one."""
    return {
        "audio_missing_samples": [proof.missing_samples],
        "audio_repeated_samples": [proof.repeated_samples],
        "audio_wrong_samples": [proof.wrong_samples],
        "video_lost_frames": [proof.frames.lost],
        "video_doubled_frames": [proof.frames.doubled],
        "video_wrong_frames": [proof.frames.wrong],
        "seam_click_db": [seam.click_db for seam in proof.seams if seam.click_db is not None],
        "av_offset_ms": [flip.av_offset_ms for flip in proof.flips if flip.av_offset_ms is not None],
    }


def _figure(limit: Limit, values: Sequence[float]) -> float | None:
    """The figure that is held against the limit."""
    if not values:
        return None
    if limit.of == "p95":
        return find_percentile(values, 95)
    if limit.of == "worst":
        return max(values, key=lambda value: (not limit.allows(value), abs(value) if limit.low is not None else value))
    return sum(values)
