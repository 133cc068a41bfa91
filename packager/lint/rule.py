"""A rule of the linter: one row of the table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from packager.lint.finding import Fault, Profile, Severity
from packager.lint.presentation import Presentation

Check = Callable[[Presentation], Iterator[Fault]]

ALL = frozenset(Profile)
APPLE = frozenset({Profile.MOBILE, Profile.TV})
PHONES = frozenset({Profile.MOBILE})
RFC_ONLY = frozenset({Profile.RFC})


@dataclass(frozen=True, slots=True)
class Rule:
    """What is demanded (`summary`), by whom (`clause`), of which profiles, and the function that looks for breaches.

    `needs_decoding`: it finds nothing in headers, and is not counted where the media was not decoded.
    In a clause, B is draft-pantos-hls-rfc8216bis and A Apple's HLS Authoring Specification.
    """

    id: str
    severity: Severity
    clause: str
    profiles: frozenset[Profile]
    summary: str
    check: Check
    needs_decoding: bool = False

    def __post_init__(self) -> None:
        assert self.id == self.id.lower().replace("_", "-"), self.id
        assert self.profiles, self.id
        assert self.clause, self.id
        assert self.summary.endswith("."), self.id
