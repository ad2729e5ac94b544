"""The service's side: hands queries to workers, ends them at their deadline.

Safe to use from any number of threads and processes: what they share is the
sockets on which workers take connections.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph import errors
from graph.errors import QueryLostError, QueryTimeoutError, TooManyQueriesError
from graph.store.interface import AnswerForm
from graph.workers import wire


@dataclass(frozen=True)
class Limits:
    """What one query may take.

    ``seconds`` is wall-clock time from the moment a worker has the query,
    ``memory`` bytes beyond the dataset, ``patience`` the seconds a query may
    wait for a worker.
    """

    seconds: float = 10.0
    memory: int = 1 << 30
    patience: float = 10.0


class Answering:
    """An answer on its way: its form, the version it rests on, and its bytes as they come.

    Iterating raises ``QueryTimeoutError`` or ``QueryLostError`` when the answer
    does not come to its end; what came before is then not the answer. ``close``
    must be called, whether or not all was read.
    """

    def __init__(self, call: _Call, form: AnswerForm) -> None:
        """Take over a call whose worker has sent its header."""
        self.form = form
        self.version = call.version
        self._call: _Call | None = call

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes in the order they come."""
        while self._call:
            kind, body = self._call.receive()
            if kind == wire.DATA:
                yield body
                continue
            self._call.end()
            self._call = None
            if kind == wire.FAULT:
                raise _error(wire.FaultReport(**wire.parse(body)))

    def close(self) -> None:
        """End the worker if it has not finished."""
        if self._call:
            self._call.kill()
            self._call = None


class WorkerPool:
    """Hands queries to the workers that a ``Nurseries`` keeps alive."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        """Name the folder of the sockets; nothing is opened yet."""
        self._memory = str(folder / "memory")
        self._disk = str(folder / "disk")
        self.limits = limits

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
        call = self._begin(request, least_version)
        try:
            kind, body = call.receive()
        except BaseException:
            call.kill()
            raise
        if kind == wire.FAULT:
            call.end()
            raise _error(wire.FaultReport(**wire.parse(body)))
        return Answering(call, wire.Header(**wire.parse(body)).form)

    def _begin(self, request: wire.Request, least_version: int) -> _Call:
        """Return a call that a worker of a version that will do has begun to answer."""
        give_up = time.monotonic() + self.limits.patience
        while (left := give_up - time.monotonic()) > 0:
            line = self._connect(left)
            try:
                wire.send(line, wire.ASK, request)
                _, body = wire.receive(line)
                hello = wire.Hello(**wire.parse(body))
                if hello.version >= least_version:
                    return _Call(line, hello, self.limits.seconds)
            except TimeoutError:
                line.close()
                break
            except (wire.ConnectionBroken, ConnectionError):
                # It went, being of an old version, before it saw the query.
                pass
            line.close()
            time.sleep(0.002)
        raise TooManyQueriesError("No worker was free in time; try again in a moment.")

    def _connect(self, patience: float) -> socket.socket:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(patience)
        try:
            line.connect(self._memory)
        except (FileNotFoundError, ConnectionRefusedError):
            line.connect(self._disk)
        return line


class _Call:
    """A connection to the worker that has begun with a query."""

    def __init__(self, line: socket.socket, hello: wire.Hello, seconds: float) -> None:
        self._line = line
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        # A handle, so that no other process that got the same number is ever hit.
        self._process = os.pidfd_open(hello.pid)
        self.version = hello.version

    def receive(self) -> tuple[bytes, bytes]:
        try:
            self._line.settimeout(max(0.001, self._deadline - time.monotonic()))
            return wire.receive(self._line)
        except TimeoutError as error:
            self.kill()
            message = f"The query was stopped after {self._seconds:g} seconds."
            raise QueryTimeoutError(message) from error
        except wire.ConnectionBroken as error:
            self.kill()
            raise QueryLostError(
                "The query was stopped: it needed more memory than one query may take."
            ) from error

    def kill(self) -> None:
        if self._process >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
        self.end()

    def end(self) -> None:
        self._line.close()
        if self._process >= 0:
            os.close(self._process)
            self._process = -1


def _error(report: wire.FaultReport) -> errors.QueryError:
    if report.kind == "QuerySyntaxError":
        return errors.QuerySyntaxError(report.message, report.line, report.column)
    return errors.QueryRefusedError(report.message)
