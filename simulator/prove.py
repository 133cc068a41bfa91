"""Proves a session: decodes exactly what was appended and holds it against uninterrupted play of the package."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from simulator import events as ev
from simulator.errors import BrokenPackageError, InputError
from simulator.media import decode_sound, read_picture_times
from simulator.metrics import Flip, find_flips
from simulator.outline import outline_seam
from simulator.package_folder import PackageReader
from simulator.package_media import PackageMedia, read_appended
from simulator.passages import Passage, find_passages
from simulator.picture import FrameCount
from simulator.presentation import Medium, Rung
from simulator.prove_picture import SeenStretch, count_frames, prove_pictures
from simulator.seam import Block, Pcm, Stretch, find_missing, find_repeated, find_wrong, measure_click
from simulator.session import Session, replay_session
from simulator.sync import find_running, measure_offset_us
from simulator.verdict import FlipProof, Proof, Seam

# A flip is judged from this long before its tap until this long after it has settled.
MARGIN_S = 0.1
# Of a session in which nothing came that can be decoded.
UNKNOWN_RATE = 48_000


def prove_session(session: Session, package: PackageReader) -> Proof:
    """What the listener heard and saw of one song; `package` gives the uninterrupted play to compare with.

    Raises InputError when the journal has no bodies or does not replay, BrokenPackageError for undecodable media.
    """
    check_provable(session)
    return prove_song(session, package, find_flips(session.events))


def check_provable(session: Session) -> None:
    """Raises InputError when the journal has no bodies or does not replay."""
    if not session.bodies and any(isinstance(event, ev.Received) for event in session.events):
        raise InputError("this session was recorded without bodies, so there is nothing to prove; record it with them")
    if replay_session(session) != session.events:
        raise InputError("the journal does not replay to its own events: it was changed, or another version wrote it")


def prove_song(session: Session, package: PackageReader, flips: Sequence[Flip]) -> Proof:
    """What the listener heard and saw of one song, of which `session` has the events; `flips` are those of it.

    Raises BrokenPackageError for undecodable media.
    """
    takes = [_decode_take(session, passage) for passage in find_passages(session.events)]
    media = PackageMedia(session, package)
    references = _References(media, {block.rung for take in takes for block in take.blocks})
    return _measure(session, flips, takes, references, prove_pictures(session, media))


@dataclass(frozen=True, slots=True)
class _Take:
    """The sound of one passage as it was appended; what was heard of it in samples, with the clock time of each end.

    `is_fresh`: a decoder began with it in the middle of the song, where its first frame lacks the one before.
    """

    blocks: tuple[Block, ...]
    rate: int
    heard: tuple[tuple[Stretch, int], ...]
    is_fresh: bool


def _decode_take(session: Session, passage: Passage) -> _Take:
    appended = passage.appended
    frames = tuple(decode_sound((read_appended(session, event) for event in appended), skips_damage=True))
    rate = frames[0].rate if frames else UNKNOWN_RATE
    blocks = tuple(Block(frame.at, frame.pcm, appended[frame.piece].rung) for frame in frames)
    heard = tuple(
        (Stretch(each.start_us * rate // 1_000_000, each.end_us * rate // 1_000_000), each.until_us)
        for each in passage.heard
    )
    return _Take(blocks, rate, heard, is_fresh=bool(blocks) and blocks[0].at > 0)


class _References:
    """Uninterrupted play of the rungs that were heard, and of the best one."""

    def __init__(self, media: PackageMedia, rungs: Iterable[str]) -> None:
        audio = media.presentation.audio
        self._media = media
        self.best_rung = audio[-1].name if audio else ""
        wanted = {*rungs, self.best_rung}
        self.pcm: dict[str, Pcm] = {rung.name: self._decode(rung) for rung in audio if rung.name in wanted}
        self.pcm.setdefault("", np.zeros((0, 2), np.float32))  # when no playlist came, there is nothing to compare with

    @property
    def best(self) -> Pcm:
        """Uninterrupted play of the best rung."""
        return self.pcm[self.best_rung]

    def _decode(self, rung: Rung) -> Pcm:
        """The whole rung from presentation time 0 on: float32, shape (samples, channels)."""
        pieces = (self._media.piece(rung, index) for index in range(len(self._media.playlist(rung).segments)))
        frames = [frame for frame in decode_sound(pieces) if frame.end > 0]
        if not frames or frames[0].at > 0:
            raise BrokenPackageError(f"{rung.uri}: its sound does not start at presentation time 0; lint the package")
        pcm = np.concatenate([frame.pcm for frame in frames])
        return pcm[-frames[0].at :]


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one uninterrupted stretch of the sound was found to be, until `until_us` of the clock."""

    until_us: int
    heard: Stretch
    missing: tuple[Stretch, ...]
    repeated: tuple[Stretch, ...]
    wrong: tuple[Stretch, ...]
    seams: tuple[Seam, ...]


def _measure(
    session: Session,
    flips: Sequence[Flip],
    takes: Sequence[_Take],
    references: _References,
    pictures: Sequence[SeenStretch],
) -> Proof:
    rate = next((take.rate for take in takes if take.blocks), UNKNOWN_RATE)
    findings: list[_Finding] = []
    for take in takes:
        for heard, until_us in take.heard:
            own = _flips_between(flips, findings[-1].until_us if findings else -1, until_us)
            findings.append(_examine(take, heard, until_us, own, references))
    proofs = (_prove_flip(flip, rate, _find_own(flip, findings), _measure_offset_ms(session, flip)) for flip in flips)
    return Proof(
        heard_samples=sum(len(finding.heard) for finding in findings),
        sample_rate=rate,
        missing_samples=sum(len(stretch) for finding in findings for stretch in finding.missing),
        repeated_samples=sum(len(stretch) for finding in findings for stretch in finding.repeated),
        wrong_samples=sum(len(stretch) for finding in findings for stretch in finding.wrong),
        seams=tuple(seam for finding in findings for seam in finding.seams),
        flips=tuple(replace(proof, frames=count_frames(proof.flip, flips, pictures)) for proof in proofs),
        frames=sum((seen.frames for seen in pictures), FrameCount()),
    )


def _flips_between(flips: Iterable[Flip], after_us: int, until_us: int) -> tuple[Flip, ...]:
    return tuple(flip for flip in flips if after_us < flip.tapped_at_us <= until_us)


def _find_own(flip: Flip, findings: Sequence[_Finding]) -> _Finding:
    """The stretch in which the listener tapped."""
    return next((finding for finding in findings if flip.tapped_at_us <= finding.until_us), findings[-1])


def _examine(take: _Take, heard: Stretch, until_us: int, flips: Iterable[Flip], references: _References) -> _Finding:
    """Hold a stretch against uninterrupted play of the song from its first sample on."""
    # EXTINF is rounded, so the playhead may end a sample beyond the song; how long that is, uninterrupted play says.
    heard = Stretch(heard.start, max(heard.start, min(heard.end, len(references.best))))
    spans = [Stretch(block.at, block.end) for block in take.blocks]
    missing = find_missing(spans, heard) if len(heard) else ()
    repeated = find_repeated(spans, heard)
    # A decoder that begins mid-song has no frame to overlap its first one with: no player can do better there.
    wrong = find_wrong(take.blocks[1:] if take.is_fresh else take.blocks, references.pcm, heard)
    places = _find_seams(take, heard, flips, (*missing, *repeated, *wrong))
    seams = tuple(
        Seam(
            at / take.rate,
            kind,
            measure_click(take.blocks, at, references.best, references.pcm, take.rate),
            outline_seam(take.blocks, at, references.best, take.rate),
        )
        for at, kind in places
    )
    return _Finding(until_us, heard, missing, repeated, wrong, seams)


def _find_seams(
    take: _Take, heard: Stretch, flips: Iterable[Flip], damage: Iterable[Stretch]
) -> tuple[tuple[int, str], ...]:
    """Every place where the sound could have been hurt, as a sample and what happened there, in song order."""
    found: list[tuple[int, str]] = []
    for flip in flips:
        found.append((flip.tapped_playhead_us * take.rate // 1_000_000, f"tap {flip.number}"))
        if flip.settled_playhead_us is not None and flip.wants is Medium.VIDEO:
            found.append((flip.settled_playhead_us * take.rate // 1_000_000, f"picture {flip.number}"))
    for before, after in pairwise(take.blocks):
        if before.rung != after.rung:
            found.append((after.at, f"{before.rung} to {after.rung}"))
    found += [(stretch.start, "damage") for stretch in damage]
    return tuple(sorted(seam for seam in found if heard.start <= seam[0] < heard.end))


def _prove_flip(flip: Flip, rate: int, own: _Finding, av_offset_ms: float | None) -> FlipProof:
    settled_us = flip.tapped_playhead_us if flip.settled_playhead_us is None else flip.settled_playhead_us
    start_s, end_s = flip.tapped_playhead_us / 1e6 - MARGIN_S, settled_us / 1e6 + MARGIN_S
    window = Stretch(int(start_s * rate), int(end_s * rate))
    clicks = [s.click_db for s in own.seams if start_s <= s.at_s <= end_s and s.click_db is not None]
    return FlipProof(
        flip,
        _overlap(own.missing, window),
        _overlap(own.repeated, window),
        _overlap(own.wrong, window),
        max(clicks, default=None),
        av_offset_ms,
    )


def _overlap(stretches: Iterable[Stretch], window: Stretch) -> int:
    return sum(max(0, min(s.end, window.end) - max(s.start, window.start)) for s in stretches)


def _measure_offset_ms(session: Session, flip: Flip) -> float | None:
    """The worst offset of sound minus picture after a flip to video; None when no picture was shown for long enough."""
    running = find_running(session.events, flip)
    if not running:
        return None
    frames = [
        frame
        for event in session.events
        if isinstance(event, ev.Buffered) and event.medium is Medium.VIDEO
        # What was appended for an earlier visit was thrown away when the listener went back to the sound.
        if event.at_us >= flip.tapped_at_us and event.end_us > running[0].start and event.start_us < running[-1].end
        for frame in read_picture_times(read_appended(session, event))
    ]
    offsets = [measure_offset_us(frames, stretch) for stretch in running]
    return max(offsets, key=abs) / 1000
