"""TOML files read key by key, with one line for what is wrong: the file, the key, what was found, what is expected."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from packager.errors import InputError, printable


def parse_toml(name: str, text: str, remedy: str) -> "Table":
    """The top of a TOML file. `name` stands in messages, `remedy` where something is missing.

    Raises InputError for what is no TOML.
    """
    try:
        # tomllib lets a number of 5,000 digits and tables 1,000 deep fail in the interpreter.
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: not TOML: {error}") from error
    return Table(name, "", content, remedy)


class Table:
    """One table of the file, read key by key. What was not asked for is refused at the end."""

    def __init__(self, file: str, path: str, content: Mapping[str, object], remedy: str) -> None:
        self._file = file
        self._path = path
        self._content = content
        self._remedy = remedy
        self._known: list[str] = []

    def place(self, key: str) -> str:
        """Where this key stands, for messages: "mine.toml: video.rungs 2: side"."""
        return ": ".join(filter(None, (self._file, self._path, key)))

    def whole(self, key: str, least: int, most: int, otherwise: int | None = None) -> int:
        """A whole number; a missing one without `otherwise` is refused."""
        found = self._take(key, otherwise)
        if type(found) is not int or not least <= found <= most:
            raise InputError(f"{self.place(key)} = {show(found)}: expected a whole number from {least} to {most}")
        return found

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        found = self._take(key, default)
        if not isinstance(found, bool):
            raise InputError(f"{self.place(key)} = {show(found)}: expected true or false, without quotes")
        return found

    def text(self, key: str, otherwise: str) -> str:
        """Text on one line."""
        found = self._take(key, otherwise)
        if not _is_line(found):
            raise InputError(f"{self.place(key)} = {show(found)}: expected one line of text in quotes")
        assert isinstance(found, str)
        return found

    def texts(self, key: str) -> list[str]:
        """Any number of texts, none twice; none at all where the key is missing."""
        found = self._take(key, [])
        if not isinstance(found, list) or not all(map(_is_line, found)):
            raise InputError(f"{self.place(key)} = {show(found)}: expected a list of texts in quotes")
        self._refuse_twice(key, found)
        return found

    def instant(self, key: str) -> datetime | None:
        """A date with a time of day and a zone, in UTC; None where the key is missing."""
        if not self.has(key):
            return None
        found = self._take(key, None)
        try:
            if isinstance(found, datetime) and found.tzinfo is not None:
                return found.astimezone(UTC)
        except OverflowError:
            pass  # the year 1 east of Greenwich
        shown = found.isoformat() if isinstance(found, date | time) else show(found)
        raise InputError(
            f"{self.place(key)} = {shown}: expected a date with time and zone, without quotes: 2026-11-27T00:00:00Z"
        )

    def choice(self, key: str, known: tuple[str, ...], otherwise: str) -> str:
        """One of these words."""
        found = self._take(key, otherwise)
        if found not in known:
            raise InputError(f"{self.place(key)} = {show(found)}: expected one of {', '.join(known)}, in quotes")
        assert isinstance(found, str)
        return found

    def choices(self, key: str, known: list[str], otherwise: list[str]) -> list[str]:
        """Some of these words, at least one and none twice."""
        found = self._take(key, otherwise)
        if not isinstance(found, list) or not found or any(each not in known for each in found):
            raise InputError(f"{self.place(key)} = {show(found)}: expected a list of {', '.join(known)}, in quotes")
        self._refuse_twice(key, found)
        return found

    def table(self, key: str, *, is_optional: bool = False) -> "Table":
        """A table within; empty where it is optional and missing."""
        found = self._take(key, {} if is_optional else None)
        if not isinstance(found, dict):
            raise InputError(
                f"{self.place(key)} = {show(found)}: expected a table [{self._inner(key)}]; {self._remedy}"
            )
        return Table(self._file, self._inner(key), found, self._remedy)

    def tables(self, key: str, *, is_optional: bool = False) -> "tuple[Table, ...]":
        """A list of tables, at least one where they are not optional. They are counted from 1."""
        found = self._take(key, [] if is_optional else None)
        if (
            not isinstance(found, list)
            or not (found or is_optional)
            or not all(isinstance(each, dict) for each in found)
        ):
            raise InputError(
                f"{self.place(key)} = {show(found)}: expected tables [[{self._inner(key)}]]; {self._remedy}"
            )
        return tuple(
            Table(self._file, f"{self._inner(key)} {number}", content, self._remedy)
            for number, content in enumerate(found, 1)
        )

    def refuse_others(self) -> None:
        """Raises InputError where there is a key that nobody asked for."""
        for key in self._content:
            if key not in self._known:
                raise InputError(
                    f"{self.place(key)}: unknown key: expected one of {', '.join(dict.fromkeys(self._known))}"
                )

    def has(self, key: str) -> bool:
        """Whether this key, which may be left out, is there."""
        self._known.append(key)
        return key in self._content

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that are written in it."""
        return tuple(self._content)

    def _refuse_twice(self, key: str, found: list[str]) -> None:
        if twice := next((each for each in found if found.count(each) > 1), None):
            raise InputError(f"{self.place(key)} = {show(found)}: {twice} is there twice: write it once")

    def _take(self, key: str, otherwise: object) -> object:
        self._known.append(key)
        if key not in self._content and otherwise is None:
            raise InputError(f"{self.place(key)} is missing; {self._remedy}")
        return self._content.get(key, otherwise)

    def _inner(self, key: str) -> str:
        return ".".join(filter(None, (self._path, key)))


def show(found: object) -> str:
    """The value as TOML would have it, near enough, and never long."""
    shown = str(found).lower() if isinstance(found, bool) else repr(found)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _is_line(found: object) -> bool:
    return isinstance(found, str) and printable(found) == found
