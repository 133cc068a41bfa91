import pytest

from packager.bitstream import audio_config, is_idr, read_parameter_sets, strip_adts, strip_units

SPS, PPS, AUD, SEI = b"\x67sps", b"\x68pps", b"\x09\xf0", b"\x06sei"
IDR, SLICE = b"\x65idr", b"\x41slice"


def joined(*units: bytes, length_size: int = 4) -> bytes:
    return b"".join(len(unit).to_bytes(length_size) + unit for unit in units)


@pytest.mark.parametrize("length_size", [1, 2, 4])
def test_the_first_slice_tells_an_idr(length_size: int) -> None:
    assert is_idr(joined(AUD, SEI, IDR, length_size=length_size), length_size)
    assert not is_idr(joined(AUD, SEI, SLICE, length_size=length_size), length_size)


def test_a_frame_without_slices_or_cut_off_is_no_idr() -> None:
    assert not is_idr(b"", 4)
    assert not is_idr(joined(AUD), 4)
    assert not is_idr(b"\x00\x00", 4)


def test_known_parameter_sets_and_markers_leave_the_frame() -> None:
    known = read_parameter_sets(b"\x00\x00\x00\x01" + SPS + b"\x00\x00\x01" + PPS)
    assert known == {SPS, PPS}
    assert strip_units(joined(AUD, SPS, PPS, SEI, IDR), known) == (joined(SEI, IDR), False)


def test_another_parameter_set_is_told() -> None:
    assert strip_units(joined(b"\x67new", IDR), frozenset({SPS})) == (joined(b"\x67new", IDR), True)


def test_an_adts_header_becomes_an_audio_specific_config() -> None:
    # AAC-LC (profile 1), frequency index 3 (48 kHz), two channels; without and with a checksum.
    plain, checked = b"\xff\xf1\x4c\x80\x01\x00\xfcaac", b"\xff\xf0\x4c\x80\x01\x00\xfc\x12\x34aac"
    assert audio_config(plain) == b"\x11\x90"  # 00010 0011 0010 000
    assert strip_adts(plain) == strip_adts(checked) == b"aac"


def test_raw_aac_has_no_adts_header() -> None:
    assert audio_config(b"\x21\x4c\x6c\xfe\x07\xfe\x00\x00") is None
