"""Does to answers what a scenario's faults say: waits, spoils bodies, sets the pace. The virtual link does the same."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace

from simulator.faults import UNTOUCHED, Asked, FaultBook, Faults, Treatment
from simulator.origin.answer import Answer
from simulator.origin.body import BodyReader, ReadAt
from simulator.origin.catalogue import Place
from simulator.trace import US_PER_S

_FIRST_BYTE = re.compile(r"bytes=(\d+)-")
# A throttled body goes out in pieces of this time, as the virtual link has it.
PACE_S = 0.1


class Mischief:
    """The faults of one origin. Its time begins with the first request."""

    def __init__(self, faults: Faults, catalogue: Mapping[Place, Asked]) -> None:
        self._book = FaultBook(faults)
        self._catalogue = catalogue
        self._began_s: float | None = None

    def treat(self, names: tuple[str, ...], range_field: str | None) -> Treatment:
        """What is to be done to the answer of this request; nothing to files that no playlist names."""
        now_s = asyncio.get_running_loop().time()
        if self._began_s is None:
            self._began_s = now_s
        path = "/".join(names)
        first_byte = _FIRST_BYTE.match(range_field or "")
        asked = self._catalogue.get((path, int(first_byte[1]) if first_byte else None))
        if asked is None:
            return UNTOUCHED
        return self._book.treat(asked, round((now_s - self._began_s) * US_PER_S))


async def hold_back(treatment: Treatment) -> None:
    """Return when the answer may begin; never, until the client leaves, when there is to be none."""
    await asyncio.sleep(treatment.delay_us / US_PER_S)
    if treatment.is_never:
        await asyncio.Event().wait()


def spoil_answer(answer: Answer, treatment: Treatment, read_at: ReadAt) -> Answer:
    """The answer with the body that is to be sent, and the length that it is to promise."""
    size_bytes = sum(len(part) if isinstance(part, bytes) else part.size_bytes for part in answer.body)
    body = BodyReader(answer.body, read_at)
    whole = b"".join(iter(lambda: body.read(size_bytes), b""))
    promised = str(treatment.promised_bytes(size_bytes))
    fields = tuple((name, promised if name == "Content-Length" else value) for name, value in answer.fields)
    return replace(answer, fields=fields, body=(treatment.spoil(whole),))


class Pace:
    """Keeps one body to so many bytes a second; None: as fast as it goes."""

    def __init__(self, rate_bytes: int | None) -> None:
        self._rate_bytes = rate_bytes
        self._due_s = asyncio.get_running_loop().time()

    def limit(self, size_bytes: int) -> int:
        """How much of that much may go out at once."""
        return size_bytes if self._rate_bytes is None else min(size_bytes, max(1, int(self._rate_bytes * PACE_S)))

    async def wait(self, size_bytes: int) -> None:
        """Return when the next piece may follow one of that size."""
        if self._rate_bytes is None:
            return
        now_s = asyncio.get_running_loop().time()
        self._due_s = max(self._due_s, now_s - PACE_S) + size_bytes / self._rate_bytes
        await asyncio.sleep(max(0.0, self._due_s - now_s))
