"""What came of a session: the values that the table, the report and the JSON are all made from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from simulator.metrics import Metrics, SongPlayed
from simulator.presentation import Presentation
from simulator.qoe import Qoe
from simulator.session import Session
from simulator.song_qoe import measure_play_qoe
from simulator.verdict import FlipProof, Judgement, Proof, SongProof, Verdict


class FlipState(Enum):
    """How one flip is judged."""

    KEPT = "ok"
    BROKEN = "BROKEN"
    CUT_SHORT = "cut short"  # the session was over before the flip could be expected to settle


@dataclass(frozen=True, slots=True)
class FlipResult:
    """One flip, what was measured around it, and the broken limits that it has a part in."""

    proof: FlipProof
    state: FlipState
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SongResult:
    """One of several songs: how it came and went, what decoding showed, and the broken limits that it has a part in.

    `proof` is None when it never had its turn. A picture that never came counts as broken, too.
    """

    played: SongPlayed
    proof: SongProof | None
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A session with everything that was made of it. `package` is the folder or URL it is judged against."""

    session: Session
    presentation: Presentation
    metrics: Metrics
    proof: Proof
    verdict: Verdict
    package: str

    def __post_init__(self) -> None:
        assert len(self.proof.flips) == len(self.metrics.flips), "every flip is proven"

    @property
    def name(self) -> str:
        """What the session is called: its scenario's name."""
        return self.session.scenario.name

    @property
    def place(self) -> str:
        """Where it was played from: its package, and those of the songs that followed."""
        others = [song.package for song in self.session.next_songs]
        return f"{self.package}, then {', '.join(others)}" if others else self.package

    @property
    def link_name(self) -> str:
        """The link it was played over, in words."""
        link = self.session.scenario.link
        return link.name if link else "unshaped"

    @property
    def is_untouched(self) -> bool:
        """Whether the sound was uninterrupted play from the first sample to the last, with no seam that stands out."""
        proof, metrics = self.proof, self.metrics
        exact = proof.missing_samples == proof.repeated_samples == proof.wrong_samples == 0
        clicked = any(j.limit.name == "seam_click_db" and not j.is_kept for j in self.verdict.judgements)
        has_gap = any(song.gap_us for song in metrics.songs)
        return exact and not clicked and not has_gap and metrics.rebuffer_count == 0 and metrics.ending != "GaveUp"

    @property
    def qoe(self) -> Qoe:
        """Its ratings by published models."""
        return measure_play_qoe(self.session, self.metrics, self.presentation)

    def song_results(self) -> tuple[SongResult, ...]:
        """Each of several songs with its own part in the verdict; none for a session of one song."""
        proofs = {proof.number: proof for proof in self.proof.songs}
        return tuple(
            SongResult(
                song, proofs.get(song.number), tuple(_broken_by_song(song, proofs.get(song.number), self.verdict))
            )
            for song in self.metrics.songs
        )

    def flip_results(self) -> tuple[FlipResult, ...]:
        """Each flip with its own part in the verdict; a flip is broken only where the verdict is."""
        return tuple(self._flip_result(proof) for proof in self.proof.flips)

    def _flip_result(self, proof: FlipProof) -> FlipResult:
        broken = tuple(j.limit.name for j in self.verdict.judgements if _has_part_in(proof, j))
        if broken or proof.flip in self.verdict.lost_flips:
            return FlipResult(proof, FlipState.BROKEN, broken)
        if proof.flip.settled_at_us is None:
            return FlipResult(proof, FlipState.CUT_SHORT)
        return FlipResult(proof, FlipState.KEPT)


def _broken_by_song(song: SongPlayed, proof: SongProof | None, verdict: Verdict) -> Iterator[str]:
    values: dict[str, float] = {
        "song_gap_s": (song.gap_us or 0) / 1e6,
        "skip_to_sound_s": (song.skip_to_sound_us or 0) / 1e6,
    }
    if proof is not None:
        values |= {
            "audio_missing_samples": proof.missing_samples,
            "audio_repeated_samples": proof.repeated_samples,
            "audio_wrong_samples": proof.wrong_samples,
            "video_lost_frames": proof.frames.lost,
            "video_doubled_frames": proof.frames.doubled,
            "video_wrong_frames": proof.frames.wrong,
        }
    yield from (j.limit.name for j in verdict.judgements if _is_part_of(values.get(j.limit.name, 0), j))
    if song.lost_picture:
        yield "picture"


def _has_part_in(proof: FlipProof, judgement: Judgement) -> bool:
    """Whether a limit is broken and this flip is among the causes.

    Of a sum, every part is a cause; else what the limit would not allow by itself. So the one slow flip in thirty that
    a p95 limit forgives is not broken.
    """
    value = _own_value(proof, judgement.limit.name)
    return value is not None and _is_part_of(value, judgement)


def _is_part_of(value: float, judgement: Judgement) -> bool:
    if judgement.is_kept:
        return False
    return value > 0 if judgement.limit.of == "sum" else not judgement.limit.allows(value)


def _own_value(proof: FlipProof, measure: str) -> float | None:
    """What one flip adds to a measure; None when the measure is not about flips or there was nothing to measure."""
    return {
        "audio_missing_samples": float(proof.missing_samples),
        "audio_repeated_samples": float(proof.repeated_samples),
        "audio_wrong_samples": float(proof.wrong_samples),
        "video_lost_frames": float(proof.frames.lost),
        "video_doubled_frames": float(proof.frames.doubled),
        "video_wrong_frames": float(proof.frames.wrong),
        "seam_click_db": proof.seam_click_db,
        "av_offset_ms": proof.av_offset_ms,
        "tap_to_picture_s": proof.flip.tap_to_picture_s,
        "rebuffer_s": proof.flip.hole_s,
        "rebuffer_count": 1.0 if proof.flip.hole_us else 0.0,
    }.get(measure)


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict in plain words: a title, the figures behind it, and why it falls short (empty when it is good)."""

    is_good: bool
    title: str
    detail: str
    reasons: tuple[str, ...]


def find_headline(outcomes: Sequence[Outcome]) -> Headline:
    """What to say first of these sessions together. Needs at least one."""
    assert outcomes, "there is something to report"
    is_good = all(outcome.verdict.is_good for outcome in outcomes)
    return Headline(is_good, _title(outcomes, is_good=is_good), _detail(outcomes), tuple(_reasons(outcomes)))


def _title(outcomes: Sequence[Outcome], *, is_good: bool) -> str:
    if all(outcome.proof.heard_samples == 0 for outcome in outcomes):
        return "Nothing was ever heard"
    is_untouched = all(outcome.is_untouched for outcome in outcomes)
    has_flips = any(outcome.metrics.flips for outcome in outcomes)
    match is_good, is_untouched:
        case True, True:
            return "Nobody heard it" if has_flips else "Played through untouched, without a flip"
        case True, False:
            return "It can be told, but stays within its limits"
        case False, True:
            return "Nobody heard it, but it falls short"
        case _:
            return "It was heard"


def _detail(outcomes: Sequence[Outcome]) -> str:
    proofs = [outcome.proof for outcome in outcomes]
    flips = sum(len(outcome.metrics.flips) for outcome in outcomes)
    where = f" in {len(outcomes)} sessions" if len(outcomes) > 1 else ""
    songs = sum(song.began_at_us is not None for outcome in outcomes for song in outcome.metrics.songs)
    where += f" in {count(songs, 'song')}" if songs else ""
    return (
        f"{count(flips, 'flip')}{where}, {sum(p.missing_samples for p in proofs):,} samples missing, "
        f"{sum(p.repeated_samples for p in proofs):,} repeated, {sum(p.wrong_samples for p in proofs):,} wrong, "
        f"of {sum(p.heard_samples for p in proofs):,} heard."
    )


def _reasons(outcomes: Sequence[Outcome]) -> Iterable[str]:
    for outcome in outcomes:
        for reason in outcome.verdict.reasons():
            yield reason if len(outcomes) == 1 else f"{outcome.name}: {reason}"


def count(number: int, noun: str) -> str:
    """`1 flip`, `6 flips`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
