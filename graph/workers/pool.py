"""The service's side: hands queries to workers, ends them at their deadline.

Safe to use from any number of threads.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph import errors
from graph.errors import QueryLostError, QueryTimeoutError, TooManyQueriesError
from graph.store.interface import AnswerForm
from graph.workers import wire
from graph.workers.nursery import Tier


@dataclass(frozen=True)
class Limits:
    """What one query may take, and how many may wait.

    ``seconds`` is wall-clock time from the moment a worker has the query,
    ``memory`` bytes beyond the dataset, ``waiting`` queries that may wait for a
    worker, ``patience`` the seconds that each of them does.
    """

    workers: int = max(2, os.cpu_count() or 2)
    seconds: float = 10.0
    memory: int = 1 << 30
    waiting: int = 64
    patience: float = 10.0


class _Worker:
    """A connection to one worker process."""

    def __init__(self, address: str, patience: float | None = 10) -> None:
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.line.settimeout(patience)
        self.line.connect(address)
        _, body = wire.receive(self.line)
        self.hello = wire.Hello(**wire.parse(body))
        # A handle, so that no other process that got the same number is ever hit.
        self._process = os.pidfd_open(self.hello.pid)

    def receive(self, deadline: float, seconds: float) -> tuple[bytes, bytes]:
        try:
            self.line.settimeout(max(0.001, deadline - time.monotonic()))
            return wire.receive(self.line)
        except TimeoutError as error:
            raise QueryTimeoutError(f"The query was stopped after {seconds:g} seconds.") from error
        except wire.ConnectionBroken as error:
            raise QueryLostError(
                "The query was stopped: it needed more memory than one query may take."
            ) from error

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        self.close()

    def close(self) -> None:
        self.line.close()
        with suppress(OSError):
            os.close(self._process)


class Answering:
    """An answer on its way: its form, the version it rests on, and its bytes as they come.

    Iterating raises ``QueryTimeoutError`` or ``QueryLostError`` when the answer
    does not come to its end; what came before is then not the answer. ``close``
    must be called, whether or not all was read.
    """

    def __init__(
        self, pool: WorkerPool, worker: _Worker, form: AnswerForm, deadline: float
    ) -> None:
        """Take over a worker that has sent its header, and the slot that goes with it."""
        self.form = form
        self.version = worker.hello.version
        self._pool = pool
        self._worker: _Worker | None = worker
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes in the order they come."""
        while self._worker:
            kind, body = self._worker.receive(self._deadline, self._pool.limits.seconds)
            if kind == wire.DATA:
                yield body
                continue
            self._end(whole=True)
            if kind == wire.FAULT:
                raise _error(wire.FaultReport(**wire.parse(body)))

    def close(self) -> None:
        """Give the worker back, or end it if it has not finished."""
        self._end(whole=False)

    def _end(self, *, whole: bool) -> None:
        worker, self._worker = self._worker, None
        if worker:
            self._pool.release(worker, reusable=whole)


class WorkerPool:
    """Starts the nurseries of one store and hands queries to their workers.

    Until the dataset is in memory, workers read it from disk.
    """

    def __init__(self, store: Path, limits: Limits | None = None, memory_tier: bool = True) -> None:
        """Start; the first query may be given at once.

        Args:
            store: The folder of an ``EmbeddedStore``.
            limits: What queries may take.
            memory_tier: Whether the dataset is also held in memory, which takes
                about 400 bytes a statement, and answers several times faster.
        """
        self.limits = limits or Limits()
        self._folder = tempfile.TemporaryDirectory(prefix="mandategraph-")
        self._idle: deque[_Worker] = deque()
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(self.limits.workers)
        self._waiting = 0
        tiers: tuple[Tier, ...] = ("disk", "memory") if memory_tier else ("disk",)
        self._nurseries = {tier: self._start(store, tier) for tier in tiers}
        self._tier: Tier = "disk"
        if memory_tier:
            threading.Thread(target=self._await_memory, daemon=True).start()

    def ask(self, request: wire.Request, least_version: int = 0) -> Answering:
        """Give a query to a worker and return when its answer begins to come.

        Args:
            request: The query.
            least_version: The oldest version of the dataset that will do.

        Raises:
            QuerySyntaxError: If it is not SPARQL.
            QueryRefusedError: If it asks for too much, or the engine cannot do it.
            TooManyQueriesError: If no worker was free in time.
            QueryTimeoutError: If the answer had not begun at the deadline.
            QueryLostError: If the worker died, most likely for want of memory.
        """
        self._wait_for_slot()
        try:
            return self._ask(request, least_version)
        except BaseException:
            self._slots.release()
            raise

    def close(self) -> None:
        """End all processes."""
        for tier in self._nurseries:
            self._stop(tier)
        with self._lock:
            while self._idle:
                self._idle.pop().close()
        self._folder.cleanup()

    def _start(self, store: Path, tier: Tier) -> subprocess.Popen[bytes]:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(self._address(tier))
        listener.listen(self.limits.workers + self.limits.waiting)
        with listener:
            return subprocess.Popen(  # noqa: S603 - our own program and numbers
                [
                    *(sys.executable, "-m", "graph.workers.nursery", str(store)),
                    *(str(listener.fileno()), tier),
                    *(str(self.limits.workers), str(self.limits.memory)),
                ],
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
            )

    def _address(self, tier: Tier) -> str:
        return str(Path(self._folder.name) / tier)

    def _wait_for_slot(self) -> None:
        with self._lock:
            if self._waiting >= self.limits.waiting:
                raise TooManyQueriesError("Too many queries are waiting; try again in a moment.")
            self._waiting += 1
        try:
            if not self._slots.acquire(timeout=self.limits.patience):
                raise TooManyQueriesError("No worker was free in time; try again in a moment.")
        finally:
            with self._lock:
                self._waiting -= 1

    def release(self, worker: _Worker, *, reusable: bool) -> None:
        """Take a worker back from an answer, and let the next query begin."""
        if reusable:
            with self._lock:
                self._idle.append(worker)
        else:
            worker.kill()
        self._slots.release()

    def _ask(self, request: wire.Request, least_version: int) -> Answering:
        deadline = time.monotonic() + self.limits.seconds
        worker = self._begin(request, least_version, deadline)
        try:
            kind, body = worker.receive(deadline, self.limits.seconds)
        except errors.QueryError:
            worker.kill()
            raise
        if kind == wire.FAULT:
            with self._lock:
                self._idle.append(worker)
            raise _error(wire.FaultReport(**wire.parse(body)))
        return Answering(self, worker, wire.Header(**wire.parse(body)).form, deadline)

    def _begin(self, request: wire.Request, least_version: int, deadline: float) -> _Worker:
        """Return a worker that has begun with the query."""
        while True:
            worker = self._worker(least_version, deadline)
            try:
                wire.send(worker.line, wire.ASK, request)
                wire.receive(worker.line)
                return worker
            except (wire.ConnectionBroken, ConnectionError):
                # It went, being of an old version, before it saw the query.
                worker.close()

    def _worker(self, least_version: int, deadline: float) -> _Worker:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            worker = worker or self._connect(deadline)
            if worker.hello.version >= least_version:
                return worker
            worker.close()
            if time.monotonic() > deadline:
                raise QueryTimeoutError("The newest version of the dataset is not ready yet.")
            time.sleep(0.005)

    def _connect(self, deadline: float) -> _Worker:
        while True:
            try:
                return _Worker(self._address(self._tier))
            except (wire.ConnectionBroken, OSError) as error:
                if time.monotonic() > deadline:
                    raise QueryLostError("No worker could be started; try again.") from error

    def _await_memory(self) -> None:
        """Go over to the workers that have the dataset in memory, once there are any."""
        with suppress(OSError, wire.ConnectionBroken):
            worker = _Worker(self._address("memory"), patience=None)
            with self._lock:
                self._tier = "memory"
                old, self._idle = self._idle, deque([worker])
            for disk_worker in old:
                disk_worker.close()
            self._stop("disk")

    def _stop(self, tier: Tier) -> None:
        nursery = self._nurseries[tier]
        if nursery.stdin:
            nursery.stdin.close()
        nursery.kill()
        nursery.wait()


def _error(report: wire.FaultReport) -> errors.QueryError:
    if report.kind == "QuerySyntaxError":
        return errors.QuerySyntaxError(report.message, report.line, report.column)
    return errors.QueryRefusedError(report.message)
