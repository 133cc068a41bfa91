"""What sequence parameter sets say of the picture: sets written bit by bit, and those that x264 writes."""

from fractions import Fraction

import pytest

from packager.avc import CodedShape, read_avc_shape
from packager.colour import Colour
from packager.errors import BrokenPackageError

UNSAID = Colour(2, 2, 2)


def golomb(number: int) -> str:
    code = f"{number + 1:b}"
    return "0" * (len(code) - 1) + code


def make_config(*fields: str) -> bytes:
    """An avcC around a parameter set of these bits, its first byte (the kind of NAL unit) before them."""
    bits = "".join(fields) + "1"
    bits += "0" * (-len(bits) % 8)
    content = b"\x67" + int(bits, 2).to_bytes(len(bits) // 8)
    return b"\x01\x42\x00\x1e\xff\xe1" + len(content).to_bytes(2) + content


# Baseline profile (66), level 3.0, set 0; frame numbers of 4 bits, order of kind 2, one reference frame, no gaps.
BASELINE = f"{66:08b}{0:08b}{30:08b}" + golomb(0) + golomb(0) + golomb(2) + golomb(1) + "0"


def size(across: int, down: int, *crop: int) -> str:
    """So many macroblocks, whole frames, direct_8x8, and what is cropped."""
    return golomb(across - 1) + golomb(down - 1) + "11" + ("1" + "".join(map(golomb, crop)) if crop else "0")


def test_a_set_that_says_nothing_but_its_size() -> None:
    assert read_avc_shape(make_config(BASELINE, size(12, 7), "0")) == CodedShape(192, 112, None, UNSAID, False)


def test_what_is_cropped_is_not_shown() -> None:
    # Units of two pixels in 4:2:0: 1 left, 2 right, 0 above, 4 below.
    shape = read_avc_shape(make_config(BASELINE, size(12, 7, 1, 2, 0, 4), "0"))
    assert (shape.width, shape.height) == (192 - 6, 112 - 8)


def test_aspect_and_colours_are_read() -> None:
    said = "1" + f"{255:08b}{4:016b}{3:016b}" + "0" + "1" + "101" + "1" + "1" + f"{9:08b}{16:08b}{9:08b}"
    shape = read_avc_shape(make_config(BASELINE, size(12, 7), "1", said))
    assert shape == CodedShape(192, 112, Fraction(4, 3), Colour(9, 16, 9), True)


def test_aspects_have_numbers_and_0_says_nothing() -> None:
    for number, aspect in ((1, Fraction(1)), (2, Fraction(12, 11)), (16, Fraction(2)), (0, None), (17, None)):
        config = make_config(BASELINE, size(12, 7), "1", f"1{number:08b}", "00")
        assert read_avc_shape(config).pixel_aspect == aspect


def test_high_profiles_say_their_chroma_and_scaling() -> None:
    # High 4:2:2 (122): chroma 2, 10 bits; one scaling list of 16, all deltas 0; crop units of two across, one down.
    lists = "1" + "1" + golomb(0) * 16 + "0" * 7
    high = f"{122:08b}{0:08b}{30:08b}" + golomb(0) + golomb(2) + golomb(2) + golomb(2) + "0" + lists
    rest = golomb(0) + golomb(0) + golomb(3) + golomb(1) + "0"
    shape = read_avc_shape(make_config(high, rest, size(12, 7, 1, 0, 0, 4), "0"))
    assert (shape.width, shape.height) == (190, 108)


def test_field_coding_doubles_the_height() -> None:
    # frame_mbs_only 0, mbaff 0, direct_8x8 1; cropped by one unit of four lines.
    fields = golomb(11) + golomb(3) + "001" + "1" + golomb(0) * 3 + golomb(1) + "0"
    assert read_avc_shape(make_config(BASELINE, fields)).height == 128 - 4


@pytest.mark.parametrize("length", range(8, 16))
def test_a_set_that_is_cut_off_is_refused(length: int) -> None:
    config = make_config(BASELINE, size(12, 7), "0")
    assert len(config) > length
    with pytest.raises(BrokenPackageError, match=r"^(sequence parameter set: cut off|avcC box without a sequence)"):
        read_avc_shape(config[:length])
    short = config[:6] + (length - 8).to_bytes(2) + config[8:length]
    with pytest.raises(BrokenPackageError, match=r"^(sequence parameter set: cut off|avcC box without a sequence)"):
        read_avc_shape(short)
