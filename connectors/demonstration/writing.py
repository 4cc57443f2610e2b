"""Writes rows into the agencies' databases, fast: SQLite with many at once, PostgreSQL with COPY; indexes last."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any, Protocol, TypeVar

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.schema import CreateIndex, CreateTable

__all__ = ["Writer", "writer_for"]

_T = TypeVar("_T")
Row = tuple[Any, ...]


class Writer(Protocol):
    """An agency's database, open for writing."""

    def create(self, tables: Iterable[sa.Table]) -> None:
        """Make these tables anew; earlier ones of the same names are dropped."""
        ...

    def write(self, table: sa.Table, rows: Sequence[Row]) -> None:
        """Add rows, whose values are in the order of the table's columns."""
        ...

    def finish(self, tables: Iterable[sa.Table]) -> None:
        """Make the indexes, and let go of the database."""
        ...


def writer_for(url: str) -> Writer:
    """Open the database of an agency: ``sqlite:///path`` or ``postgresql://…?schema=name``."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _SqliteWriter(parsed.database or ":memory:")
    schema = parsed.query.get("schema")
    plain = parsed.set(drivername="postgresql").difference_update_query(["schema"])
    return _PostgresWriter(plain.render_as_string(hide_password=False), schema if isinstance(schema, str) else "public")


def _create(table: sa.Table, dialect: Dialect) -> str:
    return str(CreateTable(table).compile(dialect=dialect))


def _indexes(table: sa.Table, dialect: Dialect) -> list[str]:
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    return [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]


class _SqliteWriter:
    """One file; nothing of it is synced to the disk before the end, since it can be written again."""

    def __init__(self, path: str) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._dialect = sqlite.dialect()
        self._spellings: dict[str, list[tuple[int, Callable[[Any], Any]]]] = {}

    def create(self, tables: Iterable[sa.Table]) -> None:
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("BEGIN")
        for table in tables:
            self._connection.execute(f'DROP TABLE IF EXISTS "{table.name}"')
            self._connection.execute(_create(table, self._dialect))
            self._spellings[table.name] = [
                (place, spelling)
                for place, column in enumerate(table.columns)
                if (spelling := _sqlite_spelling(column.type)) is not None
            ]

    def write(self, table: sa.Table, rows: Sequence[Row]) -> None:
        spellings = self._spellings[table.name]
        marks = ", ".join("?" * len(table.columns))
        spelt = (_spelt(row, spellings) for row in rows) if spellings else rows
        self._connection.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', spelt)  # noqa: S608 (a name of ours)

    def finish(self, tables: Iterable[sa.Table]) -> None:
        for table in tables:
            for statement in _indexes(table, self._dialect):
                self._connection.execute(statement)
        self._connection.execute("COMMIT")
        self._connection.execute("ANALYZE")
        self._connection.close()


def _sqlite_spelling(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if isinstance(kind, sa.DateTime):
        return _spell_instant
    if isinstance(kind, sa.Date):
        return date.isoformat
    if isinstance(kind, sa.Numeric):
        return Decimal.__str__
    return None


def _spell_instant(value: datetime) -> str:
    return value.isoformat(sep=" ")


def _spelt(row: Row, spellings: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    values = list(row)
    for place, spelling in spellings:
        if values[place] is not None:
            values[place] = spelling(values[place])
    return values


class _PostgresWriter:
    """One schema of a database; its own loop runs beside the caller's, since asyncpg needs one."""

    def __init__(self, url: str, schema: str) -> None:
        self._schema = schema
        self._dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has no type there
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection: Any = self._run(asyncpg.connect(url))

    def create(self, tables: Iterable[sa.Table]) -> None:
        quoted = self._schema.replace('"', '""')
        self._execute(f'CREATE SCHEMA IF NOT EXISTS "{quoted}"')
        self._execute(f'SET search_path TO "{quoted}"')
        for table in tables:
            # with the views of a second wall, which rest on it: `xinyong migrate` puts the wall up again
            self._execute(f'DROP TABLE IF EXISTS "{table.name}" CASCADE')
            self._execute(_create(table, self._dialect))

    def write(self, table: sa.Table, rows: Sequence[Row]) -> None:
        columns = [column.name for column in table.columns]
        self._run(
            self._connection.copy_records_to_table(table.name, records=rows, columns=columns, schema_name=self._schema)
        )

    def finish(self, tables: Iterable[sa.Table]) -> None:
        for table in tables:
            for statement in _indexes(table, self._dialect):
                self._execute(statement)
            self._execute(f'ANALYZE "{table.name}"')
        self._run(self._connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _execute(self, statement: str) -> None:
        self._run(self._connection.execute(statement))

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
