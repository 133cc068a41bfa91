"""Writes one rung: coded samples become segments, segments go where the package wants them, and into the cache."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from packager.cache import Kept
from packager.encode import RungEncoder
from packager.fragment import CodedSample, CutSegment, SegmentCutter
from packager.initsegment import read_codec
from packager.loudness import Loudness
from packager.ludt import add_loudness
from packager.playlist import EncodedRung, Place, Segment
from packager.reuse import RungRecorder, read_init, read_loudness, read_segments
from packager.sinks import SegmentSink


class RungFiles:
    """Puts the segments of one rung into the package, and remembers where each one is."""

    def __init__(self, sink: SegmentSink, folder: str, durations: Sequence[Fraction]) -> None:
        self.folder = folder
        self._sink = sink
        self._durations = durations
        self._segments: list[Segment] = []
        self._iframes: list[Segment] = []

    def put(self, cut: CutSegment) -> None:
        """Store the next media segment."""
        segment = Segment(self._sink.put(cut.content), self._durations[len(self._segments)])
        self._segments.append(segment)
        if cut.iframe_size_bytes:
            iframe = Place(segment.place.uri, cut.iframe_size_bytes, segment.place.offset or 0)
            self._iframes.append(Segment(iframe, segment.duration))

    def finish(self, init: bytes, timescale: int, loudness: Loudness | None) -> EncodedRung:
        """Store the init segment, after all media segments."""
        return EncodedRung(
            self.folder, read_codec(init), timescale, self._sink.finish(init), tuple(self._segments),
            tuple(self._iframes), loudness,
        )  # fmt: skip

    def replay(self, kept: Kept) -> EncodedRung:
        """Store what was made before."""
        for cut in read_segments(kept):
            self.put(cut)
        return self.finish(*read_init(kept), read_loudness(kept))


class RungWriter:
    """Takes the samples of one rung in decode order and stores its segments as they become whole.

    `show` is called with each sample, too.
    """

    def __init__(
        self,
        files: RungFiles,
        cutter: SegmentCutter,
        recorder: RungRecorder,
        show: Callable[[CodedSample], None] | None = None,
    ) -> None:
        self._files = files
        self._cutter = cutter
        self._recorder = recorder
        self._show = show

    def add(self, samples: Iterable[CodedSample]) -> None:
        """Take samples; write every segment that they complete."""
        for sample in samples:
            if self._show is not None:
                self._show(sample)
            cut = self._cutter.add(sample)
            if cut is not None:
                self._files.put(cut)
                self._recorder.put(cut)

    def finish(self, encoder: RungEncoder, loudness: Loudness | None = None) -> EncodedRung:
        """Take the encoder's last samples and write its init segment; one of sound says how loud it is."""
        self.add(encoder.finish())
        assert self._cutter.is_whole, f"{self._files.folder}: fewer samples came out than the grid has"
        init = encoder.init if loudness is None else add_loudness(encoder.init, loudness)
        self._recorder.keep(init, encoder.timescale, loudness)
        return self._files.finish(init, encoder.timescale, loudness)
