"""What service and worker say to each other: frames of a kind, a length and bytes.

The service sends ``ASK``; the worker sends ``HELLO`` when it begins, then a
``FAULT``, or a ``HEADER``, any number of ``DATA`` and an ``END`` (or a
``FAULT`` in the place of the end: what came is then not the answer).
"""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import asdict, dataclass
from typing import Any

from graph.store.interface import AnswerForm, GraphFormat, ResultFormat

_HEAD = struct.Struct(">cI")

HELLO, ASK, HEADER, DATA, END, FAULT = (bytes([letter]) for letter in b"HAFDEX")

CHUNK = 64 * 1024
"""Bytes that are gathered before they are sent."""


@dataclass(frozen=True)
class Hello:
    """What a worker says when it has a query: who it is, and which version it answers from."""

    pid: int
    version: int


@dataclass(frozen=True)
class Request:
    """One query: its text, the formats wanted, and the graphs it is to be asked of.

    ``default_graphs`` and ``named_graphs`` are ``None`` where the request names
    none: then the query itself, or the union of all graphs, decides.
    """

    query: str
    results: ResultFormat
    graph: GraphFormat
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Header:
    """What comes before the bytes of an answer."""

    form: AnswerForm


@dataclass(frozen=True)
class FaultReport:
    """Why there is no answer; ``kind`` is the name of one of our errors."""

    kind: str
    message: str
    line: int | None = None
    column: int | None = None


Message = Hello | Request | Header | FaultReport


class ConnectionBroken(Exception):  # noqa: N818 - a state of the line, not a fault of anybody
    """The other side ended, or was ended, in the middle."""


def send(line: socket.socket, kind: bytes, body: bytes | Message = b"") -> None:
    """Send one frame."""
    if not isinstance(body, bytes):
        body = json.dumps(asdict(body)).encode()
    line.sendall(_HEAD.pack(kind, len(body)) + body)


def receive(line: socket.socket) -> tuple[bytes, bytes]:
    """Return the kind and the bytes of the next frame.

    Raises:
        ConnectionBroken: If the line ends.
        TimeoutError: If the time-out of the socket passes.
    """
    kind, length = _HEAD.unpack(_exactly(line, _HEAD.size))
    return kind, _exactly(line, length)


def parse(body: bytes) -> dict[str, Any]:
    """Return the fields of a message, lists as tuples."""
    fields = json.loads(body)
    return {
        name: tuple(field) if isinstance(field, list) else field for name, field in fields.items()
    }


def _exactly(line: socket.socket, length: int) -> bytes:
    buffer = bytearray(length)
    view = memoryview(buffer)
    filled = 0
    while filled < length:
        try:
            count = line.recv_into(view[filled:])
        except ConnectionError as error:
            raise ConnectionBroken from error
        if not count:
            raise ConnectionBroken
        filled += count
    return bytes(buffer)
