"""Init segments of copied streams: without a decoder configuration there is none, and one line says so."""

from pathlib import Path

import av
import pytest
from media_makers import make_sound, steady, write_media

from packager.boxes import read_boxes
from packager.boxfields import read_tracks
from packager.copiedinit import write_picture_init, write_sound_init
from packager.errors import UnsupportedError


def test_the_tag_that_is_asked_for_is_written(tmp_path: Path) -> None:
    path = write_media(tmp_path / "film.mkv", pictures=steady(5))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        init = write_picture_init("film.mkv", stream, 10_000, stream.codec_context.extradata or b"", "avc1")
    (track,) = read_tracks(init, read_boxes(init))
    assert (track.media.timescale, track.entries[0].kind) == (10_000, "avc1")
    assert track.entries[0].config[0] == 1


def test_pictures_without_a_decoder_configuration_are_named(tmp_path: Path) -> None:
    path = write_media(tmp_path / "film.mkv", pictures=steady(5))
    with (
        av.open(str(path)) as container,
        pytest.raises(UnsupportedError, match=r"^film.mkv: does not say how its video is to be decoded: remux the"),
    ):
        write_picture_init("film.mkv", container.streams.video[0], 10_000, b"", "avc1")


def test_sound_with_a_configuration_that_is_none_is_named(tmp_path: Path) -> None:
    path = write_media(tmp_path / "song.flac", sound=make_sound(1))
    with (
        av.open(str(path)) as container,
        pytest.raises(UnsupportedError, match=r"^song.flac: its decoder configuration does not fit into MP4 \(Invalid"),
    ):
        write_sound_init("song.flac", container.streams.audio[0], 48_000, b"x")
