from fractions import Fraction

import lint_specimen as specimen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packager.boxes import box
from packager.lint.media import (
    Breakage,
    Container,
    Fragment,
    Init,
    MediaTrack,
    Payload,
    TopBox,
    name_container,
    read_init,
    read_payload,
)


def tops(content: bytes) -> list[TopBox]:
    """The specimen's files are two boxes long: ftyp and moov, or moof and mdat."""
    first = int.from_bytes(content[:4])
    return [
        TopBox(content[4:8].decode(), 0, first, content[:first]),
        TopBox(content[first + 4 : first + 8].decode(), first, len(content) - first, content[first:]),
    ]


def init_of(lane: specimen.Lane) -> Init:
    return read_init("init.mp4", tops(specimen.init_segment(lane)))


def test_init_segment_names_codec_size_and_skip() -> None:
    (video,), (audio,) = init_of(specimen.LOW).tracks, init_of(specimen.SOFT).tracks
    assert (video.kind, video.codec, video.size, video.timescale) == ("video", "avc1.64000D", (320, 180), 12800)
    assert (audio.kind, audio.codec, audio.media_time_ticks, audio.timescale) == ("audio", "mp4a.40.2", 1024, 48000)


def test_fragment_counts_from_its_decode_time() -> None:
    payload = read_payload(tops(specimen.media_segment(specimen.SOFT, 1)), init_of(specimen.SOFT))
    # 181 frames before it, 180 in it.
    starts = tuple(range(185_344, 369_664, 1024))
    assert payload == Payload(
        Container.FMP4,
        (Fragment(1, 0, 185_344, 184_320, 185_344, 369_664, 1024, starts, 110, 180, is_sync_first=True),),
    )


def test_presentation_time_skips_priming_and_waits_for_the_empty_edit() -> None:
    track = MediaTrack(1, "audio", 48_000, "mp4a.40.2", (0, 0), 1024, Fraction(1, 100), None)
    assert track.present(0) == Fraction(1, 100)  # priming is not heard
    assert track.present(1024) == Fraction(1, 100)
    assert track.present(49_024) == Fraction(101, 100)


def test_a_file_without_the_box_it_must_have_says_so() -> None:
    assert read_init("x.mp4", []).breakage == Breakage(0, "no moov box, which an init segment must have")
    assert read_payload([], init_of(specimen.LOW)).breakage == Breakage(
        0, "no moof box, which a media segment must have"
    )


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"\0\0\0\x18stypmsdh", Container.FMP4),
        (b"\x47" + bytes(187) + b"\x47", Container.MPEG_TS),
        (b"\x47" + bytes(187) + b"\x00", Container.UNKNOWN),
        (b"ID3\x04", Container.PACKED_AUDIO),
        (b"\xff\xf1\x50", Container.PACKED_AUDIO),
        (b"\xef\xbb\xbfWEBVTT\n", Container.WEBVTT),
        (b"<html>", Container.UNKNOWN),
        (b"", Container.UNKNOWN),
    ],
)
def test_container_is_known_by_its_first_bytes(head: bytes, container: Container) -> None:
    assert name_container(head) is container


@given(st.binary(max_size=200), st.sampled_from(["moov", "moof"]))
def test_any_boxes_are_read_or_named_broken(content: bytes, kind: str) -> None:
    top = TopBox(kind, 0, len(content) + 8, box(kind, content))
    read_init("x.mp4", [top])
    read_payload([top], init_of(specimen.LOW))


# A changed count makes a trun of tens of thousands of samples: 0.3 s on a busy machine.
@settings(deadline=None)
@given(st.integers(0, 700), st.integers(0, 255))
def test_a_changed_byte_does_not_crash(index: int, value: int) -> None:
    for lane in (specimen.LOW, specimen.SOFT):
        moov, moof = tops(specimen.init_segment(lane))[1], tops(specimen.media_segment(lane, 0))[0]
        for top in (moov, moof):
            torn = bytearray(top.content)
            torn[index % len(torn)] = value
            init = read_init("x.mp4", [TopBox(top.kind, 0, len(torn), bytes(torn))])
            read_payload([TopBox("moof", 0, len(torn), bytes(torn))], init if init.tracks else init_of(lane))
