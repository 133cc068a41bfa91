"""What a player asks of its driver."""

from enum import Enum

from simulator.presentation import Medium, Resource
from simulator.value import value


class Part(Enum):
    """What a request is for."""

    MULTIVARIANT = "multivariant"
    PLAYLIST = "playlist"
    INIT = "init"
    KEY = "key"
    SEGMENT = "segment"

    __hash__ = object.__hash__  # as in Medium


@value
class Fetch:
    """Get this resource and report how it goes under `request_id`."""

    request_id: int
    resource: Resource
    part: Part
    medium: Medium | None = None
    rung: str = ""
    index: int = -1


@value
class Abort:
    """Stop this request; nothing more is to be reported of it."""

    request_id: int


Command = Fetch | Abort
