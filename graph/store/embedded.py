"""The built-in store: Oxigraph on disk, written by one process and read as snapshots.

The folder of the store holds::

    lock                 held by the one process that writes
    current              the number of the newest version, eight bytes that readers map
    dirty                there while the database may be ahead of the newest snapshot
    durable/             the database of the writer
    changes/             what each of these writes changed; see ``graph.history``
    snapshots/000007/    the dataset after the seventh committed write
        data/            a database made of hard links, never changed again
        version.json     number, content and graphs of that version

Every write goes the same way: lock, database as the newest snapshot left it,
change, check, patch, snapshot, rename, announce. A write is committed when its snapshot
is renamed into place, and not before. A writer that finds its database ahead of
the newest snapshot (it, or one before it, was stopped half-way) starts again from
the snapshot. Readers open the newest snapshot and never wait.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pyoxigraph
from pyoxigraph import Quad

from graph.build.dataset import SourceGraph
from graph.errors import StoreBusyError, StoreError, StoreMissingError
from graph.history.files import PatchFiles
from graph.store.changes import (
    AddToGraph,
    Change,
    Committed,
    Condition,
    DeleteGraph,
    ReplaceGraphs,
    Update,
    apply,
)
from graph.store.comparison import Difference
from graph.store.interface import Version
from graph.store.reading import EngineReader
from graph.store.snapshots import (
    KEPT_SNAPSHOTS,
    NOTHING,
    Clock,
    Snapshots,
    announce,
    read_version,
    restore,
)

__all__ = ["KEPT_SNAPSHOTS", "EmbeddedReader", "EmbeddedStore", "read_version"]

Check = Callable[[pyoxigraph.Store, Difference], None]
"""Looks at the state after a change and raises an error if it may not be published."""

_POLL_SECONDS = 0.01


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
        except OSError as error:
            raise StoreMissingError("That version is gone; open the store again.") from error
        super().__init__(engine, version)


class EmbeddedStore:
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

    def replace_graphs(self, graphs: Iterable[SourceGraph]) -> Version:
        """Put each graph in the place of the graph of that name; see ``Store``."""
        return self.commit(ReplaceGraphs(tuple(graphs))).after

    def update(self, text: str) -> Version:
        """Do all operations of a SPARQL update, or none; see ``Store``."""
        return self.commit(Update(text)).after

    def add_to_graph(self, name: str, quads: Iterable[Quad]) -> Version:
        """Add statements to a graph, which is made if it is missing; see ``Store``."""
        return self.commit(AddToGraph(name, tuple(quads))).after

    def delete_graph(self, name: str) -> Version:
        """Remove a graph with all its statements; see ``Store``."""
        return self.commit(DeleteGraph(name)).after

    def commit(self, change: Change, condition: Condition | None = None) -> Committed:
        """Make a change, all of it or nothing, and publish the state after it.

        Args:
            change: What is to be done.
            condition: What must hold of the state before.

        Returns:
            The version before and after; both are the same if nothing changed.

        Raises:
            StoreBusyError: If another process is writing.
            StoreError: If the folder cannot be written to.
            WriteError: If the change cannot be made, or the state after it may
                not be published.
            QueryError: If the text of an update is wrong.
        """
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
        database = self._open_durable(snapshot)
        version, delta = apply(change, database, old)
        if version.graphs != old.graphs:
            if self._check:
                self._check(database, Difference.of(delta))
            self._patches.write(old, version, delta)
            self._snapshots.publish(database, version)
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
            _wait_for(lock, patience)
            yield

    def _open_durable(self, snapshot: Path | None) -> pyoxigraph.Store:
        """Open the writer's database, as the newest snapshot left it."""
        durable, dirty = self._folder / "durable", self._folder / "dirty"
        if dirty.exists() or snapshot is None or not durable.exists():
            shutil.rmtree(durable, ignore_errors=True)
            dirty.touch()
            if snapshot:
                restore(snapshot, durable)
        dirty.touch()
        return pyoxigraph.Store(str(durable))


def _wait_for(lock: IO[str], patience: float) -> None:
    give_up = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= give_up:
                raise StoreBusyError("Another process is writing; try again.") from error
        time.sleep(_POLL_SECONDS)


def _unwritable(error: OSError) -> StoreError:
    reason = error.strerror or "unknown reason"
    return StoreError(f"The store cannot be written to: {reason.lower()}.")
