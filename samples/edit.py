"""The own edit: a music video that does not run along with its song, and the truth about where it does.

Seven seconds of other sound come first, and eight seconds of the song are cut out of its middle. Cuts fall on frames.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samples.film import FPS, SAMPLES_PER_FRAME
from samples.prologue import make_prologue
from samples.score import SAMPLE_RATE, SONG_SAMPLES

GAIN_DB = -3
JOIN_FADE_SAMPLES = SAMPLE_RATE // 200  # 5 ms at every join, as an editor would: a cut must not click


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the video: frames of the same-edit video from `song_start` on; the prologue when that is None."""

    frame_count: int
    song_start: int | None

    def __post_init__(self) -> None:
        assert self.frame_count > 0, self
        assert self.song_start is None or self.song_start >= 0, self


SONG_FRAMES = SONG_SAMPLES // SAMPLES_PER_FRAME
PROLOGUE_PIECE = Piece(7 * FPS, song_start=None)
OWN_EDIT = (PROLOGUE_PIECE, Piece(20 * FPS, song_start=0), Piece(SONG_FRAMES - 28 * FPS, song_start=28 * FPS))


def list_frames(pieces: tuple[Piece, ...]) -> Iterator[int | None]:
    """For each frame of the video the frame of the song that it shows; None in a prologue."""
    for piece in pieces:
        for frame in range(piece.frame_count):
            yield None if piece.song_start is None else piece.song_start + frame


def cut_soundtrack(song: NDArray[np.int16], pieces: tuple[Piece, ...], seed: int) -> NDArray[np.int16]:
    """The sound of the edit, int16, shape (samples, 2): the song 3 dB down, and the prologue's own."""
    quieter = np.rint(song * np.float32(10 ** (GAIN_DB / 20))).astype(np.int16)
    sounds = []
    for piece in pieces:
        count = piece.frame_count * SAMPLES_PER_FRAME
        if piece.song_start is None:
            sounds.append(_fade_ends(make_prologue(seed, count)))
            continue
        start = piece.song_start * SAMPLES_PER_FRAME
        sounds.append(_fade_ends(quieter[start : start + count]))
    return np.concatenate(sounds)


def describe_truth(pieces: tuple[Piece, ...]) -> dict[str, object]:
    """What truth.json says: which video time is which song time, in seconds."""
    return {
        "id": "own-edit",
        "note": "7 s intro of other sound, song 20 to 28 s cut out; -3 dB",
        "song": "../song.flac",
        "video": "video.mp4",
        "time_base": "seconds; song time 0 = first decoded sample of the song file; "
        "video time 0 = presentation time 0 of the video file",
        "map": list(_map_pieces(pieces)),
        "overlays": [],
        "gain_db": GAIN_DB,
        "clipped": False,
        "common_music": True,
        "audio_delay_s": 0,
        "fps": str(FPS),
        "edges": "5 ms fades at every join",
        "barcode": "frame n of this file shows n",
    }


def _map_pieces(pieces: tuple[Piece, ...]) -> Iterator[dict[str, object]]:
    first = 0
    for piece in pieces:
        video = {"video_start": first / FPS, "video_end": (first + piece.frame_count) / FPS}
        first += piece.frame_count
        if piece.song_start is None:
            yield {"kind": "other", **video, "source": "samples.prologue"}
            continue
        end = piece.song_start + piece.frame_count
        yield {"kind": "song", **video, "song_start": piece.song_start / FPS, "song_end": end / FPS, "rate": 1.0}


def _fade_ends(sound: NDArray[np.int16]) -> NDArray[np.int16]:
    """The sound with 5 ms of fade at both ends."""
    gain = np.ones(len(sound), np.float32)
    gain[:JOIN_FADE_SAMPLES] = np.arange(JOIN_FADE_SAMPLES) / JOIN_FADE_SAMPLES
    gain[-JOIN_FADE_SAMPLES:] = gain[:JOIN_FADE_SAMPLES][::-1]
    faded: NDArray[np.int16] = np.rint(sound * gain[:, None]).astype(np.int16)
    return faded
