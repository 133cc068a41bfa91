"""A rule from a user's own file: what it is called, what is in the file, and its code only where that was asked for."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulator.errors import InputError

# `file:mine.py`, where the name of a rule is expected.
PREFIX = "file:"


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule file by its name, without its folder, and the SHA-256 of its bytes: all that a journal keeps of it.

    `path` is where it was found. `make` gives a new rule of its class; None: the code was not loaded, nothing runs it.
    """

    file: str
    sha256: str
    path: str = field(default="", compare=False, repr=False)
    make: Callable[[], Any] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[^/\\\x00-\x1f\x7f]+", self.file):
            raise InputError(f"rule file {self.file!r}: a name without folders is expected here")
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise InputError(f"rule file {self.file!r}: its sha256 is {self.sha256!r}, which is none")

    @property
    def name(self) -> str:
        """What a player's configuration calls it."""
        return f"{PREFIX}{self.file}"
