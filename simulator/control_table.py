"""A listener's controls, from the arrays of a scenario.

[[seek]]
at_s = 12.0                 # song time
to_s = 40.0

[[pause]]
at_s = 45.0
for_s = 5.0                 # clock

[[rate]]
at_s = 50.0
rate = 1.25

[[screen_off]]              # the sound goes on, the picture is not fetched
at_s = 52.0
for_s = 8.0                 # clock

[[hover]]                   # the finger is at the button: a player with warm = "hover" makes ready
at_s = 60.0

[[skip]]                    # on to the next song
at_s = 70.0
song = 2                    # any of these, and a tap, may name its song; without it, the first one
"""

from collections.abc import Callable, Mapping

from simulator.controls import Control, Hover, Pause, ScreenOff, Seek, Skip, SpeedChange
from simulator.errors import InputError
from simulator.tomltable import check_keys, read_list, read_number, read_song

# Of each array: the key beside at_s and song (none for some), and the control that they make.
_ARRAYS: Mapping[str, tuple[str, Callable[[int, float, int], Control]]] = {
    "seek": ("to_s", lambda at_us, to_s, song: Seek(at_us, round(to_s * 1_000_000), song)),
    "pause": ("for_s", lambda at_us, for_s, song: Pause(at_us, round(for_s * 1_000_000), song)),
    "rate": ("rate", lambda at_us, rate, song: SpeedChange(at_us, round(rate * 100), song)),
    "screen_off": ("for_s", lambda at_us, for_s, song: ScreenOff(at_us, round(for_s * 1_000_000), song)),
    "hover": ("", lambda at_us, _, song: Hover(at_us, song)),
    "skip": ("", lambda at_us, _, song: Skip(at_us, song)),
}
ARRAYS = tuple(_ARRAYS)


def read_controls(table: Mapping[str, object], where: str) -> tuple[Control, ...]:
    """The controls of a scenario in the order of song time. Raises InputError, naming array, number and key."""
    controls = [
        _read_control(entry, name, f"{where}: {name} {number}")
        for name in ARRAYS
        for number, entry in enumerate(read_list(table, name, where), 1)
    ]
    return tuple(sorted(controls, key=lambda control: (control.song, control.at_us)))


def _read_control(entry: object, name: str, place: str) -> Control:
    key, make = _ARRAYS[name]
    if not isinstance(entry, dict):
        raise InputError(f"{place}: write it as a table: [[{name}]] with at_s{f' and {key}' if key else ''}")
    check_keys(entry, tuple(filter(None, ("at_s", key, "song"))), place)
    at_s, value = read_number(entry, "at_s", place, None), read_number(entry, key, place, None if key else 0.0)
    if at_s is None or at_s < 0:
        raise InputError(f"{place}: at_s is {at_s}; give the song time in seconds, 0 or more")
    if value is None or value < 0:
        raise InputError(f"{place}: {key} is {value}; give a number, 0 or more")
    try:
        return make(round(at_s * 1_000_000), value, read_song(entry, place))
    except InputError as fault:
        raise InputError(f"{place}: {fault}") from fault
