"""The nursery: holds one version of the dataset and forks workers from it.

It runs as a process of its own, ``python -m graph.workers.nursery``, started by
``graph.workers.nurseries``; it has a single thread when it forks, which is safe. It ends
with its standard input, or when it is told to terminate.
"""

from __future__ import annotations

import argparse
import gc
import os
import select
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal as OneOf
from typing import NoReturn

from graph.store.embedded import EmbeddedStore, read_version
from graph.store.interface import Version
from graph.workers.holding import Holding, InMemory, OnDisk
from graph.workers.processes import die_with_parent, limit_memory
from graph.workers.worker import serve

Tier = OneOf["memory", "disk"]

POLL_SECONDS = 0.02
"""How long a new version on disk, or a dead worker, may go unnoticed."""

FAREWELL_SECONDS = 15
"""How long a nursery that is told to end waits for queries that are under way."""


@dataclass(frozen=True)
class Brood:
    """What the workers of one nursery are like.

    ``size`` is how many there are, ``memory`` the bytes each may take beyond
    the dataset, ``rows`` how many an answer may have, ``union`` what the default
    graph is, as for ``graph.store.reading.evaluate``.
    """

    tier: Tier
    size: int
    memory: int
    rows: int
    union: bool


class Nursery:
    """Keeps a number of workers alive on the newest version of a store."""

    def __init__(self, store: EmbeddedStore, listener: socket.socket, brood: Brood) -> None:
        """Keep what workers are made from; nothing is read yet."""
        self._store = store
        self._listener = listener
        self._brood = brood
        self._workers: set[int] = set()
        self._memory = InMemory(union=brood.union)
        self._version = Version(0, "", {})
        self._retire: int | None = None
        self._retired = -1
        self._clock = store.clock()
        self._parent = sys.stdin.fileno()
        self._ending = False
        self._signals = self._hear_signals()

    def run(self) -> None:
        """Refresh, fork and bury until standard input ends, or a signal says so."""
        while not self._ending:
            if self._refresh():
                gc.collect()
                gc.freeze()
            self._bury()
            while len(self._workers) < self._brood.size:
                self._fork()
            ready, _, _ = select.select([self._parent, self._signals], [], [], POLL_SECONDS)
            if self._signals in ready:
                os.read(self._signals, 4096)
            if self._parent in ready and not os.read(self._parent, 1):
                return

    def end(self) -> None:
        """Let queries that are under way come to their end, then end all workers."""
        if self._retire is not None:
            os.close(self._retire)
            self._retire = None
        give_up = time.monotonic() + FAREWELL_SECONDS
        while self._workers and time.monotonic() < give_up:
            self._bury()
            time.sleep(POLL_SECONDS)
        for pid in self._workers:
            os.kill(pid, signal.SIGKILL)

    def _hear_signals(self) -> int:
        """Return a file descriptor that can be read once a worker ended, or this is to end."""
        readable, writable = os.pipe()
        os.set_blocking(readable, False)
        os.set_blocking(writable, False)
        signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._told_to_end)
        return readable

    def _told_to_end(self, *_: object) -> None:
        self._ending = True

    def _refresh(self) -> bool:
        """Bring the dataset to the newest version; return whether it changed."""
        if self._clock.number() == self._version.number:
            return self._first_pipe()
        snapshot = self._store.newest()
        if snapshot is None:
            return self._first_pipe()
        try:
            version = read_version(snapshot)
            if self._brood.tier == "memory":
                # In a thread, which has a heap of its own: what workers allocate must not
                # lie in the gaps between what they share, where each page would be copied.
                with ThreadPoolExecutor(1) as apart:
                    apart.submit(self._memory.read, snapshot, version).result()
        except OSError:
            # The snapshot was removed while it was read: a newer one is there.
            return False
        self._version = version
        self._next_generation()
        return True

    def _first_pipe(self) -> bool:
        if self._retire is None:
            self._next_generation()
        return False

    def _next_generation(self) -> None:
        """Tell the workers of the old version to go when idle; closing the pipe is the word."""
        if self._retire is not None:
            os.close(self._retire)
            os.close(self._retired)
        self._retired, self._retire = os.pipe()
        self._workers.clear()

    def _bury(self) -> None:
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            self._workers.discard(pid)

    def _fork(self) -> None:
        nursery = os.getpid()
        pid = os.fork()
        if pid:
            self._workers.add(pid)
        else:
            self._become_worker(nursery)

    def _become_worker(self, nursery: int) -> NoReturn:
        status = 1
        try:
            die_with_parent(nursery)
            os.close(self._parent)
            if self._retire is not None:
                os.close(self._retire)
            holding: Holding = self._memory
            if self._brood.tier == "disk":
                holding = OnDisk(self._store.newest(), union=self._brood.union)
            limit_memory(self._brood.memory)
            version = self._version.number
            serve(self._listener, holding, version, self._retired, self._brood.rows)
            status = 0
        except (OSError, MemoryError):
            # The connection, or the snapshot, went away: another worker takes over.
            pass
        finally:
            os._exit(status)


def main() -> None:
    """Run a nursery from the command line; the arguments are for ``graph.workers.nurseries``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("listener", type=int)
    parser.add_argument("tier", choices=("memory", "disk"))
    parser.add_argument("size", type=int)
    parser.add_argument("memory", type=int)
    parser.add_argument("rows", type=int)
    parser.add_argument("default_graph", choices=("union", "strict"))
    given = parser.parse_args()
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = socket.socket(fileno=given.listener)
    listener.setblocking(False)
    union = given.default_graph == "union"
    brood = Brood(given.tier, given.size, given.memory, given.rows, union)
    nursery = Nursery(EmbeddedStore(given.store), listener, brood)
    try:
        nursery.run()
    finally:
        nursery.end()


if __name__ == "__main__":
    main()
