"""One request to an engine and its reply, within a time, whatever the engine does.

A redirect is never followed: it could lead the credentials elsewhere. What goes
wrong is told without an address, and without the error of the library below, whose
text holds one.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)
from urllib3.exceptions import (
    TimeoutError as PoolTimeoutError,
)

from graph.errors import (
    EngineAwayError,
    EngineDeniedError,
    EngineError,
    EngineSlowError,
    MandateGraphError,
    WriteUnknownError,
)
from graph.store.remote.engine import Engine

CONNECT_SECONDS = 5.0
"""How long a connection may take to come about."""

CONNECTIONS = 64
"""Connections that are kept open."""

_REFUSED_AGAIN_SECONDS = 0.2
_COMPLAINT = 4_000
_UNREACHED = (NewConnectionError, NameResolutionError, ConnectTimeoutError, SSLError)
_LOGGER = logging.getLogger("mandategraph.engine")
_CURRENT = threading.local()


@dataclass(frozen=True)
class Sent:
    """One request; ``writes`` says that it must not be sent twice."""

    method: str
    address: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    writes: bool = False


class Task:
    """What one request may take, and the way to stop it from another thread."""

    def __init__(self, seconds: float) -> None:
        """Let time run."""
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._stopped = False

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            EngineSlowError: If there are none.
        """
        left = self._end - time.monotonic()
        if left <= 0 or self._stopped:
            raise self.slow()
        return left

    def slow(self) -> EngineSlowError:
        """Return the error that says that the time is over."""
        return EngineSlowError(f"The engine did not finish within {self._seconds:g} seconds.")

    def attach(self, line: socket.socket | None) -> None:
        """Take note of the connection that is waited for."""
        self._socket = line
        if self._stopped:
            self.stop()

    def hurry(self) -> None:
        """Have the next wait on the connection end when the time does."""
        left = self.left()
        if self._socket:
            with suppress(OSError):
                self._socket.settimeout(left)

    def stop(self) -> None:
        """Break the connection off; whoever waits for it hears of it at once."""
        self._stopped = True
        if self._socket:
            # Not that of TLS, which would take the state from under another thread.
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _NotedHTTP(HTTPConnection):
    """Tells the task of this thread which connection its reply will come on."""

    def connect(self) -> None:
        super().connect()
        _note(self.sock)

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        _note(self.sock)
        return super().getresponse()


class _NotedHTTPS(_NotedHTTP, HTTPSConnection):
    """The same, encrypted: what it adds to comes before what is not."""


def _note(line: socket.socket | None) -> None:
    task: Task = _CURRENT.task
    task.attach(line)
    task.hurry()


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _NotedHTTP


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _NotedHTTPS


class Reply:
    """The reply to one request, read as it comes."""

    def __init__(self, response: urllib3.BaseHTTPResponse, task: Task) -> None:
        """Take over a response of which only the head was read."""
        self.status = response.status
        self.media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        self.fault: MandateGraphError | None = None
        self._response = response
        self._task = task

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most ``size``; none at the end.

        Raises:
            EngineSlowError: If the time is over.
            EngineError: If the reply breaks off.
        """
        try:
            self._task.hurry()
            return self._response.read1(size if size > 0 else 1 << 16)
        except EngineSlowError as error:
            self.fault = error
            raise
        except (HTTPError, OSError, ValueError) as error:
            self.fault = _fault_of(error, self._task)
            raise self.fault from None

    def whole(self, most: int) -> bytes:
        """Return all that is left, up to a number of bytes."""
        found = bytearray()
        while len(found) < most and (part := self.read()):
            found += part
        return bytes(found[:most])

    def close(self, *, reusable: bool) -> None:
        """Give the connection back, or break it off if the reply was not read to its end."""
        # Its traceback holds this reply: answers half read must be let go by their own thread.
        self.fault = None
        if reusable:
            self._response.release_conn()
        else:
            self._task.stop()
            self._response.close()


class Line:
    """Sends requests to one engine; safe to use from any number of threads of one process."""

    def __init__(self, engine: Engine) -> None:
        """Name the engine; nothing is sent yet."""
        self.engine = engine
        self._reads = _pools(CONNECTIONS)
        self._writes = _pools(1)

    def send(self, sent: Sent, task: Task) -> Reply:
        """Send a request and return its reply, of which the head is there.

        A request that only reads is sent again if a connection that had been
        kept open turns out to be dead; any is, if none came about.

        Raises:
            EngineError: If there is no reply that could be an answer; its classes say why.
            WriteUnknownError: If a write was sent and what became of it is not known.
        """
        for attempt in (1, 2):
            try:
                return Reply(self._open(sent, task), task)
            except (HTTPError, OSError) as error:
                unsent = isinstance(error, _UNREACHED)
                fault = _fault_of(error, task)
                again = attempt == 1 and (unsent or not sent.writes)
                if not again or isinstance(fault, EngineSlowError):
                    _give_up(sent, fault, unsent=unsent)
            if unsent:
                time.sleep(min(task.left(), _REFUSED_AGAIN_SECONDS))
        raise AssertionError

    def _open(self, sent: Sent, task: Task) -> urllib3.BaseHTTPResponse:
        _CURRENT.task = task
        headers = {**sent.headers, "User-Agent": "mandategraph", "Accept-Encoding": "identity"}
        if self.engine.authorization:
            headers["Authorization"] = self.engine.authorization
        if sent.writes:
            # One that was kept open may be dead, and a write must not be sent twice.
            headers["Connection"] = "close"
        left = task.left()
        return (self._writes if sent.writes else self._reads).urlopen(
            sent.method,
            sent.address,
            body=sent.body or None,
            headers=headers,
            redirect=False,
            retries=False,
            preload_content=False,
            timeout=urllib3.Timeout(connect=min(left, CONNECT_SECONDS), read=left),
        )


def _pools(connections: int) -> urllib3.PoolManager:
    manager = urllib3.PoolManager(num_pools=4, maxsize=connections)
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    return manager


def _give_up(sent: Sent, fault: MandateGraphError, *, unsent: bool) -> NoReturn:
    if sent.writes and not unsent:
        raise WriteUnknownError(
            "The engine went away, or took too long; look whether the write was done before "
            "sending it again."
        ) from None
    raise fault from None


def _fault_of(error: Exception, task: Task) -> EngineError:
    """Return what went wrong with a connection as ours; what it was exactly goes to the log."""
    _LOGGER.warning("no answer from the engine: %s", type(error).__name__)
    if isinstance(error, SSLError):
        return EngineAwayError("The engine that holds the data has no certificate that is trusted.")
    if isinstance(error, _UNREACHED):
        return EngineAwayError("The engine that holds the data cannot be reached at the moment.")
    if isinstance(error, PoolTimeoutError | TimeoutError):
        return task.slow()
    return EngineError("The engine that holds the data broke its answer off.")


def check_status(reply: Reply, engine: Engine) -> None:
    """Return if a reply is an answer.

    Raises:
        EngineError: If it is none, and that is not the fault of what was asked.
        Complaint: If the engine says that what was asked is wrong.
    """
    status = reply.status
    if 200 <= status < 300:
        return
    _LOGGER.warning("the engine answered with status %d", status)
    if status in {401, 403}:
        raise EngineDeniedError("The engine does not take the credentials of this service.")
    if status < 400:
        raise EngineError("The engine sends elsewhere, which is not followed; see its address.")
    text = reply.whole(_COMPLAINT).decode("utf-8", "replace")
    if status in {408, 504} or (status == 503 and "timed out" in text.lower()):
        raise EngineSlowError("The engine stopped: it took longer than it may.")
    if status in {429, 503}:
        raise EngineAwayError("The engine is too busy at the moment; try again.")
    plain = reply.media_type in {"text/plain", ""} and "<" not in text[:1]
    hidden = any(secret in text for secret in engine.secrets)
    if status == 400 or (status == 500 and plain):
        raise Complaint(status, text.strip() if plain and not hidden else "")
    raise EngineError(f"The engine answers with status {status}; see its log.")


class Complaint(Exception):  # noqa: N818 - says what the engine said, and becomes an error of ours
    """The engine says that what it was asked is wrong; ``text`` is empty if it may not be told."""

    def __init__(self, status: int, text: str) -> None:
        """Keep what was said."""
        self.status = status
        self.text = text
        super().__init__(status)
