"""Starting and ending the nurseries of one store."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from graph.workers import wire
from graph.workers.nursery import Tier
from graph.workers.pool import Limits


class Nurseries:
    """The processes behind a ``WorkerPool``: one nursery that reads disk, one that holds memory.

    A large dataset takes a while to get into memory; until then workers read
    it from disk, and the first answer need not wait.
    """

    def __init__(
        self,
        store: Path,
        limits: Limits,
        *,
        size: int,
        memory_tier: bool = True,
        disk_tier: bool = True,
        union: bool = True,
    ) -> None:
        """Start them; queries may be given at once.

        Args:
            store: The folder of an ``EmbeddedStore``.
            limits: What a query may take.
            size: Workers at a time.
            memory_tier: Whether the dataset is also held in memory, which takes
                about 700 bytes a statement and answers several times faster.
            disk_tier: Whether queries are answered from disk until then.
            union: What the default graph is; see ``graph.store.reading.evaluate``.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="mandategraph-")
        self._size = size
        self._limits = limits
        self._default_graph = "union" if union else "strict"
        self._running = {}
        if disk_tier or not memory_tier:
            self._running["disk"] = self._start(store, "disk")
        if memory_tier:
            self._running["memory"] = self._start(store, "memory")
            threading.Thread(target=self._go_over_to_memory, daemon=True).start()

    @property
    def sockets(self) -> Path:
        """The folder of the sockets on which workers take connections."""
        return Path(self._folder.name)

    def close(self) -> None:
        """End all processes."""
        for nursery in self._running.values():
            nursery.kill()
            if nursery.stdin:
                nursery.stdin.close()
            nursery.wait()
        self._folder.cleanup()

    def _start(self, store: Path, tier: Tier) -> subprocess.Popen[bytes]:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Seen under its own name only when it can answer.
        listener.bind(str(self.sockets / ("disk" if tier == "disk" else "filling")))
        listener.listen(1024)
        with listener:
            return subprocess.Popen(  # noqa: S603 - our own program and numbers
                [
                    *(sys.executable, "-m", "graph.workers.nursery", str(store)),
                    *(str(listener.fileno()), tier),
                    *(str(self._size), str(self._limits.memory), str(self._limits.rows)),
                    self._default_graph,
                ],
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
            )

    def _go_over_to_memory(self) -> None:
        if not self._is_filled():
            return
        (self.sockets / "filling").rename(self.sockets / "memory")
        disk = self._running.get("disk")
        if disk is None:
            return
        # It ends once queries that are under way have come to their end. That its standard
        # input was closed it would not hear: processes forked meanwhile hold the other end, too.
        disk.terminate()
        disk.wait()
        (self.sockets / "disk").unlink(missing_ok=True)

    def _is_filled(self) -> bool:
        """Wait until a worker answers from memory; return whether one did."""
        with suppress(OSError, wire.ConnectionBroken), socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.sockets / "filling"))
            wire.receive(line, wire.Frames())
            # To close it would not do, for the same reason: the worker would wait for ever.
            line.shutdown(socket.SHUT_RDWR)
            return True
        return False
