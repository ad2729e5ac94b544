"""The built-in store: Oxigraph on disk, written by one process and read as snapshots.

The folder of the store holds::

    lock                 held by the one process that writes
    current              the number of the newest version, eight bytes that readers map
    durable/             the database of the writer
    snapshots/000007/    the dataset after the seventh committed write
        data/            a database made of hard links, never changed again
        version.json     number, content and graphs of that version

A write is committed when its snapshot is renamed into place, and not before. A
writer that finds its database ahead of the newest snapshot (it, or one before
it, was stopped half-way) starts again from the snapshot. Readers open the
newest snapshot and never wait.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import mmap
import os
import shutil
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat

from graph.build.dataset import SourceGraph
from graph.errors import StoreBusyError, StoreError, StoreMissingError
from graph.store.interface import Version
from graph.store.reading import EngineReader

_NUMBER = struct.Struct("<Q")

KEPT_SNAPSHOTS = 3
"""How many snapshots stay, so that a reader may go on with the one it opened."""


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

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is made or opened yet."""
        self._folder = folder

    def clock(self) -> Clock:
        """Return what tells the number of the newest version."""
        # A writer that is at work announces its number itself.
        with suppress(StoreBusyError), self._writing():
            announce(self._folder, self._newest_number())
        return Clock(self._folder)

    def newest(self) -> Path | None:
        """Return the folder of the newest snapshot, ``None`` if nothing was ever loaded."""
        found = sorted(self._snapshots.glob("[0-9]*"))
        return found[-1] if found else None

    def _newest_number(self) -> int:
        snapshot = self.newest()
        return int(snapshot.name) if snapshot else 0

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
        """Put each graph in the place of the graph of that name, all or nothing.

        Returns:
            The new version; the old one if every graph was there already.

        Raises:
            StoreBusyError: If another process is writing.
            StoreError: If the folder cannot be written to.
        """
        with self._writing():
            snapshot = self.newest()
            announce(self._folder, self._newest_number())
            old = read_version(snapshot) if snapshot else Version(0, "", {})
            changed = [graph for graph in graphs if old.graphs.get(graph.name) != graph.digest]
            if not changed:
                return old
            version = _next_version(old, changed)
            database = self._open_durable(snapshot)
            for graph in changed:
                _replace(database, graph)
            self._publish(database, version)
            return version

    @property
    def _snapshots(self) -> Path:
        return self._folder / "snapshots"

    @property
    def _durable(self) -> Path:
        return self._folder / "durable"

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self._snapshots.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / "lock").open("w")
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise StoreError(f"The store cannot be written to: {reason.lower()}.") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StoreBusyError("Another process is writing; try again.") from error
            yield

    def _open_durable(self, snapshot: Path | None) -> pyoxigraph.Store:
        """Open the writer's database, as the newest snapshot left it."""
        dirty = self._folder / "dirty"
        if dirty.exists() or snapshot is None or not self._durable.exists():
            shutil.rmtree(self._durable, ignore_errors=True)
            if snapshot:
                # Copied, not linked: the database appends to some of its files.
                shutil.copytree(snapshot / "data", self._durable)
        dirty.touch()
        return pyoxigraph.Store(str(self._durable))

    def _publish(self, database: pyoxigraph.Store, version: Version) -> None:
        database.flush()
        making = self._snapshots / "making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        database.backup(str(making / "data"))
        document = {"number": version.number, "content": version.content}
        text = json.dumps(document | {"graphs": dict(version.graphs)}, indent=1, sort_keys=True)
        (making / "version.json").write_text(text + "\n", "utf-8")
        making.rename(self._snapshots / f"{version.number:06d}")
        announce(self._folder, version.number)
        (self._folder / "dirty").unlink()
        for old in sorted(self._snapshots.glob("[0-9]*"))[:-KEPT_SNAPSHOTS]:
            shutil.rmtree(old, ignore_errors=True)


class Clock:
    """Tells the number of the newest version, across processes, in well under a microsecond.

    Whoever was told that a write is done finds its number here.
    """

    def __init__(self, folder: Path) -> None:
        """Map the number of the store in a folder, where it was announced at least once."""
        with (folder / "current").open("rb") as file:
            self._mapped = mmap.mmap(file.fileno(), _NUMBER.size, prot=mmap.PROT_READ)

    def number(self) -> int:
        """Return the number of the newest version; 0 if nothing was ever loaded."""
        found: int = _NUMBER.unpack_from(self._mapped)[0]
        return found


def announce(folder: Path, number: int) -> None:
    """Write the number of the newest version where every ``Clock`` sees it."""
    descriptor = os.open(folder / "current", os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.pwrite(descriptor, _NUMBER.pack(number), 0)
    finally:
        os.close(descriptor)


def _replace(database: pyoxigraph.Store, graph: SourceGraph) -> None:
    database.remove_graph(NamedNode(graph.name))
    database.bulk_load(graph.text, format=RdfFormat.N_QUADS)


def _next_version(old: Version, changed: Iterable[SourceGraph]) -> Version:
    graphs = dict(old.graphs) | {graph.name: graph.digest for graph in changed}
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(graphs.items()))
    return Version(old.number + 1, hashlib.sha256(lines.encode()).hexdigest(), graphs)


def read_version(snapshot: Path) -> Version:
    """Return the version that a snapshot holds.

    Raises:
        FileNotFoundError: If the snapshot has been removed.
    """
    document = json.loads((snapshot / "version.json").read_text("utf-8"))
    return Version(document["number"], document["content"], document["graphs"])
