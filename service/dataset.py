"""The version of the dataset that requests are answered from."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Protocol

import pyoxigraph

from graph.errors import StoreMissingError
from graph.store.embedded import EmbeddedReader, EmbeddedStore
from graph.store.interface import Version
from graph.store.reading import EngineReader
from graph.store.remote.reader import RemoteReader
from graph.workspace import InstalledStore

_ATTEMPTS = 3


Reader = EngineReader | RemoteReader
"""What the pages read from."""


class Dataset(Protocol):
    """Where the newest version is had from."""

    def newest(self) -> Reader:
        """Return a reader of the newest version; it holds nothing if nothing was ever loaded."""
        ...


def dataset_of(store: InstalledStore) -> Dataset:
    """Return where the newest version of a store is had from."""
    return SnapshotDataset(store) if isinstance(store, EmbeddedStore) else store


class SnapshotDataset:
    """Holds the newest version open, and moves on when there is a newer one.

    A request takes the reader once and keeps it, so that everything on one page
    is of one version. Readers may be used by several threads.
    """

    def __init__(self, store: EmbeddedStore) -> None:
        """Name the store; nothing is opened yet."""
        self._store = store
        self._lock = Lock()
        self._nothing = EngineReader(pyoxigraph.Store(), Version(0, "", {}))
        self._open: tuple[Path | None, EngineReader] = (None, self._nothing)

    def newest(self) -> EngineReader:
        """Return a reader of the newest version; version 0, empty, if nothing was ever loaded."""
        snapshot, reader = self._open
        if self._store.newest() == snapshot:
            return reader
        with self._lock:
            for _ in range(_ATTEMPTS):
                snapshot = self._store.newest()
                if snapshot == self._open[0]:
                    break
                try:
                    reader = EmbeddedReader(snapshot) if snapshot else self._nothing
                except StoreMissingError:
                    # Removed between listing and opening: there is a newer one.
                    continue
                self._open = (snapshot, reader)
            return self._open[1]
