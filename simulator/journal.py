"""A session on disk: one zip file with the inputs, the events and every body. A bug report is a journal.

    journal.jsonl     line 1: what was played and how; then one line for each request, input and event, as they came
    bodies/<id>       the body of request <id>, as it came

Times are in microseconds since the session began. Replaying the inputs gives the events again.
"""

import dataclasses
import json
import zipfile
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from simulator import controls
from simulator import events as event_types
from simulator import inputs as input_types
from simulator.commands import Fetch, Part
from simulator.controls import Control
from simulator.errors import InputError
from simulator.events import Event
from simulator.faults import Aim, Fault, FaultKind, Faults
from simulator.hls import parse_playlist
from simulator.inputs import Finished, Input
from simulator.limits import Limit
from simulator.ownrule import OwnRule
from simulator.presentation import ByteRange, Medium, Resource
from simulator.profile import PlayerConfig, find_profile
from simulator.scenario import Scenario, Tap
from simulator.session import Session, SongAddress
from simulator.trace import Period, Trace
from simulator.whole_file import writing_whole

SCHEMA = 3
# Version 2 had single songs only; those are told alike.
READABLE = (2, SCHEMA)
_LINES = "journal.jsonl"


def write_journal(session: Session, path: Path) -> None:
    """Store a session. Raises InputError when the file cannot be written."""
    with writing_whole(path) as aside, zipfile.ZipFile(aside, "w", zipfile.ZIP_STORED) as archive:
        lines = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in _lines(session))
        archive.writestr(zipfile.ZipInfo(_LINES), lines, zipfile.ZIP_DEFLATED)
        for request_id, body in sorted(session.bodies.items()):
            archive.writestr(zipfile.ZipInfo(f"bodies/{request_id}"), body)


def read_journal(path: Path) -> Session:
    """The session that was stored. Raises InputError when the file is not a whole journal of this version."""
    try:
        with zipfile.ZipFile(path) as archive:
            lines = [json.loads(line) for line in archive.read(_LINES).decode().splitlines()]
            bodies = {
                int(name.removeprefix("bodies/")): archive.read(name)
                for name in archive.namelist()
                if name.startswith("bodies/")
            }
        return _session(lines, bodies, path)
    except OSError as fault:
        raise InputError(f"{path}: cannot read the journal: {fault.strerror}") from fault
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError) as fault:
        raise InputError(
            f"{path}: not a whole midnote journal ({type(fault).__name__}: {fault}); record the session again"
        ) from fault


def _lines(session: Session) -> Iterator[dict[str, Any]]:
    yield {
        "midnote_journal": SCHEMA,
        "package": session.package,
        "uri": session.uri,
        "driver": session.driver,
        "over_at_us": session.over_at_us,
        "next_songs": _plain(session.next_songs),
        "scenario": _plain(session.scenario),
    }
    for request_id, resource in session.resources.items():
        yield {"request": request_id, **_plain(resource)}
    for happened in session.inputs:
        yield {"input": type(happened).__name__, **_plain(happened)}
    for event in session.events:
        yield {"event": type(event).__name__, **_plain(event)}


def _plain(value: Any) -> Any:
    """A value as JSON: dataclasses as objects (a parsed playlist is left out: its body is stored), enums by value."""
    if isinstance(value, Trace):
        return {"name": value.name, "periods": [dataclasses.astuple(period) for period in value.periods]}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, OwnRule):
        return {"file": value.file, "sha256": value.sha256}
    if isinstance(value, Control):
        return {"kind": type(value).__name__, **dataclasses.asdict(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.name != "playlist"}
    return value


def _session(lines: list[dict[str, Any]], bodies: dict[int, bytes], path: Path) -> Session:
    head = lines[0]
    if head.get("midnote_journal") not in READABLE:
        raise InputError(
            f"{path}: journal version {head.get('midnote_journal')} where {SCHEMA} was expected; record it again"
        )
    resources = {line["request"]: _resource(line) for line in lines if "request" in line}
    events = tuple(_event(line) for line in lines if "event" in line)
    fetches = {
        event.request_id: Fetch(event.request_id, resources[event.request_id], event.part)
        for event in events
        if isinstance(event, event_types.Requested)
    }
    inputs = tuple(_input(line, fetches, bodies) for line in lines if "input" in line)
    return Session(
        head["package"], head["uri"], head["driver"], _scenario(head["scenario"]), inputs, events,
        head["over_at_us"], resources, bodies,
        tuple(SongAddress(**song) for song in head.get("next_songs", ())),
    )  # fmt: skip


def _resource(line: Mapping[str, Any]) -> Resource:
    return Resource(line["uri"], ByteRange(**line["byte_range"]) if line["byte_range"] else None)


def _scenario(stored: dict[str, Any]) -> Scenario:
    config = dict(stored["config"])
    config["profile"] = find_profile(config["profile"]["name"])
    # What a rule of the user's own was, and never where: its code comes from whoever replays the journal.
    config["own_rules"] = tuple(OwnRule(own["file"], own["sha256"]) for own in config.get("own_rules", ()))
    link = stored["link"]
    return Scenario(
        name=stored["name"],
        taps=tuple(Tap(tap["playhead_us"], Medium(tap["wants"]), tap.get("song", 1)) for tap in stored["taps"]),
        link=Trace(link["name"], (Period(*period) for period in link["periods"])) if link else None,
        leaves_at_us=stored["leaves_at_us"],
        start=Medium(stored["start"]),
        config=PlayerConfig(**config),
        limits={name: Limit(**limit) for name, limit in stored["limits"].items()},
        controls=tuple(_control(control) for control in stored.get("controls", ())),
        faults=_faults(stored.get("faults") or {"faults": [], "seed": 1}),
        next_songs=tuple(stored.get("next_songs", ())),
    )


def _control(stored: dict[str, Any]) -> Control:
    fields = {name: value for name, value in stored.items() if name != "kind"}
    control: Control = getattr(controls, stored["kind"])(**fields)
    return control


def _faults(stored: dict[str, Any]) -> Faults:
    return Faults(tuple(_fault(fault) for fault in stored["faults"]), stored["seed"])


def _fault(stored: dict[str, Any]) -> Fault:
    aim = dict(stored["aim"])
    aim["indices"] = None if aim["indices"] is None else frozenset(aim["indices"])
    aim["medium"] = None if aim["medium"] is None else Medium(aim["medium"])
    aim["part"] = None if aim["part"] is None else Part(aim["part"])
    return Fault(**{**stored, "kind": FaultKind(stored["kind"]), "aim": Aim(**aim)})


def _event(line: dict[str, Any]) -> Event:
    fields = _fields(line, "event")
    event: Event = getattr(event_types, line["event"])(**fields)
    return event


def _input(line: dict[str, Any], fetches: Mapping[int, Fetch], bodies: Mapping[int, bytes]) -> Input:
    happened: Input = getattr(input_types, line["input"])(**_fields(line, "input"))
    if not isinstance(happened, Finished):
        return happened
    fetch = fetches[happened.request_id]
    if fetch.part not in (Part.MULTIVARIANT, Part.PLAYLIST):
        return happened
    return dataclasses.replace(happened, playlist=parse_playlist(fetch, bodies[happened.request_id]))


_ENUMS = {"medium": Medium, "wants": Medium, "shows": Medium, "part": Part}


def _fields(line: dict[str, Any], kind: str) -> dict[str, Any]:
    """The fields of an input or event, with its enums restored."""
    return {
        name: _ENUMS[name](value) if name in _ENUMS and value is not None else value
        for name, value in line.items()
        if name != kind
    }
