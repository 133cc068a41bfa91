"""A network shape by its name or from a file, as `--shape` and `--trace` take it."""

from pathlib import Path

from simulator.errors import InputError
from simulator.trace import SHAPES, Trace
from simulator.trace_formats import parse_sabre_trace

NO_SHAPE = "none"


def read_shape(name: str) -> Trace | None:
    """The trace called `name`, or the one in the JSON file of that name; None for `none`, an unshaped link.

    Raises InputError when there is neither, or when the file is not a trace.
    """
    if name == NO_SHAPE:
        return None
    if name in SHAPES:
        return SHAPES[name]
    path = Path(name)
    if path.suffix != ".json":
        raise InputError(
            f"shape {name}: unknown; choose {', '.join((*SHAPES, NO_SHAPE))} or a trace file ending in .json"
        )
    return read_trace_file(path)


def read_trace_file(path: Path) -> Trace:
    """The trace in a Sabre JSON file. Raises InputError when it cannot be read or is not a trace."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the name of the trace file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a text file; a trace is JSON in UTF-8") from error
    return parse_sabre_trace(text, str(path))
