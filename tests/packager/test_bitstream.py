import pytest

from packager.bitstream import (
    H264_UNITS,
    HEVC_UNITS,
    audio_config,
    close_hevc_arrays,
    is_start,
    read_hevc_arrays,
    read_parameter_sets,
    strip_adts,
    strip_units,
)

SPS, PPS, AUD, SEI = b"\x67sps", b"\x68pps", b"\x09\xf0", b"\x06sei"
IDR, SLICE = b"\x65idr", b"\x41slice"


def joined(*units: bytes, length_size: int = 4) -> bytes:
    return b"".join(len(unit).to_bytes(length_size) + unit for unit in units)


@pytest.mark.parametrize("length_size", [1, 2, 4])
def test_the_first_slice_tells_an_idr(length_size: int) -> None:
    assert is_start(H264_UNITS, joined(AUD, SEI, IDR, length_size=length_size), length_size)
    assert not is_start(H264_UNITS, joined(AUD, SEI, SLICE, length_size=length_size), length_size)


def test_a_frame_without_slices_or_cut_off_is_no_idr() -> None:
    assert is_start(H264_UNITS, b"", 4) is None
    assert is_start(H264_UNITS, joined(AUD), 4) is None
    assert is_start(H264_UNITS, b"\x00\x00", 4) is None


# HEVC: the kind is six bits after the first; 35 AUD, 39 SEI, 19 and 20 IDR, 21 CRA, 16 BLA, 1 a trailing picture.
@pytest.mark.parametrize(("kind", "is_one"), [(19, True), (20, True), (21, True), (16, True), (1, False), (9, False)])
def test_hevc_starts_with_any_point_of_random_access(kind: int, is_one: bool) -> None:
    frame = joined(bytes([35 << 1, 1]), bytes([39 << 1, 1]), bytes([kind << 1, 1]))
    assert is_start(HEVC_UNITS, frame, 4) is is_one


VPS, HEVC_SPS, HEVC_PPS, HEVC_SEI = (bytes([kind << 1, 1, kind]) for kind in (32, 33, 34, 39))


def make_hvcc(length_size: int, *arrays: tuple[int, bytes]) -> bytes:
    rows = (bytes([first]) + b"\x00\x01" + len(unit).to_bytes(2) + unit for first, unit in arrays)
    return b"\x01" + bytes(20) + bytes([0xFC | length_size - 1, len(arrays)]) + b"".join(rows)


def test_an_hvcc_of_hev1_becomes_one_of_hvc1() -> None:
    config = make_hvcc(2, (32, VPS), (33, HEVC_SPS), (34, HEVC_PPS), (39, HEVC_SEI))
    assert read_hevc_arrays(config) == {VPS, HEVC_SPS, HEVC_PPS, HEVC_SEI}
    closed = make_hvcc(4, (0x80 | 32, VPS), (0x80 | 33, HEVC_SPS), (0x80 | 34, HEVC_PPS), (39, HEVC_SEI))
    assert close_hevc_arrays(config) == closed


def test_hevc_sets_leave_the_frame_and_lengths_become_4_bytes() -> None:
    idr = bytes([19 << 1, 1, 7])
    frame = joined(bytes([35 << 1, 1]), VPS, HEVC_SPS, idr, length_size=2)
    assert strip_units(HEVC_UNITS, frame, frozenset({VPS, HEVC_SPS}), 2) == (joined(idr), False)
    assert strip_units(HEVC_UNITS, frame, frozenset({VPS}), 2) == (joined(HEVC_SPS, idr), True)


def test_known_parameter_sets_and_markers_leave_the_frame() -> None:
    known = read_parameter_sets(b"\x00\x00\x00\x01" + SPS + b"\x00\x00\x01" + PPS)
    assert known == {SPS, PPS}
    assert strip_units(H264_UNITS, joined(AUD, SPS, PPS, SEI, IDR), known) == (joined(SEI, IDR), False)


def test_another_parameter_set_is_told() -> None:
    assert strip_units(H264_UNITS, joined(b"\x67new", IDR), frozenset({SPS})) == (joined(b"\x67new", IDR), True)


def test_an_adts_header_becomes_an_audio_specific_config() -> None:
    # AAC-LC (profile 1), frequency index 3 (48 kHz), two channels; without and with a checksum.
    plain, checked = b"\xff\xf1\x4c\x80\x01\x00\xfcaac", b"\xff\xf0\x4c\x80\x01\x00\xfc\x12\x34aac"
    assert audio_config(plain) == b"\x11\x90"  # 00010 0011 0010 000
    assert strip_adts(plain) == strip_adts(checked) == b"aac"


def test_raw_aac_has_no_adts_header() -> None:
    assert audio_config(b"\x21\x4c\x6c\xfe\x07\xfe\x00\x00") is None
