"""Media of strangers: whatever the bytes are, the readers give a value or say what is broken, and soon."""

import io
import shutil
import struct
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from media_makers import draw_number, make_sound, write_media

from packager import boxfields
from packager.boxes import Box, box, find_boxes, full_box, read_boxes
from packager.build import build_package
from packager.errors import BrokenPackageError
from packager.inspection import lint_folder
from packager.lint.media import Init, TopBox, read_init, read_payload

KINDS = [
    b"moov", b"trak", b"mdia", b"stbl", b"stsd", b"avc1", b"mp4a", b"esds", b"moof", b"traf", b"tfhd", b"tfdt", b"trun",
    b"elst", b"mdhd", b"tkhd", b"mvhd", b"hdlr", b"trex", b"ludt", b"free",
]  # fmt: skip


@cache
def real_headers() -> bytes:
    """The boxes of a fragmented file with sound and pictures, their samples left out: about 3 kB."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov"}) as container:
        video = container.add_stream("libx264", rate=25, options={"preset": "ultrafast", "g": "5"})
        video.width, video.height, video.pix_fmt = 192, 108, "yuv420p"
        audio = container.add_stream("aac", rate=48_000, layout="stereo")
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(draw_number(number), format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(video.encode(frame))
        sound = av.AudioFrame.from_ndarray(np.ascontiguousarray(make_sound(0.4).T), format="fltp", layout="stereo")
        sound.sample_rate, sound.pts, sound.time_base = 48_000, 0, Fraction(1, 48_000)
        container.mux(audio.encode(sound))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    data = file.getvalue()
    return b"".join(data[each.start : each.end] for each in read_boxes(data) if each.kind in {"moov", "moof"})


def read_everything(data: bytes) -> None:
    """Every reader on every box that it is meant for, wherever it stands."""
    try:
        boxes = read_boxes(data)
    except BrokenPackageError:
        return
    defaults = boxfields.FragmentDefaults(1, 1, 1, 0)
    readers = {
        "mvhd": boxfields.read_mvhd, "mdhd": boxfields.read_mdhd, "tkhd": boxfields.read_tkhd,
        "hdlr": boxfields.read_handler, "elst": boxfields.read_elst, "trex": boxfields.read_trex,
        "tfhd": boxfields.read_tfhd, "tfdt": boxfields.read_tfdt, "stsd": boxfields.read_sample_entries,
        "trun": lambda data, trun: boxfields.read_trun(data, trun, defaults),
    }  # fmt: skip
    for each in every(boxes):
        if each.kind in readers:
            swallow(lambda each=each: readers[each.kind](data, each))
    swallow(lambda: boxfields.read_tracks(data, boxes))
    tops = tuple(TopBox(each.kind, each.start, each.size, data[each.start : each.end]) for each in boxes)
    init = swallow(lambda: read_init("init.mp4", tops))
    read_payload(tops, init if isinstance(init, Init) else None)


def swallow(read) -> object:  # type: ignore[no-untyped-def]
    try:
        return read()
    except BrokenPackageError:
        return None


def every(boxes: tuple[Box, ...]) -> Iterator[Box]:
    for each in boxes:
        yield each
        yield from every(each.children)


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    """Real headers with some bytes, numbers or kinds exchanged, parts cut out or doubled."""
    data = bytearray(real_headers())
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data) - 1)) if data else 0
        match draw(st.integers(0, 4)):
            case 0:
                data[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case 1:
                number = draw(st.sampled_from([0, 1, 7, 8, 2**31 - 1, 2**31, 2**32 - 1]) | st.integers(0, 2**32 - 1))
                data[at : at + 4] = struct.pack(">I", number)
            case 2:
                data[at : at + 4] = draw(st.sampled_from(KINDS))
            case 3:
                del data[at : at + draw(st.integers(1, 200))]
            case _:
                length = draw(st.integers(1, 200))
                data[at:at] = data[at : at + length]
    return bytes(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read_everything(data)


@settings(max_examples=300)
@given(mutants())
def test_mutated_headers_are_read_or_refused(data: bytes) -> None:
    read_everything(data)


@given(st.sampled_from(KINDS), st.binary(max_size=120))
@example(b"trun", struct.pack(">II", 0, 2**32 - 1))
@example(b"trun", struct.pack(">II", 0x100, 2**32 - 1))
@example(b"elst", struct.pack(">II", 1 << 24, 2**32 - 1))
@example(b"esds", b"\0\0\0\0\x03\xff\xff\xff\x7f")
def test_any_payload_of_a_known_box_is_read_or_refused(kind: bytes, payload: bytes) -> None:
    read_everything(box(kind.decode(), payload))


def test_many_runs_cannot_claim_more_samples_than_a_segment_has() -> None:
    init = read_init("init.mp4", tuple(tops(real_headers())))
    run = full_box("trun", 0, 0, struct.pack(">I", 900_000))
    traf = box("traf", full_box("tfhd", 0, 0x18, struct.pack(">III", 1, 1, 0)), *[run] * 5000)
    payload = read_payload(tuple(tops(box("moof", traf))), init)
    assert payload.breakage is not None
    assert payload.breakage.reason == (
        "inside moof, bytes counted from it: 4500000000 samples are claimed up to here, and 1000000 is more than a "
        "segment has"
    )


def tops(data: bytes) -> Iterator[TopBox]:
    for each in read_boxes(data):
        yield TopBox(each.kind, each.start, each.size, data[each.start : each.end])


def test_the_specimen_is_worth_mutating() -> None:
    boxes = read_boxes(real_headers())
    assert len(list(find_boxes(boxes, "moov", "trak"))) == 2
    assert len(list(find_boxes(boxes, "moof", "traf", "trun"))) >= 2


@pytest.fixture(scope="module")
def song_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    build_package(write_media(folder / "song.flac", sound=make_sound(1)), None, folder / "package")
    return folder / "package"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_lint_of_a_mutated_package_gives_findings(song_package: Path, tmp_path: Path, data: st.DataObject) -> None:
    copy = tmp_path / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(song_package, copy)
    files = sorted(each for each in copy.rglob("*") if each.is_file())
    victim = data.draw(st.sampled_from(files))
    content = bytearray(victim.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, min(len(content), 2000) - 1))
        content[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    victim.write_bytes(content)
    swallow(lambda: lint_folder(copy))
