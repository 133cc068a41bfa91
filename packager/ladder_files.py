"""Ladders by name or by file: those that come with midnote, and the user's own."""

from importlib.resources import files
from pathlib import Path

from packager.errors import InputError
from packager.ladder import Ladder
from packager.ladder_format import read_ladder

DEFAULT = "default"

# Anything larger is not a ladder; a video given by mistake would be read whole.
_LARGEST_BYTES = 1_000_000


def preset_names() -> tuple[str, ...]:
    """The names of the ladders that come with midnote, the usual one first."""
    names = [entry.name.removesuffix(".toml") for entry in _shelf().iterdir() if entry.name.endswith(".toml")]
    return tuple(sorted(names, key=lambda name: (name != DEFAULT, name)))


def read_preset(name: str) -> str:
    """The TOML text of one of them, to be copied. Raises InputError for an unknown name."""
    if name not in preset_names():
        raise InputError(
            f"{name}: no such ladder, and no such file: give the path of a TOML file, or one of "
            f"{', '.join(preset_names())}"
        )
    return (_shelf() / f"{name}.toml").read_text(encoding="utf-8")


def load_ladder(wanted: str) -> Ladder:
    """The ladder of this name, or in this file. A name of ours wins over a file in the current folder.

    Raises InputError where there is none, or where it is not a ladder.
    """
    path = Path(wanted)
    if wanted in preset_names() or not path.exists():
        return read_ladder(wanted, read_preset(wanted))
    return read_ladder(path.name, _read_text(path))


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise InputError(f"{path}: {path.stat().st_size} bytes: expected a ladder, a short TOML file")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}): give the path of a TOML file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}: give the path of a TOML file") from error


def _shelf() -> Path:
    return Path(str(files("packager"))) / "ladders"
