"""The writer: does one write after the other, each in a process of its own that can be ended.

It runs as ``python -m graph.workers.writer``, started by ``WriterProcess``, and
ends with its standard input. It has a single thread and never looks at what
strangers sent: it forks a child for each write, which reads it, does it and
ends. A parser that crashes, a runaway or a bomb thus costs that write alone; the
state on the disk is whole whatever happens to the child.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from pyoxigraph import Quad

from graph.build.dataset import SourceGraph
from graph.errors import (
    MandateGraphError,
    StoreError,
    WriteLostError,
    WriteTimeoutError,
    WriteUnknownError,
)
from graph.rdf import read_triples
from graph.settings import Settings
from graph.sparql.updates import with_dataset
from graph.store.changes import (
    AddToGraph,
    Change,
    DeleteGraph,
    PatchGraph,
    ReplaceGraphs,
    Update,
)
from graph.store.comparison import graph_node
from graph.workers.processes import die_with_parent, limit_memory
from graph.workers.supervising import Supervised
from graph.workers.writing import HELLO, Write, Written, fault_answer, receive
from graph.workspace import InstalledStore, store_of, structure_check


class WriterProcess(Supervised):
    """Starts the writer, and starts it again should it end."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        """Start it; writes may be given at once.

        Args:
            settings: Those of the installation.
            folder: Where its socket is to be, for ``Writing``.
        """
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(folder / "writer"))
        self._listener.listen(256)
        file = self._listener.fileno()
        super().__init__("graph.workers.writer", settings, str(file), file=file)

    def close(self) -> None:
        """End it; a write that is under way is lost, or done."""
        super().close()
        self._listener.close()


class Writer:
    """Takes connections and has a child do the write that comes on each."""

    def __init__(self, store: InstalledStore, seconds: float, memory: int) -> None:
        """Keep what children are made from; see ``Settings`` for the limits."""
        self._store = store
        self._seconds = seconds
        self._memory = memory

    def run(self, listener: socket.socket) -> None:
        """Do one write after the other until standard input ends."""
        parent = sys.stdin.fileno()
        while True:
            ready, _, _ = select.select([listener, parent], [], [])
            if parent in ready:
                return
            with suppress(BlockingIOError):
                line, _ = listener.accept()
                line.setblocking(True)
                with Connection(line.detach()) as connection, suppress(OSError):
                    self._one(connection)

    def _one(self, line: Connection) -> None:
        before = self._store.mark()
        child = os.fork()
        if not child:
            self._become_child(line)
        status = self._wait(child)
        if status == 0:
            return
        line.send_bytes(fault_answer(self._loss(status, before)))

    def _wait(self, child: int) -> int | None:
        """Return how a child ended: ``None`` if it had to be ended."""
        handle = os.pidfd_open(child)
        try:
            ended, _, _ = select.select([handle], [], [], self._seconds)
            if not ended:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        finally:
            os.close(handle)
        _, status = os.waitpid(child, 0)
        return status if ended else None

    def _loss(self, status: int | None, before: int) -> MandateGraphError:
        if self._store.changed_since(before):
            return WriteUnknownError(
                "The write was stopped at its end; look whether it was done before sending it "
                "again."
            )
        if status is None:
            return WriteTimeoutError(
                f"The write was stopped after {self._seconds:g} seconds; nothing was written."
            )
        return WriteLostError(
            "The write ended its process: it is nested too deep, or needs more memory than a "
            "write may take. Nothing was written."
        )

    def _become_child(self, line: Connection) -> NoReturn:
        status = 1
        try:
            die_with_parent()
            limit_memory(self._memory)
            line.send_bytes(HELLO)
            line.send_bytes(perform(self._store, receive(line)))
            status = 0
        except (OSError, EOFError, MemoryError):
            # The service went away, or memory did: the parent tells the former.
            pass
        finally:
            os._exit(status)


def perform(store: InstalledStore, write: Write) -> bytes:
    """Do a write and return the answer to it."""
    try:
        committed = store.commit(_change(write), write.condition)
    except MandateGraphError as error:
        return fault_answer(error)
    except RuntimeError as error:
        return fault_answer(StoreError(f"The engine gave up: {error}."))
    tag = committed.after.graphs.get(write.graph, "")
    created = write.graph not in committed.before.graphs
    numbers = committed.before.number, committed.after.number
    return json.dumps(asdict(Written(*numbers, created=created, tag=tag))).encode()


def _change(write: Write) -> Change:
    match write.kind:
        case "update":
            return Update(with_dataset(write.text, write.using, write.using_named), write.base)
        case "patch":
            return PatchGraph(write.graph, write.text, write.base)
        case "delete":
            return DeleteGraph(write.graph)
        case "post":
            return AddToGraph(write.graph, read_triples(write.documents))
        case "put":
            name = graph_node(write.graph)
            triples = read_triples(write.documents)
            quads = (Quad(t.subject, t.predicate, t.object, name) for t in triples)
            return ReplaceGraphs((SourceGraph.of(write.graph, quads),))


def main() -> None:
    """Run the writer from the command line; the argument is for ``WriterProcess``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("listener", type=int)
    given = parser.parse_args()
    settings = Settings.from_environment()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = socket.socket(fileno=given.listener)
    listener.setblocking(False)
    store = store_of(settings, structure_check() if settings.validate_writes else None)
    gc.collect()
    gc.freeze()
    Writer(store, settings.write_seconds, settings.write_memory_mb << 20).run(listener)


if __name__ == "__main__":
    main()
