"""Handing queries to workers from an event loop, where nothing may block.

The same calls as in ``graph.workers.pool``, without a thread for each.
"""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import suppress
from pathlib import Path

from graph.errors import QueryLostError, QueryTimeoutError
from graph.store.interface import AnswerForm
from graph.workers import wire
from graph.workers.lines import Line
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
        self._idle: list[Line] = []
        self._waiting = Waiting(limits.patience)

    async def begin(self, request: wire.Request, least_version: int = 0) -> AsyncCall:
        """Give a query to a worker.

        Args:
            request: The query.
            least_version: The oldest version of the dataset that will do.

        Raises:
            TooManyQueriesError: If too many wait, or no worker was free in time.
        """
        body = wire.ask(request)
        if not self._free.locked() and (line := self._at_hand(body, least_version)):
            # Does not wait; nobody else had a turn since the look.
            await self._free.acquire()
            return AsyncCall(self, line, body)
        async with self._waiting.turn("No worker was free in time; try again in a moment."):
            await self._free.acquire()
            try:
                return AsyncCall(self, await self._sent(body, least_version), body)
            except BaseException:
                self._free.release()
                raise

    def release(self, line: Line, *, reusable: bool) -> None:
        """Take a line back, and let the next query begin."""
        if reusable:
            self._idle.append(line)
        else:
            line.close(kill=True)
        self._free.release()

    async def again(self, body: bytes) -> Line:
        """Return another line on which a query was sent, for one whose worker said good-bye."""
        return await self._sent(body, 0)

    def _at_hand(self, body: bytes, least_version: int) -> Line | None:
        """Return a line that was idle, to a worker of that version or a newer one.

        A query was sent on it.
        """
        while self._idle:
            line = self._idle.pop()
            if line.version >= least_version and line.send(body):
                return line
            line.close(kill=False)
        return None

    async def _sent(self, body: bytes, least_version: int) -> Line:
        """Return a line on which a query was sent."""
        while not (line := self._at_hand(body, least_version)):
            new = await self._new_line()
            if new and new.version >= least_version:
                self._idle.append(new)
                continue
            if new:
                new.close(kill=False)
            await asyncio.sleep(0.001)
        return line

    async def _new_line(self) -> Line | None:
        """Return a line to a worker that has said hello, ``None`` if there is none just now."""
        for address in self._addresses:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.setblocking(False)
            try:
                # Never waits: a full queue of the socket is an error at once.
                line.connect(address)
            except OSError:
                line.close()
                continue
            with suppress(OSError, wire.ConnectionBroken):
                return await Line.to(line)
        return None


class AsyncCall:
    """A query that a worker has; see ``graph.workers.pool.Call``.

    ``version`` is sure once the header has come.
    """

    def __init__(self, pool: AsyncPool, line: Line, body: bytes) -> None:
        """Take over a line on which a query was sent."""
        self.deadline = time.monotonic() + pool.limits.seconds
        self._pool = pool
        self._line: Line | None = line
        self._body = body
        self._timer = line.give_until(pool.limits.seconds)
        self.version = line.version

    async def header(self) -> AnswerForm:
        """Return what form the answer has, once it begins to come."""
        kind, body = await self._receive()
        while kind == wire.BYE and self._line:
            self._timer.cancel()
            self._line.close(kill=False)
            self._line = await self._pool.again(self._body)
            self._timer = self._line.give_until(max(0.001, self.deadline - time.monotonic()))
            self.version = self._line.version
            kind, body = await self._receive()
        if kind == wire.FAULT:
            self._end(whole=True)
            raise reported(body)
        return wire.form_of(body)

    async def part(self) -> bytes:
        """Return the next bytes of the answer, nothing at its end."""
        kind, body = await self._receive()
        if kind == wire.DATA:
            return body
        self._end(whole=True)
        if kind == wire.FAULT:
            raise reported(body)
        return b""

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
        try:
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
            self._timer.cancel()
            self._pool.release(line, reusable=whole)
