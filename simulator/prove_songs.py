"""Proves a session of one song or of several: each song against its own package."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from simulator.package_folder import PackageReader
from simulator.picture import FrameCount
from simulator.prove import UNKNOWN_RATE, check_provable, prove_session, prove_song
from simulator.session import Session
from simulator.song_metrics import measure_songs
from simulator.songs import split_session
from simulator.verdict import Proof, SongProof


def prove_play(session: Session, packages: Sequence[PackageReader]) -> Proof:
    """What the listener heard and saw; `packages` are those of the songs, in their order.

    Raises InputError when the journal has no bodies or does not replay, BrokenPackageError for undecodable media.
    """
    if not session.next_songs:
        return prove_session(session, packages[0])
    check_provable(session)
    measured = measure_songs(split_session(session))
    proofs = [
        (part.number, prove_song(part.session, packages[part.number - 1], metrics.flips)) for part, metrics in measured
    ]
    return _add_up(proofs)


def _add_up(proofs: Sequence[tuple[int, Proof]]) -> Proof:
    songs = tuple(_describe(number, proof) for number, proof in proofs)
    each = [proof for _, proof in proofs]
    return Proof(
        heard_samples=sum(proof.heard_samples for proof in each),
        sample_rate=next((proof.sample_rate for proof in each if proof.heard_samples), UNKNOWN_RATE),
        missing_samples=sum(proof.missing_samples for proof in each),
        repeated_samples=sum(proof.repeated_samples for proof in each),
        wrong_samples=sum(proof.wrong_samples for proof in each),
        seams=tuple(replace(seam, song=number) for number, proof in proofs for seam in proof.seams),
        flips=tuple(flip for proof in each for flip in proof.flips),
        frames=_sum_frames(proof.frames for proof in each),
        songs=songs,
    )


def _describe(number: int, proof: Proof) -> SongProof:
    return SongProof(
        number,
        proof.heard_samples,
        proof.sample_rate,
        proof.missing_samples,
        proof.repeated_samples,
        proof.wrong_samples,
        proof.frames,
    )


def _sum_frames(counts: Iterable[FrameCount]) -> FrameCount:
    return sum(counts, FrameCount())
