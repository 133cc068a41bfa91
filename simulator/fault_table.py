"""The faults of a scenario, from its `[faults]` table. An array of chaos-stream-proxy can be pasted as it is.

[faults]
seed = 1                                            # for `probability`
delay = [{ i = 3, ms = 2000 }]
statusCode = [{ i = "*", rung = "720p", code = 503, times = 2 }]
timeout = [{ part = "playlist", medium = "video", times = 1 }]
throttle = [{ from_s = 10, to_s = 20, rate = 20000 }]      # bytes per second
truncate = [{ i = 5, part_sent = 0.5 }]             # the file is cut short, and the answer says its length
corrupt = [{ i = [6, 7], bytes = 20 }]
reset = [{ path = "video/*", probability = 0.05, part_sent = 0.5 }]      # of the second song: "song-2/video/*"
wrongLength = [{ i = 8, bytes = 1000 }]             # promised, but not sent
"""

from collections.abc import Mapping
from typing import TypeVar

from simulator.commands import Part
from simulator.errors import InputError
from simulator.faults import Aim, Fault, FaultKind, Faults
from simulator.presentation import Medium
from simulator.tomltable import check_keys, read_list, read_number, read_text

Choice = TypeVar("Choice", Medium, Part)

# What each kind's amount is called, and what it is when nothing is said (None: it must be said).
_AMOUNTS: dict[FaultKind, tuple[str, float | None]] = {
    FaultKind.DELAY: ("ms", None),
    FaultKind.STATUS_CODE: ("code", None),
    FaultKind.THROTTLE: ("rate", None),
    FaultKind.TRUNCATE: ("part_sent", 0.5),
    FaultKind.CORRUPT: ("bytes", 1),
    FaultKind.RESET: ("part_sent", 0.5),
    FaultKind.WRONG_LENGTH: ("bytes", 1000),
}
_AIMS = ("i", "rung", "medium", "part", "path", "from_s", "to_s", "probability", "times")


def read_faults(table: Mapping[str, object], where: str) -> Faults:
    """The faults that a `[faults]` table describes. Raises InputError, naming kind, number and key."""
    kinds = {kind.value: kind for kind in FaultKind}
    check_keys(table, ("seed", *kinds), where)
    seed = read_number(table, "seed", where, 1)
    if seed is None or seed != int(seed):
        raise InputError(f"{where}: seed is {seed}; it must be a whole number")
    return Faults(
        tuple(
            _read_fault(entry, kind, f"{where}: {name} {number}")
            for name, kind in kinds.items()
            for number, entry in enumerate(read_list(table, name, where), 1)
        ),
        int(seed),
    )


def _read_fault(entry: object, kind: FaultKind, place: str) -> Fault:
    key, default = _AMOUNTS.get(kind, ("", 0))
    if not isinstance(entry, dict):
        raise InputError(f"{place}: write it as a table, as in {{ i = 3{f', {key} = ...' if key else ''} }}")
    check_keys(entry, (*((key,) if key else ()), *_AIMS), place)
    amount = read_number(entry, key, place, default) if key else 0.0
    if amount is None:
        raise InputError(f"{place}: it has no {key}; say how much")
    times, probability = read_number(entry, "times", place, None), read_number(entry, "probability", place, None)
    try:
        return Fault(
            kind,
            amount,
            _read_aim(entry, place),
            1.0 if probability is None else probability,
            None if times is None else int(times),
        )
    except InputError as fault:
        message = str(fault)
        raise InputError(message if message.startswith(f"{place}:") else f"{place}: {message}") from fault


def _read_aim(entry: Mapping[str, object], place: str) -> Aim:
    to_s = read_number(entry, "to_s", place, None)
    medium, part = read_text(entry, "medium", place, ""), read_text(entry, "part", place, "")
    part = part or ("segment" if entry.get("i") == "*" else "")
    return Aim(
        _read_indices(entry.get("i", "*"), place),
        read_text(entry, "rung", place, "") or None,
        _choose(medium, Medium, "medium", place) if medium else None,
        _choose(part, Part, "part", place) if part else None,
        read_text(entry, "path", place, "") or None,
        round((read_number(entry, "from_s", place, 0) or 0) * 1_000_000),
        None if to_s is None else round(to_s * 1_000_000),
    )


def _read_indices(value: object, place: str) -> frozenset[int] | None:
    """Segments by their place in the playlist, from 0; None for `"*"`, every one."""
    if value == "*":
        return None
    indices = value if isinstance(value, list) else [value]
    if not indices or any(isinstance(i, bool) or not isinstance(i, int) or i < 0 for i in indices):
        raise InputError(f'{place}: i is {value!r}; give a segment\'s place from 0, a list of them, or "*"')
    return frozenset(indices)


def _choose(name: str, choices: type[Choice], key: str, place: str) -> Choice:
    try:
        return choices(name)
    except ValueError:
        known = ", ".join(choice.value for choice in choices)
        raise InputError(f"{place}: {key} is {name!r}; it must be one of {known}") from None
