"""One worker: answers one query after the other, each on a connection of its own."""

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


class _FrameWriter:
    """The file that the engine writes an answer to: gathers bytes and sends them as frames."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._gathered = bytearray()

    def write(self, data: bytes) -> int:
        """Take some bytes, send them on when there are enough."""
        self._gathered += data
        if len(self._gathered) >= wire.CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what was gathered."""
        if self._gathered:
            wire.send(self._line, wire.DATA, bytes(self._gathered))
            self._gathered.clear()


def serve(listener: socket.socket, engine: pyoxigraph.Store, version: int, retired: int) -> None:
    """Answer one query a connection, one after the other, until the version is old.

    Args:
        listener: The socket on which connections are taken; it does not block.
        engine: The dataset.
        version: The number of its version.
        retired: A file descriptor that can be read once the version is old.
    """
    hello = wire.Hello(os.getpid(), version)
    while True:
        ready, _, _ = select.select([listener.fileno(), retired], [], [])
        if retired in ready:
            return
        try:
            line, _ = listener.accept()
        except BlockingIOError:
            continue
        line.setblocking(True)
        with line, suppress(wire.ConnectionBroken, ConnectionError):
            _, body = wire.receive(line)
            wire.send(line, wire.HELLO, hello)
            _answer(line, engine, wire.Request(**wire.parse(body)))


def _answer(line: socket.socket, engine: pyoxigraph.Store, request: wire.Request) -> None:
    try:
        _send_answer(line, engine, request)
    except QuerySyntaxError as error:
        report = wire.FaultReport("QuerySyntaxError", str(error), error.line, error.column)
        wire.send(line, wire.FAULT, report)
    except QueryError as error:
        wire.send(line, wire.FAULT, wire.FaultReport("QueryRefusedError", str(error)))
    except (RuntimeError, ValueError, OSError, MemoryError) as error:
        if isinstance(error, ConnectionError):
            raise
        report = wire.FaultReport("QueryRefusedError", f"The engine gave up: {error}.")
        wire.send(line, wire.FAULT, report)


def _send_answer(line: socket.socket, engine: pyoxigraph.Store, request: wire.Request) -> None:
    check_query(request.query)
    found = evaluate(
        engine, request.query, _nodes(request.default_graphs), _nodes(request.named_graphs)
    )
    writer = _FrameWriter(line)
    file = cast(IO[bytes], writer)
    form: AnswerForm
    if isinstance(found, QueryTriples):
        wire.send(line, wire.HEADER, wire.Header("graph"))
        chosen = GRAPH_FORMATS[request.graph]
        pyoxigraph.serialize(found, output=file, format=chosen, prefixes=PREFIXES)
    else:
        form = "boolean" if isinstance(found, QueryBoolean) else "solutions"
        wire.send(line, wire.HEADER, wire.Header(form))
        found.serialize(output=file, format=RESULT_FORMATS[request.results])
    writer.flush()
    wire.send(line, wire.END)


def _nodes(iris: tuple[str, ...] | None) -> list[NamedNode] | None:
    if iris is None:
        return None
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryRefusedError(f"A graph is not named by an IRI: {error}.") from error
