"""One worker: holds a connection, answers the queries that come on it one after the other."""

from __future__ import annotations

import os
import select
import socket
from contextlib import suppress
from typing import IO, cast

import pyoxigraph
from pyoxigraph import NamedNode, QueryBoolean, QueryTriples

from graph.errors import QueryError, QueryRefusedError, QuerySyntaxError
from graph.sparql.guard import check_query
from graph.store.interface import AnswerForm
from graph.store.reading import GRAPH_FORMATS, RESULT_FORMATS, evaluate
from graph.vocabulary import PREFIXES
from graph.workers import wire


class _Line:
    """The line to the service, and the file that the engine writes an answer to.

    What is small goes out in one piece: each piece wakes the other side up.
    """

    def __init__(self, line: socket.socket) -> None:
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
        """Put the bytes that were taken into a frame."""
        if self._data:
            self.put(wire.DATA, bytes(self._data))
            self._data.clear()

    def put(self, kind: bytes, body: bytes | wire.Message = b"") -> None:
        """Add a frame to what is sent next."""
        self._frames += wire.frame(kind, body)

    def send(self) -> None:
        """Send the frames that were put together."""
        self._line.sendall(self._frames)
        self._frames.clear()


def serve(
    listener: socket.socket, engine: pyoxigraph.Store, version: int, retired: int, *, union: bool
) -> None:
    """Take one connection after the other, and answer the queries that come on it.

    Args:
        listener: The socket on which connections are taken; it does not block.
        engine: The dataset.
        version: The number of its version.
        retired: A file descriptor that can be read once the version is old;
            then this returns, as soon as no query is under way.
        union: What the default graph is; see ``graph.store.reading.evaluate``.
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
                _answer(_Line(line), engine, wire.Request(**wire.parse(body)), union=union)
            line.sendall(wire.frame(wire.BYE))


def _first_ready(line: socket.socket, retired: int) -> bool:
    """Wait; return whether there is something on the line before the version is old."""
    ready, _, _ = select.select([line.fileno(), retired], [], [])
    return retired not in ready


def _answer(line: _Line, engine: pyoxigraph.Store, request: wire.Request, *, union: bool) -> None:
    try:
        _put_answer(line, engine, request, union=union)
        line.put(wire.END)
    except QuerySyntaxError as error:
        report = wire.FaultReport("QuerySyntaxError", str(error), error.line, error.column)
        line.put(wire.FAULT, report)
    except QueryError as error:
        line.put(wire.FAULT, wire.FaultReport("QueryRefusedError", str(error)))
    except ConnectionError:
        raise
    except (RuntimeError, ValueError, OSError, MemoryError) as error:
        report = wire.FaultReport("QueryRefusedError", f"The engine gave up: {error}.")
        line.put(wire.FAULT, report)
    line.send()


def _put_answer(
    line: _Line, engine: pyoxigraph.Store, request: wire.Request, *, union: bool
) -> None:
    check_query(request.query)
    found = evaluate(
        engine,
        request.query,
        _nodes(request.default_graphs),
        _nodes(request.named_graphs),
        union=union,
    )
    file = cast(IO[bytes], line)
    form: AnswerForm
    if isinstance(found, QueryTriples):
        line.put(wire.HEADER, wire.Header("graph"))
        chosen = GRAPH_FORMATS[request.graph]
        pyoxigraph.serialize(found, output=file, format=chosen, prefixes=PREFIXES)
    else:
        form = "boolean" if isinstance(found, QueryBoolean) else "solutions"
        line.put(wire.HEADER, wire.Header(form))
        found.serialize(output=file, format=RESULT_FORMATS[request.results])
    line.flush()


def _nodes(iris: tuple[str, ...] | None) -> list[NamedNode] | None:
    if iris is None:
        return None
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryRefusedError(f"A graph is not named by an IRI: {error}.") from error
