"""Files with a damaged spot: how the sound keeps its timing, and what is told of it."""

import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from media_makers import make_sound, read_number, steady, write_media

from packager.build import build_package
from packager.damage import PictureDamage
from packager.decode import read_pictures, read_song
from packager.errors import InputError, PackagerError, UnsupportedError
from packager.probe import probe_source
from packager.sources import Splice


def spoil(path: Path, kind: str, packets: range) -> Path:
    """Overwrite these packets of the first stream of this kind, numbered in file order, with 0xFF."""
    with av.open(str(path)) as container:
        places = [(each.pos, each.size) for each in container.demux(**{kind: 0}) if each.pos is not None]
    content = bytearray(path.read_bytes())
    for position, size in places[packets.start : packets.stop]:
        content[position : position + size] = b"\xff" * size
    path.write_bytes(content)
    return path


def test_lost_packets_become_silence_and_what_follows_stands_where_it_stood(tmp_path: Path) -> None:
    path = write_media(tmp_path / "song.mp4", sound=make_sound(4))
    before = probe_source(path).audio
    assert before is not None
    expected = np.concatenate(list(read_song(path, before)))
    spoil(path, "audio", range(20, 22))
    source = probe_source(path)
    assert source.audio is not None
    # FLAC's packets hold 4608 samples: 20 of them are 1.92 s.
    assert source.audio.splices == (Splice(20 * 4608, 2 * 4608, is_damage=True),)
    assert source.audio.sample_count == before.sample_count
    assert source.notes == ("song.mp4: 0.19 s of its sound cannot be decoded at 1.92 s; silence stands there",)
    expected[20 * 4608 : 22 * 4608] = 0
    assert np.array_equal(np.concatenate(list(read_song(path, source.audio))), expected)


def test_overlapping_sound_is_left_out(tmp_path: Path) -> None:
    first = write_media(tmp_path / "a.mkv", sound=make_sound(2), sound_codec="pcm_s16le")
    path = tmp_path / "overlap.mkv"
    with av.open(str(first)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams[0])
        for packet in source.demux(audio=0):
            if packet.dts is not None:
                if packet.pts >= 1000:
                    packet.pts -= 40
                    packet.dts -= 40
                packet.stream = stream
                target.mux(packet)
    found = probe_source(path)
    assert found.audio is not None
    assert [each.sample_count for each in found.audio.splices] == [-1920]
    assert len(np.concatenate(list(read_song(path, found.audio)))) == 96_000 - 1920
    assert found.notes[0].startswith("overlap.mkv: 0.04 s of its sound overlap with what comes before at 1.0")


def test_sound_with_more_than_a_tenth_gone_is_refused(tmp_path: Path) -> None:
    path = spoil(write_media(tmp_path / "song.mp4", sound=make_sound(4), sound_codec="aac"), "audio", range(100, 125))
    with pytest.raises(InputError) as raised:
        probe_source(path)
    assert str(raised.value) == (
        "song.mp4: 13 % of its sound is missing or cannot be decoded, first at 2.11 s; "
        "up to 10 % would be made silent: export or download it again"
    )


def test_sound_of_which_nothing_can_be_decoded_is_refused(tmp_path: Path) -> None:
    path = spoil(write_media(tmp_path / "song.mp4", sound=make_sound(1), sound_codec="aac"), "audio", range(99))
    with pytest.raises(
        InputError, match=r"^song\.mp4: none of its sound can be decoded: the file is damaged or cut short; export"
    ):
        probe_source(path)


def test_a_lost_picture_is_bridged_and_told(tmp_path: Path) -> None:
    path = write_media(tmp_path / "video.mp4", pictures=steady(50), options={"bf": "0", "g": "10"})
    spoil(path, "video", range(23, 25))
    track = probe_source(path).video
    assert track is not None
    damage = PictureDamage("video.mp4", track)
    shown = {time: read_number(frame) for time, frame in read_pictures(path, track, damage)}
    assert {time: number for time, number in shown.items() if not 23 <= time * 25 < 30} == {
        Fraction(n, 25): n for n in range(50) if not 23 <= n < 30
    }
    (note,) = damage.notes
    assert note.startswith("video.mp4: ")
    assert note.endswith("at 0.92 s; what can be seen is shown, else the frame before is held")


def test_a_video_with_more_than_a_tenth_damaged_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    song = write_media(tmp_path / "song.flac", sound=make_sound(2))
    video = write_media(tmp_path / "video.mp4", pictures=steady(50), options={"bf": "0", "g": "10"})
    spoil(video, "video", range(20, 30))
    with pytest.raises(InputError) as raised:
        build_package(song, video, tmp_path / "out" / "package")
    assert str(raised.value) == (
        "video.mp4: more than 10 % of its 50 frames are damaged, first at 0.80 s: export or download it again"
    )
    assert not (tmp_path / "out").exists()


def test_a_picture_that_stands_still_is_told(tmp_path: Path) -> None:
    times = [Fraction(n, 25) for n in (*range(25), *range(75, 100))]
    assert probe_source(write_media(tmp_path / "hole.mp4", pictures=times)).notes == (
        "hole.mp4: its video has no new frame for up to 2.04 s at 0.96 s; the frame before is held",
    )
    slides = [Fraction(n * 2) for n in range(5)]
    assert probe_source(write_media(tmp_path / "slides.mp4", pictures=slides)).notes == ()


def test_a_video_that_jumps_is_refused(tmp_path: Path) -> None:
    path = write_media(tmp_path / "jump.mp4", pictures=[Fraction(0), Fraction(1, 25), Fraction(5000)])
    with pytest.raises(UnsupportedError) as raised:
        probe_source(path)
    assert str(raised.value) == (
        "jump.mp4: its video jumps from 0.04 s to 5000.00 s: join its parts in an editor and export it again"
    )


def test_frames_slower_than_any_rate_of_ours_are_all_shown(tmp_path: Path) -> None:
    path = write_media(tmp_path / "slow.mp4", pictures=[Fraction(n) for n in range(5)])
    track = probe_source(path).video
    assert track is not None
    assert [read_number(frame) for _, frame in read_pictures(path, track)] == [0, 1, 2, 3, 4]


def test_an_avi_with_b_frames_is_shown_in_order(tmp_path: Path) -> None:
    path = write_media(tmp_path / "b.avi", pictures=steady(30), options={"preset": "veryfast", "bf": "3"})
    track = probe_source(path).video
    assert track is not None
    assert (track.start, track.frame_rate) == (0, 25)
    assert [(time, read_number(frame)) for time, frame in read_pictures(path, track)] == [
        (Fraction(n, 25), n) for n in range(30)
    ]


def claim(path: Path, kind: bytes, offset: int, value: bytes) -> Path:
    """Overwrite bytes at `offset` after the last box, or chunk, of this kind."""
    content = bytearray(path.read_bytes())
    at = content.rfind(kind) + offset
    content[at : at + len(value)] = value
    path.write_bytes(content)
    return path


def test_headers_that_claim_too_much_are_refused_at_once(tmp_path: Path) -> None:
    flac = write_media(tmp_path / "long.flac", sound=make_sound(1))
    # The number of samples: 36 bits in bytes 13 to 17 of STREAMINFO, which begins at byte 8.
    content = bytearray(flac.read_bytes())
    content[21] |= 0x0F
    content[22:26] = b"\xff\xff\xff\xff"
    flac.write_bytes(content)
    wav = claim(
        write_media(tmp_path / "slow.wav", sound=make_sound(1), sound_codec="pcm_s16le"), b"fmt ", 12, b"\1\0\0\0"
    )
    for path, message in (
        (flac, ("long.flac: its audio ends at 1.00 s but the header says 1431655.77 s: the file is cut short; export "
                "or download it again")),
        (wav, "slow.wav: says that its sound has 1 samples a second, and 4000 to 768000 are packaged: export it again"),
    ):  # fmt: skip
        with pytest.raises(PackagerError) as raised:
            probe_source(path)
        assert str(raised.value) == message


def test_a_picture_too_large_for_any_screen_is_refused(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b""))
    path = tmp_path / "huge.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
            for kind, body in chunks
        )
    )
    with pytest.raises(PackagerError) as raised:
        probe_source(path)
    assert str(raised.value) == (
        "huge.png: no frame of its video can be decoded: it is damaged, or its picture is larger than 8K; export it "
        "again"
    )
