"""A network shape by its name or from a file, as `--shape` and scenarios take it."""

from pathlib import Path

from simulator.errors import InputError
from simulator.trace import SHAPES, Trace
from simulator.trace_formats import parse_trace
from simulator.trace_models import MODELS, make_trace

NO_SHAPE = "none"


def read_shape(name: str) -> Trace | None:
    """The trace called `name`, or the one in the file of that name; None for `none`, an unshaped link.

    A model may carry its seed: `lte:7`; without one it is 1.
    Raises InputError when there is neither, or when the file is not a trace.
    """
    if name == NO_SHAPE:
        return None
    if name in SHAPES:
        return SHAPES[name]
    model, _, seed = name.partition(":")
    if model in MODELS and (not seed or seed.isdecimal()):
        return make_trace(model, int(seed or "1"))
    path = Path(name)
    if not path.suffix and not path.exists():
        known = ", ".join((*SHAPES, *MODELS, NO_SHAPE))
        raise InputError(f"shape {name}: unknown; choose {known} or a trace file")
    return read_trace_file(path)


def read_trace_file(path: Path) -> Trace:
    """The trace in a file of any form we know. Raises InputError when it cannot be read or is not a trace."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the name of the trace file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a text file; a trace is text in UTF-8") from error
    return parse_trace(text, str(path))
