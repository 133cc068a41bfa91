"""Results of a sweep in one SQLite file: for the next run of the same sweep, and for whoever speaks SQL.

sqlite3 sweep.sqlite "select rule, avg(tap_to_picture_mean_s) from sessions group by rule"
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from simulator.errors import InputError
from simulator.sweep_rows import FlipRow, Result, SessionRow

# "midn" and a version of these tables: how our own files are known again.
APPLICATION_ID = 0x6D69646E
TABLES_VERSION = 2

_SQL_TYPES = {str: "TEXT", int: "INTEGER", bool: "INTEGER", float: "REAL"}
Row = SessionRow | FlipRow


class SweepStore:
    """The results that there are. Writing is a transaction for each batch: a killed sweep keeps all whole batches."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find_known(self) -> frozenset[str]:
        """The keys of the sessions that are there."""
        return frozenset(key for (key,) in self._connection.execute("SELECT key FROM sessions"))

    def add(self, results: Iterable[Result]) -> None:
        """Keep these results."""
        results = tuple(results)
        with self._connection:
            _insert(self._connection, "sessions", SessionRow, (result.session for result in results))
            _insert(self._connection, "flips", FlipRow, (flip for result in results for flip in result.flips))

    def read_sessions(self, keys: frozenset[str] | None = None) -> tuple[SessionRow, ...]:
        """The sessions, in the order in which they were kept; those of `keys` only, where given."""
        found = self._connection.execute(f"SELECT {_columns(SessionRow)} FROM sessions ORDER BY rowid")
        kinds = get_type_hints(SessionRow)
        rows = (SessionRow(**_from_sql(values, kinds)) for values in found)
        return tuple(row for row in rows if keys is None or row.key in keys)

    def read_waits(self, keys: frozenset[str] | None = None) -> dict[str, list[float]]:
        """For each session, in seconds, how long every picture that came was waited for."""
        waits: dict[str, list[float]] = {}
        query = "SELECT key, tap_to_picture_s FROM flips WHERE tap_to_picture_s IS NOT NULL ORDER BY rowid"
        for key, wait_s in self._connection.execute(query):
            if keys is None or key in keys:
                waits.setdefault(key, []).append(wait_s)
        return waits


@contextmanager
def open_store(path: Path, *, is_new_allowed: bool = True) -> Iterator[SweepStore]:
    """The results in a file, which is made when it is not there and may be.

    Raises InputError when it is not there, cannot be opened, or is something else.
    """
    if not is_new_allowed and not path.is_file():
        raise InputError(f"{path}: no such file; make one with midnote sweep")
    way_out = "name another file with --out" if is_new_allowed else "give the results of a midnote sweep"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path)
    except (OSError, sqlite3.Error) as fault:
        raise InputError(f"{path}: cannot be opened ({fault}); {way_out}") from fault
    try:
        if not _is_ours(connection, path, way_out):
            if not is_new_allowed:
                raise InputError(f"{path}: holds no results; {way_out}")
            _make_tables(connection)
        yield SweepStore(connection)
    except sqlite3.Error as fault:
        raise InputError(f"{path}: {fault}; {way_out}") from fault
    finally:
        connection.close()


def _is_ours(connection: sqlite3.Connection, path: Path, way_out: str) -> bool:
    """Whether our tables are there; False where nothing is. Raises InputError for anything else."""
    (marked,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if marked == APPLICATION_ID and version == TABLES_VERSION:
        return True
    if tables:
        what = f"results of another version ({version})" if marked == APPLICATION_ID else "another program's database"
        raise InputError(f"{path}: holds {what}; {way_out}")
    return False


def _make_tables(connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute(f"CREATE TABLE sessions ({_declare(SessionRow)}, PRIMARY KEY (key))")
        connection.execute(f"CREATE TABLE flips ({_declare(FlipRow)}, PRIMARY KEY (key, number))")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {TABLES_VERSION}")


def _insert(connection: sqlite3.Connection, table: str, row_type: type[Row], rows: Iterable[Row]) -> None:
    marks = ", ".join("?" for _ in fields(row_type))
    read_values = attrgetter(*(field.name for field in fields(row_type)))
    connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", map(read_values, rows))


def _columns(row_type: type[Row]) -> str:
    return ", ".join(field.name for field in fields(row_type))


def _declare(row_type: type[Row]) -> str:
    return ", ".join(f"{name} {_SQL_TYPES[_plain_type(kind)]}" for name, kind in get_type_hints(row_type).items())


def _plain_type(kind: object) -> type:
    """`float` of `float | None`."""
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not type(None))
    assert isinstance(kind, type)
    return kind


def _from_sql(values: Iterable[Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    """A session's values by their names, which are of these kinds. SQLite knows no booleans."""
    return {
        name: bool(value) if kind is bool else value for (name, kind), value in zip(kinds.items(), values, strict=True)
    }
