"""Writing to a dataset that an engine elsewhere holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import EngineError, StoreError, StoreMissingError, WriteUnknownError
from graph.store.changes import Change, Committed, Condition
from graph.store.embedded import Check
from graph.store.interface import Version
from graph.store.locks import wait_for
from graph.store.remote.engine import Engine
from graph.store.remote.reader import RemoteReader
from graph.store.remote.remote import Remote, remote_of
from graph.store.remote.sending import send
from graph.store.snapshots import Clock
from graph.store.writing import WritableStore


class RemoteStore(WritableStore):
    """The dataset of one engine: opens readers, and writes one change at a time.

    A change and the version it leads to go to the engine in one request; whether
    that is done whole or not at all is the engine's doing. Graphs that are too
    large for it are put in place one after the other, each whole.
    """

    def __init__(
        self, engine: Engine, folder: Path, check: Check | None = None, patience: float = 0.0
    ) -> None:
        """Name the engine; nothing is sent yet.

        Args:
            engine: The engine.
            folder: A folder of this node for its lock and the newest version it knows.
            check: What every state has to pass before the engine is told of it.
            patience: How many seconds a write waits while this node writes otherwise.
        """
        self.engine = engine
        self._folder = folder
        self._check = check
        self._patience = patience

    def prepare(self) -> None:
        """Look whether the engine can be used; it is told of the first version if it knows none.

        Raises:
            SettingsError: If something must be set otherwise, here or in the engine.
            EngineError: If it does not answer.
        """
        self.remote.ground()

    def clock(self) -> Clock:
        """Return what tells the number of the newest version that this node knows."""
        return self.remote.clock()

    def watch(self) -> None:
        """Learn the newest number from the engine; see ``clock``."""
        self.remote.watch()

    def version(self) -> Version:
        """Return the newest version."""
        self.remote.ground()
        return self.remote.fetch()

    def newest(self) -> RemoteReader:
        """Return a reader of the newest version as far as it is known; it may hold nothing."""
        self.remote.ground()
        return RemoteReader(self.remote, self.remote.version())

    def reader(self) -> RemoteReader:
        """Return a reader of the newest version.

        Raises:
            StoreMissingError: If nothing has been loaded yet.
        """
        reader = self.newest()
        if not reader.version.number and not reader.version.graphs:
            raise StoreMissingError("Nothing has been loaded yet; run “mandategraph load”.")
        return reader

    def mark(self) -> int:
        """Return what ``changed_since`` takes."""
        return 0

    def changed_since(self, mark: int) -> bool:
        """Return that a write that was broken off may have been done: the engine went on."""
        return True

    def commit(self, change: Change, condition: Condition | None = None) -> Committed:
        """Make a change; see ``WritableStore.commit``.

        Raises:
            EngineError: If the engine was not reached; nothing was written.
            WriteUnknownError: If it is not known whether it was written.
        """
        if not self.engine.update:
            raise StoreError("This service only reads.")
        with self._turn():
            old = self.version()
            if condition:
                condition.check(old)
            if change.is_done(old):
                return Committed(old, old)
            if not send(self.remote, change, old, self._check):
                return Committed(old, old)
            return Committed(old, self._after())

    @property
    def remote(self) -> Remote:
        """What this process knows of the engine."""
        return remote_of(self.engine, self._folder)

    def _after(self) -> Version:
        try:
            return self.version()
        except EngineError as error:
            raise WriteUnknownError(
                "The write was done, but the engine went away before it told the new version."
            ) from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Write when no other process of this node does; between nodes the engine decides."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / "lock").open("w")
        except OSError as error:
            raise StoreError("The home of the service cannot be written to.") from error
        with lock:
            wait_for(lock, self._patience)
            yield
