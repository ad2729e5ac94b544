"""A small HTTP client that keeps a number of connections busy and takes the time.

One thread, one epoll, no parsing beyond finding where an answer ends, so that it
measures servers rather than itself. What it costs nevertheless brings ratios of
very fast servers nearer to 1 than they are. Run it in a process of its own.
"""

from __future__ import annotations

import itertools
import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.queryset import Request

_BUFFER = memoryview(bytearray(1 << 20))
_HEAD_END = b"\r\n\r\n"
_LAST_CHUNK = b"\r\n0\r\n\r\n"
CONNECT_SECONDS = 10.0


@dataclass(frozen=True)
class Load:
    """What to send: where to, how often, by how many clients at once.

    ``first`` is the number of the first text; ``distinct`` says whether the
    others count up from it. Nothing is sent after ``seconds``; what was sent is
    waited for during ``patience`` seconds more.
    """

    port: int
    request: Request
    acts: int
    first: int
    distinct: bool
    clients: int
    seconds: float
    patience: float = 60.0


@dataclass
class Timing:
    """What was measured; times are in seconds, ``failures`` counts answers other than 200."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failures: int = 0

    @property
    def rate(self) -> float:
        """Whole, good answers a second."""
        return len(self.latencies) / self.seconds if self.latencies else 0.0

    def percentile(self, share: float) -> float:
        """Return the time within which a share of the answers came; infinite if none did."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 1e9


class Connection:
    """One connection that is kept open from request to request."""

    def __init__(self, port: int) -> None:
        """Connect to a port of this machine."""
        self.socket = socket.create_connection(("127.0.0.1", port), CONNECT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self.status = 0
        self.body = 0
        self._head = b""
        self._left = -1
        self._tail = b""

    def send(self, request: bytes) -> None:
        """Send a request; the answer to the one before must be complete."""
        self.status = self.body = 0
        self._head = self._tail = b""
        self._left = -1
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come; return whether the answer is complete.

        Raises:
            ConnectionError: If the server closes before that.
        """
        count = self.socket.recv_into(_BUFFER)
        if not count:
            raise ConnectionResetError("The server closed the connection.")
        if self.status:
            return self._take(count, bytes(_BUFFER[max(0, count - 7) : count]))
        self._head += _BUFFER[:count]
        end = self._head.find(_HEAD_END)
        if end < 0:
            return False
        body = self._head[end + len(_HEAD_END) :]
        self._read_head(self._head[:end])
        # Two bytes of the head make an empty chunked body end like any other.
        return self._take(len(body), b"\r\n" + body[-7:]) if body or not self._left else False

    def _read_head(self, head: bytes) -> None:
        self.status = int(head[9:12])
        lower = head.lower()
        at = lower.find(b"\r\ncontent-length:")
        if at >= 0:
            self._left = int(lower[at + 17 :].split(b"\r\n", 1)[0])

    def _take(self, count: int, last: bytes) -> bool:
        self.body += count
        if self._left >= 0:
            return self.body >= self._left
        self._tail = (self._tail + last)[-7:]
        return self._tail == _LAST_CHUNK


def run(load: Load) -> Timing:
    """Send a load and return what was measured."""
    timing = Timing()
    texts = _texts(load)
    poll = select.epoll()
    connections: dict[int, Connection] = {}
    start = time.perf_counter()
    for _ in range(load.clients):
        connection = _opened(load.port, poll, connections)
        connection.send(next(texts))
    waiting = load.clients
    while waiting and (left := start + load.seconds + load.patience - time.perf_counter()) > 0:
        for descriptor, _ in poll.poll(left):
            connection = connections[descriptor]
            try:
                if not connection.receive():
                    continue
                _note(timing, connection)
            except OSError:
                timing.failures += 1
                connections.pop(descriptor).socket.close()
                connection = _opened(load.port, poll, connections)
            if time.perf_counter() - start < load.seconds:
                connection.send(next(texts))
            else:
                waiting -= 1
    timing.failures += waiting
    timing.seconds = time.perf_counter() - start
    for connection in connections.values():
        connection.socket.close()
    poll.close()
    return timing


def _texts(load: Load) -> Iterator[bytes]:
    if not load.distinct:
        return itertools.repeat(load.request.filled(load.first, load.acts))
    return (load.request.filled(number, load.acts) for number in itertools.count(load.first))


def _opened(port: int, poll: select.epoll, connections: dict[int, Connection]) -> Connection:
    connection = Connection(port)
    descriptor = connection.socket.fileno()
    connections[descriptor] = connection
    poll.register(descriptor, select.EPOLLIN)
    return connection


def _note(timing: Timing, connection: Connection) -> None:
    if connection.status == 200:
        timing.latencies.append(time.perf_counter() - connection.began)
    else:
        timing.failures += 1


@dataclass(frozen=True)
class Stream:
    """One large answer: seconds to the first byte of its body and to its end, and its bytes."""

    first_byte: float
    seconds: float
    bytes: int
    status: int


def stream(port: int, request: bytes, patience: float = 300.0) -> Stream:
    """Read one large answer, and forget what it says.

    Raises:
        OSError: If it does not come to its end.
    """
    connection = Connection(port)
    connection.socket.settimeout(patience)
    connection.send(request)
    first = 0.0
    done = False
    while not done:
        done = connection.receive()
        if not first and connection.body:
            first = time.perf_counter() - connection.began
    connection.socket.close()
    seconds = time.perf_counter() - connection.began
    return Stream(first, seconds, connection.body, connection.status)
