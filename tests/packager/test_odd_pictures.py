"""Pictures as they come: of varying frame rate, and interlaced."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from media_makers import make_sound, read_number, write_media
from numpy.typing import NDArray

from packager.build import build_package
from packager.decode import read_pictures
from packager.probe import probe_source

WIDTH, HEIGHT = 320, 240


def shown_numbers(folder: Path) -> list[int]:
    """The number in each frame of a rung, in the order shown; all are there, at a constant rate from 0 on."""
    joined = folder.parent / "joined.mp4"
    joined.write_bytes(b"".join(each.read_bytes() for each in (folder / "init.mp4", *sorted(folder.glob("*.m4s")))))
    with av.open(str(joined)) as container:
        frames = [(frame.time, read_number(frame)) for frame in container.decode(video=0)]
    step = frames[1][0]
    assert all(abs(time - index * step) < 1e-3 for index, (time, _) in enumerate(frames))
    return [number for _, number in frames]


@pytest.mark.slow
def test_varying_frame_rate_is_conformed_and_does_not_drift(tmp_path: Path) -> None:
    # A phone: 30 fps that falls to 24 in the dark and stumbles now and then, 24.7 fps on the whole, for a minute.
    random = np.random.default_rng(7)
    steps = [Fraction(1, 24) if n % 300 > 60 else Fraction(1, 30) for n in range(1480)]
    steps = [step * (3 if random.random() < 0.01 else 1) for step in steps]
    times = [sum(steps[:n], Fraction(0)) for n in range(len(steps))]
    source = write_media(tmp_path / "phone.mp4", sound=make_sound(60), sound_codec="aac", pictures=times)
    index = build_package(source, None, tmp_path / "out")
    rate = index.grid.frame_rate
    assert rate in {Fraction(24), Fraction(25), Fraction(30)}
    numbers = shown_numbers(tmp_path / "out" / Path(index.video_rungs[0].playlist).parent)
    # Frame n of the package shows what the source shows at that time, half a frame early or late at the most.
    late = [Fraction(n) / rate - times[number] for n, number in enumerate(numbers[:-30])]
    ticks = np.searchsorted([float(each) for each in times], [float(n / rate + 1 / rate / 2) for n in range(len(late))])
    assert min(late) >= -Fraction(1, 2) / rate
    assert all(number in {tick - 2, tick - 1} for number, tick in zip(numbers, ticks, strict=False))
    # And so it does at the very end.
    assert -1 <= times.index(max(t for t in times if t <= Fraction(len(numbers) - 31) / rate)) - numbers[-31] <= 1


def draw_bar(time: int) -> NDArray[np.uint8]:
    """A white bar that moves by 6 pixels a field: the luma of a whole frame."""
    luma = np.full((HEIGHT, WIDTH), 40, np.uint8)
    left = time * 6 % (WIDTH - 40)
    luma[:, left : left + 40] = 220
    return luma


def write_interlaced(path: Path, *, is_top_first: bool, count: int = 50) -> Path:
    """25 frames a second of two fields each, which were taken one after the other."""
    marker = av.filter.Graph()
    chain = (
        marker.add_buffer(width=WIDTH, height=HEIGHT, format="yuv420p", time_base=Fraction(1, 25)),
        marker.add("setfield", "tff" if is_top_first else "bff"),
        marker.add("buffersink"),
    )
    for before, after in pairwise(chain):
        before.link_to(after)
    marker.configure()
    with av.open(str(path), "w") as container:
        options = {"preset": "veryfast", "crf": "10", "flags": "+ildct+ilme"}
        stream = container.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(count):
            first, second = draw_bar(2 * number), draw_bar(2 * number + 1)
            woven = first.copy()
            woven[1 if is_top_first else 0 :: 2] = second[1 if is_top_first else 0 :: 2]
            chroma = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
            frame = av.VideoFrame.from_ndarray(np.concatenate([woven, chroma]), format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            marker.push(frame)
            container.mux(stream.encode(marker.pull()))
        container.mux(stream.encode(None))
    return path


def combing(luma: NDArray[np.uint8]) -> float:
    """How much each row differs from the mean of its neighbours: high where two fields of a motion are woven."""
    rows = luma.astype(np.float32)
    return float(np.abs(rows[1:-1] - (rows[:-2] + rows[2:]) / 2).mean())


@pytest.mark.parametrize("is_top_first", [True, False])
def test_interlaced_video_is_deinterlaced_in_the_order_of_its_fields(is_top_first: bool, tmp_path: Path) -> None:
    path = write_interlaced(tmp_path / "25i.mp4", is_top_first=is_top_first)
    track = probe_source(path).video
    assert track is not None
    assert (track.is_interlaced, track.frame_rate, track.frame_count) == (True, 25, 50)
    read = [(time, frame.to_ndarray(format="gray")) for time, frame in read_pictures(path, track)]
    assert [time for time, _ in read] == [Fraction(n, 25) for n in range(50)]
    with av.open(str(path)) as container:
        woven = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert np.mean([combing(luma) for luma in woven]) > 3
    assert np.mean([combing(luma) for _, luma in read]) < 0.5
    # The bar stands where it stood when the first field of the frame was taken; with the fields in the wrong order it
    # would stand 6 pixels further.
    for number, (_, luma) in list(enumerate(read))[2:-2]:
        columns = luma[HEIGHT // 2 - 20 : HEIGHT // 2 + 20].mean(axis=0)
        left = int(np.argmax(columns > 130))
        assert abs(left - 2 * number * 6 % (WIDTH - 40)) <= 2
