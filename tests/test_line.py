"""One song from source to verdict: what is seen and heard at any instant is what the source holds there."""

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from samples.barcode import read_barcode
from samples.song import make_song
from simulator import events as ev
from simulator.drivers.virtual import play_virtually
from simulator.package_folder import PackageFolder
from simulator.play import plan_taps
from simulator.presentation import Medium
from simulator.scenario import Scenario
from simulator.trace import SHAPES

FPS = 25
FRAMES = 600  # 24 s
RUNGS = ("256p", "144p")


def read_rung(folder: Path) -> bytes:
    """A rung as a player would append it: the init segment, then every segment."""
    return b"".join(path.read_bytes() for path in [folder / "init.mp4", *sorted(folder.glob("*.m4s"))])


def decode_pictures(data: bytes) -> Iterator[tuple[Fraction, int | None, bool]]:
    """Presentation time, barcode, and whether it is a key frame, of each frame in presentation order."""
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.video[0]
        for frame in container.decode(stream):
            assert frame.pts is not None
            assert stream.time_base is not None
            yield frame.pts * stream.time_base, read_barcode(frame.to_ndarray(format="rgb24")), frame.key_frame


@pytest.mark.parametrize("rung", RUNGS)
def test_frame_n_is_seen_at_n_25ths_of_a_second(small_package: Path, rung: str) -> None:
    pictures = list(decode_pictures(read_rung(small_package / "video" / rung)))
    assert [(at, number) for at, number, _ in pictures] == [(Fraction(n, FPS), n) for n in range(FRAMES)]


@pytest.mark.parametrize("rung", RUNGS)
def test_every_segment_starts_with_a_key_frame_at_the_grid(small_package: Path, rung: str) -> None:
    folder = small_package / "video" / rung
    init = (folder / "init.mp4").read_bytes()
    starts = [next(decode_pictures(init + path.read_bytes())) for path in sorted(folder.glob("*.m4s"))]
    assert starts == [(Fraction(96 * n, FPS), 96 * n, True) for n in range(7)]


@pytest.mark.parametrize("rung", ["aac-96", "aac-160", "aac-256"])
def test_sample_0_of_the_song_is_heard_at_0(small_package: Path, rung: str) -> None:
    with av.open(io.BytesIO(read_rung(small_package / "audio" / rung)), "r") as container:
        frames = list(container.decode(container.streams.audio[0]))
    assert frames[0].pts == 0
    heard = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    source = make_song(1)[: 24 * 48_000, 0].astype(np.float64) / 32768
    # Ten seconds from the middle, held against the source up to 50 samples off: the best place is the true one.
    window = slice(7 * 48_000, 17 * 48_000)
    scores = [float(np.dot(heard[window], np.roll(source, lag)[window])) for lag in range(-50, 51)]
    assert int(np.argmax(scores)) - 50 == 0


def test_what_joins_is_the_frame_of_what_is_heard(small_package: Path) -> None:
    """Each flip to video: among the frames appended for it, the one at the playhead carries its own number."""
    scenario = Scenario("flips", plan_taps([3.3, 9.1, 13.7, 19.9, 21.3]), SHAPES["3g"])
    session = play_virtually(PackageFolder(small_package), "master.m3u8", scenario)
    joins = [event for event in session.events if isinstance(event, ev.FirstFrame)]
    assert len(joins) == 3
    for join in joins:
        appended = [
            event
            for event in session.events
            if isinstance(event, ev.Buffered) and event.medium is Medium.VIDEO and event.at_us <= join.at_us
        ]
        covering = [e for e in appended if e.start_us <= join.playhead_us < e.end_us]
        assert covering, "the frame at the playhead was appended before it was shown"
        body = session.bodies[covering[-1].init_request_id] + session.bodies[covering[-1].request_id]
        number = join.playhead_us * FPS // 1_000_000
        assert (Fraction(number, FPS), number) in [(at, barcode) for at, barcode, _ in decode_pictures(body)]
