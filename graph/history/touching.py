"""Which things each version touched, remembered, so that nobody reads a patch to find that out.

One SQLite file holds, for each version, the pairs of subject and object of its
facts with how often they were added and removed. A version never changes, so
what is remembered of it stays right; what is not remembered yet is read from
its patch. The file can be deleted at any time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from graph.history.browsing import VersionView
from graph.history.log import ChangeLog, LogEntry

Counts = Mapping[int, tuple[int, int]]
"""By the number of a version, how many facts it added and how many it removed."""

LOOKED_THROUGH = 200
"""Versions that one request looks through at most; so many are remembered beforehand."""

_PATIENCE = 10.0
_TABLES = """
CREATE TABLE IF NOT EXISTS version (id INTEGER PRIMARY KEY, name TEXT UNIQUE, number INTEGER);
CREATE TABLE IF NOT EXISTS term (id INTEGER PRIMARY KEY, text TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS fact (
  id INTEGER PRIMARY KEY, version INTEGER, subject INTEGER, object INTEGER,
  added INTEGER, removed INTEGER
);
CREATE INDEX IF NOT EXISTS fact_version ON fact (version);
CREATE INDEX IF NOT EXISTS fact_subject ON fact (subject);
CREATE INDEX IF NOT EXISTS fact_object ON fact (object);
"""
_FOUND = """SELECT version.name, version.number, SUM(added), SUM(removed) FROM (
  SELECT id, version, added, removed FROM fact WHERE subject IN (SELECT id FROM chosen)
  UNION
  SELECT id, version, added, removed FROM fact WHERE object IN (SELECT id FROM chosen)
) AS found JOIN version ON version.id = found.version GROUP BY version.id"""


class Touches:
    """What is remembered of the versions of one store; processes and threads may share it."""

    def __init__(self, folder: Path, log: ChangeLog) -> None:
        """Name the folder of the file, and the log that is read; nothing is made yet."""
        self._place = folder / "touched.sqlite"
        self._log = log

    def counts(self, entries: Sequence[LogEntry], things: Set[str]) -> Counts:
        """Return what versions changed of what speaks of things; see ``VersionView.counts``.

        Versions that changed nothing of it are left out.

        Raises:
            HistoryError: If a patch cannot be read, or is kept no more.
        """
        with suppress(sqlite3.Error, OSError), self._opened() as database:
            self._remember(database, entries)
            return _counted(database, entries, things)
        views = ((entry.number, VersionView(self._log, entry, things)) for entry in entries)
        found = {number: view.counts() for number, view in views}
        return {number: counts for number, counts in found.items() if any(counts)}

    def remember(self, entries: Sequence[LogEntry]) -> None:
        """Read what versions touched, as far as it is not remembered.

        Raises:
            HistoryError: If a patch cannot be read, or is kept no more.
        """
        with suppress(sqlite3.Error, OSError), self._opened() as database:
            self._remember(database, entries)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        self._place.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._place, _PATIENCE, isolation_level=None)) as database:
            # It can be made again: nobody waits for the disk.
            database.execute("PRAGMA synchronous = OFF")
            database.executescript(_TABLES)
            yield database

    def _remember(self, database: sqlite3.Connection, entries: Sequence[LogEntry]) -> None:
        for entry in _unknown(database, entries):
            facts = VersionView(self._log, entry).pairs()
            database.execute("BEGIN IMMEDIATE")
            try:
                if _unknown(database, [entry]):
                    _forget(database, entry.number, self._log.oldest())
                    _put(database, entry, facts)
                database.execute("COMMIT")
            except BaseException:
                database.execute("ROLLBACK")
                raise


def _unknown(database: sqlite3.Connection, entries: Sequence[LogEntry]) -> list[LogEntry]:
    known = {row[0] for row in database.execute("SELECT name FROM version")}
    return [entry for entry in entries if entry.header.id not in known]


def _forget(database: sqlite3.Connection, number: int, oldest: int) -> None:
    """Forget the versions that the log does not hold any more, and one of the same number."""
    gone = database.execute(
        "SELECT id FROM version WHERE number < ? OR number = ?", (oldest, number)
    ).fetchall()
    database.executemany("DELETE FROM fact WHERE version = ?", gone)
    database.executemany("DELETE FROM version WHERE id = ?", gone)


def _put(
    database: sqlite3.Connection,
    entry: LogEntry,
    facts: Mapping[tuple[bytes, bytes], Sequence[int]],
) -> None:
    row = database.execute(
        "INSERT INTO version (name, number) VALUES (?, ?)", (entry.header.id, entry.number)
    )
    terms = {text.decode() for pair in facts for text in pair if text}
    database.executemany(
        "INSERT OR IGNORE INTO term (text) VALUES (?)", ((text,) for text in sorted(terms))
    )
    database.executemany(
        "INSERT INTO fact (version, subject, object, added, removed) VALUES "
        "(?, (SELECT id FROM term WHERE text = ?), (SELECT id FROM term WHERE text = ?), ?, ?)",
        (
            (row.lastrowid, subject.decode(), other.decode(), added, removed)
            for (subject, other), (added, removed) in facts.items()
        ),
    )


def _counted(
    database: sqlite3.Connection, entries: Collection[LogEntry], things: Set[str]
) -> Counts:
    database.execute("CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY)")
    database.executemany(
        "INSERT INTO chosen SELECT id FROM term WHERE text = ?", ((f"<{iri}>",) for iri in things)
    )
    wanted = {entry.header.id for entry in entries}
    rows = database.execute(_FOUND)
    return {number: (added, removed) for name, number, added, removed in rows if name in wanted}
