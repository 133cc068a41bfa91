"""Trick play in a real package: what an I-frame playlist lists is every IDR, and each can be shown from its range."""

import io
import re
from fractions import Fraction
from pathlib import Path

import av
import pytest

from samples.barcode import read_barcode

FPS = 25
IDRS = [0, 96, 192, 288, 384, 480, 576]
RUNGS = ("256p", "144p")

_ENTRY = re.compile(r"#EXTINF:([0-9.]+),\n#EXT-X-BYTERANGE:([0-9]+)@([0-9]+)\n(\S+)\n")

Shown = tuple[Fraction, int | None]


def read_iframes(rung: Path) -> list[tuple[Fraction, bytes]]:
    """When each listed I-frame is shown, by the EXTINF before it, and the bytes of its range."""
    at, found = Fraction(0), []
    for duration, length, offset, uri in _ENTRY.findall((rung / "iframes.m3u8").read_text()):
        found.append((at, (rung / uri).read_bytes()[int(offset) : int(offset) + int(length)]))
        at += Fraction(duration)
    return found


def decode(data: bytes) -> list[Shown]:
    """Presentation time and barcode of every picture."""
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        return [
            (frame.pts * stream.time_base, read_barcode(frame.to_ndarray(format="rgb24")))
            for frame in container.decode(stream)
            if frame.pts is not None
        ]


@pytest.mark.parametrize("rung", RUNGS)
def test_each_range_after_the_init_segment_is_one_picture(small_package: Path, rung: str) -> None:
    folder = small_package / "video" / rung
    init, iframes = (folder / "init.mp4").read_bytes(), read_iframes(folder)
    assert [at for at, _ in iframes] == [Fraction(number, FPS) for number in IDRS]
    assert [decode(init + chunk) for _, chunk in iframes] == [[(Fraction(number, FPS), number)] for number in IDRS]


@pytest.mark.parametrize("rung", RUNGS)
def test_ranges_appended_one_after_another_are_all_shown(small_package: Path, rung: str) -> None:
    folder = small_package / "video" / rung
    chunks = [chunk for _, chunk in read_iframes(folder)]
    shown = decode((folder / "init.mp4").read_bytes() + b"".join(chunks))
    assert shown == [(Fraction(number, FPS), number) for number in IDRS]


@pytest.mark.parametrize("rung", RUNGS)
def test_every_key_frame_of_the_rung_is_listed(small_package: Path, rung: str) -> None:
    folder = small_package / "video" / rung
    parts = [folder / "init.mp4", *sorted(folder.glob("*.m4s"))]
    with av.open(io.BytesIO(b"".join(part.read_bytes() for part in parts)), "r") as container:
        keys = [packet for packet in container.demux(video=0) if packet.is_keyframe]
    assert len(keys) == len(read_iframes(folder)) == len(IDRS)


@pytest.mark.parametrize("name", ["master.m3u8", "tv.m3u8", "video.m3u8"])
def test_every_multivariant_playlist_with_pictures_names_the_iframes_of_each_rung(
    small_package: Path, name: str
) -> None:
    tags = [line for line in (small_package / name).read_text().splitlines() if "I-FRAME-STREAM-INF" in line]
    assert [tag.partition("RESOLUTION=")[2] for tag in tags] == [
        '180x144,URI="video/144p/iframes.m3u8"', '320x256,URI="video/256p/iframes.m3u8"',
    ]  # fmt: skip
    assert not any("FRAME-RATE" in tag for tag in tags)


def test_the_bandwidth_of_iframes_is_measured_over_them(small_package: Path) -> None:
    folder = small_package / "video/256p"
    sizes = [len(chunk) for _, chunk in read_iframes(folder)]
    # Runs of 2 to 6 s: one segment of 3.84 s, or one with the last of 0.96 s.
    peak = max(*(Fraction(size * 8 * 100, 384) for size in sizes[:-1]), Fraction(sum(sizes[-2:]) * 8 * 100, 480))
    assert f"BANDWIDTH={-(-peak // 1)},AVERAGE-BANDWIDTH={-(-sum(sizes) * 8 // 24)}," in next(
        line for line in (small_package / "master.m3u8").read_text().splitlines() if "256p/iframes" in line
    )
