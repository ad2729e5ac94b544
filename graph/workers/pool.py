"""The service's side: hands queries to workers, ends them at their deadline.

Safe to use from any number of threads and processes: what they share is the
sockets on which workers take connections.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
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
    wait for a worker, ``rows`` how many rows or statements the answer may have,
    0 for any number.
    """

    seconds: float = 10.0
    memory: int = 1 << 30
    patience: float = 10.0
    rows: int = 0


class Call:
    """A query that a worker has begun with.

    ``header`` comes first, then the bytes by iterating. Either raises
    ``QueryTimeoutError`` or ``QueryLostError`` when the answer does not come to
    its end; bytes that came before are then not the answer. ``close`` must be
    called, whether or not all was read.
    """

    def __init__(
        self, line: socket.socket, frames: wire.Frames, hello: wire.Hello, seconds: float
    ) -> None:
        """Take over the line to a worker that has said hello."""
        self.version = hello.version
        self.deadline = time.monotonic() + seconds
        self._line = line
        self._frames = frames
        self._seconds = seconds
        self._lock = threading.Lock()
        # A handle, so that no other process that got the same number is ever hit.
        self._process = os.pidfd_open(hello.pid)

    def header(self) -> AnswerForm:
        """Return what form the answer has, once it begins to come.

        Raises:
            QuerySyntaxError: If the query is not SPARQL.
            QueryRefusedError: If it asks for too much, or the engine cannot do it.
        """
        kind, body = self._receive()
        if kind == wire.BYE:
            self._end(kill=False)
            raise errors.TooManyQueriesError("A new version came in between; try again.")
        if kind == wire.FAULT:
            self._end(kill=False)
            raise reported(body)
        return wire.form_of(body)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes in the order they come."""
        while (frame := self._receive())[0] == wire.DATA:
            yield frame[1]
        self._end(kill=False)
        if frame[0] == wire.FAULT:
            raise reported(frame[1])

    def close(self) -> None:
        """End the worker, if it has not finished."""
        self._end(kill=True)

    def _receive(self) -> tuple[bytes, bytes]:
        try:
            self._line.settimeout(max(0.001, self.deadline - time.monotonic()))
            return wire.receive(self._line, self._frames)
        except TimeoutError as error:
            self.close()
            message = f"The query was stopped after {self._seconds:g} seconds."
            raise QueryTimeoutError(message) from error
        except (wire.ConnectionBroken, OSError) as error:
            self.close()
            raise QueryLostError(
                "The query was stopped: it needed more memory than one query may take."
            ) from error

    def _end(self, *, kill: bool) -> None:
        with self._lock:
            process, self._process = self._process, -1
        if process >= 0:
            if kill:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(process, signal.SIGKILL)
            os.close(process)
            self._line.close()


class WorkerPool:
    """Hands queries to the workers that a ``Nurseries`` keeps alive."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        """Name the folder of the sockets; nothing is opened yet."""
        self._memory, self._disk = addresses(folder)
        self.limits = limits

    def ask(self, request: wire.Request, least_version: int = 0) -> tuple[AnswerForm, bytes]:
        """Return the form and the bytes of a whole answer.

        Raises:
            QuerySyntaxError: If the query is not SPARQL.
            QueryRefusedError: If it asks for too much, or the engine cannot do it.
            TooManyQueriesError: If no worker was free in time.
            QueryTimeoutError: If the answer was not whole at the deadline.
            QueryLostError: If the worker died, most likely for want of memory.
        """
        call = self.begin(request, least_version)
        try:
            return call.header(), b"".join(call)
        finally:
            call.close()

    def begin(self, request: wire.Request, least_version: int = 0) -> Call:
        """Give a query to a worker.

        Args:
            request: The query.
            least_version: The oldest version of the dataset that will do.

        Raises:
            TooManyQueriesError: If no worker was free in time.
        """
        give_up = time.monotonic() + self.limits.patience
        while (left := give_up - time.monotonic()) > 0:
            try:
                line, frames = self._connect(left), wire.Frames()
            except (FileNotFoundError, ConnectionRefusedError):
                # A service that has just begun has neither: the dataset is on its way to memory.
                time.sleep(0.02)
                continue
            try:
                _, body = wire.receive(line, frames)
                hello = wire.Hello(**wire.parse(body))
                if hello.version >= least_version:
                    line.sendall(wire.ask(request))
                    return Call(line, frames, hello, self.limits.seconds)
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
            try:
                line.connect(self._memory)
            except (FileNotFoundError, ConnectionRefusedError):
                line.connect(self._disk)
        except OSError:
            line.close()
            raise
        return line


def addresses(folder: Path) -> tuple[str, str]:
    """Return the sockets to try, in this order; that of memory is there once it is filled."""
    return str(folder / "memory"), str(folder / "disk")


def reported(body: bytes) -> errors.QueryError:
    """Return the error that a worker reports."""
    report = wire.FaultReport(**wire.parse(body))
    if report.kind == "QuerySyntaxError":
        return errors.QuerySyntaxError(report.message, report.line, report.column)
    if report.kind == "QueryForbiddenError":
        return errors.QueryForbiddenError(report.message)
    return errors.QueryRefusedError(report.message)
