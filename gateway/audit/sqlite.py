"""Streams on SQLite: one writer thread, write-ahead log, each commit flushed to the disk (Art. 19)."""

import asyncio
import os
import socket
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

from gateway.audit.batch import Batch, Rows
from gateway.audit.body import MonthCipher, MonthCiphers, MonthKeys
from gateway.audit.entry import Receipt
from gateway.audit.errors import CommitUnknown, NotCommitted
from gateway.audit.pending import Place
from gateway.audit.shapes import KnownShapes
from gateway.store.engine import Address, connect_sqlite
from gateway.store.tables import microseconds

__all__ = ["SqliteStream", "SqliteStreams"]

_OPEN: Final = "INSERT INTO audit_stream (writer, pid, opened_at) VALUES (?, ?, ?) RETURNING id"
_TALLY: Final = """
INSERT INTO audit_tally (subject_key, organisation, n, denied, viewed, own, last_at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (subject_key, organisation) DO UPDATE
   SET n = n + excluded.n, denied = denied + excluded.denied, viewed = viewed + excluded.viewed,
       own = own + excluded.own, last_at = excluded.last_at
RETURNING n"""
_KEY: Final = "INSERT OR IGNORE INTO audit_key (key_id, month) VALUES (?, ?)"
_RECORD: Final = """
INSERT INTO audit_record (stream, at, key_id, seq, kind, viewer_key, organisation, way, purpose, outcome, tier,
                          head, sealed, leaf)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SUBJECT: Final = """
INSERT INTO audit_subject (stream, at, subject_key, seq, nth, nth_of_organisation, outcome, tier, shape)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_PAPER: Final = "INSERT INTO audit_paper (stream, at, seq, paper) VALUES (?, ?, ?, ?)"
_SHAPE: Final = """
INSERT OR IGNORE INTO audit_shape (digest, position, coordinate, tier, decision, missing_paper, article)
VALUES (?, ?, ?, ?, ?, ?, ?)"""
_FULL: Final = 2
"""``PRAGMA synchronous``: the log is flushed at each commit."""
_ENTRIES_REFUSED: Final = (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.InterfaceError, UnicodeEncodeError)


class SqliteStreams:
    """Opens streams on one SQLite file, all worked by one thread."""

    def __init__(self, address: Address, keys: MonthKeys, deadline_s: float, *, require_standby: bool = False) -> None:
        """Take what every stream needs; SQLite's own wait for a lock is shorter than any deadline, so none is kept."""
        del deadline_s, require_standby  # a file has no standby: the settings refuse to ask for one
        self._address = address
        self._ciphers = MonthCiphers(keys)

    async def open(self) -> "SqliteStream":
        """Open a stream on the file."""
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="audit")
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, self._open, thread)
        except sqlite3.Error as failure:
            thread.shutdown(wait=False)
            raise NotCommitted(str(failure)) from failure

    def _open(self, thread: ThreadPoolExecutor) -> "SqliteStream":
        connection = connect_sqlite(self._address)
        opened_at = microseconds(datetime.now(UTC))
        number = connection.execute(_OPEN, (socket.gethostname(), os.getpid(), opened_at)).fetchone()[0]
        return SqliteStream(connection, number, self._ciphers, thread)


class SqliteStream:
    """One connection, worked in its thread, and the place that its entries have reached."""

    def __init__(
        self, connection: sqlite3.Connection, number: int, ciphers: MonthCiphers, thread: ThreadPoolExecutor
    ) -> None:
        """Start at the stream's first place."""
        self._connection = connection
        self._ciphers = ciphers
        self._thread = thread
        self._place = Place(number, 0)
        self._known_keys: set[int] = set()
        self._known_shapes = KnownShapes()

    async def commit(self, batch: Batch, *, more: Callable[[], bool]) -> list[Receipt]:
        """Make *batch* durable in one transaction."""
        del more
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, batch)

    async def check(self) -> None:
        """Find the connection flushing each commit still; nobody but this process could have set it otherwise."""
        try:
            level = await asyncio.get_running_loop().run_in_executor(self._thread, self._flushing)
        except sqlite3.Error as failure:
            raise NotCommitted(str(failure)) from failure
        if level < _FULL:
            message = "the file is not flushed at each commit"
            raise NotCommitted(message)

    def _flushing(self) -> int:
        level: int = self._connection.execute("PRAGMA synchronous").fetchone()[0]
        return level

    def abandon(self) -> None:
        """Let the thread close the connection when it is free."""
        self._thread.submit(self._connection.close)
        self._thread.shutdown(wait=False)

    async def close(self) -> None:
        """Close the connection."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown(wait=False)

    def _commit(self, batch: Batch) -> list[Receipt]:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            rows = self._insert(batch)
        except _ENTRIES_REFUSED as failure:
            raise NotCommitted(str(failure), refused=True) from failure
        except sqlite3.Error as failure:
            raise NotCommitted(str(failure)) from failure
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as failure:
            message = f"COMMIT failed: {failure}"
            raise CommitUnknown(message) from failure
        self._place = rows.end
        return rows.receipts

    def _insert(self, batch: Batch) -> Rows:
        connection = self._connection
        at = datetime.now(UTC)
        at_us = microseconds(at)
        totals = {
            tally: connection.execute(_TALLY, (*tally, *counts, at_us)).fetchone()[0]
            for tally, counts in batch.added.items()
        }
        cipher = self._ciphers.at(at_us)
        if cipher.key_id not in self._known_keys:
            self._remember_key(cipher)
        rows = batch.rows(self._place, at, totals, cipher)
        connection.executemany(_SHAPE, self._known_shapes.new_among(rows.shapes))
        here = (rows.stream, at_us)
        connection.executemany(_RECORD, [(*here, rows.key_id, *record) for record in rows.records])
        connection.executemany(_SUBJECT, [here + line for line in rows.lines])
        connection.executemany(_PAPER, [here + paper for paper in rows.papers])
        return rows

    def _remember_key(self, cipher: MonthCipher) -> None:
        self._connection.execute(_KEY, (cipher.key_id, cipher.month.isoformat()))
        self._known_keys.add(cipher.key_id)
