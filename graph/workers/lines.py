"""A connection of an event loop to one worker."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import suppress
from typing import cast

from graph.workers import wire

_ENOUGH = 4 * wire.CHUNK
"""Bytes that nobody has asked for yet, from which on a worker waits with more."""


class Line(asyncio.Protocol):
    """A connection to one worker.

    ``version`` is that which the worker answers from, once it was greeted. What
    comes is kept until it is asked for; of a long answer only the next part, so that
    a worker is no faster than who takes it.
    """

    _transport: asyncio.Transport

    def __init__(self) -> None:
        """Begin without a connection; see ``to``."""
        self.version = 0
        self._frames = wire.Frames()
        self._process = -1
        self._waiting: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._late = False
        self._is_paused = False

    @classmethod
    async def to(cls, connected: socket.socket) -> Line:
        """Return a line to the worker that is at the other end of a socket, which is taken over.

        Raises:
            OSError: If the worker has gone again.
            ConnectionBroken: In the same case.
        """
        line = cls()
        await line._loop.create_unix_connection(lambda: line, sock=connected)
        try:
            await line._greet()
        except BaseException:
            line.close(kill=False)
            raise
        return line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection; the event loop tells of it."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take what has come; the event loop tells of it."""
        self._frames.feed(data)
        if self._waiting:
            self._wake()
        elif len(self._frames) > _ENOUGH and not self._is_paused:
            self._transport.pause_reading()
            self._is_paused = True

    def connection_lost(self, error: Exception | None) -> None:
        """Note that the worker went; the event loop tells of it."""
        self._wake()

    def send(self, body: bytes) -> bool:
        """Send a query; return whether the worker was still there."""
        if not self._transport.is_closing():
            self._transport.write(body)
        return not self._transport.is_closing()

    async def receive(self) -> tuple[bytes, bytes]:
        """Return the next frame, waiting for it.

        Raises:
            TimeoutError: If the time was over before it came; see ``give_until``.
            ConnectionBroken: If the worker went.
        """
        while (found := self._frames.next()) is None:
            if self._late:
                raise TimeoutError
            if self._transport.is_closing():
                raise wire.ConnectionBroken
            if self._is_paused:
                self._transport.resume_reading()
                self._is_paused = False
            self._waiting = self._loop.create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None
        return found

    def give_until(self, seconds: float) -> asyncio.TimerHandle:
        """Have whoever waits for the line give up after a time, unless the timer is cancelled."""
        self._late = False
        return self._loop.call_later(seconds, self._give_up)

    def kill(self) -> None:
        """End the worker; whoever waits for the line hears of it."""
        if self._process >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def close(self, *, kill: bool) -> None:
        """Give the line up, and end the worker if it is still at work."""
        if kill:
            self.kill()
        if self._process >= 0:
            os.close(self._process)
            self._process = -1
        self._transport.abort()

    async def _greet(self) -> None:
        """Receive what a worker says first."""
        _, body = await self.receive()
        hello = wire.Hello(**wire.parse(body))
        self.version = hello.version
        # A handle, so that no other process that got the same number is ever hit.
        self._process = os.pidfd_open(hello.pid)

    def _wake(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def _give_up(self) -> None:
        self._late = True
        self._wake()
