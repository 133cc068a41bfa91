from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from media_makers import steady, write_media

from packager.build import build_package
from packager.decode import read_song
from packager.errors import InputError
from packager.probe import probe_source
from packager.sources import StreamChoice


@pytest.fixture
def two_tracks(tmp_path: Path) -> Path:
    """Two languages: the first one at half of full scale, the second at a quarter."""
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("flac", rate=48_000, layout="mono") for _ in range(2)]
        for stream, language in zip(streams, ("eng", "deu"), strict=True):
            stream.metadata["language"] = language
        for stream, level in zip(streams, (16384, 8192), strict=True):
            frame = av.AudioFrame.from_ndarray(np.full((1, 4608), level, np.int16), format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("number", "language", "level"), [(None, "eng", 0.5), (0, "eng", 0.5), (1, "deu", 0.25)])
def test_the_stream_asked_for_is_read(two_tracks: Path, number: int | None, language: str, level: float) -> None:
    track = probe_source(two_tracks, streams=StreamChoice(audio=number)).audio
    assert track is not None
    assert track.language == language
    assert (np.concatenate(list(read_song(two_tracks, track))) == level).all()


def test_a_choice_that_nobody_made_is_told(two_tracks: Path) -> None:
    (note,) = probe_source(two_tracks).notes
    assert note == (
        "two.mkv: has 2 audio streams (0: flac eng, 1: flac deu); number 0 is packaged, and --audio-stream N takes "
        "another"
    )
    assert probe_source(two_tracks, streams=StreamChoice(audio=0)).notes == ()


def test_a_stream_that_is_not_there_is_refused(two_tracks: Path) -> None:
    with pytest.raises(InputError) as raised:
        probe_source(two_tracks, streams=StreamChoice(audio=2))
    assert str(raised.value) == ("two.mkv: has no audio stream 2; it has 2, counted from 0 (0: flac eng, 1: flac deu)")
    with pytest.raises(InputError, match=r"^two\.mkv: has no video stream 0; it has 0, counted from 0$"):
        probe_source(two_tracks, streams=StreamChoice(video=0))


def test_a_video_without_sound_is_told_its_place(tmp_path: Path) -> None:
    video = write_media(tmp_path / "silent.mp4", pictures=steady(25))
    with pytest.raises(InputError) as raised:
        build_package(video, None, tmp_path / "out")
    assert str(raised.value) == (
        "silent.mp4: has no audio stream, and a package needs a song; name the song first, and this file after --video"
    )
