"""Keeping an index file for the newest version of the data, built by one process at a time.

``<home>/search/000007.sqlite`` is the index of version 7. It appears under that name
when it is whole, and is never changed after that.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from graph.errors import HistoryError, SearchBusyError, StoreError
from graph.history.log import ChangeLog, Changes
from graph.history.patch import version_id
from graph.search.changes import touched
from graph.search.index import Index
from graph.search.reading import read_entries
from graph.search.tables import EDITION, make, put
from graph.store.interface import ReadStore, Version
from graph.store.locks import wait_for

KEPT = 3
"""How many indexes stay, so that a reader may go on with the one it opened."""


class Indexes:
    """The indexes of one installation."""

    def __init__(self, folder: Path, log: ChangeLog | None = None, patience: float = 10.0) -> None:
        """Name the folder; nothing is made yet.

        Args:
            folder: Where the files are kept.
            log: Tells what changed between versions; ``None`` if nothing does, and
                every index is then built from the beginning.
            patience: How many seconds another process that builds is waited for.
        """
        self._folder = folder
        self._log = log
        self._patience = patience

    def open(self, store: ReadStore) -> Index:
        """Return the index of the version that a store answers from, built if it is not there.

        Raises:
            SearchBusyError: If another process has been building for too long.
            StoreError: If the folder cannot be written to.
        """
        version = store.version
        with suppress(sqlite3.Error, OSError):
            return self._opened(version)
        with self._building():
            with suppress(sqlite3.Error, OSError):
                return self._opened(version)
            try:
                self._make(store)
                return self._opened(version)
            except (sqlite3.Error, OSError) as error:
                raise StoreError(f"The search index cannot be made: {error}.") from error

    def _opened(self, version: Version) -> Index:
        index = Index(self._place(version.number))
        if index.edition == EDITION and version_id(index.version) == version_id(version):
            return index
        index.close()
        raise FileNotFoundError("That is the index of other data.")

    def _place(self, number: int) -> Path:
        return self._folder / f"{number:06d}.sqlite"

    def _make(self, store: ReadStore) -> None:
        """Write the index of a version, from an older one if the changes are known."""
        making = self._folder / "making"
        making.unlink(missing_ok=True)
        if not self._bring_up(store, making):
            making.unlink(missing_ok=True)
            with closing(_writable(making)) as database, database:
                make(database)
                put(database, read_entries(store))
                _sign(database, store.version)
            with closing(_writable(making)) as database:
                database.execute("INSERT INTO word(word) VALUES ('optimize')")
                database.commit()
        making.rename(self._place(store.version.number))
        self._tidy()

    def _bring_up(self, store: ReadStore, making: Path) -> bool:
        """Write an index from the newest older one; return whether that could be done."""
        older = self._older(store.version.number)
        if older is None:
            return False
        try:
            shutil.copyfile(older, making)
            with closing(Index(making)) as index:
                changes = self._changes(index, store.version)
            things = touched(changes, store) if changes else None
            if things is None:
                return False
            found = list(read_entries(store, things))
            gone = things - {entry.iri for entry in found}
            with closing(_writable(making)) as database, database:
                put(database, found, sorted(gone))
                _sign(database, store.version)
        except (sqlite3.Error, OSError, HistoryError):
            # Whatever is wrong with the older one does not stand in the way of a new one.
            return False
        return True

    def _changes(self, index: Index, new: Version) -> Changes | None:
        """Return what leads from the version of an index to another one.

        An index of data that were put back from a backup meanwhile has a number
        of the history, and is none of its versions.
        """
        old = index.version
        if self._log is None or index.edition != EDITION:
            return None
        headers = self._log.headers(old.number, new.number)
        if not headers or (headers[0].prev, headers[-1].id) != (version_id(old), version_id(new)):
            return None
        return self._log.between(old.number, new.number)

    def _older(self, number: int) -> Path | None:
        known = [file for file in self._folder.glob("[0-9]*.sqlite") if int(file.stem) < number]
        return max(known, default=None)

    def _tidy(self) -> None:
        """Remove the indexes that were made first; their numbers may be of other data."""
        known = sorted(self._folder.glob("[0-9]*.sqlite"), key=lambda file: file.stat().st_mtime_ns)
        for file in known[:-KEPT]:
            file.unlink(missing_ok=True)

    @contextmanager
    def _building(self) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / "lock").open("w")
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise StoreError(f"The search index cannot be made: {reason}.") from error
        busy = SearchBusyError("The search index is being built; try again.")
        with lock:
            wait_for(lock, self._patience, busy)
            yield


def _writable(place: Path) -> sqlite3.Connection:
    """Open a file that nobody else sees yet, so that nothing need be undone in it."""
    database = sqlite3.connect(place)
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    return database


def _sign(database: sqlite3.Connection, version: Version) -> None:
    rows = {"edition": EDITION, "number": version.number, "content": version.content}
    database.executemany("REPLACE INTO about (name, value) VALUES (?, ?)", rows.items())
