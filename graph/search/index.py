"""One index file, opened for reading by any number of threads; it never changes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock

from graph.errors import SearchBusyError, SearchTimeoutError
from graph.search.model import Dimension, Entry
from graph.search.tables import entries, members
from graph.store.interface import Version

SECONDS = 3.0
"""How long one search may take."""

_STEPS = 20_000
"""Steps of the database between two looks at the clock: some milliseconds."""


class Index:
    """What is held of every thing, and where each word stands."""

    def __init__(self, place: Path, seconds: float = SECONDS) -> None:
        """Open a file.

        Args:
            place: The file.
            seconds: How long one look into it may take.

        Raises:
            sqlite3.Error: If there is none, or it is no index.
        """
        self._place = place
        self._seconds = seconds
        self._lock = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        with self.reading() as database:
            about = dict(database.execute("SELECT name, value FROM about").fetchall())
        self.edition: object = about.get("edition")
        self.version = Version(int(about.get("number", 0)), str(about.get("content", "")), {})

    @cached_property
    def members(self) -> Mapping[tuple[Dimension, str], int]:
        """The things of every value of every dimension, as bits by their numbers."""
        with self.reading() as database:
            return members(database)

    def entries(self, numbers: Iterable[int]) -> tuple[Entry, ...]:
        """Return what is held under numbers, in their order."""
        with self.reading() as database:
            return tuple(entries(database, numbers))

    def things(self, iris: Collection[str]) -> dict[str, Entry]:
        """Return what is held of things, by IRI; those that have no text are left out."""
        with self.reading() as database:
            numbers = [
                row[0]
                for iri in sorted(set(iris))
                for row in database.execute("SELECT id FROM thing WHERE iri = ?", (iri,))
            ]
            return {entry.iri: entry for entry in entries(database, numbers)}

    def named(self, key: str) -> tuple[int, ...]:
        """Return the numbers of the things that a key or a whole folded name stands for."""
        with self.reading() as database:
            rows = database.execute("SELECT thing FROM named WHERE key = ?", (key,))
            return tuple(row[0] for row in rows)

    def keys(self, prefix: str, limit: int) -> tuple[str, ...]:
        """Return the first keys that begin with some letters, in the order of their text."""
        with self.reading() as database:
            rows = database.execute(
                "SELECT DISTINCT key FROM named WHERE key >= ? AND key < ? ORDER BY key LIMIT ?",
                (prefix, prefix + "\U0010ffff", limit),
            )
            return tuple(row[0] for row in rows)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to the file, and stop what takes too long on it.

        Raises:
            SearchTimeoutError: If it takes too long.
            SearchBusyError: If the file has been removed: there is a newer one.
        """
        database = self._taken()
        deadline = time.monotonic() + self._seconds
        database.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            yield database
        except sqlite3.OperationalError as error:
            if time.monotonic() > deadline:
                raise SearchTimeoutError(
                    "The search took too long; ask for rarer words."
                ) from error
            raise
        finally:
            self._give_back(database)

    def close(self) -> None:
        """Close the file; whoever is reading may go on to the end."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for database in idle:
            database.close()

    def _taken(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        try:
            # Nobody writes to the file, so that nothing need be locked in it.
            address = f"{self._place.absolute().as_uri()}?mode=ro&immutable=1"
            return sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.OperationalError as error:
            if self.__dict__.get("edition") is None:
                raise
            raise SearchBusyError("That version of the search index is gone; try again.") from error

    def _give_back(self, database: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(database)
                return
        database.close()
