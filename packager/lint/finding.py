"""What the linter says: a fault that a check saw, and the finding it becomes under a rule."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


class Severity(Enum):
    """How bad: MUST is an error, SHOULD a warning, and a note says what was not judged."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Profile(Enum):
    """Whose rules apply: the RFC's alone, or also Apple's authoring rules for a family of devices."""

    RFC = "rfc"
    MOBILE = "mobile"
    TV = "tv"


@dataclass(frozen=True, slots=True)
class Place:
    """Where: a file, and as far as it is known the line (from 1), the byte, or the instant in it."""

    file: str
    line: int | None = None
    offset_bytes: int | None = None
    time_s: Fraction | None = None

    def __post_init__(self) -> None:
        assert self.file, "a place has a file"
        assert self.line is None or self.line >= 1, self.line
        assert self.offset_bytes is None or self.offset_bytes >= 0, self.offset_bytes

    def __str__(self) -> str:
        parts = [self.file if self.line is None else f"{self.file}:{self.line}"]
        if self.offset_bytes is not None:
            parts.append(f"byte {self.offset_bytes}")
        if self.time_s is not None:
            parts.append(f"at {float(self.time_s):.3f} s")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a check saw wrong: what was found, what the clause wants, and the way out."""

    place: Place
    found: str
    expected: str
    mend: str

    def __post_init__(self) -> None:
        assert self.found, "a fault says what was found"
        assert self.expected, "a fault says what was expected"
        assert self.mend, "a fault says the way out"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault under the rule that it breaks. `str()` gives the one line that a user reads."""

    rule: str
    severity: Severity
    clause: str
    fault: Fault

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.fault.place

    def __str__(self) -> str:
        fault = self.fault
        return f"{fault.place}: {self.severity.value}: {fault.found}; {fault.expected}: {fault.mend} [{self.rule}]"

    def as_json(self) -> dict[str, object]:
        """Plain values for a program to read; the time is a float of seconds."""
        place = self.place
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "clause": self.clause,
            "file": place.file,
            "line": place.line,
            "offset_bytes": place.offset_bytes,
            "time_s": None if place.time_s is None else float(place.time_s),
            "found": self.fault.found,
            "expected": self.fault.expected,
            "mend": self.fault.mend,
        }
