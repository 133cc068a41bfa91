"""Values out of a parsed TOML table, each checked; `where` names the place in messages. All raise InputError."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from simulator.errors import InputError


def check_keys(table: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    """Nothing, when every key is known."""
    for key in table:
        if key not in known:
            raise InputError(f"{where}: {key!r} is unknown here{hint_at(key, known)}")


def hint_at(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, or all of them."""
    names = list(known)
    close = get_close_matches(name, names, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(names)}"


def read_table(table: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
    """The table at `key`, or an empty one."""
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise InputError(f"{where}: {key} is {value!r}; write it as a table: [{key}]")
    return value


def read_list(table: Mapping[str, object], key: str, where: str) -> list[object]:
    """The array of tables at `key`, or an empty one."""
    value = table.get(key, [])
    if not isinstance(value, list):
        raise InputError(f"{where}: {key} is {value!r}; write each as [[{key}]]")
    return value


def read_number(table: Mapping[str, object], key: str, where: str, default: float | None) -> float | None:
    """The number at `key`, or the default."""
    value = table.get(key, default)
    if value is default:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e9:  # noqa: PLR0124
        raise InputError(f"{where}: {key} is {value!r}; it must be a number")
    return float(value)


def read_text(table: Mapping[str, object], key: str, where: str, default: str) -> str:
    """The text at `key`, or the default."""
    value = table.get(key, default)
    if not isinstance(value, str):
        raise InputError(f"{where}: {key} is {value!r}; it must be a text in quotes")
    return value


def read_song(table: Mapping[str, object], where: str) -> int:
    """Which song of the session an act belongs to: `song`, or the first."""
    number = read_number(table, "song", where, 1)
    if number is None or number < 1 or number != int(number):
        raise InputError(f"{where}: song is {number:g}; 1 is the first song")
    return int(number)
