import lint_specimen as specimen
import pytest

from packager.boxes import read_boxes
from packager.boxfields import Edit
from packager.errors import BrokenPackageError
from packager.lint.initshape import InitShape, TrackShape, read_brands, read_shape


def test_brands_are_the_major_one_and_the_compatible_ones() -> None:
    assert read_brands(b"\0\0\0\x18ftypcmfc\0\0\2\0iso6cmfc") == ("cmfc", "iso6", "cmfc")
    assert read_brands(b"") == ()


def test_shape_of_video_has_its_pixels_and_colours() -> None:
    content = specimen.init_segment(specimen.LOW)
    ftyp, moov = content[:20], content[20:]
    assert read_shape(ftyp, moov, read_boxes(moov)) == InitShape(
        ("iso6", "iso6"), 0, is_extended_last=True,
        tracks=(TrackShape(1, "avc1", (Edit(0, 0, 0x10000),), (), 0, True, True, "SDR", None),),
    )  # fmt: skip


def test_shape_without_sample_tables_is_refused() -> None:
    moov = specimen.init_segment(specimen.LOW)[20:].replace(b"stbl", b"free")
    with pytest.raises(BrokenPackageError, match="no mdia/minf/stbl box, which this file must have"):
        read_shape(b"", moov, read_boxes(moov))
