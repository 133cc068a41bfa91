import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.stream import Disposition
from media_makers import make_sound, write_media

from packager.artwork import read_artwork
from packager.build import build_package
from packager.thumbnails import encode_jpeg


def write_song_with_cover(path: Path, cover: bytes) -> Path:
    """Two seconds of sound and a JPEG of 64x48 as its attached picture."""
    plain = write_media(path.with_suffix(".plain.flac"), sound=make_sound(2))
    with av.open(str(plain)) as source, av.open(str(path), "w") as container:
        sound = container.add_stream_from_template(source.streams.audio[0])
        picture = container.add_stream("mjpeg", rate=1)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuvj420p"
        picture.disposition = Disposition.attached_pic
        packets = [packet for packet in source.demux(audio=0) if packet.size]
        container.start_encoding()
        embedded = av.Packet(cover)
        embedded.stream, embedded.pts, embedded.dts, embedded.time_base = picture, 0, 0, Fraction(1)
        container.mux(embedded)
        for packet in packets:
            packet.stream = sound
            container.mux(packet)
    return path


def test_a_cover_is_kept_byte_for_byte_and_is_no_video(tmp_path: Path) -> None:
    cover = encode_jpeg(np.full((48, 64, 3), 120, np.uint8))
    song = write_song_with_cover(tmp_path / "song.flac", cover)
    index = build_package(song, None, tmp_path / "package")
    assert index.video_rungs == ()
    assert (tmp_path / "package/artwork/cover.jpg").read_bytes() == cover
    assert json.loads((tmp_path / "package/package.json").read_text())["artwork"] == {
        "path": "artwork/cover.jpg", "width": 64, "height": 48,
    }  # fmt: skip
    for name in ("master", "audio"):
        said = '#EXT-X-SESSION-DATA:DATA-ID="org.midnote.artwork",VALUE="artwork/cover.jpg"'
        assert said in (tmp_path / f"package/{name}.m3u8").read_text().splitlines()


def test_a_song_without_a_cover_has_no_artwork(tmp_path: Path) -> None:
    assert read_artwork(write_media(tmp_path / "song.flac", sound=make_sound(1))) is None
