from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.boxes import box, full_box, need_box, read_boxes
from packager.encode_audio import AacEncoder
from packager.errors import BrokenPackageError
from packager.initsegment import finish_init
from packager.ladder import AudioRung
from packager.loudness import Loudness
from packager.ludt import TrackLoudness, add_loudness, read_ludt, write_ludt


def reread(ludt: bytes) -> TrackLoudness | None:
    """What is read of a track that has this box in its user data."""
    trak = box("trak", box("udta", ludt))
    return read_ludt(trak, read_boxes(trak)[0])


def test_a_ludt_is_made_of_these_bytes() -> None:
    # Programme loudness: 4 * (-14 + 57.75) = 175; range: 4 * 5 = 20; true peak: 32 * (20 + 1) = 672.
    assert write_ludt(Loudness(-14.0, -1.0, 5.0)) == bytes.fromhex(
        "00000021 6c756474 00000019 746c6f75 00000000 0000 0002a0 23 02 01af13 061413"
    )


@given(st.floats(-57.8, 6, allow_nan=False), st.floats(-100, 19, allow_nan=False), st.floats(0, 121, allow_nan=False))
def test_what_is_written_is_read_back_within_half_a_step(lufs: float, peak: float, width: float) -> None:
    found = reread(write_ludt(Loudness(lufs, peak, width)))
    assert found is not None
    assert found.integrated_lufs == pytest.approx(lufs, abs=0.125)
    assert found.true_peak_dbtp == pytest.approx(peak, abs=1 / 64)
    assert found.range_lu == pytest.approx(width, abs=0.125 if width <= 32 else 0.25 if width <= 70 else 0.5)


def test_silence_says_nothing() -> None:
    assert reread(write_ludt(Loudness(None, None, None))) == TrackLoudness()
    assert reread(write_ludt(Loudness(-65.0, -40.0, 1.0))) == TrackLoudness(None, -40.0, None)


def test_a_loudness_that_has_no_code_is_not_bent_into_one() -> None:
    # A float file far over full scale: +6 LUFS is the most that 8 bits can say.
    assert reread(write_ludt(Loudness(9.0, 12.0, 1.0))) == TrackLoudness(None, 12.0, None)


def test_of_version_1_the_values_without_downmix_and_drc_are_read() -> None:
    # Two sets: one for downmix 1 (-20 LUFS), one for the track as it is (-31 LUFS anchor, -27.5 LUFS programme).
    other = bytes.fromhex("00 0040 43f43e 23 01 019713")
    plain = bytes.fromhex("00 0000 43f43e 23 02 026b23 017923")
    tlou = full_box("tlou", 1, 0, bytes((2,)), other, plain)
    assert reread(box("ludt", box("alou", bytes(4)), tlou)) == TrackLoudness(-27.5, 20 - 0x43E / 32, None)


def test_user_data_of_others_is_passed_over() -> None:
    assert reread(box("name", b"Song") + bytes(4)) is None
    assert reread(b"\x7f\xff\xff\xffjunk") is None
    assert reread(box("ludt", box("alou", bytes(4)))) is None


def test_a_tlou_that_is_cut_off_is_told_with_its_place() -> None:
    tlou = full_box("tlou", 0, 0, bytes.fromhex("0000 0002a0 23 02 01af13"))
    with pytest.raises(BrokenPackageError, match=r"^tlou box at byte 24 is cut off: 1 more bytes expected$"):
        reread(box("ludt", tlou))


@given(st.binary(max_size=60))
def test_no_bytes_crash_the_reader(payload: bytes) -> None:
    with suppress(BrokenPackageError):
        reread(box("ludt", full_box("tlou", 1, 0, payload)))


def test_an_init_segment_gets_it_into_its_track_and_stays_as_it_was_otherwise() -> None:
    encoder = AacEncoder(AudioRung(96_000), "eng")
    encoder.close()
    init = finish_init(encoder._written, 1024)
    found = add_loudness(init, Loudness(-14.0, -1.0, 5.0))
    trak = need_box(read_boxes(found), "moov", "trak")
    assert read_ludt(found, trak) == TrackLoudness(-14.0, -1.0, 5.0)
    assert [each.kind for each in trak.children] == ["tkhd", "edts", "mdia", "udta"]
    udta = box("udta", write_ludt(Loudness(-14.0, -1.0, 5.0)))
    assert len(found) - len(init) == len(udta)
    assert [each.kind for each in need_box(read_boxes(found), "moov").children] == ["mvhd", "trak", "mvex"]
