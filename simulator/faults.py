"""What goes wrong between player and origin: which fault strikes a request, and what that does to its answer.

The vocabulary is that of Eyevinn's chaos-stream-proxy (delay, statusCode, timeout, throttle, aimed by `i`), with four
faults more. The virtual link and the origin ask the same `FaultBook`, so one file does the same to both.
"""

from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum
from fnmatch import fnmatchcase
from hashlib import sha256

from simulator.commands import Fetch, Part
from simulator.errors import InputError
from simulator.presentation import Medium


class FaultKind(Enum):
    """What happens to an answer, by the names of the scenario file."""

    DELAY = "delay"  # it comes `amount` ms later
    STATUS_CODE = "statusCode"  # it is the status `amount`
    TIMEOUT = "timeout"  # it never comes
    THROTTLE = "throttle"  # its body comes at `amount` bytes per second at most
    TRUNCATE = "truncate"  # it is only that part of the file, and says so: the file itself is cut short
    CORRUPT = "corrupt"  # `amount` bytes of its body are wrong
    RESET = "reset"  # the connection breaks after that part of the body
    WRONG_LENGTH = "wrongLength"  # it promises `amount` bytes more than come


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request is for. `path` is relative to the folder of the multivariant playlist."""

    path: str
    part: Part
    medium: Medium | None = None
    rung: str = ""
    index: int = -1


def describe_fetch(fetch: Fetch) -> Asked:
    """What a player's own fetch, relative to the package folder, is for."""
    return Asked(fetch.resource.uri, fetch.part, fetch.medium, fetch.rung, fetch.index)


@dataclass(frozen=True, slots=True)
class Aim:
    """Which requests a fault may strike: those that fit everything given here (None: whatever it is).

    `path` is a glob; `from_us` and `to_us` are clock times since the first request.
    """

    indices: frozenset[int] | None = None
    rung: str | None = None
    medium: Medium | None = None
    part: Part | None = None
    path: str | None = None
    from_us: int = 0
    to_us: int | None = None

    def fits(self, asked: Asked, now_us: int) -> bool:
        """Whether a request at that time is aimed at."""
        return (
            (self.indices is None or asked.index in self.indices)
            and self.rung in {None, asked.rung}
            and self.medium in {None, asked.medium}
            and self.part in {None, asked.part}
            and (self.path is None or fnmatchcase(asked.path, self.path))
            and self.from_us <= now_us
            and (self.to_us is None or now_us < self.to_us)
        )


# The least and the most that each kind's amount may be; a timeout has none.
_BOUNDS: dict[FaultKind, tuple[float, float]] = {
    FaultKind.DELAY: (1, 3_600_000),
    FaultKind.STATUS_CODE: (400, 599),
    FaultKind.TIMEOUT: (0, 0),
    FaultKind.THROTTLE: (1, 1e9),
    FaultKind.TRUNCATE: (0, 0.999),
    FaultKind.CORRUPT: (1, 1e6),
    FaultKind.RESET: (0, 0.999),
    FaultKind.WRONG_LENGTH: (1, 1e9),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault, what it strikes, how often of a hundred times, and how many requests at most (None: all)."""

    kind: FaultKind
    amount: float = 0
    aim: Aim = Aim()
    probability: float = 1.0
    times: int | None = None

    def __post_init__(self) -> None:
        low, high = _BOUNDS[self.kind]
        if not low <= self.amount <= high:
            raise InputError(f"fault {self.kind.value}: {self.amount:g} is not within {low:g} .. {high:g}")
        if not 0 < self.probability <= 1:
            raise InputError(f"fault {self.kind.value}: probability is {self.probability:g}; it must lie in (0, 1]")
        if self.times is not None and self.times < 1:
            raise InputError(f"fault {self.kind.value}: times is {self.times}; leave it out to strike always")


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of a scenario; the same seed strikes the same requests."""

    faults: tuple[Fault, ...] = ()
    seed: int = 1

    def __bool__(self) -> bool:
        return bool(self.faults)


NO_FAULTS = Faults()


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done to one answer. The defaults do nothing.

    `sent_part`: how much of the body comes (a part of 1); `missing_bytes`: how much more the answer promises than it
    has; `is_reset`: the connection breaks where the body ends, without a goodbye.
    """

    delay_us: int = 0
    status: int | None = None
    is_never: bool = False
    rate_bytes: int | None = None
    sent_part: float = 1.0
    missing_bytes: int = 0
    is_reset: bool = False
    wrong_bytes: int = 0

    def sent_bytes(self, size_bytes: int) -> int:
        """How much of a body of that size comes."""
        return int(size_bytes * self.sent_part)

    def promised_bytes(self, size_bytes: int) -> int:
        """The length that the answer gives."""
        return (size_bytes if self.is_reset else self.sent_bytes(size_bytes)) + self.missing_bytes

    @property
    def is_cut_short(self) -> bool:
        """Whether the file itself seems to end early: all that was promised comes, and it is not all there is."""
        return self.sent_part < 1 and not self.is_reset

    def spoil(self, body: bytes) -> bytes:
        """What comes of a body: cut, and with its wrong bytes spread evenly over it; a single one in the middle."""
        spoiled = bytearray(body[: self.sent_bytes(len(body))])
        count = min(self.wrong_bytes, len(spoiled))
        for number in range(count):
            spoiled[(2 * number + 1) * len(spoiled) // (2 * count)] ^= 0xFF
        return bytes(spoiled)

    def find_failure(self, size_bytes: int) -> str:
        """Why an answer with a body of that size does not come whole, in the words of a client; empty when it does."""
        sent, promised = self.sent_bytes(size_bytes), self.promised_bytes(size_bytes)
        if self.is_reset:
            return f"the connection was reset after {sent} of {promised} bytes"
        return "" if sent == promised else f"the answer ended after {sent} of {promised} bytes"


UNTOUCHED = Treatment()


class FaultBook:
    """Decides for each request what is done to its answer, and remembers how often it was asked for the same."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._asked: Counter[Asked] = Counter()
        self._struck: Counter[int] = Counter()

    def treat(self, asked: Asked, now_us: int) -> Treatment:
        """What is done to the answer of this request, made `now_us` after the first one."""
        attempt = self._asked[asked]
        self._asked[asked] += 1
        treatment = UNTOUCHED
        for number, fault in enumerate(self._faults.faults):
            if self._strikes(number, fault, asked, attempt, now_us):
                self._struck[number] += 1
                treatment = _add(treatment, fault)
        return treatment

    def _strikes(self, number: int, fault: Fault, asked: Asked, attempt: int, now_us: int) -> bool:
        if not fault.aim.fits(asked, now_us):
            return False
        if fault.times is not None and self._struck[number] >= fault.times:
            return False
        return fault.probability == 1 or self._draw(number, asked, attempt) < fault.probability

    def _draw(self, number: int, asked: Asked, attempt: int) -> float:
        """A number in [0, 1) that depends on the seed, the fault, the request and its attempt, not on their order."""
        name = f"{self._faults.seed}/{number}/{asked.path}/{asked.index}/{attempt}"
        return int.from_bytes(sha256(name.encode()).digest()[:6], "big") / 2**48


def _add(treatment: Treatment, fault: Fault) -> Treatment:
    amount = fault.amount
    match fault.kind:
        case FaultKind.DELAY:
            return replace(treatment, delay_us=treatment.delay_us + round(amount * 1000))
        case FaultKind.STATUS_CODE:
            return replace(treatment, status=int(amount))
        case FaultKind.TIMEOUT:
            return replace(treatment, is_never=True)
        case FaultKind.THROTTLE:
            return replace(treatment, rate_bytes=min(int(amount), treatment.rate_bytes or int(amount)))
        case FaultKind.TRUNCATE:
            return replace(treatment, sent_part=min(amount, treatment.sent_part))
        case FaultKind.CORRUPT:
            return replace(treatment, wrong_bytes=treatment.wrong_bytes + int(amount))
        case FaultKind.RESET:
            return replace(treatment, sent_part=min(amount, treatment.sent_part), is_reset=True)
        case FaultKind.WRONG_LENGTH:
            return replace(treatment, missing_bytes=treatment.missing_bytes + int(amount))
