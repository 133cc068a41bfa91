from fractions import Fraction
from pathlib import Path

import av
import pytest
from media_makers import HEIGHT, WIDTH, make_sound, steady, write_media

from packager.errors import InputError
from packager.probe import probe_source
from packager.sources import Turn


def test_both_tracks_are_described(tmp_path: Path) -> None:
    path = write_media(tmp_path / "both.mkv", sound=make_sound(2, 44_100), sound_rate=44_100, pictures=steady(48, 24))
    source = probe_source(path)
    assert source.audio is not None
    assert source.video is not None
    assert (source.audio.codec, source.audio.sample_rate_hz, source.audio.sample_count) == ("flac", 44_100, 88_200)
    assert (source.video.width, source.video.height, source.video.turn) == (WIDTH, HEIGHT, Turn.NONE)
    assert (source.video.frame_rate, source.video.frame_count) == (24, 48)
    assert source.size_bytes == path.stat().st_size


def test_a_track_that_is_not_wanted_is_not_looked_at(tmp_path: Path) -> None:
    path = write_media(tmp_path / "both.mkv", sound=make_sound(1), pictures=steady(25))
    assert probe_source(path, wants_video=False).video is None
    assert probe_source(path, wants_audio=False).audio is None


def test_late_tracks_keep_their_time(tmp_path: Path) -> None:
    path = write_media(
        tmp_path / "late.mkv",
        sound=make_sound(1),
        sound_start=Fraction(3, 2),
        pictures=steady(50, start=Fraction(4, 5)),
    )
    source = probe_source(path)
    assert source.audio is not None
    assert source.video is not None
    assert (source.audio.start, source.video.start) == (Fraction(3, 2), Fraction(4, 5))


def test_a_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    whole = write_media(tmp_path / "whole.mp4", sound=make_sound(4), sound_codec="aac", pictures=steady(100))
    fast = tmp_path / "fast.mp4"
    move_header_first(whole, fast)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(fast.read_bytes()[: fast.stat().st_size // 2])
    # Where the cut falls inside a packet, that packet is what is noticed first.
    with pytest.raises(InputError, match=r"^cut\.mp4: its audio .* 1\.\d\d s .*the file is .*cut short; export"):
        probe_source(cut)


def test_a_matroska_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    whole = write_media(tmp_path / "whole.mkv", sound=make_sound(4), pictures=steady(100))
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(InputError, match=r"^cut\.mkv: .* (1|2)\.\d\d s .*the file is .*cut short; export"):
        probe_source(cut)


def test_a_track_that_is_shorter_than_its_file_is_whole(tmp_path: Path) -> None:
    for name, codec in (("short.mkv", "flac"), ("short.mp4", "aac")):
        path = write_media(tmp_path / name, sound=make_sound(4), sound_codec=codec, pictures=steady(25))
        video = probe_source(path).video
        assert video is not None
        assert video.duration == 1


def move_header_first(whole: Path, fast: Path) -> None:
    with av.open(str(whole)) as source, av.open(str(fast), "w", options={"movflags": "faststart"}) as target:
        streams = {each.index: target.add_stream_from_template(each) for each in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
