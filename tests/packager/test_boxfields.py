import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.boxes import box, full_box, read_boxes
from packager.boxfields import (
    NON_SYNC,
    SYNC,
    Edit,
    FragmentDefaults,
    MediaHeader,
    SampleEntry,
    SampleFields,
    TrackHeader,
    TrackRun,
    read_elst,
    read_mdhd,
    read_mvhd,
    read_sample_entries,
    read_tfdt,
    read_tfhd,
    read_tkhd,
    read_tracks,
    read_trun,
)
from packager.errors import BrokenPackageError

TREX = FragmentDefaults(1, duration_ticks=100, size_bytes=None, flags=7)


def test_headers_of_both_versions_say_the_same() -> None:
    short = full_box("mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, 48_000, 96_000, 0x15C7, 0))
    long = full_box("mdhd", 1, 0, struct.pack(">QQIQHH", 0, 0, 48_000, 96_000, 0x15C7, 0))
    for data in (short, long):
        assert read_mdhd(data, *read_boxes(data)) == MediaHeader(48_000, 96_000, "eng")


def test_a_movie_header_gives_timescale_and_duration() -> None:
    data = full_box("mvhd", 0, 0, struct.pack(">IIII", 1, 2, 1000, 5000))
    assert read_mvhd(data, *read_boxes(data)) == (1000, 5000)


def test_a_track_header_gives_whole_pixels() -> None:
    fields = struct.pack(">IIIII8sHHHH36sII", 0, 0, 3, 0, 0, b"", 0, 0, 0, 0, b"", 1280 << 16, 720 << 16)
    data = full_box("tkhd", 0, 3, fields)
    assert read_tkhd(data, *read_boxes(data)) == TrackHeader(3, 0, 1280, 720)


def test_edits_of_both_versions() -> None:
    short = full_box("elst", 0, 0, struct.pack(">IIiIIiI", 2, 500, -1, 65536, 0, 1024, 65536))
    long = full_box("elst", 1, 0, struct.pack(">IQqI", 1, 0, 1024, 65536))
    assert read_elst(short, *read_boxes(short)) == (Edit(500, -1, 65536), Edit(0, 1024, 65536))
    assert read_elst(long, *read_boxes(long)) == (Edit(0, 1024, 65536),)


def test_a_fragment_header_takes_from_the_track_what_it_leaves_out() -> None:
    data = full_box("tfhd", 0, 0x020020, struct.pack(">II", 1, 9))
    assert read_tfhd(data, *read_boxes(data), TREX) == FragmentDefaults(1, 100, None, 9)
    assert read_tfhd(data, *read_boxes(data)) == FragmentDefaults(1, None, None, 9)


def test_all_fields_of_a_fragment_header() -> None:
    data = full_box("tfhd", 0, 0x3B, struct.pack(">IQIIII", 1, 4096, 1, 20, 30, 40))
    assert read_tfhd(data, *read_boxes(data)) == FragmentDefaults(1, 20, 30, 40, base_data_offset=4096)


def test_decode_times_of_both_versions() -> None:
    for data in (full_box("tfdt", 0, 0, struct.pack(">I", 77)), full_box("tfdt", 1, 0, struct.pack(">Q", 77))):
        assert read_tfdt(data, *read_boxes(data)) == 77


def test_a_run_fills_in_defaults_and_the_flags_of_the_first_sample() -> None:
    data = full_box("trun", 1, 0xA05, struct.pack(">IiIIiIi", 2, 64, 5, 11, -3, 12, 4))
    run = read_trun(data, *read_boxes(data), TREX)
    assert run == TrackRun(64, (100, 100), (11, 12), (5, 7), (-3, 4))
    assert run.samples == (SampleFields(100, 11, 5, -3), SampleFields(100, 12, 7, 4))


def test_a_run_tells_which_samples_are_sync() -> None:
    for flags, are_sync in (((SYNC, NON_SYNC), (True, False)), ((SYNC, SYNC), (True, True)), ((NON_SYNC,), (False,))):
        count = len(flags)
        assert TrackRun(0, (1,) * count, (1,) * count, flags, (0,) * count).are_sync == are_sync


def test_a_run_without_sizes_is_refused() -> None:
    data = full_box("trun", 0, 0, struct.pack(">I", 1))
    with pytest.raises(BrokenPackageError, match=r"^sample 0 of the trun box at byte 0 has no duration or no size$"):
        read_trun(data, *read_boxes(data), TREX)


@pytest.mark.parametrize("flags", [0x000, 0x200])
def test_a_run_of_four_billion_samples_is_not_believed(flags: int) -> None:
    data = full_box("trun", 0, flags, struct.pack(">I", 0xFFFFFFFF))
    with pytest.raises(
        BrokenPackageError, match=r"^trun box at byte 0 claims 4294967295 entries, more than fit in it$"
    ):
        read_trun(data, *read_boxes(data), FragmentDefaults(1, 1, 1, 0))


def test_a_sync_sample_is_one_that_is_not_marked_otherwise() -> None:
    assert SampleFields(1, 1, 0x02000000, 0).is_sync
    assert not SampleFields(1, 1, 0x01010000, 0).is_sync


def test_sample_entries_of_every_kind() -> None:
    avc = box("avc1", struct.pack(">24xHH50x", 640, 360), box("avcC", b"\x01\x64\x00\x1e"))
    config = bytes.fromhex("0326 000000 0418 4015 00000000000000000000 00 0502 1190")
    mp4a = box("mp4a", struct.pack(">16xH6xI", 2, 48_000 << 16), full_box("esds", 0, 0, config))
    data = full_box("stsd", 0, 0, struct.pack(">I", 3), avc, mp4a, box("wvtt", b"?"))
    assert read_sample_entries(data, *read_boxes(data)) == (
        SampleEntry("avc1", b"\x01\x64\x00\x1e", width=640, height=360),
        SampleEntry("mp4a", b"\x11\x90", channels=2, sample_rate=48_000, object_type=0x40),
        SampleEntry("wvtt", b""),
    )


def test_an_encrypted_entry_says_what_it_was() -> None:
    sinf = box("sinf", box("frma", b"hvc1"))
    encv = box("encv", struct.pack(">24xHH50x", 640, 360), box("hvcC", b"\x01\x01"), sinf)
    data = full_box("stsd", 0, 0, struct.pack(">I", 1), encv)
    assert read_sample_entries(data, *read_boxes(data)) == (
        SampleEntry("encv", b"\x01\x01", width=640, height=360, original="hvc1"),
    )


def test_a_descriptor_out_of_place_is_said() -> None:
    esds = full_box("esds", 0, 0, b"\x04\x00")
    data = full_box("stsd", 0, 0, struct.pack(">I", 1), box("mp4a", bytes(28), esds))
    with pytest.raises(BrokenPackageError, match=r"^esds box at byte 52: descriptor 4 where 3 should stand$"):
        read_sample_entries(data, *read_boxes(data))


def test_fields_that_are_cut_off_are_said() -> None:
    data = full_box("tfdt", 1, 0, b"1234")
    with pytest.raises(BrokenPackageError, match=r"^tfdt box at byte 0 is cut off: 8 more bytes expected at byte 12$"):
        read_tfdt(data, *read_boxes(data))


@given(st.data(), st.integers(1, 5))
def test_damage_is_refused_and_never_crashes(data: st.DataObject, changes: int) -> None:
    init = bytearray(
        box(
            "moov",
            full_box("mvhd", 0, 0, bytes(96)),
            box(
                "trak",
                full_box("tkhd", 0, 3, bytes(80)),
                box("edts", full_box("elst", 0, 0, struct.pack(">IIiI", 1, 0, 1024, 65536))),
                box(
                    "mdia",
                    full_box("mdhd", 0, 0, bytes(20)),
                    full_box("hdlr", 0, 0, bytes(20)),
                    box("minf", box("stbl", full_box("stsd", 0, 0, struct.pack(">I", 1), box("avc1", bytes(78))))),
                ),
            ),
            box("mvex", full_box("trex", 0, 0, bytes(20))),
        )
    )
    for _ in range(changes):
        init[data.draw(st.integers(0, len(init) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BrokenPackageError):
        read_tracks(bytes(init), read_boxes(bytes(init)))
