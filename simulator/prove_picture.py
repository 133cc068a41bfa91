"""Proves the picture: decodes every frame that was on the screen and holds it against the package's own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator import events as ev
from simulator.errors import BrokenPackageError
from simulator.media import Piece, decode_pictures, read_picture_times
from simulator.metrics import Flip, Stretch, find_frozen, find_shown
from simulator.package_media import PackageMedia, read_appended
from simulator.picture import FrameCount, Picture, compare_pictures
from simulator.presentation import Medium, Rung
from simulator.session import Session
from simulator.sync import Interval


@dataclass(frozen=True, slots=True)
class SeenStretch:
    """A stretch in which the picture moved, or stood still, over at `until_us` of the clock, and its frames."""

    until_us: int
    frames: FrameCount


def prove_pictures(session: Session, media: PackageMedia) -> tuple[SeenStretch, ...]:
    """The frames of every stretch that was watched.

    Raises BrokenPackageError for undecodable media.
    """
    return _PictureProof(session, media).run()


def count_frames(flip: Flip, flips: Sequence[Flip], stretches: Sequence[SeenStretch]) -> FrameCount:
    """The frames that a flip to video brought: of all stretches until the next flip had its effect."""
    if flip.wants is not Medium.VIDEO or flip.settled_at_us is None:
        return FrameCount()
    settled = [other.settled_at_us for other in flips if other.settled_at_us is not None]
    end_us = min((at_us for at_us in settled if at_us > flip.settled_at_us), default=None)
    own = (
        seen.frames
        for seen in stretches
        if seen.until_us > flip.settled_at_us and (end_us is None or seen.until_us <= end_us)
    )
    return sum(own, FrameCount())


class _PictureProof:
    def __init__(self, session: Session, media: PackageMedia) -> None:
        self._session = session
        self._media = media
        self._rungs: Mapping[str, Rung] = {rung.name: rung for rung in media.presentation.video}
        self._appended = [e for e in session.events if isinstance(e, ev.Buffered) and e.medium is Medium.VIDEO]

    def run(self) -> tuple[SeenStretch, ...]:
        shown = (SeenStretch(each.until_us, self._count_shown(each)) for each in find_shown(self._session.events))
        frozen = (SeenStretch(each.until_us, self._count_late(each)) for each in find_frozen(self._session.events))
        return (*shown, *frozen)

    def _count_shown(self, shown: Stretch) -> FrameCount:
        stretch = Interval(shown.start_us, shown.end_us)
        appended: list[Picture] = []
        expected: list[Picture] = []
        for event, rung, index in self._walk(shown):
            own = self._media.piece(rung, index)
            pictures = decode_pictures(own)
            expected += pictures
            if event is not None:
                seen = read_appended(self._session, event)
                appended += pictures if _is_same(seen, own) else _decode_damaged(seen)
        return compare_pictures(appended, expected, stretch)

    def _count_late(self, frozen: Stretch) -> FrameCount:
        """A picture that stands still is late for every frame whose time passes; which rung's, makes no difference."""
        rung = self._media.presentation.video[0]
        times = [
            frame.at_us
            for index in self._find_indices(rung, frozen)
            for frame in read_picture_times(self._media.piece(rung, index))
        ]
        return FrameCount(late=sum(frozen.start_us <= at_us < frozen.end_us for at_us in times))

    def _walk(self, shown: Stretch) -> Iterator[tuple[ev.Buffered | None, Rung, int]]:
        """Each segment of the stretch with what was appended of it last; None where nothing was."""
        last = {e.index: e for e in self._appended if e.at_us <= shown.until_us}
        rung = self._media.presentation.video[0]
        for index in self._find_indices(rung, shown):
            event = last.get(index)
            rung = self._rungs[event.rung] if event is not None else rung
            yield event, rung, index

    def _find_indices(self, rung: Rung, stretch: Stretch) -> range:
        playlist = self._media.playlist(rung)
        end = playlist.find_segment_at(stretch.end_us - 1) + 1
        return range(playlist.find_segment_at(stretch.start_us), min(end, len(playlist.segments)))


def _decode_damaged(piece: Piece) -> tuple[Picture, ...]:
    """The frames of a segment that did not come as the package has it; none when a decoder refuses it."""
    try:
        return tuple(decode_pictures(piece))
    except BrokenPackageError:
        return ()


def _is_same(one: Piece, other: Piece) -> bool:
    return one.body == other.body and one.init == other.init
