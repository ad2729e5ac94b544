"""The built-in store: Oxigraph on disk, written by one process and read as snapshots.

The folder of the store holds::

    lock                 held by the one process that writes
    current              the number of the newest version, eight bytes that readers map
    dirty                there while the database may be ahead of the newest snapshot
    durable/             the database of the writer
    union/               its other one: each statement of all graphs once
    texts/               each graph as text, for filling memory; can be made again
    changes/             what each of these writes changed; see ``graph.history``
    snapshots/000007/    the dataset after the seventh committed write
        data/            a database made of hard links, never changed again
        union/           the same for the union
        version.json     number, content and graphs of that version

Every write goes the same way: lock, database as the newest snapshot left it,
change, check, patch, snapshot, rename, announce. A write is committed when its snapshot
is renamed into place, and not before. A writer that finds its database ahead of
the newest snapshot (it, or one before it, was stopped half-way) starts again from
the snapshot. Readers open the newest snapshot and never wait.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyoxigraph

from graph.errors import StoreBusyError, StoreError, StoreMissingError
from graph.history.files import PatchFiles
from graph.store.changes import Change, Committed, Condition, apply
from graph.store.comparison import Difference
from graph.store.interface import Version
from graph.store.locks import wait_for
from graph.store.reading import EngineReader
from graph.store.snapshots import (
    KEPT_SNAPSHOTS,
    NOTHING,
    Clock,
    Snapshots,
    announce,
    open_union,
    read_version,
    restore,
)
from graph.store.union import fill, follow, settle
from graph.store.writing import WritableStore

__all__ = ["KEPT_SNAPSHOTS", "EmbeddedReader", "EmbeddedStore", "read_version"]

Check = Callable[[pyoxigraph.Store, Difference], None]
"""Looks at the state after a change and raises an error if it may not be published."""


class EmbeddedReader(EngineReader):
    """One snapshot, opened for reading only; it never changes."""

    def __init__(self, snapshot: Path) -> None:
        """Open the snapshot in a folder.

        Raises:
            StoreMissingError: If the snapshot has been removed meanwhile.
        """
        try:
            version = read_version(snapshot)
            engine = pyoxigraph.Store.read_only(str(snapshot / "data"))
            union = open_union(snapshot)
        except OSError as error:
            raise StoreMissingError("That version is gone; open the store again.") from error
        super().__init__(engine, version, union)


class EmbeddedStore(WritableStore):
    """The store below one folder: opens readers, and writes when it gets the lock."""

    def __init__(
        self, folder: Path, check: Check | None = None, patience: float = 0.0, history: int = 0
    ) -> None:
        """Name the folder; nothing is made or opened yet.

        Args:
            folder: The folder.
            check: What every state has to pass before it is published.
            patience: How many seconds a write waits while another process writes.
            history: To how many versions patches are kept; 0 for all.
        """
        self._folder = folder
        self._check = check
        self._patience = patience
        self._history = history
        self._snapshots = Snapshots(folder)
        self._patches = PatchFiles(folder)

    def clock(self) -> Clock:
        """Return what tells the number of the newest version."""
        # A writer that is at work announces its number itself.
        with suppress(StoreBusyError), self._writing(0.0):
            announce(self._folder, self._snapshots.number())
        return Clock(self._folder)

    def newest(self) -> Path | None:
        """Return the folder of the newest snapshot, ``None`` if nothing was ever loaded."""
        return self._snapshots.newest()

    def version(self) -> Version:
        """Return the newest version; number 0 if nothing was ever loaded."""
        for _ in range(3):
            snapshot = self.newest()
            if snapshot is None:
                break
            with suppress(FileNotFoundError):
                return read_version(snapshot)
        return NOTHING

    def reader(self) -> EmbeddedReader:
        """Open the newest version.

        Raises:
            StoreMissingError: If nothing has been loaded yet.
        """
        for _ in range(3):
            snapshot = self.newest()
            if snapshot is None:
                break
            try:
                return EmbeddedReader(snapshot)
            except StoreMissingError:
                continue
        raise StoreMissingError("Nothing has been loaded yet; run “mandategraph load”.")

    def prepare(self) -> None:
        """Do nothing: the store is made with the first write."""

    def mark(self) -> int:
        """Return what ``changed_since`` takes: the number of the newest version."""
        return self.version().number

    def changed_since(self, mark: int) -> bool:
        """Return whether something was written; heal what a writer that died left unsaid."""
        self.clock()
        return self.version().number != mark

    def commit(self, change: Change, condition: Condition | None = None) -> Committed:
        """Make a change, all of it or nothing; see ``WritableStore.commit``."""
        with self._writing(self._patience):
            snapshot = self.newest()
            announce(self._folder, self._snapshots.number())
            old = read_version(snapshot) if snapshot else NOTHING
            if condition:
                condition.check(old)
            if change.is_done(old):
                return Committed(old, old)
            try:
                return self._commit(change, old, snapshot)
            except OSError as error:
                raise _unwritable(error) from error

    def _commit(self, change: Change, old: Version, snapshot: Path | None) -> Committed:
        database, union = self._open_durable(snapshot)
        version, delta = apply(change, database, old)
        if version.graphs != old.graphs:
            if self._check:
                self._check(database, Difference.of(delta))
            self._patches.write(old, version, delta)
            place = self._folder / "union"
            if union is None:
                union = pyoxigraph.Store(str(place))
                added = fill(union, database)
            else:
                added = follow(union, database, delta, snapshot / "data" if snapshot else None)
            settle(union, place, added)
            self._snapshots.publish({"data": database, "union": union}, version)
            self._patches.forget(version.number, self._history)
        else:
            database.flush()
            version = old
        (self._folder / "dirty").unlink()
        return Committed(old, version)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep everybody from writing.

        Raises:
            StoreBusyError: If another process is writing.
            StoreError: If the folder cannot be written to.
        """
        with self._writing(self._patience):
            yield

    @contextmanager
    def _writing(self, patience: float) -> Iterator[None]:
        try:
            self._snapshots.make_folder()
            lock = (self._folder / "lock").open("w")
        except OSError as error:
            raise _unwritable(error) from error
        with lock:
            wait_for(lock, patience)
            yield

    def _open_durable(
        self, snapshot: Path | None
    ) -> tuple[pyoxigraph.Store, pyoxigraph.Store | None]:
        """Open the writer's databases, as the newest snapshot left them.

        Returns:
            That of the graphs, and that of their union; ``None`` if it was never made.
        """
        places = {"data": self._folder / "durable", "union": self._folder / "union"}
        dirty = self._folder / "dirty"
        if dirty.exists() or snapshot is None or not places["data"].exists():
            dirty.touch()
            for name, place in places.items():
                shutil.rmtree(place, ignore_errors=True)
                if snapshot and (snapshot / name).exists():
                    restore(snapshot / name, place)
        dirty.touch()
        there = snapshot is None or places["union"].exists()
        union = pyoxigraph.Store(str(places["union"])) if there else None
        return pyoxigraph.Store(str(places["data"])), union


def _unwritable(error: OSError) -> StoreError:
    reason = error.strerror or "unknown reason"
    return StoreError(f"The store cannot be written to: {reason.lower()}.")
