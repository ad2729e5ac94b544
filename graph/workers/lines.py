"""A connection of an event loop to one worker."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import suppress

from graph.workers import wire


class Line:
    """A connection to one worker.

    The event loop looks out for it as long as it lives, so that a query that is
    answered at once costs one call to send and one to receive. It stops looking
    when something comes that nobody waits for: the worker then waits too.
    """

    def __init__(self, line: socket.socket) -> None:
        """Take over a socket that is connected and does not block.

        ``version`` is that which the worker answers from, once it was greeted.
        """
        self._socket = line
        self.version = 0
        self._frames = wire.Frames()
        self._process = -1
        self._waiting: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._looking = False
        self._late = False

    async def greet(self) -> None:
        """Receive what a worker says first."""
        _, body = await self.receive()
        hello = wire.Hello(**wire.parse(body))
        self.version = hello.version
        # A handle, so that no other process that got the same number is ever hit.
        self._process = os.pidfd_open(hello.pid)

    async def send(self, body: bytes) -> None:
        """Send a query; what the line takes at once needs no waiting."""
        try:
            sent = self._socket.send(body)
        except BlockingIOError:
            sent = 0
        if sent < len(body):
            await self._loop.sock_sendall(self._socket, memoryview(body)[sent:])

    async def receive(self) -> tuple[bytes, bytes]:
        """Return the next frame, waiting for it.

        Raises:
            TimeoutError: If the time was over before it came; see ``give_until``.
            ConnectionBroken: If the worker went.
        """
        while (found := self._frames.next()) is None:
            if self._late:
                raise TimeoutError
            if self._looking or not self._received():
                await self._readable()
                self._received()
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
        if self._looking:
            self._loop.remove_reader(self._socket)
            self._looking = False
        if self._process >= 0:
            os.close(self._process)
            self._process = -1
        self._socket.close()

    def _received(self) -> bool:
        """Take what has come; return whether there was anything."""
        try:
            self._frames.feed(self._socket.recv(4 * wire.CHUNK))
        except BlockingIOError:
            return False
        except ConnectionError as error:
            raise wire.ConnectionBroken from error
        return True

    async def _readable(self) -> None:
        if not self._looking:
            self._loop.add_reader(self._socket, self._came)
            self._looking = True
        self._waiting = self._loop.create_future()
        try:
            await self._waiting
        finally:
            self._waiting = None

    def _came(self) -> None:
        if self._waiting is None:
            self._loop.remove_reader(self._socket)
            self._looking = False
        elif not self._waiting.done():
            self._waiting.set_result(None)

    def _give_up(self) -> None:
        self._late = True
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(TimeoutError())
