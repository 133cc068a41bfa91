"""Plain MP4 read by its own tables is what FFmpeg's demuxer finds in it; what is not plain is left to that."""

import struct
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest
from media_makers import make_sound, steady, write_media
from reader_check import read_both_ways

from packager.errors import UnsupportedError
from packager.plainmp4 import read_plain

SECONDS = 4
PICTURES = steady(SECONDS * 25)
CLOSED = "keyint=48:min-keyint=48:scenecut=0:open-gop=0"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures with B-frames and sound beside them, interleaved."""
    options = {"preset": "veryfast", "x264-params": CLOSED}
    path = tmp_path_factory.mktemp("plain") / "both.mp4"
    sound = make_sound(SECONDS)
    return write_media(path, sound=sound, sound_codec="aac", pictures=PICTURES, options=options, language="deu")


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_media(tmp_path_factory.mktemp("plain") / "song.m4a", sound=make_sound(SECONDS), sound_codec="aac")


def remux(path: Path, out: Path, **options: str) -> Path:
    with av.open(str(path)) as source, av.open(str(out), "w", options=options) as target:
        streams = {each.index: target.add_stream_from_template(each) for each in source.streams}
        for packet in source.demux():
            if packet.size:
                packet.stream = streams[packet.stream_index]
                target.mux(packet)
    return out


def patch(path: Path, out: Path, kind: bytes, at: int, content: bytes) -> Path:
    """A copy with these bytes so far behind the kind of the first box of this kind."""
    written = bytearray(path.read_bytes())
    start = written.index(kind) + 4 + at
    written[start : start + len(content)] = content
    out.write_bytes(written)
    return out


def test_it_reads_what_the_demuxer_reads(both: Path, song: Path) -> None:
    for path in (both, song):
        assert read_both_ways(path)[0] is not None


@pytest.mark.parametrize("options", [{"movflags": "faststart"}, {"movflags": "negative_cts_offsets"}])
def test_where_the_tables_stand_and_how_is_all_the_same(both: Path, options: dict[str, str], tmp_path: Path) -> None:
    assert read_both_ways(remux(both, tmp_path / "other.mp4", **options))[0] is not None


@pytest.mark.parametrize("media_time", [0, 1, 512, 1023, 1024, 1025, 2048, 2112, 3072, 48_000])
@pytest.mark.parametrize("duration_ms", [10, 1000, 3979, 4000, 9000])
def test_edit_lists_of_sound_mean_the_same(song: Path, media_time: int, duration_ms: int, tmp_path: Path) -> None:
    edited = patch(song, tmp_path / "edited.m4a", b"elst", 8, struct.pack(">II", duration_ms, media_time))
    assert read_both_ways(edited)[0] is not None


@pytest.mark.parametrize("start", [Fraction(1, 100), Fraction(3, 10)])
def test_sound_that_starts_late_does_so_in_both(start: Fraction, tmp_path: Path) -> None:
    path = write_media(
        tmp_path / "late.mp4", sound=make_sound(2), sound_codec="aac", sound_start=start, pictures=steady(50)
    )
    plain, _ = read_both_ways(path)
    assert plain is not None
    assert plain.sound is not None
    # FFmpeg writes edit lists in milliseconds.
    assert abs(plain.sound.coded.first_sample + 1024 - start * 48_000) <= 48


@pytest.mark.parametrize(
    ("params", "size"),
    [
        ("colorprim=bt709:transfer=bt709:colormatrix=bt709:fullrange=on", (192, 108)),
        ("sar=4/3", (192, 108)),
        ("sar=2/1:colormatrix=smpte170m:overscan=show", (176, 144)),
        ("interlaced=1", (192, 136)),
        ("", (190, 106)),
    ],
)
def test_shape_and_colour_are_read_from_the_stream(params: str, size: tuple[int, int], tmp_path: Path) -> None:
    options = {"x264-params": params} if params else {}
    path = write_media(tmp_path / "p.mp4", pictures=steady(50), size=size, options=options)
    assert read_both_ways(path)[0] is not None
    # Without the boxes that say the same.
    content = path.read_bytes().replace(b"pasp", b"btrt").replace(b"colr", b"btrt")
    (tmp_path / "bare.mp4").write_bytes(content)
    plain, found = read_both_ways(tmp_path / "bare.mp4")
    assert plain is not None
    assert found.picture is not None


def test_an_open_gop_is_known_by_its_slices(tmp_path: Path) -> None:
    options = {"preset": "veryfast", "x264-params": "keyint=24:min-keyint=24:scenecut=0:open-gop=1"}
    plain, _ = read_both_ways(write_media(tmp_path / "open.mp4", pictures=PICTURES, options=options))
    assert plain is not None
    assert plain.picture is not None
    assert plain.picture.coded.idrs == (0,)
    assert plain.picture.coded.open_points == (24, 48, 72, 96)


def fragment(both: Path, out: Path) -> Path:
    return remux(both, out, movflags="frag_keyframe")


def make_foreign(both: Path, out: Path) -> Path:
    return patch(both, out, b"ftyp", 0, b"qt  ")


def hide_pictures(both: Path, out: Path) -> Path:
    return patch(both, out, b"elst", 12, struct.pack(">I", 2048))


def play_at_half_speed(both: Path, out: Path) -> Path:
    return patch(both, out, b"elst", 16, struct.pack(">I", 0x8000))


def turn(both: Path, out: Path) -> Path:
    return patch(both, out, b"tkhd", 40, struct.pack(">5i", 0, 1 << 16, 0, -1 << 16, 0))


def claim_more_samples(both: Path, out: Path) -> Path:
    return patch(both, out, b"stsz", 8, struct.pack(">I", 1 << 31))


def cut_short(both: Path, out: Path) -> Path:
    remux(both, out, movflags="faststart")
    content = out.read_bytes()
    out.write_bytes(content[: len(content) // 2])
    return out


def leave_out_header(both: Path, out: Path) -> Path:
    return patch(both, out, b"moov", -4, b"free")


def take_matroska(both: Path, out: Path) -> Path:
    return remux(both, out.with_suffix(".mkv"))


@pytest.mark.parametrize(
    "make",
    [
        fragment, make_foreign, hide_pictures, play_at_half_speed, turn, claim_more_samples, cut_short,
        leave_out_header, take_matroska,
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_alone(both: Path, make: Callable[[Path, Path], Path], tmp_path: Path) -> None:
    path = make(both, tmp_path / "odd.mp4")
    with path.open("rb") as source:
        assert read_plain(path, source) is None


def test_sound_in_another_codec_is_left_alone(tmp_path: Path) -> None:
    path = write_media(tmp_path / "flac.mp4", sound=make_sound(1))
    with path.open("rb") as source:
        assert read_plain(path, source) is None


def test_a_frame_rate_that_varies_is_named(tmp_path: Path) -> None:
    times = [Fraction(number, 25) for number in range(100) if not 40 <= number < 44]
    path = write_media(tmp_path / "uneven.mp4", pictures=times)
    with path.open("rb") as source, pytest.raises(UnsupportedError, match=r"^uneven.mp4: at \d\.\d+ s \(frame \d+\)"):
        read_plain(path, source)


def test_bytes_that_are_changed_anywhere_in_the_header_give_no_crash(song: Path, tmp_path: Path) -> None:
    content = song.read_bytes()
    start = content.index(b"moov")
    for at in range(start - 4, len(content), 7):
        changed = bytearray(content)
        changed[at] ^= 0xFF
        (tmp_path / "changed.m4a").write_bytes(changed)
        with (tmp_path / "changed.m4a").open("rb") as source:
            plain = read_plain(tmp_path / "changed.m4a", source)
        assert plain is None or (plain.sound is not None and plain.picture is None)


def test_it_needs_no_demuxer() -> None:
    code = "import sys, packager.copy; print(*sorted({'av', 'numpy', 'rich', 'jinja2'} & {*sys.modules}))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
