"""How long `midnote lint` takes for a song of four minutes with eight rungs, on one core and without decoding.

    python -m benchmarks.lint [--minutes 4] [--rounds 5]

A few seconds of 720p are packaged (five sizes and three sounds, I-frame playlists and all) and then drawn out: one
segment of each rung over and over, with decode times that go on (findings about the BANDWIDTH of I-frames are right
then: their heaviest is gone). Beside it stands
what the m3u8 library takes to parse the same playlists, and looks at no segment.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import m3u8
import numpy as np

from packager.boxes import Box, need_box, read_boxes
from packager.boxfields import read_tfdt
from packager.build import build_package
from packager.inspection import lint_folder

WIDTH, HEIGHT, FPS, SEGMENT_FRAMES = 1280, 720, 25, 96


def main() -> None:
    """Time both and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=4, help="length of the song (default: 4)")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each, of which the median (default: 5)")
    chosen = parser.parse_args()
    segments = chosen.minutes * 60 * FPS // SEGMENT_FRAMES
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(scratch) / "package"
        build_package(make_source(Path(scratch)), None, package)
        rungs = [playlist.parent for playlist in sorted(package.glob("*/*/playlist.m3u8"))]
        for rung in rungs:
            draw_out(rung, segments)
        findings = lint_folder(package)
        lint_s = time_work(lambda: lint_folder(package), chosen.rounds)
        parse_s = time_work(lambda: parse_all(package), chosen.rounds)
        size_mb = sum(path.stat().st_size for path in package.rglob("*.m4s")) / 1e6
    print(f"{len(rungs)} rungs of {segments} segments, {size_mb:.0f} MB; findings: {len(findings)}")
    print(f"midnote lint   {lint_s:6.3f} s of processor time")
    print(f"m3u8 alone     {parse_s:6.3f} s, playlists only")


def time_work(work: Callable[[], object], rounds: int) -> float:
    """Seconds of processor time, the median."""
    spent_s = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        spent_s.append(time.process_time() - began)
    return statistics.median(spent_s)


def parse_all(package: Path) -> list[m3u8.M3U8]:
    """What the m3u8 library makes of all playlists."""
    return [m3u8.loads(path.read_text()) for path in sorted(package.rglob("*.m3u8"))]


def make_source(folder: Path) -> Path:
    """Three segments of moving stripes and a tone."""
    path = folder / "source.mkv"
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    with av.open(path, "w") as container:
        picture = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "crf": "18"})
        picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = container.add_stream("flac", rate=48_000, layout="stereo")
        for number in range(3 * SEGMENT_FRAMES):
            stripes = (np.sin((columns + 4 * number) / 9) * np.sin((rows + number) / 7) * 100 + 120).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(stripes, format="gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(picture.encode(frame))
        tone = (np.sin(np.arange(3 * SEGMENT_FRAMES * 48_000 // FPS) / 17) * 9000).astype(np.int16)
        for start in range(0, len(tone), 4096):
            piece = np.ascontiguousarray(np.repeat(tone[start : start + 4096], 2).reshape(1, -1))
            wave = av.AudioFrame.from_ndarray(piece, format="s16", layout="stereo")
            wave.sample_rate, wave.pts, wave.time_base = 48_000, start, Fraction(1, 48_000)
            container.mux(sound.encode(wave))
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))
    return path


def draw_out(rung: Path, segments: int) -> None:
    """The second segment again and again, to this many in all: in the folder and in its playlists."""
    second, third = ((rung / f"{number:05}.m4s").read_bytes() for number in (1, 2))
    begin, step = decode_time(second), decode_time(third) - decode_time(second)
    for number in range(2, segments):
        (rung / f"{number:05}.m4s").write_bytes(shift(second, begin + (number - 1) * step))
    for playlist in (rung / "playlist.m3u8", rung / "iframes.m3u8"):
        if playlist.exists():
            head, first, again, *_ = playlist.read_text().split("#EXTINF")
            entries = (again.replace("00001.m4s", f"{number:05}.m4s") for number in range(1, segments))
            playlist.write_text("#EXTINF".join((head, first, *entries)).rstrip() + "\n#EXT-X-ENDLIST\n")


def decode_times(content: bytes) -> list[Box]:
    """The `tfdt` of every fragment of a segment."""
    return [need_box(moof.children, "traf", "tfdt") for moof in read_boxes(content) if moof.kind == "moof"]


def decode_time(content: bytes) -> int:
    """The decode time of a segment's first fragment."""
    return read_tfdt(content, decode_times(content)[0])


def shift(content: bytes, decode: int) -> bytes:
    """The segment at another decode time."""
    moved, begin = bytearray(content), decode_time(content)
    for tfdt in decode_times(content):
        width = tfdt.end - tfdt.body - 4
        due = read_tfdt(content, tfdt) - begin + decode
        moved[tfdt.body + 4 : tfdt.end] = due.to_bytes(width)
    return bytes(moved)


if __name__ == "__main__":
    main()
