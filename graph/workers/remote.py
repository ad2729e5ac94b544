"""Handing queries to an engine elsewhere, with the calls of ``pool`` and ``calls``.

A thread reads an answer as it comes and writes it anew; nothing of it is held but
what the client has not taken yet. A query keeps its place in the count until the
engine has let go of it.
"""

from __future__ import annotations

import asyncio
import io
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, cast

from graph.errors import (
    EngineError,
    MandateGraphError,
    QueryLostError,
    QueryRefusedError,
)
from graph.store.interface import AnswerForm
from graph.store.remote.asking import admitted, asked, form_of, write
from graph.store.remote.line import Task
from graph.store.remote.remote import Remote
from graph.store.remote.scope import scope, with_base
from graph.workers import wire
from graph.workers.pool import Limits
from graph.workers.waiting import Waiting

AT_ONCE = 16
"""Queries that the engine gets at once from one process, if the settings do not say."""

_LOGGER = logging.getLogger("mandategraph.engine")
_WAITING_PARTS = 8
_GRACE = 0.25


class RemotePool:
    """Asks whole answers of an engine; used by the threads of the pages."""

    def __init__(self, remote: Remote, limits: Limits, largest: int) -> None:
        """Keep the engine; ``largest`` is the bytes an answer may have."""
        self._remote = remote
        self.limits = limits
        self._largest = largest

    def ask(self, request: wire.Request, least_version: int = 0) -> tuple[AnswerForm, bytes]:
        """Return the form and the bytes of a whole answer.

        Raises:
            QueryError: If the query is wrong, refused, or its answer too large.
            EngineError: If the engine does not answer in time.
        """
        output = _Whole(self._largest)
        answered = _Answer(self._remote, request, Task(self.limits.seconds))
        form = answered.write_to(cast(IO[bytes], output), lambda form: None)
        return form, output.getvalue()


class _Whole(io.BytesIO):
    """Takes an answer up to a number of bytes."""

    def __init__(self, largest: int) -> None:
        super().__init__()
        self._left = largest

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._left -= len(data)
        if self._left < 0:
            raise QueryRefusedError("The answer is larger than is given; ask for less.")
        return super().write(data)


class _Answer:
    """The answer of an engine to a stranger's query."""

    def __init__(self, remote: Remote, request: wire.Request, task: Task) -> None:
        self._remote = remote
        self._request = request
        self.task = task

    def write_to(self, output: IO[bytes], begun: Callable[[AnswerForm], object]) -> AnswerForm:
        """Write the answer to a file as it comes; ``begun`` is told its form before."""
        request, remote = self._request, self._remote
        look = admitted(request.query, request.base)
        fields = scope(
            request.query,
            request.default_graphs,
            request.named_graphs,
            remote.ground(),
            lambda: remote.version().graphs,
        )
        text = with_base(request.query, request.base)
        with asked(remote.line, text, fields, self.task, graph=look.is_graph) as found:
            form = form_of(found)
            begun(form)
            write(found, output, request.results, request.graph)
        return form


class AsyncRemotePool:
    """Hands queries to an engine from an event loop; see ``graph.workers.calls.AsyncPool``."""

    def __init__(self, remote: Remote, limits: Limits, at_once: int) -> None:
        """Keep the engine; no thread is started yet."""
        self.remote = remote
        self.limits = limits
        self.threads = ThreadPoolExecutor(at_once, thread_name_prefix="engine")
        self._free = asyncio.Semaphore(at_once)
        self._waiting = Waiting(limits.patience)

    async def begin(self, request: wire.Request, least_version: int = 0) -> RemoteCall:
        """Give a query to the engine.

        Args:
            request: The query.
            least_version: The oldest version of the dataset that will do: that
                which the engine told last.

        Raises:
            TooManyQueriesError: If too many wait, or none came to its end in time.
        """
        busy = "The engine was busy with other queries; try again in a moment."
        async with self._waiting.turn(busy):
            await self._free.acquire()
        return RemoteCall(self, request, least_version)

    def release(self) -> None:
        """Let the next query begin."""
        self._free.release()


class RemoteCall:
    """A query that an engine has; see ``graph.workers.calls.AsyncCall``."""

    def __init__(self, pool: AsyncRemotePool, request: wire.Request, version: int) -> None:
        """Start it in a thread."""
        self.version = version
        self.deadline = time.monotonic() + pool.limits.seconds
        self._task = Task(pool.limits.seconds)
        self._parts = _Parts(self.deadline)
        answered = _Answer(pool.remote, request, self._task)
        work = pool.threads.submit(_work, answered, self._parts)
        loop = asyncio.get_running_loop()
        work.add_done_callback(lambda _: _tell(loop, pool.release))

    async def header(self) -> AnswerForm:
        """Return what form the answer has, once it begins to come."""
        return cast(AnswerForm, await self._next())

    async def part(self) -> bytes:
        """Return the next bytes of the answer, nothing at its end."""
        return cast(bytes, await self._next() or b"")

    def stop(self) -> None:
        """Break the query off; the one that waits for it hears of it and closes."""
        self._parts.put(QueryLostError("The query was stopped: the client went away."))
        self._task.stop()

    def close(self) -> None:
        """Break the query off, if it has not finished."""
        self._parts.close()
        self._task.stop()

    async def _next(self) -> _Part:
        try:
            async with asyncio.timeout(self.deadline + _GRACE - time.monotonic()):
                part = await self._parts.next()
        except TimeoutError:
            self.close()
            raise self._task.slow() from None
        if isinstance(part, MandateGraphError):
            raise part
        return part


_Part = AnswerForm | bytes | MandateGraphError | None


class _Parts:
    """Takes parts of an answer from a thread, a few ahead, and gives them to the event loop.

    It is the file that the answer is written to; what is small goes in one piece.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._room = threading.Semaphore(_WAITING_PARTS)
        self._parts: deque[_Part] = deque()
        self._gathered = bytearray()
        self._closed = False

    def write(self, data: bytes) -> int:
        """Take some bytes; wait while too much has not been fetched."""
        self._gathered += data
        if len(self._gathered) >= wire.CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Hand on the bytes that were taken."""
        if self._gathered:
            left = max(0.0, self._deadline - time.monotonic())
            if not self._room.acquire(timeout=left) or self._closed:
                raise ConnectionAbortedError
            self.put(bytes(self._gathered))
            self._gathered.clear()

    def put(self, part: _Part) -> None:
        """Hand on a part at once."""
        self._parts.append(part)
        _tell(self._loop, self._ready.set)

    def close(self) -> None:
        """Take no more; a thread that waits for room goes on, and hears of it."""
        self._closed = True
        self._room.release()

    async def next(self) -> _Part:
        """Return the next part, waiting for it."""
        while not self._parts:
            self._ready.clear()
            await self._ready.wait()
        self._room.release()
        return self._parts.popleft()


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[[], object]) -> None:
    """Have the event loop make a call, unless the process is ending and it is gone."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call)


def _bare(error: MandateGraphError) -> MandateGraphError:
    """Return an error for another thread: what its traceback holds must die in this one."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _work(answered: _Answer, parts: _Parts) -> None:
    """Write an answer to where it is fetched from, and what went wrong in the place of its end."""
    try:
        answered.write_to(cast(IO[bytes], parts), parts.put)
        parts.flush()
        parts.put(None)
    except MandateGraphError as error:
        parts.put(_bare(error))
    except ConnectionAbortedError:
        parts.put(answered.task.slow())
    except (RuntimeError, ValueError, OSError, MemoryError) as error:
        _LOGGER.warning("an answer of the engine was given up: %s", type(error).__name__)
        parts.put(EngineError("The answer of the engine could not be worked through."))
