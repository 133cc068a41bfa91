"""Makes the sample files in a folder, and leaves alone those that are as they would be made again."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, assert_never

import av
import numpy as np
from rich.console import Console
from rich.progress import Progress

from samples.barcode import draw_barcode
from samples.canvas import HEIGHT, STRIP_HEIGHT, WIDTH, Picture, Plane
from samples.edit import OWN_EDIT, PROLOGUE_PIECE, SONG_FRAMES, cut_soundtrack, describe_truth, list_frames
from samples.film import Film
from samples.song import make_song
from samples.write import replacing, write_film, write_song

RECORD = "samples.json"


class SamplesError(Exception):
    """The samples cannot be made as asked: one line for the user."""


class Item(StrEnum):
    """What can be made."""

    SONG = "song"
    VIDEO = "video"
    OWN_EDIT = "own-edit"


FILES = {
    Item.SONG: ("song.flac",),
    Item.VIDEO: ("video.mp4",),
    Item.OWN_EDIT: ("own-edit/video.mp4", "own-edit/truth.json"),
}


def make_samples(out: Path, seed: int = 1, only: Item | None = None) -> tuple[Path, ...]:
    """The paths of the sample files in `out`, made where they are missing, changed, or from another seed or version.

    All of them, or those of one item. Each file appears whole or not at all. A progress bar is shown on a terminal.
    Raises SamplesError when the seed or the folder cannot be used.
    """
    if seed < 0:
        raise SamplesError(f"--seed: found {seed}, expected 0 or more")
    _open_folder(out)
    items = tuple(Item) if only is None else (only,)
    wanted = {"seed": seed, "version": find_version()}
    record = _read_record(out)
    stale = tuple(item for item in items if record.get(item) != wanted | {"files": _measure_files(out, item)})
    for item in _make_items(out, seed, stale):
        record[item] = wanted | {"files": _measure_files(out, item)}
        _write_json(out / RECORD, record)
    return tuple(out / name for item in items for name in FILES[item])


def find_version() -> str:
    """A digest of all that the samples follow from besides the seed: this code, NumPy and the encoders."""
    digest = hashlib.sha256(f"numpy {np.__version__} av {av.__version__}".encode())
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def render_frames(frames: Iterable[int | None], film: Film, count_frame: Callable[[], None]) -> Iterator[Plane]:
    """Each frame as a yuv420p buffer of shape (1080, 1280), barcode and all; the buffer is drawn over for the next.

    `frames` says which frame of the song is seen, None for the prologue; frame n of what comes out shows n.
    """
    buffer = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    picture = Picture.in_buffer(buffer)
    stage = picture.below(STRIP_HEIGHT)
    for number, frame in enumerate(frames):
        if frame is None:
            film.draw_prologue(stage, number, PROLOGUE_PIECE.frame_count)
        else:
            film.draw(stage, frame)
        draw_barcode(picture, number)
        yield buffer
        count_frame()


def _make_items(out: Path, seed: int, items: tuple[Item, ...]) -> Iterator[Item]:
    """Make the items one after the other, and yield each when its files are in place."""
    if not items:
        return
    song = make_song(seed)
    for item in items:
        with _show_progress(item) as count_frame:
            match item:
                case Item.SONG:
                    write_song(out / "song.flac", song)
                case Item.VIDEO:
                    frames = render_frames(range(SONG_FRAMES), Film(song, seed), count_frame)
                    write_film(out / "video.mp4", frames, song)
                case Item.OWN_EDIT:
                    frames = render_frames(list_frames(OWN_EDIT), Film(song, seed), count_frame)
                    write_film(out / "own-edit/video.mp4", frames, cut_soundtrack(song, OWN_EDIT, seed))
                    _write_json(out / "own-edit/truth.json", describe_truth(OWN_EDIT))
                case _:
                    assert_never(item)
        yield item


@contextmanager
def _show_progress(item: Item) -> Iterator[Callable[[], None]]:
    """A bar on stderr while `item` is made, when that is a terminal; call what is given once per frame."""
    console = Console(stderr=True)
    frame_counts = {
        Item.SONG: None,
        Item.VIDEO: SONG_FRAMES,
        Item.OWN_EDIT: sum(piece.frame_count for piece in OWN_EDIT),
    }
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(f"making {FILES[item][0]}", total=frame_counts[item])
        yield lambda: progress.advance(task)


def _open_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SamplesError(f"{out}: cannot be used as a folder ({error.strerror}); name another with --out") from error


def _read_record(out: Path) -> dict[str, Any]:
    """What was made in the folder, by item; nothing when that is not known, and then all is made again."""
    try:
        record = json.loads((out / RECORD).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return record if isinstance(record, dict) else {}


def _measure_files(out: Path, item: Item) -> dict[str, int]:
    """The size in bytes of each of the item's files that is there."""
    paths = {name: out / name for name in FILES[item]}
    return {name: path.stat().st_size for name, path in paths.items() if path.is_file()}


def _write_json(path: Path, content: dict[str, Any]) -> None:
    with replacing(path) as aside:
        aside.write_text(json.dumps(content, indent=1) + "\n")
