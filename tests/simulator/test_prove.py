"""The prover is only worth something if it can fail: what was appended is damaged here, and found to the sample."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from packager.boxes import need_box, read_boxes
from packager.boxfields import read_tfdt, read_tfhd, read_trun
from packager.fragment import CodedSample, write_chunk
from simulator import events as ev
from simulator.drivers.virtual import play_virtually
from simulator.errors import InputError
from simulator.package_folder import PackageFolder
from simulator.presentation import Medium
from simulator.prove import prove_session
from simulator.scenario import Scenario, Tap
from simulator.session import Session
from simulator.trace import SHAPES

FLIPS = tuple(
    Tap(at_us, Medium.VIDEO if number % 2 == 0 else Medium.AUDIO)
    for number, at_us in enumerate((3_300_000, 9_100_000, 13_700_000, 19_900_000))
)
FRAME = 1024


@pytest.fixture(scope="module")
def folder(small_package: Path) -> PackageFolder:
    return PackageFolder(small_package)


@pytest.fixture(scope="module")
def session(folder: PackageFolder) -> Session:
    """Four flips over a 3G-like link, with changes of audio rung."""
    return play_virtually(folder, "master.m3u8", Scenario("flips", FLIPS, SHAPES["3g"]))


def sound_request(session: Session, index: int) -> int:
    return next(
        e.request_id
        for e in session.events
        if isinstance(e, ev.Buffered) and e.medium is Medium.AUDIO and e.index == index
    )


def read_samples(body: bytes) -> tuple[int, list[CodedSample]]:
    """The decode time and the coded frames of an audio segment."""
    boxes = read_boxes(body)
    defaults = read_tfhd(body, need_box(boxes, "moof", "traf", "tfhd"))
    run = read_trun(body, need_box(boxes, "moof", "traf", "trun"), defaults)
    at = need_box(boxes, "mdat")
    position, samples = at.start + at.header_size, []
    for sample in run.samples:
        samples.append(CodedSample(body[position : position + sample.size_bytes]))
        position += sample.size_bytes
    return read_tfdt(body, need_box(boxes, "moof", "traf", "tfdt")), samples


def damage(session: Session, index: int, change: Callable[[int, list[CodedSample]], bytes]) -> Session:
    """The same session, in which the sound's segment `index` came otherwise."""
    request_id = sound_request(session, index)
    body = change(*read_samples(session.bodies[request_id]))
    return replace(session, bodies={**session.bodies, request_id: body})


def test_every_flip_of_a_good_package_is_untouched(session: Session, folder: PackageFolder) -> None:
    proof = prove_session(session, folder)
    assert (proof.missing_samples, proof.repeated_samples, proof.wrong_samples) == (0, 0, 0)
    assert proof.heard_samples == 24 * 48_000
    assert [flip.is_untouched for flip in proof.flips] == [True] * 4
    assert [flip.av_offset_ms for flip in proof.flips] == [0, None, 0, None]


def test_changes_of_rung_do_not_click(session: Session, folder: PackageFolder) -> None:
    seams = prove_session(session, folder).seams
    changes = [seam for seam in seams if " to " in seam.kind]
    assert changes, "the scenario changes the audio rung at least once"
    assert all(seam.click_db is None or seam.click_db <= 3 for seam in seams)


def test_a_lost_frame_is_found_to_the_sample(session: Session, folder: PackageFolder) -> None:
    def lose_frame_50(at: int, samples: list[CodedSample]) -> bytes:
        return write_chunk(1, at, FRAME, samples[:50]) + write_chunk(2, at + 51 * FRAME, FRAME, samples[51:])

    proof = prove_session(damage(session, 2, lose_frame_50), folder)
    assert (proof.missing_samples, proof.repeated_samples) == (1024, 0)
    assert proof.wrong_samples == 1024  # the frame after the hole overlaps the wrong neighbour
    # Presentation time of frame k of segment 2 is (2 * 180 + k) * 1024 samples: the hole, and what follows it.
    hole = 2 * 180 + 50
    damage_at = [round(seam.at_s * 48_000) for seam in proof.seams if seam.kind == "damage"]
    assert damage_at == [hole * FRAME, (hole + 1) * FRAME]


def test_a_lost_frame_that_shifts_the_rest_is_found_too(session: Session, folder: PackageFolder) -> None:
    def close_the_gap(at: int, samples: list[CodedSample]) -> bytes:
        return write_chunk(1, at, FRAME, samples[:50] + samples[51:])

    proof = prove_session(damage(session, 2, close_the_gap), folder)
    assert (proof.missing_samples, proof.repeated_samples) == (1024, 0)
    assert proof.wrong_samples == 129 * 1024  # frames 51 to 179 of the segment play 1024 samples early


def test_a_song_that_ends_a_frame_early_lacks_that_frame(session: Session, folder: PackageFolder) -> None:
    def lose_the_last_frame(at: int, samples: list[CodedSample]) -> bytes:
        return write_chunk(1, at, FRAME, samples[:-1])

    proof = prove_session(damage(session, 6, lose_the_last_frame), folder)
    assert (proof.missing_samples, proof.heard_samples) == (1024, 24 * 48_000)


def test_a_doubled_frame_is_found_to_the_sample(session: Session, folder: PackageFolder) -> None:
    def double_frame_70(at: int, samples: list[CodedSample]) -> bytes:
        return write_chunk(1, at, FRAME, samples[:71]) + write_chunk(2, at + 70 * FRAME, FRAME, samples[70:])

    proof = prove_session(damage(session, 3, double_frame_70), folder)
    assert (proof.missing_samples, proof.repeated_samples) == (0, 1024)


def test_wrong_sound_is_found_frame_by_frame(session: Session, folder: PackageFolder) -> None:
    _, other = read_samples(session.bodies[sound_request(session, 4)])

    def splice_in_other_sound(at: int, samples: list[CodedSample]) -> bytes:
        return write_chunk(1, at, FRAME, samples[:20] + other[20:50] + samples[50:])

    proof = prove_session(damage(session, 2, splice_in_other_sound), folder)
    assert (proof.missing_samples, proof.repeated_samples) == (0, 0)
    assert proof.wrong_samples == 31 * 1024  # 30 frames, and the one after them, which overlaps the last
    assert any(seam.kind == "damage" for seam in proof.seams)


def test_damage_inside_a_flip_is_charged_to_that_flip(session: Session, folder: PackageFolder) -> None:
    def lose_frame_80(at: int, samples: list[CodedSample]) -> bytes:
        # Segment 3 starts at 11.52 s; frame 102 of it plays at 13.70 s, when flip 3 is tapped.
        return write_chunk(1, at, FRAME, samples[:102]) + write_chunk(2, at + 103 * FRAME, FRAME, samples[103:])

    proof = prove_session(damage(session, 3, lose_frame_80), folder)
    assert [flip.missing_samples for flip in proof.flips] == [0, 0, 1024, 0]


def test_lost_pictures_are_an_offset(session: Session, folder: PackageFolder) -> None:
    shown = [e for e in session.events if isinstance(e, ev.Buffered) and e.medium is Medium.VIDEO]
    first_again = {**session.bodies, shown[1].request_id: session.bodies[shown[0].request_id]}
    offsets = [flip.av_offset_ms for flip in prove_session(replace(session, bodies=first_again), folder).flips]
    assert offsets == [1420, None, 0, None]  # from the segment's start at 7.68 s to the tap at 9.10 s


def test_a_journal_that_was_changed_is_refused(session: Session, folder: PackageFolder) -> None:
    changed = replace(session, events=session.events[:-1])
    with pytest.raises(InputError, match="the journal does not replay to its own events"):
        prove_session(changed, folder)


def test_a_session_without_bodies_proves_nothing(folder: PackageFolder) -> None:
    session = play_virtually(folder, "master.m3u8", Scenario("s"), keep_bodies=False)
    with pytest.raises(InputError, match="recorded without bodies, so there is nothing to prove"):
        prove_session(session, folder)


def test_a_segment_without_samples_is_missing_whole(session: Session, folder: PackageFolder) -> None:
    proof = prove_session(damage(session, 2, lambda at, samples: b"\x00\x00\x00\x08mdat"), folder)
    assert proof.missing_samples == 180 * 1024


def test_sound_that_cannot_be_decoded_is_missing(session: Session, folder: PackageFolder) -> None:
    request_id = sound_request(session, 0)
    event = next(e for e in session.events if isinstance(e, ev.Buffered) and e.request_id == request_id)
    spoilt = replace(session, bodies={**session.bodies, event.init_request_id: b"garbage"})
    rung = [e for e in session.events if isinstance(e, ev.Buffered) and e.init_request_id == event.init_request_id]
    assert prove_session(spoilt, folder).missing_samples >= sum(e.end_us - e.start_us for e in rung) * 47 // 1000
