"""Encodes the video rungs of a package.

One thread decodes the film and scales its pictures down the ladder; each rung has a thread and a queue of its own, so
that none waits for another rung's encoder.
"""

from collections.abc import Iterable
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
from packager.scaling import ScalingChain
from packager.sources import VideoTrack
from packager.sprites import SpritePlan, fit_thumbnail
from packager.thumbnails import ThumbnailWriter

# Frames that may wait before a rung: enough that a rung which meets hard pictures holds up no other, but no more of
# large ones than their memory is worth. Eight frames of 1080p instead of two took 40 MB more at the peak of a ladder;
# 8 MB of smaller ones instead of 4, 5 MB.
_MOST_FRAMES_AHEAD, _FEWEST_FRAMES_AHEAD = 8, 2
_BYTES_AHEAD = 8_000_000

# The top rung takes longest: it goes first, and the others fill what it leaves. The ladder of a 720p film kept two
# cores 92 % busy without, and 98 % with that, in 0.94 of the time.
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
        """Start the thread that decodes and scales the video (a file of this content) and one for each rung to make.

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
        lanes: dict[int, Lane[NumberedFrame]] = {}
        for index, rung in enumerate(falling):
            has_pictures = index == last and pictures is None
            if found[index] is not None and not has_pictures:
                continue
            lanes[index] = Lane(self._crew, count_frames_ahead(rung.width, rung.height))
            recorder = None if found[index] is not None else RungRecorder(shelf.record(*chains[index]))
            recording = shelf.record("pictures", *chains[-1]) if has_pictures else None
            encode = partial(self._encode, rung, lanes[index], track, recorder)
            work = partial(encode, has_pictures=has_pictures, recording=recording)
            self._crew.start(f"video-{index}", work, gives_way=min(_MOST_NICE, index * _NICER_BY))
        if lanes:
            chain = ScalingChain([(rung.width, rung.height) for rung in falling[: max(lanes) + 1]])
            self._crew.start("decode-video", partial(self._decode, path, track, chain, lanes))

    def _has_iframes(self, rung: VideoRung) -> bool:
        """Trick play is offered once, from the rungs of the first set."""
        return rung.coding.codec is self._plan.ladder.codecs[0]

    def _decode(
        self, path: Path, track: VideoTrack, chain: ScalingChain, lanes: dict[int, Lane[NumberedFrame]]
    ) -> None:
        """Feed the lanes, each with the frames of its place in the chain."""
        conformer = Conformer[VideoFrame](track.frame_rate, self._plan.grid.frame_count, self._plan.lead_frames)
        damage = PictureDamage(name_of(path), track)

        def pass_on(numbered: Iterable[NumberedFrame]) -> None:
            for number, frame in numbered:
                scaled = chain.scale(frame)
                # The lane of the top rung is full most of the time: others have their frame before that is waited for.
                for index, lane in reversed(lanes.items()):
                    lane.put((number, scaled[index]))

        for time, frame in read_pictures(path, track, damage):
            pass_on(conformer.feed(time, frame))
            if conformer.is_done:
                break
        pass_on(conformer.finish())
        self.tally = conformer.tally
        self.damage_notes = damage.notes
        for lane in lanes.values():
            lane.close()

    def _encode(
        self,
        rung: VideoRung,
        lane: Lane[NumberedFrame],
        track: VideoTrack,
        recorder: RungRecorder | None,
        *,
        has_pictures: bool,
        recording: Recording | None,
    ) -> None:
        """Encode where there is a recorder: of a rung that was made before only the pictures are wanted."""
        grid = self._plan.grid
        making = None if recorder is None else self._open_rung(rung, track, recorder)
        boundaries = frozenset(grid.video_boundaries)
        sprites = SpritePlan(track.frame_rate, grid.frame_count, *fit_thumbnail(rung.width, rung.height))
        thumbnails = ThumbnailWriter(self._bench.staging, sprites, track.colour) if has_pictures else None
        for number, scaled in lane:
            if thumbnails is not None:
                thumbnails.take(number, scaled)
            if making is not None:
                encoder, writer = making
                writer.add(encoder.encode(scaled, number, is_boundary=number in boundaries))
                self._bench.shares[rung.name] = (number + 1) / grid.frame_count
        if thumbnails is not None:
            self.thumbnails = thumbnails.finish()
            keep_pictures(recording, self._bench.staging, self.thumbnails, self.tally, self.damage_notes)
        if making is not None:
            encoder, writer = making
            self._bench.finished[rung.name] = writer.finish(encoder)

    def _open_rung(self, rung: VideoRung, track: VideoTrack, recorder: RungRecorder) -> tuple[VideoEncoder, RungWriter]:
        grid = self._plan.grid
        encoder = VideoEncoder(rung, track.frame_rate, track.colour)
        counts = [after - before for before, after in pairwise(grid.video_boundaries)]
        cutter = SegmentCutter(counts, encoder.sample_duration_ticks, has_iframes=self._has_iframes(rung))
        files = self._bench.open_files(f"video/{rung.name}", grid.video_durations)
        return encoder, RungWriter(files, cutter, recorder)


def count_frames_ahead(width: int, height: int) -> int:
    """How many frames of that size (4:2:0, 8 bits) may wait before a rung."""
    size_bytes = width * height * 3 // 2
    return max(_FEWEST_FRAMES_AHEAD, min(_MOST_FRAMES_AHEAD, _BYTES_AHEAD // size_bytes))
