"""What stands behind the serving processes: what evaluates queries, what writes and what indexes.

For the built-in store these are processes of ours; for an engine elsewhere, which
has its own, only the writer, and a thread that asks for the newest version. What
is there would have to be read whole for every index, and it may be written to all
the time: it is indexed when somebody searches.
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.errors import MandateGraphError
from graph.settings import Settings
from graph.store.embedded import EmbeddedStore
from graph.store.remote.store import RemoteStore
from graph.workers.calls import AsyncPool
from graph.workers.evaluating import Evaluator
from graph.workers.indexer import IndexerProcess
from graph.workers.nurseries import Nurseries
from graph.workers.pool import Limits, WorkerPool
from graph.workers.remote import AT_ONCE, AsyncRemotePool, RemotePool
from graph.workers.writer import WriterProcess
from graph.workspace import Workspace
from service.pages.evaluation import Evaluate

BYTES_ON_DISK, BYTES_IN_MEMORY = 150, 700
"""What one statement takes, measured; decides whether the dataset goes into memory."""

READ_IN_A_MOMENT = 30 << 20
"""Bytes on disk that are in memory within a second or two."""

_LOGGER = logging.getLogger("mandategraph.engine")


@dataclass(frozen=True)
class Evaluators:
    """What one serving process hands queries to: ``ask`` for whole answers, from any thread."""

    evaluator: Evaluator
    ask: Evaluate


def evaluators(workspace: Workspace, sockets: Path, largest: int) -> Evaluators:
    """Return what a serving process hands queries to.

    Args:
        workspace: The installation.
        sockets: The folder that ``running`` gave.
        largest: Bytes of an answer.
    """
    settings, store = workspace.settings, workspace.store
    limits = limits_of(settings)
    if isinstance(store, RemoteStore):
        remote = store.remote
        return Evaluators(
            AsyncRemotePool(remote, limits, settings.workers or AT_ONCE),
            RemotePool(remote, limits, largest).ask,
        )
    pool = AsyncPool(sockets, limits, settings.workers or processors())
    return Evaluators(pool, WorkerPool(sockets, limits).ask)


@contextmanager
def running(workspace: Workspace, frontends: int) -> Iterator[Path]:
    """Keep what evaluates and writes running, and give the folder of its sockets.

    Args:
        workspace: The installation.
        frontends: The serving processes there will be.
    """
    store = workspace.store
    if isinstance(store, RemoteStore):
        with _engine(workspace.settings, store) as sockets:
            yield sockets
        return
    settings = workspace.settings
    nurseries = Nurseries(
        settings.home / "store",
        limits_of(settings),
        # One more, for the pages and the graph store.
        size=frontends * (settings.workers or processors()) + 1,
        **_tiers(settings, store),
        union=settings.default_graph == "union",
    )
    writer = WriterProcess(settings, nurseries.sockets)
    indexer = IndexerProcess(settings)
    try:
        yield nurseries.sockets
    finally:
        indexer.close()
        writer.close()
        nurseries.close()


@contextmanager
def _engine(settings: Settings, store: RemoteStore) -> Iterator[Path]:
    store.prepare()
    store.watch()
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(store, ended), daemon=True)
    with tempfile.TemporaryDirectory(prefix="mandategraph-") as folder:
        writer = WriterProcess(settings, Path(folder))
        watch.start()
        try:
            yield Path(folder)
        finally:
            ended.set()
            writer.close()


def _watch(store: RemoteStore, ended: threading.Event) -> None:
    """Ask for the newest version as often as it must be known, though the engine be away."""
    while not ended.wait(store.engine.version_seconds / 2):
        try:
            store.watch()
        except (MandateGraphError, OSError) as error:
            _LOGGER.warning("the version is not known: %s", type(error).__name__)


def processors() -> int:
    """Return how many processors there are, at least two: one query must not stop all others."""
    return max(2, os.cpu_count() or 2)


def limits_of(settings: Settings) -> Limits:
    """Return what a query may take."""
    return Limits(
        settings.query_seconds,
        settings.query_memory_mb << 20,
        settings.patience_seconds,
        settings.max_answer_rows,
    )


def _tiers(settings: Settings, store: EmbeddedStore) -> Mapping[str, bool]:
    """Say whether the dataset goes into memory, and whether disk answers until it is there.

    It goes there as set, else if it takes less than half of the memory. What is
    read into memory in a moment is not asked on disk before.
    """
    wanted = settings.memory_tier
    snapshot = store.newest()
    files = (snapshot / "data").rglob("*") if snapshot else ()
    on_disk = sum(file.stat().st_size for file in files if file.is_file())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    fits = on_disk / BYTES_ON_DISK * BYTES_IN_MEMORY < memory / 2
    return {
        "memory_tier": bool(wanted == "on" or (wanted == "auto" and fits)),
        "disk_tier": on_disk > READ_IN_A_MOMENT,
    }
