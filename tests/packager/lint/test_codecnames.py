import pytest

from packager.boxfields import SampleEntry
from packager.lint.codecnames import count_channels, is_same_codec, name_codec


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        (SampleEntry("avc1", bytes.fromhex("014d401f")), "avc1.4D401F"),
        (SampleEntry("mp4a", bytes.fromhex("1190"), object_type=0x40), "mp4a.40.2"),
        (SampleEntry("mp4a", bytes.fromhex("2b09"), object_type=0x40), "mp4a.40.5"),
        (SampleEntry("mp4a", bytes.fromhex("f94a"), object_type=0x40), "mp4a.40.42"),  # xHE-AAC: 31 and 10 more
        (SampleEntry("mp4a", b"", object_type=0x6B), "mp4a"),
        # As x265 and SVT-AV1 wrote them, and as Shaka Packager 3.8 names them; the second HEVC is Main 10, High tier.
        (SampleEntry("hvc1", bytes.fromhex("0101 60000000 900000000000 3c")), "hvc1.1.6.L60.90"),
        (SampleEntry("hev1", bytes.fromhex("0122 20000000 000000000000 96")), "hev1.2.4.H150"),
        (SampleEntry("hvc1", b"\1\1"), "hvc1"),
        (SampleEntry("av01", bytes.fromhex("81000c")), "av01.0.00M.08"),
        (SampleEntry("av01", bytes.fromhex("812dcc")), "av01.1.13H.10"),
        (SampleEntry("vp09", bytes.fromhex("01000000 021fa2")), "vp09.02.31.10"),
        (SampleEntry("fLaC", b""), "fLaC"),
        (SampleEntry("Opus", b""), "Opus"),
        (SampleEntry("encv", bytes.fromhex("014d401f"), original="avc1"), "avc1.4D401F"),
        (SampleEntry("enca", bytes.fromhex("1190"), object_type=0x40, original="mp4a"), "mp4a.40.2"),
        (SampleEntry("encv", b""), "encv"),
    ],
)
def test_codec_is_named_by_its_configuration(entry: SampleEntry, name: str) -> None:
    assert name_codec(entry) == name


@pytest.mark.parametrize(
    ("written", "codec", "is_same"),
    [
        ("avc1.64001F", "avc1.64001f", True),
        ("avc1.64001E", "avc1.64001F", False),
        ("hvc1.1.6.L60.90", "hvc1.1.6.L60.90", True),
        ("hvc1.1.6.L60.90.00", "hvc1.1.6.L60.90", True),
        ("hvc1.1.6.L60", "hvc1.1.6.L60.90", True),
        ("hvc1.1.6.L60.B0", "hvc1.1.6.L60.90", False),
        ("hvc1.1.6.L63.90", "hvc1.1.6.L60.90", False),
        ("av01.0.00M.08", "av01.0.00M.08", True),
        ("av01.0.00M.08.0.110.01.01.01.0", "av01.0.00M.08", True),
        ("av01.0.04M.08", "av01.0.00M.08", False),
        ("flac", "fLaC", True),
        ("dvh1.05.03", "dvh1", True),
        ("mp4a.40.5", "mp4a.40.2", False),
    ],
)
def test_names_are_compared_as_far_as_they_go(written: str, codec: str, is_same: bool) -> None:
    assert is_same_codec(written, codec) is is_same


@pytest.mark.parametrize(
    ("entry", "channels"),
    [
        (SampleEntry("mp4a", b"\x11\x90", channels=2, object_type=0x40), 2),
        (SampleEntry("mp4a", b"\x11\xb0", channels=2, object_type=0x40), 6),
        (SampleEntry("mp4a", b"\x11\xb8", channels=2, object_type=0x40), 8),  # layout 7
        (SampleEntry("mp4a", b"\x11\x80", channels=2, object_type=0x40), None),  # told in the stream
        (SampleEntry("fLaC", b"", channels=1), 1),
        (SampleEntry("ac-3", b"", channels=2), None),
    ],
)
def test_channels_are_those_of_the_decoder(entry: SampleEntry, channels: int | None) -> None:
    assert count_channels(entry) == channels
