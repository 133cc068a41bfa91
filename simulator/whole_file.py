"""Files that appear whole or not at all."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.errors import InputError


@contextmanager
def writing_whole(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; what is there when the block ends well becomes `path`.

    Raises InputError when it cannot be written; nothing is left behind then, nor when the block fails.
    """
    aside = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield aside
        aside.replace(path)
    except OSError as fault:
        raise InputError(f"{path}: cannot be written: {fault.strerror}") from fault
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
