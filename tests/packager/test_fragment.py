import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.boxes import find_box, need_box, read_boxes
from packager.boxfields import NON_SYNC, SYNC, SampleFields, read_tfdt, read_tfhd, read_trun
from packager.fragment import (
    CodedSample,
    CutSegment,
    SampleRun,
    SegmentCutter,
    with_length_prefixes,
    write_chunk,
    write_run,
)

IDR = CodedSample(b"idr-frame", composition_offset_ticks=800)
P = CodedSample(b"p-frame", composition_offset_ticks=2000, is_sync=False)
B = CodedSample(b"b", composition_offset_ticks=0, is_sync=False)


def read_samples(segment: bytes) -> tuple[int, tuple[SampleFields, ...], list[bytes]]:
    boxes = read_boxes(segment)
    traf = need_box(boxes, "moof", "traf")
    defaults = read_tfhd(segment, need_box(traf.children, "tfhd"))
    run = read_trun(segment, need_box(traf.children, "trun"), defaults)
    assert run.data_offset is not None
    at, payloads = run.data_offset, []
    for sample in run.samples:
        payloads.append(segment[at : at + sample.size_bytes])
        at += sample.size_bytes
    assert at == len(segment)
    return read_tfdt(segment, need_box(traf.children, "tfdt")), run.samples, payloads


def test_a_picture_chunk_says_sync_and_offset_of_each_sample() -> None:
    decode_time, samples, payloads = read_samples(write_chunk(3, 76_800, 400, (IDR, P, B)))
    assert decode_time == 76_800
    assert samples == (
        SampleFields(400, 9, SYNC, 800), SampleFields(400, 7, NON_SYNC, 2000), SampleFields(400, 1, NON_SYNC, 0),
    )  # fmt: skip
    assert payloads == [b"idr-frame", b"p-frame", b"b"]


def test_a_sound_chunk_is_all_sync_by_default() -> None:
    segment = write_chunk(1, 0, 1024, (CodedSample(b"one"), CodedSample(b"three")))
    assert read_samples(segment) == (
        0, (SampleFields(1024, 3, SYNC, 0), SampleFields(1024, 5, SYNC, 0)), [b"one", b"three"],
    )  # fmt: skip


def test_a_chunk_is_one_moof_and_one_mdat() -> None:
    boxes = read_boxes(write_chunk(1, 0, 1024, (CodedSample(b"one"),)))
    assert [each.kind for each in boxes] == ["moof", "mdat"]
    moof = find_box(boxes, "moof")
    assert moof is not None
    assert [each.kind for each in moof.children] == ["mfhd", "traf"]


def test_the_cutter_gives_segments_as_they_become_whole() -> None:
    cutter = SegmentCutter((2, 1), 400)
    assert cutter.add(IDR) is None
    assert cutter.add(B) == CutSegment(write_chunk(1, 0, 400, (IDR, B)))
    assert not cutter.is_whole
    assert cutter.add(IDR) == CutSegment(write_chunk(2, 800, 400, (IDR,)))
    assert cutter.is_whole


def test_the_idr_of_a_video_segment_has_a_chunk_of_its_own() -> None:
    cutter = SegmentCutter((3, 1, 2), 400, has_iframes=True)
    cut = [segment for sample in (IDR, P, B, IDR, IDR, P) if (segment := cutter.add(sample))]
    first, second, third = (write_chunk(n, at, 400, (IDR,)) for n, at in ((1, 0), (3, 1200), (4, 1600)))
    assert cut == [
        CutSegment(first + write_chunk(2, 400, 400, (P, B)), len(first)),
        CutSegment(second, len(second)),
        CutSegment(third + write_chunk(5, 2000, 400, (P,)), len(third)),
    ]


def test_the_cutter_wants_an_idr_at_each_boundary() -> None:
    cutter = SegmentCutter((1, 1), 400)
    cutter.add(IDR)
    with pytest.raises(AssertionError, match="segment 1 does not start with a sync sample"):
        cutter.add(P)


def test_an_empty_packet_is_not_a_sample() -> None:
    with pytest.raises(AssertionError, match="an empty packet is not a sample"):
        CodedSample(b"")


@pytest.mark.parametrize(
    ("annex_b", "prefixed"),
    [
        ("00000001 65aa", "00000002 65aa"),
        ("00000001 67bb 000001 65aa 00000001 41", "00000002 67bb 00000002 65aa 00000001 41"),
        ("000001 65 00000300 80 0000", "00000006 650000030080"),
    ],
)
def test_start_codes_become_lengths(annex_b: str, prefixed: str) -> None:
    assert with_length_prefixes(bytes.fromhex(annex_b)).hex() == prefixed.replace(" ", "")


@given(st.lists(st.binary(min_size=1, max_size=30).filter(lambda unit: b"\0\0" not in unit and unit[-1]), min_size=1))
def test_every_unit_survives(units: list[bytes]) -> None:
    prefixed = with_length_prefixes(b"".join(b"\0\0\0\1" + unit for unit in units))
    assert prefixed == b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


def test_a_run_of_columns_makes_the_same_chunk_as_its_samples() -> None:
    run = SampleRun((9, 7, 1), (800, 2000, 0), (True, False, False))
    assert write_run(3, 76_800, 400, run, b"idr-framep-f", b"rameb") == write_chunk(3, 76_800, 400, (IDR, P, B))
