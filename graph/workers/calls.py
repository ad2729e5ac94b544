"""Handing queries to workers from an event loop, where nothing may block.

The same calls as in ``graph.workers.pool``, without a thread for each.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

from graph.errors import QueryLostError, QueryTimeoutError
from graph.store.interface import AnswerForm
from graph.workers import wire
from graph.workers.pool import Limits, addresses, reported
from graph.workers.waiting import Waiting


class AsyncPool:
    """Hands queries to the workers that a ``Nurseries`` keeps alive, each to one at a time.

    It keeps up to ``workers`` connections, so that many processes can each
    have theirs.
    """

    def __init__(self, folder: Path, limits: Limits, workers: int) -> None:
        """Name the folder of the sockets; nothing is opened yet."""
        self._addresses = addresses(folder)
        self.limits = limits
        self._free = asyncio.Semaphore(workers)
        self._idle: list[_Line] = []
        self._waiting = Waiting(limits.patience)

    async def begin(self, request: wire.Request, least_version: int = 0) -> AsyncCall:
        """Give a query to a worker.

        Args:
            request: The query.
            least_version: The oldest version of the dataset that will do.

        Raises:
            TooManyQueriesError: If too many wait, or no worker was free in time.
        """
        async with self._waiting.turn("No worker was free in time; try again in a moment."):
            await self._free.acquire()
            try:
                return await self._begin(request, least_version)
            except BaseException:
                self._free.release()
                raise

    def release(self, line: _Line, *, reusable: bool) -> None:
        """Take a line back, and let the next query begin."""
        if reusable:
            self._idle.append(line)
        else:
            line.close(kill=True)
        self._free.release()

    async def _begin(self, request: wire.Request, least_version: int) -> AsyncCall:
        body = wire.frame(wire.ASK, request)
        loop = asyncio.get_running_loop()
        while True:
            line = self._idle.pop() if self._idle else await self._new_line()
            if line and line.version >= least_version:
                try:
                    await loop.sock_sendall(line.socket, body)
                    return AsyncCall(self, line, body)
                except ConnectionError:
                    # It went, being of an old version.
                    pass
            if line:
                line.close(kill=False)
            await asyncio.sleep(0.001)

    async def again(self, body: bytes) -> _Line:
        """Return another line on which a query was sent, for one whose worker said good-bye."""
        loop = asyncio.get_running_loop()
        while True:
            line = await self._new_line()
            if line:
                try:
                    await loop.sock_sendall(line.socket, body)
                    return line
                except ConnectionError:
                    line.close(kill=False)
            await asyncio.sleep(0.001)

    async def _new_line(self) -> _Line | None:
        """Return a line to a worker that has said hello, ``None`` if there is none just now."""
        for address in self._addresses:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.setblocking(False)
            try:
                # Never waits: a full queue of the socket is an error at once.
                line.connect(address)
                return await _Line.of(line)
            except (OSError, wire.ConnectionBroken):
                line.close()
            except BaseException:
                line.close()
                raise
        return None


class _Line:
    """A connection to one worker."""

    def __init__(self, line: socket.socket, frames: wire.Frames, hello: wire.Hello) -> None:
        self.socket = line
        self.version = hello.version
        self._frames = frames
        # A handle, so that no other process that got the same number is ever hit.
        self._process = os.pidfd_open(hello.pid)

    @classmethod
    async def of(cls, line: socket.socket) -> _Line:
        frames = wire.Frames()
        _, body = await _next(line, frames)
        return cls(line, frames, wire.Hello(**wire.parse(body)))

    async def receive(self) -> tuple[bytes, bytes]:
        return await _next(self.socket, self._frames)

    def at_hand(self) -> tuple[bytes, bytes] | None:
        return self._frames.next()

    def kill(self) -> None:
        if self._process >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def close(self, *, kill: bool) -> None:
        if kill:
            self.kill()
        if self._process >= 0:
            os.close(self._process)
            self._process = -1
            self.socket.close()


async def _next(line: socket.socket, frames: wire.Frames) -> tuple[bytes, bytes]:
    loop = asyncio.get_running_loop()
    while (found := frames.next()) is None:
        frames.feed(await loop.sock_recv(line, 4 * wire.CHUNK))
    return found


class AsyncCall:
    """A query that a worker has; see ``graph.workers.pool.Call``.

    ``version`` is sure once the header has come.
    """

    def __init__(self, pool: AsyncPool, line: _Line, body: bytes) -> None:
        """Take over a line on which a query was sent."""
        self.deadline = time.monotonic() + pool.limits.seconds
        self._pool = pool
        self._line: _Line | None = line
        self._body = body
        self.version = line.version

    async def header(self) -> AnswerForm:
        """Return what form the answer has, once it begins to come."""
        kind, body = await self._receive()
        while kind == wire.BYE and self._line:
            self._line.close(kill=False)
            self._line = await self._pool.again(self._body)
            self.version = self._line.version
            kind, body = await self._receive()
        if kind == wire.FAULT:
            self._end(whole=True)
            raise reported(body)
        return wire.Header(**wire.parse(body)).form

    async def parts(self) -> AsyncGenerator[bytes, None]:
        """Yield the bytes in the order they come."""
        while (frame := await self._receive())[0] == wire.DATA:
            yield frame[1]
        self._end(whole=True)
        if frame[0] == wire.FAULT:
            raise reported(frame[1])

    def stop(self) -> None:
        """End the worker from another task; the one that waits for it hears of it and closes.

        The line stays open until then: the event loop must not find another
        connection under the number of one that is still waited for.
        """
        if self._line:
            self._line.kill()

    def close(self) -> None:
        """End the worker, if it has not finished, and give up its line."""
        self._end(whole=False)

    async def _receive(self) -> tuple[bytes, bytes]:
        if self._line is None:
            raise QueryLostError("The query was stopped: the client went away.")
        if (found := self._line.at_hand()) is not None:
            return found
        try:
            async with asyncio.timeout(max(0.001, self.deadline - time.monotonic())):
                return await self._line.receive()
        except TimeoutError as error:
            self.close()
            seconds = self._pool.limits.seconds
            raise QueryTimeoutError(f"The query was stopped after {seconds:g} seconds.") from error
        except (wire.ConnectionBroken, OSError, ValueError) as error:
            self.close()
            raise QueryLostError(
                "The query was stopped: it needed more memory than one query may take."
            ) from error

    def _end(self, *, whole: bool) -> None:
        line, self._line = self._line, None
        if line:
            self._pool.release(line, reusable=whole)
