"""Whole files: what make.py puts in a folder, read back with PyAV."""

import json
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

import samples.make
from samples.__main__ import app
from samples.barcode import read_barcode
from samples.edit import OWN_EDIT, list_frames
from samples.film import Film
from samples.make import Item, SamplesError, make_samples, render_frames
from samples.write import replacing, write_film


def decode_sound(path: Path) -> NDArray[np.float32]:
    with av.open(path) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).T


def read_frames(path: Path) -> Iterator[tuple[int | None, object]]:
    """(barcode, presentation time in frames) of each frame."""
    with av.open(path) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            assert frame.pts is not None
            assert frame.time_base is not None
            rgb = frame.reformat(width=256, height=144, format="rgb24").to_ndarray().astype(np.uint8)
            yield read_barcode(rgb), frame.pts * frame.time_base * 25


def test_song_file_holds_the_song_bit_for_bit(tmp_path: Path, song: NDArray[np.int16]) -> None:
    (path,) = make_samples(tmp_path, seed=1, only=Item.SONG)
    assert path == tmp_path / "song.flac"
    with av.open(path) as container:
        decoded = np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in container.decode(audio=0)])
    assert np.array_equal(decoded, song)


def test_what_is_up_to_date_is_left_alone_and_what_is_not_is_made_again(
    tmp_path: Path, song: NDArray[np.int16], monkeypatch: pytest.MonkeyPatch
) -> None:
    sung: list[int] = []

    def sing(seed: int) -> NDArray[np.int16]:
        sung.append(seed)
        return song[:48_000]

    monkeypatch.setattr(samples.make, "make_song", sing)
    (path,) = make_samples(tmp_path, 1, Item.SONG)
    make_samples(tmp_path, 1, Item.SONG)
    assert sung == [1]
    path.write_bytes(b"cut short")
    make_samples(tmp_path, 1, Item.SONG)
    assert sung == [1, 1]
    make_samples(tmp_path, 2, Item.SONG)
    assert sung == [1, 1, 2]
    monkeypatch.setattr(samples.make, "find_version", lambda: "another")
    make_samples(tmp_path, 2, Item.SONG)
    assert sung == [1, 1, 2, 2]


def test_a_failure_leaves_nothing_half_made_behind(tmp_path: Path) -> None:
    path = tmp_path / "new" / "video.mp4"

    def fail() -> Iterator[NDArray[np.uint8]]:
        yield np.zeros((1080, 1280), np.uint8)
        raise RuntimeError("camera broke")

    with pytest.raises(RuntimeError, match="camera broke"):
        write_film(path, fail(), np.zeros((3840, 2), np.int16))
    assert list(path.parent.iterdir()) == []


def test_a_file_is_replaced_only_when_whole(tmp_path: Path) -> None:
    path = tmp_path / "song.flac"
    path.write_text("old")
    with replacing(path) as aside:
        aside.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_same_frames_are_written_as_the_same_bytes(tmp_path: Path, song: NDArray[np.int16]) -> None:
    for name in ("one.mp4", "two.mp4"):
        frames = render_frames(range(600, 612), Film(song, 1), lambda: None)
        write_film(tmp_path / name, frames, song[: 12 * 1920])
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


@pytest.mark.parametrize("name", ["folder", "folder/below"])
def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").write_text("a file")
    with pytest.raises(SamplesError, match=rf"{name}: cannot be used as a folder \(.+\); name another with --out"):
        make_samples(tmp_path / name)


def test_a_negative_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SamplesError, match="--seed: found -4, expected 0 or more"):
        make_samples(tmp_path, seed=-4)


def test_command_prints_the_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples.make, "make_song", lambda seed: np.zeros((4800, 2), np.int16))
    result = CliRunner().invoke(app, ["--out", str(tmp_path), "--only", "song"])
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'song.flac'}\n")


def test_command_reports_a_mistake_in_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--out", str(tmp_path), "--seed", "-1"])
    assert (result.exit_code, result.stderr) == (2, "samples: --seed: found -1, expected 0 or more\n")


@pytest.mark.slow
def test_films_show_every_frame_once_with_their_sound_in_place(tmp_path: Path, song: NDArray[np.int16]) -> None:
    make_samples(tmp_path, seed=1)
    assert list(read_frames(tmp_path / "video.mp4")) == [(n, n) for n in range(1500)]
    assert list(read_frames(tmp_path / "own-edit/video.mp4")) == [
        (n, n) for n in range(len(list(list_frames(OWN_EDIT))))
    ]
    assert find_lag(decode_sound(tmp_path / "video.mp4"), song) == 0
    own = decode_sound(tmp_path / "own-edit/video.mp4")
    truth = json.loads((tmp_path / "own-edit/truth.json").read_text())
    for piece in truth["map"][1:]:
        heard = own[round(piece["video_start"] * 48_000) : round(piece["video_end"] * 48_000)]
        meant = song[round(piece["song_start"] * 48_000) : round(piece["song_end"] * 48_000)]
        assert find_lag(heard, meant) == 0


def find_lag(heard: NDArray[np.float32], meant: NDArray[np.int16]) -> int:
    """By how many samples `heard` comes later than `meant`."""
    size = 1 << 23
    spectra = np.fft.rfft(heard.mean(axis=1), size) * np.fft.rfft(meant.mean(axis=1), size).conj()
    lag = int(np.fft.irfft(spectra, size).argmax())
    return lag - size if lag > size // 2 else lag
