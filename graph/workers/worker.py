"""One worker: holds a connection, answers the queries that come on it one after the other."""

from __future__ import annotations

import os
import select
import socket
from contextlib import suppress
from dataclasses import replace
from typing import IO, cast, get_args

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryTriples

from graph.errors import QueryError, QuerySyntaxError
from graph.sparql.guard import check_query
from graph.store.interface import AnswerForm
from graph.store.reading import GRAPH_FORMATS, RESULT_FORMATS
from graph.vocabulary import PREFIXES
from graph.workers import wire
from graph.workers.holding import Holding
from graph.workers.rows import Rows, at_most

_HEADERS = {form: wire.frame(wire.HEADER, form.encode()) for form in get_args(AnswerForm)}


class _Line:
    """The line to the service, and the file that the engine writes an answer to.

    What is small goes out in one piece: each piece wakes the other side up.
    """

    def __init__(self, line: socket.socket) -> None:
        self.rows: Rows | None = None
        self._line = line
        self._frames = bytearray()
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        """Take some bytes of the answer, send them on when there are enough."""
        self._data += data
        if len(self._data) >= wire.CHUNK:
            self.flush()
            self.send()
        return len(data)

    def flush(self) -> None:
        """Put the bytes that were taken into a frame.

        Raises:
            QueryRefusedError: If they hold more rows than an answer may have.
        """
        if self._data:
            data = bytes(self._data)
            self._data.clear()
            if self.rows:
                self.rows.add(data)
            self.put(wire.DATA, data)

    def begin(self, form: AnswerForm) -> None:
        """Add what comes before an answer of that form to what is sent next."""
        self._frames += _HEADERS[form]

    def put(self, kind: bytes, body: bytes | wire.Message = b"") -> None:
        """Add a frame to what is sent next."""
        self._frames += wire.frame(kind, body)

    def send(self) -> None:
        """Send the frames that were put together."""
        self._line.sendall(self._frames)
        self._frames.clear()


def serve(
    listener: socket.socket, holding: Holding, version: int, retired: int, rows: int = 0
) -> None:
    """Take one connection after the other, and answer the queries that come on it.

    Args:
        listener: The socket on which connections are taken; it does not block.
        holding: The dataset.
        version: The number of its version.
        retired: A file descriptor that can be read once the version is old;
            then this returns, as soon as no query is under way.
        rows: Rows or statements that an answer may have; 0 for any number.
    """
    hello = wire.frame(wire.HELLO, wire.Hello(os.getpid(), version))
    while _first_ready(listener, retired):
        try:
            line, _ = listener.accept()
        except BlockingIOError:
            continue
        line.setblocking(True)
        with line, suppress(wire.ConnectionBroken, ConnectionError):
            line.sendall(hello)
            frames = wire.Frames()
            while _first_ready(line, retired):
                _, body = wire.receive(line, frames)
                _answer(_Line(line), holding, wire.asked(body), rows)
            line.sendall(wire.frame(wire.BYE))


def _first_ready(line: socket.socket, retired: int) -> bool:
    """Wait; return whether there is something on the line before the version is old."""
    ready, _, _ = select.select([line.fileno(), retired], [], [])
    return retired not in ready


def _answer(line: _Line, holding: Holding, request: wire.Request, rows: int) -> None:
    try:
        _put_answer(line, holding, request, rows)
        line.put(wire.END)
    except QuerySyntaxError as error:
        report = wire.FaultReport("QuerySyntaxError", str(error), error.line, error.column)
        line.put(wire.FAULT, report)
    except QueryError as error:
        line.put(wire.FAULT, wire.FaultReport(type(error).__name__, str(error)))
    except ConnectionError:
        raise
    except (RuntimeError, ValueError, OSError, MemoryError) as error:
        report = wire.FaultReport("QueryRefusedError", f"The engine gave up: {error}.")
        line.put(wire.FAULT, report)
    line.send()


def _put_answer(line: _Line, holding: Holding, request: wire.Request, rows: int) -> None:
    if request.graphs is None:
        request = replace(request, graphs=check_query(request.query).graphs)
    found = holding.ask(request)
    file = cast(IO[bytes], line)
    if isinstance(found, QueryTriples):
        line.begin("graph")
        chosen = GRAPH_FORMATS[request.graph]
        counted = at_most(rows, found)
        pyoxigraph.serialize(counted, output=file, format=chosen, prefixes=PREFIXES)
    else:
        line.begin("boolean" if isinstance(found, QueryBoolean) else "solutions")
        line.rows = Rows(request.results, rows)
        found.serialize(output=file, format=RESULT_FORMATS[request.results])
    line.flush()
