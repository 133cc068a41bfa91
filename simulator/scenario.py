"""What a listener does and what may come of it: taps, link, limits. Values only; `parse_scenario` reads the TOML.

name = "commuter"
leaves_at_s = 45.0          # clock; left out: the song is played to its end

[link]
shape = "3g"                # or bandwidth_kbps; or trace = "drive.csv"; or model = "lte" and seed = 1
latency_ms = 80             # replaces the trace's own

[player]
abr = "bola"                # rule for the picture; audio_abr for the sound; "file:mine.py" for one of your own

[[tap]]
at_s = 7.3                  # song time
to = "video"

[[seek]]                    # and pause, rate, screen_off, hover, skip: see `control_table`
at_s = 12.0
to_s = 40.0

[[next]]                    # another song after this one
package = "other"           # a folder, sought from the scenario's own; for a URL, a URL or a path from it

[switching]
warm = "segment"            # cold, init, segment, hover; join = "own", "next"; start_rung = "cheapest", "fixed:1"
next_song = "end"           # when the next song's beginning is fetched: cold, end, early; next_goal_ms = 8000

[faults]                    # what goes wrong on the way: see `fault_table`
statusCode = [{ i = 3, medium = "video", code = 503, times = 1 }]

[limits]
tap_to_picture_s = 1.5
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.control_table import ARRAYS, read_controls
from simulator.controls import Control, Skip
from simulator.errors import InputError
from simulator.fault_table import read_faults
from simulator.faults import NO_FAULTS, Faults
from simulator.limits import DEFAULT_LIMITS, Limit
from simulator.presentation import Medium
from simulator.profile import PlayerConfig, find_profile
from simulator.tomltable import check_keys, hint_at, read_list, read_number, read_song, read_table, read_text
from simulator.trace import SHAPES, Trace, constant_trace
from simulator.trace_models import MODELS, make_trace

_KEYS = {
    "": (
        "name", "leaves_at_s", "starts_with", "player", "link", "tap", "limits", "faults", "switching", "next", *ARRAYS,
    ),
    "player": ("profile", "abr", "audio_abr"),
    "switching": ("join", "warm", "start_rung", "picture_goal_ms", "join_margin_ms", "next_song", "next_goal_ms"),
    "link": ("shape", "bandwidth_kbps", "trace", "model", "seed", "latency_ms"),
    "tap": ("at_s", "to", "song"),
    "next": ("package",),
}  # fmt: skip
_LINKS = ("shape", "bandwidth_kbps", "trace", "model")  # the ways to say what the link is


@dataclass(frozen=True, slots=True)
class Tap:
    """The listener asks for the other side when the playhead is at `playhead_us` of a song (1 is the first)."""

    playhead_us: int
    wants: Medium
    song: int = 1


@dataclass(frozen=True, slots=True)
class Scenario:
    """One listener's session. `leaves_at_us` is clock time; None: the songs are played to their end.

    `next_songs`: what follows the first song, as it was named: folders or URLs.
    """

    name: str
    taps: tuple[Tap, ...] = ()
    link: Trace | None = None
    leaves_at_us: int | None = None
    start: Medium = Medium.AUDIO
    config: PlayerConfig = field(default_factory=PlayerConfig)
    limits: Mapping[str, Limit] = field(default_factory=lambda: dict(DEFAULT_LIMITS))
    faults: Faults = NO_FAULTS
    controls: tuple[Control, ...] = ()
    next_songs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        side, last = self.start, (1, -1)
        for tap in self.taps:
            if (tap.song, tap.playhead_us) <= last:
                raise InputError(f"scenario {self.name}: taps must come in the order of song time, {_at(tap)} does not")
            if tap.wants is side:
                raise InputError(f"scenario {self.name}: the tap {_at(tap)} asks for {side.value}, which is on already")
            side, last = tap.wants, (tap.song, tap.playhead_us)
        songs = len(self.next_songs) + 1
        for act in (*self.taps, *self.controls):
            if not 1 <= act.song <= songs:
                there_are = "there is one song" if songs == 1 else f"there are {songs} songs"
                raise InputError(f"scenario {self.name}: something is to be done in song {act.song}; {there_are}")
            if isinstance(act, Skip) and act.song == songs:
                raise InputError(
                    f"scenario {self.name}: the skip at {act.at_us / 1e6:g} s has no song to go on to; add a [[next]]"
                )


def _at(tap: Tap) -> str:
    return f"at {tap.playhead_us / 1e6:g} s{f' of song {tap.song}' if tap.song > 1 else ''}"


def parse_scenario(text: str, where: str, traces: Mapping[str, Trace] | None = None) -> Scenario:
    """The scenario that the TOML text describes; `where` names its source in messages.

    `traces` holds, by the name that stands in the text, the trace file it asks for (`find_trace_name`).

    Raises InputError for bad TOML, unknown names, wrong types and impossible values, naming the place.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"{where}: not TOML: {fault}") from fault
    check_keys(table, _KEYS[""], where)
    limits = _limits(read_table(table, "limits", where), where)
    leaves_at_s = read_number(table, "leaves_at_s", where, None)
    return Scenario(
        name=read_text(table, "name", where, where),
        taps=tuple(_tap(entry, number, where) for number, entry in enumerate(read_list(table, "tap", where), 1)),
        link=_link(_section(table, "link", where), traces or {}, where),
        leaves_at_us=None if leaves_at_s is None else round(leaves_at_s * 1_000_000),
        start=_medium(read_text(table, "starts_with", where, "audio"), "starts_with", where),
        config=_config(_section(table, "player", where), _section(table, "switching", where), where),
        limits=limits,
        controls=read_controls(table, where),
        next_songs=tuple(
            _next(entry, number, where) for number, entry in enumerate(read_list(table, "next", where), 1)
        ),
        faults=read_faults(read_table(table, "faults", where), f"{where}: [faults]"),
    )


def _config(player: Mapping[str, object], switching: Mapping[str, object], where: str) -> PlayerConfig:
    usual = PlayerConfig()
    try:
        return PlayerConfig(
            profile=find_profile(read_text(player, "profile", where, usual.profile.name)),
            abr=read_text(player, "abr", where, usual.abr),
            audio_abr=read_text(player, "audio_abr", where, usual.audio_abr),
            join=read_text(switching, "join", where, usual.join),
            warm=read_text(switching, "warm", where, usual.warm),
            start_rung=read_text(switching, "start_rung", where, usual.start_rung),
            picture_goal_us=_milliseconds(switching, "picture_goal_ms", where, usual.picture_goal_us),
            join_margin_us=_milliseconds(switching, "join_margin_ms", where, usual.join_margin_us),
            next_song=read_text(switching, "next_song", where, usual.next_song),
            next_goal_us=_next_goal(switching, where, usual),
        )
    except InputError as fault:
        message = str(fault)
        raise InputError(message if message.startswith(f"{where}:") else f"{where}: {message}") from fault


def _next_goal(table: Mapping[str, object], where: str, usual: PlayerConfig) -> int:
    """What is fetched ahead: no less than a sound begins with, no more than is fetched of a song that plays."""
    goal_us = _milliseconds(table, "next_goal_ms", where, usual.next_goal_us)
    if not usual.audio_critical_us <= goal_us <= usual.audio_goal_us:
        least, most = usual.audio_critical_us // 1000, usual.audio_goal_us // 1000
        raise InputError(f"{where}: [switching] next_goal_ms is {goal_us / 1000:g}; give {least} .. {most}")
    return goal_us


def _milliseconds(table: Mapping[str, object], key: str, where: str, usual_us: int) -> int:
    value = read_number(table, key, f"{where}: [switching]", None)
    if value is not None and value < 0:
        raise InputError(f"{where}: [switching] {key} is {value:g}; give milliseconds, 0 or more")
    return usual_us if value is None else round(value * 1000)


def _tap(entry: object, number: int, where: str) -> Tap:
    place = f"{where}: tap {number}"
    if not isinstance(entry, dict):
        raise InputError(f"{place}: write it as a table: [[tap]] with at_s and to")
    check_keys(entry, _KEYS["tap"], place)
    at_s = read_number(entry, "at_s", place, None)
    if at_s is None or at_s < 0:
        raise InputError(f"{place}: at_s is {at_s}; give the song time of the tap in seconds, 0 or more")
    wants = _medium(read_text(entry, "to", place, ""), "to", place)
    return Tap(round(at_s * 1_000_000), wants, read_song(entry, place))


def _next(entry: object, number: int, where: str) -> str:
    place = f"{where}: next {number}"
    if not isinstance(entry, dict):
        raise InputError(f"{place}: write it as a table: [[next]] with package")
    check_keys(entry, _KEYS["next"], place)
    package = read_text(entry, "package", place, "")
    if not package:
        raise InputError(f"{place}: has no package; name a package folder, or a URL")
    return package


def _link(table: Mapping[str, object], traces: Mapping[str, Trace], where: str) -> Trace | None:
    place = f"{where}: [link]"
    given = [key for key in _LINKS if key in table]
    if len(given) > 1:
        raise InputError(f"{place}: give {given[0]} or {given[1]}, not both")
    if "seed" in table and "model" not in table:
        raise InputError(f"{place}: seed belongs to a model; name one of {', '.join(MODELS)}")
    latency_ms = read_number(table, "latency_ms", place, None)
    if latency_ms is not None and not given:
        raise InputError(f"{place}: latency_ms alone is no link; add one of {', '.join(_LINKS)}")
    if not given:
        return None
    trace = _find_trace(given[0], table, traces, place)
    return trace if latency_ms is None else trace.with_latency(round(latency_ms * 1000))


def _find_trace(kind: str, table: Mapping[str, object], traces: Mapping[str, Trace], place: str) -> Trace:
    if kind == "bandwidth_kbps":
        bandwidth_kbps = read_number(table, kind, place, None) or 0.0
        return constant_trace(round(bandwidth_kbps * 1000), name=f"{bandwidth_kbps:g} kbit/s")
    name = read_text(table, kind, place, "")
    if kind == "shape":
        return _find_shape(name, place)
    if kind == "model":
        return _make_model(name, read_number(table, "seed", place, 1), place)
    if name not in traces:
        raise InputError(f"{place}: the trace {name!r} is not at hand; read the scenario from a file beside it")
    return traces[name]


def _make_model(name: str, seed: float | None, place: str) -> Trace:
    if seed is None or seed < 0 or seed != int(seed):
        raise InputError(f"{place}: seed is {seed}; it must be a whole number from 0")
    if name not in MODELS:
        raise InputError(f"{place}: model {name!r} is unknown; there are {', '.join(MODELS)}")
    return make_trace(name, int(seed))


def find_trace_name(text: str) -> str | None:
    """The name of the trace file that a scenario asks for, if any; whatever else is wrong with it is said later."""
    try:
        link = tomllib.loads(text).get("link")
    except tomllib.TOMLDecodeError:
        return None
    name = link.get("trace") if isinstance(link, dict) else None
    return name if isinstance(name, str) else None


def _find_shape(name: str, where: str) -> Trace:
    """The built-in link shape of that name. Raises InputError, which lists the names there are."""
    if name not in SHAPES:
        raise InputError(f"{where}: shape {name!r} is unknown; there are {', '.join(SHAPES)}")
    return SHAPES[name]


def _limits(table: Mapping[str, object], where: str) -> dict[str, Limit]:
    limits = dict(DEFAULT_LIMITS)
    for name, value in table.items():
        if name not in limits:
            raise InputError(f"{where}: [limits] has no {name!r}{hint_at(name, limits)}")
        limits[name] = limits[name].with_value(value, f"{where}: [limits] {name}")
    return limits


def _section(table: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
    section = read_table(table, key, where)
    check_keys(section, _KEYS[key], f"{where}: [{key}]")
    return section


def _medium(name: str, key: str, where: str) -> Medium:
    try:
        return Medium(name)
    except ValueError:
        raise InputError(f"{where}: {key} is {name!r}; it must be 'audio' or 'video'") from None
