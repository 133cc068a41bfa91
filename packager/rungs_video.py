"""Encodes the video rungs of a package.

Pictures are scaled down the ladder: the thread of a rung scales from the frame of the rung above, not from the
source, then passes its own frame on.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path

from av.video.frame import VideoFrame

from packager.bench import Bench
from packager.cache import Recording
from packager.conform import Conformer, Tally
from packager.damage import PictureDamage
from packager.decode import read_pictures
from packager.encode import VideoEncoder
from packager.fragment import SegmentCutter
from packager.ladder import VideoRung
from packager.lanes import Lane
from packager.manifest import ThumbnailRecord
from packager.opening import name_of
from packager.reuse import RungRecorder, Shelf, keep_pictures, replay_pictures
from packager.rungfiles import RungWriter
from packager.sources import VideoTrack
from packager.sprites import SpritePlan
from packager.thumbnails import ThumbnailWriter

# Frames that may wait before a rung: enough to smooth a slow IDR over, but no more of large ones than their memory is
# worth. With eight frames of 1080p a ladder took 488 MB at its peak, with two 448 MB, in the same time; 4 MB
# of smaller ones instead of 8 took 10 MB more off.
_MOST_FRAMES_AHEAD, _FEWEST_FRAMES_AHEAD = 8, 2
_BYTES_AHEAD = 4_000_000

# The top rung takes longest, and all others wait for its frames: it goes first, and they fill what it leaves.
# The ladder of a 720p film kept two cores 92 % busy without, and 98 % with that, in 0.94 of the time.
_NICER_BY, _MOST_NICE = 4, 12

NumberedFrame = tuple[int, VideoFrame]


class VideoEncoding:
    """The threads of the video rungs, and what they found: frames doubled and left out, damage, thumbnails."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._plan = bench.plan
        self._crew = bench.crew
        self.tally = Tally()
        self.damage_notes: tuple[str, ...] = ()
        self.thumbnails: ThumbnailRecord | None = None

    def add(self, path: Path, track: VideoTrack, sha256: str) -> None:
        """Start the thread that decodes the video (a file of this content) and one for each video rung.

        A rung that was made before is only scaled, and not even that where no rung below it is to be made.
        """
        shelf, plan = Shelf(self._bench.cache, sha256), self._plan
        falling = sorted(plan.video_rungs, key=lambda rung: rung.width * rung.height, reverse=True)
        # What is scaled from decides the bytes too: all rungs above.
        timing = (plan.grid.frame_rate, plan.grid.video_boundaries, plan.lead_frames)
        chains = [
            ("video", tuple(falling[: count + 1]), self._has_iframes(rung), track, timing)
            for count, rung in enumerate(falling)
        ]
        found = [shelf.find_rung(rung.name, *chain) for rung, chain in zip(falling, chains, strict=True)]
        for rung, kept in zip(falling, found, strict=True):
            if kept is not None:
                self._bench.start_replay(f"video/{rung.name}", rung.name, plan.grid.video_durations, kept)
        last, pictures = len(found) - 1, shelf.find("pictures", *chains[-1])
        if pictures is not None:
            self.thumbnails, self.tally, self.damage_notes = replay_pictures(pictures, self._bench.staging)
        scaled = [index for index, kept in enumerate(found) if kept is None or (index == last and pictures is None)]
        sizes = ((track.width, track.height), *((rung.width, rung.height) for rung in falling))
        lanes = tuple(
            Lane[NumberedFrame](self._crew, count_frames_ahead(*size)) for size in sizes[: max(scaled, default=-1) + 1]
        )
        for index, lane in enumerate(lanes):
            below = lanes[index + 1] if index + 1 < len(lanes) else None
            recorder = None if found[index] is not None else RungRecorder(shelf.record(*chains[index]))
            has_pictures = index == last and pictures is None
            recording = shelf.record("pictures", *chains[-1]) if has_pictures else None
            encode = partial(self._encode, falling[index], lane, below, track, recorder, is_shared=index > 0)
            work = partial(encode, has_pictures=has_pictures, recording=recording)
            self._crew.start(f"video-{index}", work, gives_way=min(_MOST_NICE, index * _NICER_BY))
        if lanes:
            self._crew.start("decode-video", partial(self._decode, path, track, lanes[0]))

    def _has_iframes(self, rung: VideoRung) -> bool:
        """Trick play is offered once, from the rungs of the first set."""
        return rung.coding.codec is self._plan.ladder.codecs[0]

    def _decode(self, path: Path, track: VideoTrack, lane: Lane[NumberedFrame]) -> None:
        conformer = Conformer[VideoFrame](track.frame_rate, self._plan.grid.frame_count, self._plan.lead_frames)
        damage = PictureDamage(name_of(path), track)
        for time, frame in read_pictures(path, track, damage):
            for numbered in conformer.feed(time, frame):
                lane.put(numbered)
            if conformer.is_done:
                break
        for numbered in conformer.finish():
            lane.put(numbered)
        self.tally = conformer.tally
        self.damage_notes = damage.notes
        lane.close()

    def _encode(
        self,
        rung: VideoRung,
        lane: Lane[NumberedFrame],
        below: Lane[NumberedFrame] | None,
        track: VideoTrack,
        recorder: RungRecorder | None,
        *,
        is_shared: bool,
        has_pictures: bool,
        recording: Recording | None,
    ) -> None:
        """Scale, and encode where there is a recorder: a rung that was made before only passes its frames on."""
        grid = self._plan.grid
        encoder = VideoEncoder(rung, track.frame_rate, track.colour)
        counts = [after - before for before, after in pairwise(grid.video_boundaries)]
        cutter = SegmentCutter(counts, encoder.sample_duration_ticks, has_iframes=self._has_iframes(rung))
        files = self._bench.open_files(f"video/{rung.name}", grid.video_durations)
        writer = None if recorder is None else RungWriter(files, cutter, recorder)
        boundaries = frozenset(grid.video_boundaries)
        sprites = SpritePlan(track.frame_rate, grid.frame_count, rung.width, rung.height)
        thumbnails = ThumbnailWriter(self._bench.staging, sprites, track.colour) if has_pictures else None
        for number, scaled in _scale_each(encoder, lane, is_shared=is_shared):
            if below is not None:
                below.put((number, scaled))
            if thumbnails is not None:
                thumbnails.take(number, scaled)
            if writer is not None:
                writer.add(encoder.encode(scaled, number, is_boundary=number in boundaries))
                self._bench.shares[rung.name] = Fraction(number + 1, grid.frame_count)
        if below is not None:
            below.close()
        if thumbnails is not None:
            self.thumbnails = thumbnails.finish()
            keep_pictures(recording, self._bench.staging, self.thumbnails, self.tally, self.damage_notes)
        if writer is None:
            encoder.close()
        else:
            self._bench.finished[rung.name] = writer.finish(encoder)


def _scale_each(encoder: VideoEncoder, lane: Lane[NumberedFrame], *, is_shared: bool) -> Iterator[NumberedFrame]:
    """Each frame in the size of the rung; one that is shown again is not scaled again.

    The encoder stamps its frames. So one that comes in the right size, from a rung that stamps it too, is copied.
    """
    last: VideoFrame | None = None
    scaled: VideoFrame | None = None
    for number, frame in lane:
        if scaled is None or frame is not last:
            last, scaled = frame, encoder.scale(frame)
            if scaled is frame and is_shared:
                scaled = VideoFrame.from_ndarray(frame.to_ndarray(), format=frame.format.name)
        yield number, scaled


def count_frames_ahead(width: int, height: int) -> int:
    """How many frames of that size (4:2:0, 8 bits) may wait before a rung."""
    size_bytes = width * height * 3 // 2
    return max(_FEWEST_FRAMES_AHEAD, min(_MOST_FRAMES_AHEAD, _BYTES_AHEAD // size_bytes))
