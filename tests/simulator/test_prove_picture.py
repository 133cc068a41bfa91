"""What was appended of the picture is damaged here, and found to the frame."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from packager.boxes import need_box, read_boxes
from packager.boxfields import read_tfdt, read_tfhd, read_trun
from packager.fragment import CodedSample, write_chunk
from simulator import events as ev
from simulator.drivers.virtual import play_virtually
from simulator.package_folder import PackageFolder
from simulator.picture import FrameCount
from simulator.presentation import Medium
from simulator.prove import prove_session
from simulator.scenario import Scenario, Tap
from simulator.session import Session
from simulator.trace import SHAPES

# Watched from about 8.5 s to 20 s: segments 2 to 5, of 96 frames each.
FLIPS = (Tap(8_000_000, Medium.VIDEO), Tap(20_000_000, Medium.AUDIO))


@pytest.fixture(scope="module")
def folder(small_package: Path) -> PackageFolder:
    return PackageFolder(small_package)


@pytest.fixture(scope="module")
def session(folder: PackageFolder) -> Session:
    return play_virtually(folder, "master.m3u8", Scenario("flips", FLIPS, SHAPES["4g"]))


def appended(session: Session, index: int) -> ev.Buffered:
    return next(
        e for e in session.events if isinstance(e, ev.Buffered) and e.medium is Medium.VIDEO and e.index == index
    )


def read_samples(body: bytes) -> tuple[int, int, list[CodedSample]]:
    """The decode time, the duration of a frame and the coded frames of a video segment, of all its chunks."""
    boxes = read_boxes(body)
    samples: list[CodedSample] = []
    start, duration = None, 0
    for moof, mdat in zip(
        (box for box in boxes if box.kind == "moof"), (box for box in boxes if box.kind == "mdat"), strict=True
    ):
        defaults = read_tfhd(body, need_box((moof,), "moof", "traf", "tfhd"))
        run = read_trun(body, need_box((moof,), "moof", "traf", "trun"), defaults)
        start = read_tfdt(body, need_box((moof,), "moof", "traf", "tfdt")) if start is None else start
        position = mdat.start + mdat.header_size
        for sample in run.samples:
            content = body[position : position + sample.size_bytes]
            samples.append(CodedSample(content, sample.composition_offset_ticks, not samples))
            position += sample.size_bytes
            duration = sample.duration_ticks
    assert start is not None
    return start, duration, samples


def damage(session: Session, index: int, change: Callable[[int, int, list[CodedSample]], bytes]) -> Session:
    request_id = appended(session, index).request_id
    body = change(*read_samples(session.bodies[request_id]))
    return replace(session, bodies={**session.bodies, request_id: body})


def test_every_frame_that_was_watched_is_the_packages(session: Session, folder: PackageFolder) -> None:
    proof = prove_session(session, folder)
    settled_us = next(e.playhead_us for e in session.events if isinstance(e, ev.FirstFrame))
    first = settled_us // 40_000  # the frame that is on the screen then
    assert proof.frames == FrameCount(expected=500 - first)
    assert [flip.frames for flip in proof.flips] == [proof.frames, FrameCount()]


def test_a_segment_written_anew_is_still_exact(session: Session, folder: PackageFolder) -> None:
    def write_anew(at: int, duration: int, samples: list[CodedSample]) -> bytes:
        return write_chunk(1, at, duration, samples)

    rewritten = damage(session, 3, write_anew)
    assert rewritten.bodies != session.bodies
    assert prove_session(rewritten, folder).frames.is_exact


def test_frames_that_were_cut_off_are_lost(session: Session, folder: PackageFolder) -> None:
    def cut_off(at: int, duration: int, samples: list[CodedSample]) -> bytes:
        return write_chunk(1, at, duration, samples[:-1])

    proof = prove_session(damage(session, 3, cut_off), folder)
    assert (proof.frames.lost, proof.frames.doubled) == (1, 0)


def test_a_segment_of_another_time_is_wrong_from_end_to_end(session: Session, folder: PackageFolder) -> None:
    start, _, _ = read_samples(session.bodies[appended(session, 4).request_id])
    own = appended(session, 4)
    other = (folder.root / "video" / own.rung / "00000.m4s").read_bytes()

    def replace_pictures(at: int, duration: int, _: list[CodedSample]) -> bytes:
        assert at == start
        return write_chunk(1, at, duration, read_samples(other)[2])

    proof = prove_session(damage(session, 4, replace_pictures), folder)
    assert (proof.frames.lost, proof.frames.wrong) == (0, 96)
    assert proof.flips[0].frames == proof.frames
